"""How long a person waits for the anomaly explorer with a million records in the store, part by part."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

import numpy as np
from filling import DAY_MS, END_MS, RECORDS, fill_buckets, fill_records, filled, ports_of

from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Page, Ports, StoredJob
from unusual.jobs.viewing import anomalies, swimlanes, windows
from unusual.jobs.viewing.anomalies import Question
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store

ROUNDS = 20
DETECTOR = {"detector_index": 0, "function": "mean", "field_name": "responsetime", "partition_field_name": "airline"}
CONFIG: Final = {"job_id": "big", "analysis_config": {"bucket_span": "5m", "detectors": [DETECTOR]}}


def main() -> None:
    """Fill a store, look at it, print the figures."""
    with filled(_fill) as folder, closing(open_store(folder)) as store:
        first, later = zip(*(_measure(name, look) for name, look in _looks(ports_of(store)).items()), strict=True)
        print(f"all of them: {sum(first):.0f} ms the first time, {sum(later):.0f} ms later; {RECORDS:,} records")


def _fill(store: Store) -> None:
    store.jobs.add(StoredJob(CONFIG, State.CLOSED))
    fill_records(store)
    fill_buckets(store)


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


def _measure(name: str, look: Callable[[], object]) -> tuple[float, float]:
    """How long it took the first time, and later [ms]."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        look()
        times.append((time.perf_counter() - begun) * 1000)
    p50, p99 = np.quantile(times[1:], (0.5, 0.99))
    print(f"{name:40} first {times[0]:7.1f} ms   p50 {p50:7.1f} ms   p99 {p99:7.1f} ms")
    return times[0], float(p50)


if __name__ == "__main__":
    main()
