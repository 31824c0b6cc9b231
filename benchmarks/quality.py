"""Detection quality on labelled series: `make quality`.

One setting for all series, nothing tuned per file: bucket span = sampling interval, one detector `mean` per value
column, default settings, scores as first given (no look-ahead). Scorers and data come from the shared folder
(UNUSUAL_SHARED).
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import polars as pl
from log_quality import score_logs

from unusual import Job

ROOT = Path(__file__).resolve().parents[1]
SETS = {
    "nab": ("nab_score.py", []),
    "nab by events": ("series_score.py", ["--skip", "0.15"]),
    "kpi": ("series_score.py", ["--skip", "0.15"]),
    "shapes": ("series_score.py", ["--skip", "600"]),
    "opensearch": ("series_score.py", ["--skip", "1500"]),
}


def main() -> int:
    """Score every folder of series and print the scorers' tables."""
    shared = Path(os.environ.get("UNUSUAL_SHARED", ROOT.parent / "shared"))
    if not (shared / "quality").is_dir():
        print(f"no labelled data: {shared} has no folder quality; set UNUSUAL_SHARED")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        scores = Path(folder)
        for name in dict.fromkeys(name.partition(" ")[0] for name in SETS):
            for path in series_files(shared / "data" / name):
                write_scores(path, scores / name / path.relative_to(shared / "data" / name))
        for name, (scorer, options) in SETS.items():
            print(f"\n== {name}", flush=True)
            subprocess.run(command(shared, scores, name, scorer, options), check=True)
        score_logs(shared, scores / "logs")
    return 0


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


def command(shared: Path, scores: Path, name: str, scorer: str, options: list[str]) -> list[str]:
    """The call of one scorer."""
    folder = name.partition(" ")[0]
    script = str(shared / "quality" / scorer)
    labels = str(shared / "data" / "nab" / "labels.json")
    if scorer == "nab_score.py":
        return [sys.executable, script, str(scores / folder), "--labels", labels, *options]
    windows = ["--windows", labels] if folder == "nab" else []
    data = str(shared / "data" / folder)
    return [sys.executable, script, "--data", data, "--scores", str(scores / folder), *windows, *options]


if __name__ == "__main__":
    sys.exit(main())
