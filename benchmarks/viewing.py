"""How long a person waits for the anomaly explorer with a million records in the store, part by part."""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np
from reading import bucket
from searching import DAY_MS, END_MS, PER_BUCKET, RECORDS, Clock, fill

from unusual.analysis.engine import Engine
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Page, Ports, StoredJob
from unusual.jobs.viewing import anomalies, swimlanes, windows
from unusual.jobs.viewing.anomalies import Question
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store
from unusual.workers.inline import Inline

ROUNDS = 20
DETECTOR = {"detector_index": 0, "function": "mean", "field_name": "responsetime", "partition_field_name": "airline"}
CONFIG: Final = {"job_id": "big", "analysis_config": {"bucket_span": "5m", "detectors": [DETECTOR]}}


def main() -> None:
    """Fill a store, look at it, print the figures."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(directory)
        with closing(open_store(folder)) as store:
            if not store.jobs.all():
                _fill(store)
            kept = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
            looks = _looks(Ports(*kept, Inline(Engine), Clock()))
            whole = [_measure(name, look) for name, look in looks.items()]
            print(f"{'all of them, one after the other':40} p50 {sum(whole):7.1f} ms   {RECORDS:,} records")


def _fill(store: Store) -> None:
    store.jobs.add(StoredJob(CONFIG, State.CLOSED))
    fill(store)
    scores = np.round(np.minimum(np.random.default_rng(3).exponential(8.0, RECORDS // PER_BUCKET), 100.0), 5)
    store.results.add("big", [bucket(number, score) for number, score in enumerate(scores.tolist())])


def _looks(ports: Ports) -> dict[str, Callable[[], object]]:
    """What the explorer asks for when it is opened, and when a day is picked in it."""
    job = ports.jobs.get("big")
    extent = windows.extent(ports, job)
    assert extent is not None  # noqa: S101 - it was filled
    grid = windows.grid(extent, windows.span_ms(job))
    day = Question(windows.Window(END_MS - DAY_MS, END_MS))
    return {
        "the time of the job": lambda: windows.extent(ports, job),
        "the lane of the job": lambda: swimlanes.overall(ports, ["big"], grid),
        "ten lanes of values": lambda: swimlanes.by_field(ports, [job.config], "airline", grid, Page(0, 10)),
        "the worst anomalies": lambda: anomalies.anomalies(ports, [job.config], Question(extent), Page(0, 25)),
        "the worst anomalies of a day": lambda: anomalies.anomalies(ports, [job.config], day, Page(0, 25)),
    }


def _measure(name: str, look: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        look()
        times.append((time.perf_counter() - begun) * 1000)
    p50, p99 = np.quantile(times, (0.5, 0.99))
    print(f"{name:40} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms")
    return float(p50)


if __name__ == "__main__":
    main()
