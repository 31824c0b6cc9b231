"""How long a person waits for the anomaly explorer with a million records in the store, part by part."""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from filling import DAY_MS, MILLION, fill_job, filled, ports_of
from timing import often

from unusual.jobs.ports import Page, Ports
from unusual.jobs.viewing import anomalies, swimlanes, windows
from unusual.jobs.viewing.anomalies import Question
from unusual.store.sqlite import open_store

ROUNDS = 20


def main() -> None:
    """Fill a store, look at it, print the figures."""
    with filled(fill_job, *map(Path, sys.argv[1:])) as folder, closing(open_store(folder)) as store:
        taken = {name: often(look, ROUNDS) for name, look in _looks(ports_of(store)).items()}
    for name, one in taken.items():
        print(f"{name:40} {one}")
    first, later = (sum(times) for times in zip(*((one.first, one.p50) for one in taken.values()), strict=True))
    print(f"all of them: {first:.0f} ms the first time, {later:.0f} ms later; {MILLION.records:,} records")


def _looks(ports: Ports) -> dict[str, Callable[[int], object]]:
    """What the explorer asks for when it is opened, and when a day is picked in it."""
    job = ports.jobs.get("big")
    extent = windows.extent(ports, job)
    assert extent is not None  # noqa: S101 - it was filled
    grid = windows.grid(extent, windows.span_ms(job))
    day = Question(windows.Window(MILLION.end_ms - DAY_MS, MILLION.end_ms))
    return {
        "the time of the job": lambda _: windows.extent(ports, job),
        "the lane of the job": lambda _: swimlanes.overall(ports, ["big"], grid),
        "ten lanes of values": lambda _: swimlanes.by_field(ports, [job.config], "airline", grid, Page(0, 10)),
        "the worst anomalies": lambda _: anomalies.anomalies(ports, [job.config], Question(extent), Page(0, 25)),
        "the worst anomalies of a day": lambda _: anomalies.anomalies(ports, [job.config], day, Page(0, 25)),
    }


if __name__ == "__main__":
    main()
