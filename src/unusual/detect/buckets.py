"""Records in time: which are too late, which bucket each belongs to, and which buckets are over.

Times are milliseconds, buckets are numbered by start / span. Knows nothing of what the records hold.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from unusual.kernels.arrays import Flags, Ints


@dataclass
class Timeline:
    """How far a job has come.

    span        length of a bucket [ms]
    latency     how much later than its bucket a record may come [ms]
    latest      time of the newest record [ms], None before the first
    first_open  number of the oldest bucket that is not final, None before any data or advance
    begin       number of the first bucket with data, None before any data
    """

    span: int
    latency: int = 0
    latest: int | None = None
    first_open: int | None = None
    begin: int | None = None

    def in_order(self, times: Ints) -> Flags:
        """Which of (k,) times are not older than the start of the bucket of the newest record, minus latency."""
        newest = self._newest_before(times)
        return np.asarray(times >= newest // self.span * self.span - self.latency)

    def _newest_before(self, times: Ints) -> Ints:
        """The newest of all times before each of (k,) times, itself where it is the very first."""
        earlier = np.concatenate([times[:1] if self.latest is None else [self.latest], times[:-1]])
        return np.asarray(np.maximum.accumulate(earlier[: times.size]))

    def open_before(self, times: Ints) -> Ints:
        """Number of the oldest bucket that is open when each of (k,) times comes."""
        due = (self._newest_before(times) - self.latency) // self.span
        return np.asarray(due if self.first_open is None else np.maximum(due, self.first_open))

    def due_after(self, times: Ints) -> Ints:
        """Number of the oldest bucket that is open once each of (k,) times, all in order, has come."""
        return np.asarray((np.maximum(self._newest_before(times), times) - self.latency) // self.span)

    def observe(self, times: Ints) -> tuple[Ints, Flags]:
        """Move on to (k,) times, all in order; the bucket of each, and whether that bucket still takes records."""
        buckets = times // self.span
        if times.size == 0:
            return buckets, np.zeros(0, np.bool_)
        wanted = buckets >= self.open_before(times)
        if self.first_open is None:
            self.first_open = int((times[0] - self.latency) // self.span)
        if wanted.any():
            first = int(buckets[wanted].min())
            self.begin = first if self.begin is None else min(self.begin, first)
        newest = int(times.max())
        self.latest = newest if self.latest is None else max(self.latest, newest)
        return buckets, wanted

    def due(self) -> int:
        """Number of the first bucket that the records so far leave open."""
        if self.latest is None or self.first_open is None:
            return self.first_open or 0
        return max(self.first_open, (self.latest - self.latency) // self.span)

    def first_result(self, until: int) -> int:
        """Number of the first bucket of [first_open, until) that gets a result; `until` when none does."""
        if self.begin is None or self.first_open is None:
            return until
        return min(until, max(self.first_open, self.begin))

    def finish(self, until: int) -> None:
        """Every bucket before number `until` is final."""
        self.first_open = until if self.first_open is None else max(self.first_open, until)

    def open_buckets(self) -> range:
        """Numbers of the buckets an interim result may be asked for."""
        if self.first_open is None or self.begin is None:
            return range(0)
        return range(max(self.first_open, self.begin), self.first_open + self.latency // self.span + 1)

    def finalized_end(self) -> int | None:
        """End of the newest final bucket, which is the start of the oldest open one [ms]."""
        return None if self.first_open is None else self.first_open * self.span

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"latest": self.latest, "first_open": self.first_open, "begin": self.begin}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self.latest, self.first_open, self.begin = state["latest"], state["first_open"], state["begin"]
