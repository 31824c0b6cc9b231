"""Stretches of a job's time, and how they are cut into cells; knows no result but the first and the last bucket."""

from typing import Final, NamedTuple

from unusual.jobs.ports import Ports, Sought, StoredJob
from unusual.schema.durations import Duration

MOST_CELLS: Final = 80


class Window(NamedTuple):
    """The time in [start_ms, end_ms)."""

    start_ms: int
    end_ms: int

    def within(self, start_ms: int | None, end_ms: int | None) -> "Window":
        """The part of the window between two bounds, each of which may be missing; the whole where none is left."""
        start = self.start_ms if start_ms is None else max(self.start_ms, start_ms)
        end = self.end_ms if end_ms is None else min(self.end_ms, end_ms)
        return Window(start, end) if start < end else self


class Grid(NamedTuple):
    """Equal cells of time, one beside the other, that begin where buckets begin."""

    start_ms: int
    width_ms: int
    number: int

    @property
    def end_ms(self) -> int:
        return self.start_ms + self.number * self.width_ms

    def cell(self, number: int) -> Window:
        """The time of one cell."""
        return Window(self.start_ms + number * self.width_ms, self.start_ms + (number + 1) * self.width_ms)


def span_ms(*jobs: StoredJob) -> int:
    """Length of the longest of the jobs' buckets."""
    return max(Duration(job.config["analysis_config"]["bucket_span"]).milliseconds for job in jobs)


def extent(ports: Ports, *jobs: StoredJob) -> Window | None:
    """From the first bucket of some jobs to the end of the last one, None while there is none."""
    spans = {job.job_id: span_ms(job) for job in jobs}
    sought = Sought(tuple(spans), "bucket")
    firsts, lasts = (ports.results.first(sought, [("timestamp", desc)], 1) for desc in (False, True))
    if not firsts:
        return None
    return Window(min(one.timestamp for one in firsts), max(one.timestamp + spans[one.job_id] for one in lasts))


def grid(window: Window, span: int, most: int = MOST_CELLS) -> Grid:
    """At most `most` cells of whole buckets over a window. span: length of a bucket [ms].

    >>> grid(Window(0, 1000), 100, 4)
    Grid(start_ms=0, width_ms=300, number=4)
    """
    first = window.start_ms // span * span
    buckets = -(-(window.end_ms - first) // span)
    width = -(-buckets // most)
    return Grid(first, width * span, -(-buckets // width))
