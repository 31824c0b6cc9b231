"""Figures of detection and categorization as a page for people; knows nothing of how they were computed."""

from collections.abc import Iterable, Sequence
from statistics import mean
from typing import Any, NamedTuple

import published
from log_quality import Logs
from report import machine
from thresholds import FIXED, NOISE_BUCKETS, NOISE_SPAN, Found

OURS = "**unusual**"
NAMES = {"nab": "NAB", "kpi": "KPI", "shapes": "shapes", "opensearch": "OpenSearch"}


class Folder(NamedTuple):
    """One folder of series: the scorer's report, the peaks of each series, and a report for each fixed threshold."""

    report: Any
    peaks: dict[str, Any]
    fixed: list[Any]


class Figures(NamedTuple):
    """Everything on the page.

    nab, nab_by_others    score per profile, at the best threshold and at those of the other folders
    nab_events_by_others  events at the thresholds of the other folders
    batch                 VUS-PR of the stretches that batch methods were scored on
    noises                alarms per thousand buckets at each fixed score
    """

    nab: dict[str, float]
    nab_by_others: dict[str, float]
    nab_events_by_others: Found
    folders: dict[str, Folder]
    batch: dict[published.Batch, float]
    noises: dict[str, tuple[float, ...]]
    logs: Logs


def page(figures: Figures, *, day: str, took_s: float) -> str:
    """The whole of docs/quality.md."""
    return f"""# Detection quality

Written by `make quality` on {day}, which took {took_s:.0f} s; every figure of {OURS} on this page
comes from that run. {machine()}

**Setting.** One for all series, nothing tuned per file: bucket span = sampling interval, one detector `mean`
per value column, defaults otherwise. The score of a row is that of its bucket as first given
(`initial_anomaly_score`), so nothing is known that came later. Log lines go in one by one with default
settings.

**How to read it.** *VUS-PR* is the area under the range-aware precision-recall curve, averaged over tolerances.
*Event F1* counts a labelled event as found when any of its rows alarms, and every block of 30 other rows with
an alarm as a false one. Both take the best threshold for the whole folder, as published figures do, unless it
says otherwise. *False alarms* are per 1,000 rows.

## NAB

34 files of the Numenta Anomaly Benchmark with 50 windows. NAB's score is 100 for a detection in the first row
of every window and nothing else, 0 for none. With the threshold *of the other folders*, each of the four
folders is scored at what is best for the other three: that is what somebody gets who cannot choose a threshold
on the labels.

{_nab(figures)}

The first 15 % of each file count neither in NAB's score nor by events. NAB's windows are wide and most of these
detectors give few rows a score, so VUS-PR is low for all of them.

## KPI, shapes, OpenSearch

Three server metrics, 18 synthetic shapes, and the acceptance data of OpenSearch Anomaly
Detection. The trivial baseline is the difference to the value one day earlier, as a z-score against the last
day's differences.

{_events(figures)}

OpenSearch's acceptance test asks of its own detector a least precision by rows and a least share of windows found.

{_marks(figures)}

## Batch methods

These see a whole series before they score it, so they show what is there to be found rather than what can be told
in time. VUS-PR of the best two published for single series, those of TSB-AD among the files above.

{_batch(figures)}

## One threshold for all

Alerts are set up before anything is known of the data. These are the same scores at thresholds that are the
same everywhere.

{_fixed(figures)}

## Alarms in noise

Simulated series of {NOISE_BUCKETS:,} buckets of {NOISE_SPAN // 60} minutes in which nothing is unusual: how
many of 1,000 buckets reach a score. `tests/quality` holds bounds for the records of the same series.

{_noises(figures)}

## Log lines

2,000 lines of each of eight systems, with corrected labels. *GA*, grouping accuracy, is the share of lines
whose category holds exactly the lines of their event; *FGA* is the F1 of the categories themselves. A line's
category is the one it has at the end, or the one it was given *at once*. Whole lines include time, level and
component; parsers were scored on messages.

{_logs(figures.logs)}

{_systems(figures.logs)}

## Sources

{published.SOURCES}
"""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    lines = ["| " + " | ".join(cells) + " |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|---|" + "---:|" * (len(heads) - 1), *lines[1:]])


def _number(figure: float | None, digits: int = 3) -> str:
    return "" if figure is None else f"{figure:.{digits}f}"


def _nab(figures: Figures) -> str:
    heads = ("detector", "standard", "low FP", "low FN", "VUS-PR", "event F1", "false alarms")
    report, other = figures.folders["nab"].report, figures.nab_events_by_others
    event = report.event
    fair = f"{OURS}, threshold of the other folders"
    rows: list[tuple[Any, ...]] = [
        (OURS, *figures.nab.values(), report.vus_pr, event.f1, event.false_alarms_per_1000),
        (fair, *figures.nab_by_others.values(), None, other.f1, other.false_alarms_per_1000),
        *published.NAB,
    ]
    return table(heads, ((row[0], *(_number(x, 2) for x in row[1:4]), *map(_number, row[4:])) for row in rows))


def _events(figures: Figures) -> str:
    heads = ("data", "detector", "VUS-PR", "AUC-PR", "event F1", "precision", "recall", "false alarms")
    rows = []
    for folder, baseline in published.BASELINE.items():
        report = figures.folders[folder].report
        event = report.event
        found = (event.f1, event.precision, event.recall, event.false_alarms_per_1000)
        ours = published.Events(OURS, report.vus_pr, report.auc_pr, *found)
        rows += [(NAMES[folder], one.name, *map(_number, one[1:])) for one in (ours, baseline)]
    return table(heads, rows)


def _fixed(figures: Figures) -> str:
    heads = ("data", "events", *(f"{what} {score}" for score in FIXED for what in ("found at", "false alarms at")))
    rows = []
    for folder, name in NAMES.items():
        found = [report.event for report in figures.folders[folder].fixed]
        cells = [text for one in found for text in (str(one.found), _number(one.false_alarms_per_1000))]
        rows.append((name, str(found[0].events), *cells))
    return table(heads, rows)


def _marks(figures: Figures) -> str:
    heads = ("file", "asked for", *(f"at score {score}" for score in FIXED))
    rows = []
    for mark in published.MARKS:
        reached = [
            next(one for one in report.series if one.name == mark.file)
            for report in figures.folders["opensearch"].fixed
        ]
        cells = (f"{one.row_precision:.2f}, {one.event.found} of {one.event.events}" for one in reached)
        rows.append((mark.file.removesuffix(".csv.gz"), f"{mark.precision}, {mark.recall:.0%}", *cells))
    return table(heads, rows)


def _batch(figures: Figures) -> str:
    rows = []
    for stretch, figure in figures.batch.items():
        first, until = stretch.rows
        part = "" if stretch.rows == (0, None) else f", from row {first}" if until is None else f", first {until} rows"
        rows.append(
            (f"{NAMES[stretch.folder]}: {stretch.file.removesuffix('.gz')}{part}", _number(figure), stretch.best)
        )
    return table(("series", OURS, "batch methods"), rows)


def _noises(figures: Figures) -> str:
    heads = ("noise", *(f"score {score}" for score in FIXED))
    return table(heads, ((name, *(_number(rate) for rate in rates)) for name, rates in figures.noises.items()))


def _logs(logs: Logs) -> str:
    rows = []
    for kind, results in logs.results.items():
        grouping = [result.grouping for result in results]
        rows.append((f"{OURS}, {kind}", _number(mean(g.ga for g in grouping)), _number(mean(g.fga for g in grouping))))
    rows += [(one.name, _number(one.ga), _number(one.fga)) for one in published.PARSERS]
    return table(("parser, mean of the eight systems", "GA", "FGA"), rows)


def _systems(logs: Logs) -> str:
    rows = []
    for kind, results in logs.results.items():
        known = {result.system: result.grouping.ga for result in results}
        rows.append((f"{OURS}, {kind}", *(_number(known[system]) for system in published.SYSTEMS)))
    rows += [(name, *map(_number, figures)) for name, figures in published.BY_SYSTEM.items()]
    speeds = (f"{logs.speeds[system]:,.0f}" for system in published.SYSTEMS)
    return table(("GA", *published.SYSTEMS), [*rows, (f"{OURS}, lines a second of one core", *speeds)])
