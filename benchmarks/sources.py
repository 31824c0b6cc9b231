"""Documents from a database and from files into a job: how many a second, and whether the results are those of a frame.

python benchmarks/sources.py [documents]
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from unusual import Job

DOCUMENTS = 1_000_000
BEGIN_MS = 1_728_000_000_000
FIELDS = ("value", "host")


def documents(count: int) -> pl.DataFrame:
    """Two documents a second, of a hundred hosts."""
    rng = np.random.default_rng(1)
    at = BEGIN_MS + np.arange(count, dtype=np.int64) * 500
    hosts = [f"host-{number:02d}" for number in range(100)]
    return pl.DataFrame({"at": at, "value": rng.normal(50.0, 5.0, count), "host": rng.choice(hosts, count)})


def written(frame: pl.DataFrame, folder: Path) -> dict[str, tuple[dict[str, object], dict[str, object]]]:
    """The same documents in every way: what a datafeed says, and the connection."""
    with sqlite3.connect(folder / "metrics.db") as database:
        database.execute("CREATE TABLE metrics (at INTEGER, value REAL, host TEXT)")
        database.executemany("INSERT INTO metrics VALUES (?, ?, ?)", frame.iter_rows())
        database.execute("CREATE INDEX by_time ON metrics (at)")
    database.close()
    frame.write_csv(folder / "metrics.csv")
    frame.write_ndjson(folder / "metrics.ndjson")
    frame.write_parquet(folder / "metrics.parquet")
    sql: dict[str, object] = {"type": "sql", "connection": "place", "query": "SELECT at, value, host FROM metrics"}
    ways: dict[str, tuple[dict[str, object], dict[str, object]]] = {
        "sqlite": (sql, {"type": "sql", "url": f"sqlite:///{folder}/metrics.db"})
    }
    root: dict[str, object] = {"type": "files", "root": str(folder)}
    for ending in ("csv", "ndjson", "parquet"):
        ways[ending] = {"type": "files", "connection": "place", "paths": f"*.{ending}"}, root
    ways["growing ndjson"] = ways["ndjson"][0] | {"follow": True}, root
    return ways


def new_job() -> Job:
    """The job that all are given to."""
    return Job("mean(value) by host", bucket_span="15m", time_field="at", time_format="epoch_ms")


def found(job: Job) -> pl.DataFrame:
    """Its buckets and their scores."""
    job.finish()
    return job.buckets.drop("processing_time_ms")


def main(count: int) -> None:
    """Measure, and print one line a source."""
    frame = documents(count)
    new_job().detect(frame.head(10_000))  # what is compiled at first use
    fed, began = new_job(), time.perf_counter()
    fed.feed(frame)
    expected = found(fed)
    print(f"{'frame':16}{count / (time.perf_counter() - began):12,.0f} documents/s")
    with tempfile.TemporaryDirectory() as folder:
        for name, (source, connection) in written(frame, Path(folder)).items():
            job, began = new_job(), time.perf_counter()
            job.pull({"source": source}, {"place": connection})
            same = found(job).equals(expected)
            speed = count / (time.perf_counter() - began)
            print(
                f"{name:16}{speed:12,.0f} documents/s   {'the same results' if same else 'OTHER RESULTS'}", flush=True
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)
