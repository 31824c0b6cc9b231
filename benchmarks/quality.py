"""Detection quality on labelled data, printed and written to docs/quality.md: `make quality`.

One setting for all series, nothing tuned per file: bucket span = sampling interval, one detector `mean` per value
column, default settings, scores as first given (no look-ahead). Scorers and data come from the folder of labelled data
(UNUSUAL_SHARED).
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import polars as pl
import published
import thresholds
from log_quality import score_logs
from quality_page import Figures, Folder, page
from scorers import scorer

from unusual import Job

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "quality.md"
SKIPPED = {"nab": 0.15, "kpi": 0.15, "shapes": 600, "opensearch": 1500}  # share, or rows, that do not count


def main() -> int:
    """Score every folder of labelled data, print the scorers' tables and write the page."""
    shared = Path(os.environ.get("UNUSUAL_SHARED", ROOT.parent / "shared"))
    if not (shared / "quality").is_dir():
        print(f"no labelled data: {shared} has no folder quality; set UNUSUAL_SHARED")
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        scores = Path(folder)
        for name in SKIPPED:
            for path in series_files(shared / "data" / name):
                write_scores(path, scores / name / path.relative_to(shared / "data" / name))
        figures = score(shared, scores)
    PAGE.write_text(page(figures, day=time.strftime("%Y-%m-%d", time.gmtime()), took_s=time.monotonic() - began))
    print(f"\nwritten: {PAGE.relative_to(ROOT)}")
    return 0


def score(shared: Path, scores: Path) -> Figures:
    """All figures. scores: the folder with those of the series, where groups of log lines may be put too."""
    nab, series = scorer(shared, "nab_score"), scorer(shared, "series_score")
    files = nab.load(scores / "nab", nab.read_labels(shared / "data" / "nab" / "labels.json"))
    profiles = nab.evaluate(files)
    print("\n== nab\n" + nab.report(profiles, files=False), flush=True)
    folders: dict[str, Folder] = {}
    batch: dict[published.Batch, float] = {}
    for name, skip in SKIPPED.items():
        loaded = series.load(shared / "data" / name, scores / name, _windows(nab, shared) if name == "nab" else None)
        folders[name] = folder_of(series, loaded, skip)
        batch |= {one: vus_pr_of(series, loaded, one) for one in published.BATCH if one.folder == name}
        print(f"\n== {name} by events\n" + series.table(folders[name].report), flush=True)
    return Figures(
        nab={name: profile.score for name, profile in profiles.items()},
        nab_by_others=thresholds.nab_by_other_folders(nab, files),
        nab_events_by_others=thresholds.events_by_other_folders(series, folders["nab"].peaks),
        folders=folders,
        batch=batch,
        noises=thresholds.noise_alarms(),
        logs=score_logs(shared, scores / "logs"),
    )


def folder_of(series: ModuleType, loaded: list[Any], skip: float) -> Folder:
    """The figures of one folder of series."""
    peaks = thresholds.peaks(series, loaded, skip)
    fixed = [series.evaluate(loaded, skip=skip, threshold=at / 100) for at in thresholds.FIXED]
    return Folder(series.evaluate(loaded, skip=skip), peaks, fixed)


def vus_pr_of(series: ModuleType, loaded: list[Any], stretch: published.Batch) -> float:
    """VUS-PR of the stretch of a series that others were scored on."""
    one = next(one for one in loaded if one.name == stretch.file)
    rows = slice(*stretch.rows)
    widest = series.season_length(one.values[rows])
    return float(series.vus_pr(one.labels[rows], one.scores[rows], widest))


def _windows(nab: ModuleType, shared: Path) -> Any:  # noqa: ANN401 - the scorers' own type
    return nab.read_labels(shared / "data" / "nab" / "labels.json")


def series_files(folder: Path) -> Iterator[Path]:
    """The data files of a folder that hold one labelled series each."""
    for path in sorted(folder.rglob("*.csv*")):
        if path.name != "rule.csv.gz":  # several cities in one; each is there as a file of its own too
            yield path


def write_scores(path: Path, target: Path) -> None:
    """Run one series through the engine and write `timestamp,score` rows, scores in [0, 1]."""
    frame = pl.read_csv(path)
    values = [name for name in frame.columns if name not in ("timestamp", "label")]
    times = seconds(frame["timestamp"])
    span = int(median(times.diff().drop_nulls()))
    job = Job(*({"function": "mean", "field_name": value} for value in values), bucket_span=f"{span}s")
    job.detect(frame.select(values).with_columns(times.alias("time")))
    buckets = job.buckets.select(
        pl.col("timestamp").dt.epoch("s").alias("bucket"), (pl.col("initial_anomaly_score") / 100).alias("score")
    )
    rows = frame.select("timestamp").with_columns((times // span * span).alias("bucket"))
    scored = rows.join(buckets, on="bucket", how="left", maintain_order="left").with_columns(
        pl.col("score").fill_null(0)
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    scored.select("timestamp", "score").write_csv(target.with_name(target.name.removesuffix(".gz")))


def seconds(column: pl.Series) -> pl.Series:
    """Times as whole seconds, whether given as text, seconds or milliseconds."""
    if column.dtype == pl.String:
        return column.str.to_datetime().dt.epoch("s")
    return column // 1000 if bool((column > 10**11).any()) else column


if __name__ == "__main__":
    sys.exit(main())
