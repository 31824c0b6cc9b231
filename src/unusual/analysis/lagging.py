"""Two courses over the same records, of which one lags behind: what the job knows now, and what it knew before.

The buckets of the lagging one take records as long as those may be late. To go back is to go on from there. Knows
courses; knows neither when the job goes back nor what clients were told.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from unusual.analysis.columns import Columns
from unusual.analysis.control import Document, Flush, Schedule, Seconds
from unusual.analysis.course import Course, Told
from unusual.analysis.plan import Plan
from unusual.schema.results import SUMMED, data_counts, less_counts, merged_counts


class Lagging:
    """A course, and the one that lags behind it.

    newest  what clients see
    oldest  stands where buckets take no more records; what comes of it is what came of the newest there
    """

    def __init__(self, plan: Plan, stopwatch: Callable[[], float]) -> None:
        """Two courses that have seen nothing; each may take half of the memory. stopwatch: as of `Course`."""
        each = replace(plan, memory_limit=plan.room // 2, categorization=None)
        self._plan = plan
        self._ahead = data_counts(plan.job_id)  # of the buckets that the newest has concluded and the oldest has not
        self.newest = Course(each, stopwatch)
        self.oldest = Course(replace(each, latency=plan.latency + plan.late), stopwatch)

    def take(self, columns: Columns) -> None:
        """Fold records into the buckets that take them."""
        self.newest.take(columns)
        self.oldest.take(columns)

    def flush(self, flush: Flush) -> None:
        """Skip and let time pass, as far as asked for; there is no way back to what was skipped or came before."""
        before = self.newest.timeline.first_open
        self.newest.flush(flush)
        if self.newest.timeline.first_open != before:
            self.oldest.restore(self.newest.state())
            self._ahead = data_counts(self._plan.job_id)
        if flush.advance_time is not None:
            self.oldest.flush(Flush(advance_time=flush.advance_time - self._plan.late))

    def conclude(self) -> Told:
        """What comes of the next buckets that are over; the lagging course follows."""
        told = self.newest.conclude()
        self._ahead = less_counts(merged_counts(self._ahead, told.counts), self.oldest.conclude().counts)
        return told

    @property
    def unfinished(self) -> bool:
        """Whether more buckets are over than either has concluded."""
        return self.newest.unfinished or self.oldest.unfinished

    def forget(self, start: Seconds, end: Seconds) -> None:
        """Drop what the open buckets of the newest inside a window hold."""
        self.newest.forget(start, end)
        final = self.newest.finalized_end
        self.oldest.forget(start if final is None else max(start, final), end)

    def reschedule(self, schedule: Schedule) -> None:
        """Follow calendars, filters and what is to be plotted."""
        self.newest.reschedule(schedule)
        self.oldest.reschedule(schedule)

    def go_back(self, bucket: int) -> Document:
        """Let the newest begin where the oldest stands, and come to a bucket; what was counted of buckets since."""
        self.newest.restore(self.oldest.state())
        self.newest.goal = bucket
        counted, self._ahead = self._ahead, data_counts(self._plan.job_id)
        return counted

    @property
    def bytes(self) -> int:
        """Memory of everything learnt, open and kept [bytes]."""
        return self.newest.bytes + self.oldest.bytes

    def state(self) -> dict[str, Any]:
        """Everything learnt, the open buckets and the calendar."""
        ahead = {name: self._ahead[name] for name in SUMMED}
        return {**self.newest.state(), "oldest": self.oldest.state(), "ahead": ahead}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken, for the same plan."""
        self.newest.restore(state)
        self.oldest.restore(state["oldest"])
        self._ahead = data_counts(self._plan.job_id) | state["ahead"]
