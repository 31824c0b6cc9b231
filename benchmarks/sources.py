"""Documents from every source into a job: how many a second, and whether the results are those of a frame.

python benchmarks/sources.py [documents [source ...]]

Figures per second of processor time are of this process alone, and mean something on a busy machine too.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import other_sides
import polars as pl

from unusual import Job

DOCUMENTS: Final = 1_000_000
BEGIN_MS: Final = 1_728_000_000_000
SPAN_MS: Final = 900_000
Made: TypeAlias = Callable[[pl.DataFrame, Path], AbstractContextManager[other_sides.Peer]]
SOURCES: Final[dict[str, Made]] = {
    "sqlite": other_sides.sqlite,
    "postgres": other_sides.postgres,
    "csv": partial(other_sides.files, ending="csv"),
    "ndjson": partial(other_sides.files, ending="ndjson"),
    "parquet": partial(other_sides.files, ending="parquet"),
    "growing ndjson": partial(other_sides.files, ending="ndjson", follow=True),
    "elasticsearch": other_sides.cluster,
    "prometheus": other_sides.prometheus,
    "kafka": other_sides.kafka,
}


def documents(count: int) -> pl.DataFrame:
    """Two documents a second, of a hundred hosts."""
    rng = np.random.default_rng(1)
    at = BEGIN_MS + np.arange(count, dtype=np.int64) * other_sides.STEP_MS
    hosts = [f"host-{number:02d}" for number in range(100)]
    return pl.DataFrame({"at": at, "value": rng.normal(50.0, 5.0, count).round(3), "host": rng.choice(hosts, count)})


def new_job() -> Job:
    """The job that all are given to."""
    return Job("mean(value) by host", bucket_span=f"{SPAN_MS}ms", time_field="at", time_format="epoch_ms")


def found(job: Job) -> pl.DataFrame:
    """Its buckets and their scores."""
    job.finish()
    return job.buckets.drop("processing_time_ms")


def fed(frame: pl.DataFrame) -> pl.DataFrame:
    """What a job finds in a frame."""
    job = new_job()
    job.feed(frame)
    return found(job)


def pulled(feed: other_sides.Document, connection: other_sides.Document) -> pl.DataFrame:
    """What a job finds in a source."""
    job = new_job()
    job.pull(feed, {"place": connection}, start=datetime.fromtimestamp(BEGIN_MS / 1000, UTC))
    return found(job)


def timed(name: str, count: int, act: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """What comes of something, and a line about how long it took."""
    began, used = time.perf_counter(), time.process_time()
    results = act()
    took, used = time.perf_counter() - began, time.process_time() - used
    told = f"{name:16}{count / took:12,.0f} documents/s{count / used:12,.0f} per second of processor time"
    print(told, end="   ", flush=True)
    return results


def main(count: int, names: list[str]) -> None:
    """Measure, and print one line a source."""
    frame = documents(count)
    new_job().detect(frame.head(10_000))  # what is compiled at first use

    expected = timed("frame", count, partial(fed, frame))
    print()
    for name in names or SOURCES:
        with tempfile.TemporaryDirectory() as folder, SOURCES[name](frame, Path(folder)) as (feed, connection):
            same = timed(name, count, partial(pulled, feed, connection)).equals(expected)
            print("the same results" if same else "OTHER RESULTS", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS, sys.argv[2:])
