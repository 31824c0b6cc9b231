"""One picture of a run: what was there, what was expected, and the records with their scores; knows no page."""

import re
from collections import defaultdict
from collections.abc import Callable
from io import StringIO
from math import nan
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import matplotlib.dates as mdates
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator
from running import LOUD, Found, Run
from scenes import DAY, HOUR, START, View

SIZE = (8.4, 3.0)  # inches
SEVERITIES = ((75, "#d63333"), (50, "#e8820c"), (25, "#d9b300"), (0, "#3f8fd2"))  # least score, colour
ACTUAL, TYPICAL, BOUNDS, PEERS = "#1f2933", "#0b6bb0", "#bfdcf2", "#8a97a3"
SEVERAL = 2.0  # multi_bucket_impact from which on a record is about several buckets
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_NUMBER = re.compile(r"(\d\.\d\d)\d+")  # a hundredth of a point is less than anyone sees
ROOM = 0.8  # share of the width beyond which a label stands to the left of its mark
STYLE = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "unusual",  # the same ids in every run
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e8ebee",
    "axes.axisbelow": True,
    "path.simplify": False,
}


Place = tuple[float, float]  # across and up


class Mark(NamedTuple):
    """All records of one place in the picture, under one label."""

    x: float
    y: float
    score: float
    several: bool
    label: str


def draw(run: Run, path: Path) -> None:
    """Write the picture of a run as SVG."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        axes = figure.add_subplot()
        axes.set_ylabel(run.example.axis)
        _VIEWS[run.example.view](axes, run)
        handles, labels = axes.get_legend_handles_labels()
        unique = dict(zip(labels, handles, strict=True))
        figure.legend(unique.values(), unique.keys(), loc="outside upper left", ncols=len(unique), frameon=False)
        whole = StringIO()
        figure.savefig(whole, format="svg", metadata={"Date": None, "Creator": None})
    path.write_text(LONG_NUMBER.sub(r"\1", whole.getvalue()), encoding="utf-8")


def _series(axes: Axes, run: Run) -> None:
    features = run.shown(run.plot).partition_by("model_feature", maintain_order=True)
    for one in features:
        frame = _with_gaps(one, run.example.span)
        at = _moments(frame)
        lower, upper = frame["model_lower"].to_numpy(), frame["model_upper"].to_numpy()
        axes.fill_between(at, lower, upper, color=BOUNDS, linewidth=0, label="bounds")
        axes.plot(at, frame["model_median"].to_numpy(), color=TYPICAL, linewidth=1.0, linestyle="--", label="typical")
        axes.plot(at, frame["actual"].to_numpy(), color=ACTUAL, linewidth=1.0, label="actual")
        if len(features) > 1:
            name = one["model_feature"][0].split("(")[0]
            axes.annotate(name, (at[-1], frame["model_median"][-1]), (6, -3), textcoords="offset points", color=TYPICAL)
    axes.margins(y=0.16)
    _days(axes)
    _mark(axes, run, lambda found: (_moment(found.at), found.actual[0]))


def _names(axes: Axes, run: Run) -> None:
    """One row per value of a field, with a bar over the buckets that have it."""
    field, span = run.example.axis, run.example.span
    records = run.shown(run.example.records.rename({"time": "at"}))
    buckets = records.select(field, at=pl.col("at") // span * span).unique().sort("at")
    rows = buckets[field].unique().sort().to_list()[::-1]
    for row, name in enumerate(rows):
        at = buckets.filter(pl.col(field) == name)["at"].to_numpy()
        runs = np.split(at, np.flatnonzero(np.diff(at) > span) + 1)
        ends = [end for one in runs for end in (_moment(one[0]), _moment(one[-1] + span), nan)]
        heights = [height for _ in runs for height in (row, row, nan)]
        axes.plot(ends, heights, linewidth=5, color=PEERS, solid_capstyle="butt", label=f"buckets with this {field}")
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.margins(y=0.15)
    _days(axes)
    _mark(axes, run, lambda found: (_moment(found.at + span // 2), rows.index(found.names[field])))


def _members(axes: Axes, run: Run) -> None:
    """Every member's value as a point, the centre of the population as a line."""
    values = run.shown(run.example.records.rename({"time": "at"}))
    measured = next(name for name, kind in values.schema.items() if kind == pl.Float64)
    _dots(axes, _moments(values), values[measured].to_list(), f"value of a {run.example.detectors[0].split()[-1]}")
    axes.margins(y=0.16)
    for found in run.loudest:
        axes.plot([_moment(found.at)], [found.typical[0]], "_", markersize=12, color=TYPICAL, label="typical")
    _days(axes)
    _mark(axes, run, lambda found: (_moment(found.at), found.actual[0]))


def _clock(axes: Axes, run: Run, period: int, unit: int) -> None:
    """Each record by its period and its time within the period."""
    records = run.shown(run.example.records.rename({"time": "at"}))
    seconds = records["at"].to_numpy()
    since = seconds - START
    _dots(axes, (since // period).tolist(), (since % period / unit).tolist(), "input")
    monday = START % period  # results count from 1970-01-01, a Thursday
    for found in run.loudest:
        x = (found.at - START) // period
        y = (found.typical[0] - monday) % period / unit
        axes.plot([x], [y], "_", markersize=12, markeredgewidth=2, color=TYPICAL, label="typical")
    _mark(
        axes,
        run,
        lambda found: ((found.at - START) // period, (found.actual[0] - monday) % period / unit),
    )


def _daytimes(axes: Axes, run: Run) -> None:
    _clock(axes, run, DAY, HOUR)
    axes.set_ylim(0, 24)
    axes.yaxis.set_major_locator(MultipleLocator(6))
    axes.set_xlabel("day")


def _weektimes(axes: Axes, run: Run) -> None:
    _clock(axes, run, 7 * DAY, DAY)
    axes.set_ylim(0, 7)
    axes.set_yticks(np.arange(7) + 0.5, WEEKDAYS)
    axes.set_yticks(range(8), minor=True)
    axes.grid(visible=False, axis="y", which="major")
    axes.grid(visible=True, axis="y", which="minor")
    axes.tick_params(axis="y", which="major", length=0)
    axes.set_xlabel("week")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def _places(axes: Axes, run: Run) -> None:
    field = run.example.records.columns[-1]
    texts = run.example.records[field].unique().sort().to_list()
    places = np.array([[float(number) for number in text.split(",")] for text in texts])
    _dots(axes, places[:, 1].tolist(), places[:, 0].tolist(), "input")
    for found in run.loudest:
        latitudes, longitudes = zip(found.typical, found.actual, strict=True)
        axes.plot(longitudes, latitudes, color=TYPICAL, linewidth=1.0, linestyle="--")
        axes.plot(longitudes[:1], latitudes[:1], "D", markersize=4, color=TYPICAL, label="typical")
    axes.set_xlabel("longitude [°]")
    axes.margins(0.1)
    _mark(axes, run, lambda found: (found.actual[1], found.actual[0]))


_VIEWS: dict[View, Callable[[Axes, Run], None]] = {
    View.SERIES: _series,
    View.NAMES: _names,
    View.MEMBERS: _members,
    View.DAYTIMES: _daytimes,
    View.WEEKTIMES: _weektimes,
    View.PLACES: _places,
}


def _dots(axes: Axes, across: list[float], up: list[float], label: str) -> None:
    """Many points as one path, which is a third of the size."""
    xs = [x for one in across for x in (one, one, nan)]
    ys = [y for one in up for y in (one, one, nan)]
    axes.plot(xs, ys, linewidth=3, solid_capstyle="round", color=PEERS)
    axes.plot([], [], ".", color=PEERS, label=label)


def _mark(axes: Axes, run: Run, where: Callable[[Found], Place]) -> None:
    """A point per place with records, coloured by the highest score; a label for those worth a look."""
    marks = _marks(run, where)
    for several in sorted({mark.several for mark in marks}):
        name, kind = ("anomaly record of several buckets", "P") if several else ("anomaly record", "o")
        axes.plot([], [], kind, markersize=7, color=SEVERITIES[0][1], markeredgecolor="white", label=name)
    for mark in marks:
        colour = next(colour for least, colour in SEVERITIES if mark.score >= least)
        axes.plot(
            [mark.x],
            [mark.y],
            "P" if mark.several else "o",
            markersize=7,
            color=colour,
            markeredgecolor="white",
            zorder=4,
        )
    for mark in marks:
        if mark.label:
            _label(axes, mark)


def _label(axes: Axes, mark: Mark) -> None:
    """The functions and scores of a mark, on the side where there is room."""
    start, end = axes.get_xlim()
    left = (mark.x - start) / (end - start) > ROOM
    axes.annotate(
        mark.label,
        (mark.x, mark.y),
        (-7, 0) if left else (7, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        bbox={"facecolor": "white", "alpha": 0.7, "edgecolor": "none", "pad": 0.6},
        zorder=5,
    )


def _marks(run: Run, where: Callable[[Found], Place]) -> list[Mark]:
    placed: dict[Place, list[Found]] = defaultdict(list)
    for found in run.found:
        placed[where(found)].append(found)
    marks = []
    for (x, y), those in placed.items():
        best = max(those, key=lambda found: found.score)
        names = [f"{found.function} {found.score:.0f}" for found in those if found.first and found.score >= LOUD]
        marks.append(Mark(x, y, best.score, best.several > SEVERAL, "\n".join(names)))
    return marks


def _with_gaps(frame: pl.DataFrame, span: int) -> pl.DataFrame:
    """Rows of one feature with an empty row wherever buckets are missing, so that a line breaks there."""
    at = frame["at"].to_numpy()
    missing = at[1:][np.diff(at) > span] - span
    empty = pl.DataFrame({"at": missing})
    return pl.concat([frame, empty], how="diagonal_relaxed").sort("at")


def _moment(seconds: float) -> float:
    """A time as Matplotlib counts: days since 1970."""
    return seconds / DAY


def _moments(frame: pl.DataFrame) -> list[float]:
    return [_moment(at) for at in frame["at"]]


def _days(axes: Axes) -> None:
    axes.xaxis.set_major_locator(mdates.DayLocator())
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%a %d %b"))
    axes.margins(x=0.02)
