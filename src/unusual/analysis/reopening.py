"""A job's course whose final buckets open again when records come late, and what clients are told then.

Knows when the job goes back, and what it has told; knows nothing of models.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from operator import attrgetter
from typing import Any

import numpy as np
import orjson
import polars as pl

from unusual.analysis.categorizing import Categories
from unusual.analysis.columns import Columns
from unusual.analysis.control import Annotation, Flush, Result, Schedule, Seconds
from unusual.analysis.course import A_MESSAGE, Told
from unusual.analysis.lagging import Lagging
from unusual.analysis.lateness import Lateness, Return
from unusual.analysis.plan import Plan
from unusual.detect.rescoring import Curve
from unusual.kernels.arrays import Flags, Floats
from unusual.schema.results import data_counts, less_counts, merged_counts


class Revisions:
    """How often late records have opened final buckets again, of those for which it may happen once more."""

    def __init__(self, span: int) -> None:
        """span: length of a bucket [s]."""
        self._length = span * 1000
        self._of: dict[int, int] = {}

    def note(self, back: Return, oldest: int) -> None:
        """Buckets are open again. oldest: number of the first bucket for which that may happen in future."""
        for bucket in range(back.since, back.due):
            self._of[bucket] = self._of.get(bucket, 0) + 1
        self._of = {bucket: number for bucket, number in self._of.items() if bucket >= oldest}

    def marked(self, results: list[Result]) -> list[Result]:
        """Results of buckets, with the number of their revision if there was any."""
        return [self._marked(result) for result in results] if self._of else results

    def _marked(self, result: Result) -> Result:
        number = self._of.get(result.timestamp // self._length)
        if number is None:
            return result
        return result._replace(body=orjson.dumps(orjson.loads(result.body) | {"revision": number}))

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"bucket": np.array([*self._of], np.int64), "revision": np.array([*self._of.values()], np.int64)}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self._of = dict(zip(state["bucket"].tolist(), state["revision"].tolist(), strict=True))


class _Message:
    """What came of buckets so far that one message tells of."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.results: list[Result] = []
        self.counts = data_counts(plan.job_id)
        self._said: list[Annotation] = []
        self._curves: list[Curve] = []
        self._reopened: tuple[int, int] | None = None  # bucket numbers

    def add(self, told: Told) -> None:
        """More came of it."""
        self.results += told.results
        self._said += told.said
        self._curves += told.curves

    def cut(self, bucket: int) -> None:
        """What came of this bucket and later ones is not to be told, as they are open again."""
        start = bucket * self._plan.span * 1000
        del self.results[bisect_left(self.results, start, key=attrgetter("timestamp")) :]
        self._said = [one for one in self._said if one.start_ms < start]
        self._curves = [replace(one, until=min(one.until, bucket)) for one in self._curves if one.first < bucket]

    def rewrites(self, first: int, until: int) -> None:
        """Its results of buckets first .. until - 1 take the place of others."""
        known = self._reopened or (first, until)
        self._reopened = (min(first, known[0]), max(until, known[1]))

    def told(self) -> Told:
        """All of it."""
        span = self._plan.span
        reopened = None if self._reopened is None else (self._reopened[0] * span, self._reopened[1] * span)
        return Told(self.results, self.counts, self._said, self._curves, reopened)


class Reopening:
    """How far a job has come, and what comes of it, late records included; its calls are those of `Course`."""

    def __init__(self, plan: Plan, stopwatch: Callable[[], float]) -> None:
        """A job that has seen nothing. stopwatch: seconds that only grow, for the processing times in results."""
        self._plan = plan
        self._courses = Lagging(plan, stopwatch)
        self._newest = self._courses.newest
        self.detection = self._newest.detection
        self.categories: Categories | None = None
        if plan.categorization is not None:
            self.categories = Categories(plan.job_id, plan.categorization, plan.span)
        self._lateness = Lateness()
        self._revisions = Revisions(plan.span)
        self._steps: deque[Callable[[], None]] = deque()  # each waits until all that is over is concluded
        self._silent = False  # while it goes through buckets that are not told again
        self._open: Return | None = None  # buckets that are told again
        self._due: int | None = None  # number of the bucket up to which all were told, though it went back
        self._message = _Message(plan)

    def take(self, columns: Columns) -> Flags:
        """Fold records into their buckets; which of the (k,) records were in time, and so counted."""
        looked = self._lateness.look(columns.times, self._newest.timeline, self._courses.oldest.timeline)
        frame = columns.frame
        if self.categories is not None and self._plan.categorization is not None:
            lines = frame[self._plan.categorization.field].set(pl.Series(~looked.wanted), None)
            buckets = columns.times // (self._plan.span * 1000)
            frame = frame.with_columns(self.categories.assign(frame.with_columns(lines), buckets))
        edges = [0, *(turn.at for turn in looked.turns), columns.times.size]
        parts = [Columns(columns.times[a:b], frame.slice(a, b - a)) for a, b in pairwise(edges)]
        self._steps.append(partial(self._courses.take, parts[0]))
        for turn, part in zip(looked.turns, parts[1:], strict=True):
            self._steps += [partial(self._go_back, turn.back), partial(self._courses.take, part)]
        return looked.in_order

    def flush(self, flush: Flush) -> None:
        """Let late records count at once; then as `Course.flush`. What was skipped, or came before, stays final."""
        back = self._lateness.take()
        if back is not None:
            self._steps.append(partial(self._go_back, back))
        self._steps.append(partial(self._courses.flush, flush))

    def forget(self, start: Seconds, end: Seconds) -> None:
        """Drop what the open buckets inside a window hold."""
        self._courses.forget(start, end)

    def conclude(self) -> Told:
        """What comes of the next buckets that are over, or open again, as many as a message holds."""
        while True:
            self._gather(self._courses.conclude())
            if self._courses.unfinished or not self._steps or len(self._message.results) >= A_MESSAGE:
                break
            self._steps.popleft()()
        message, self._message = self._message, _Message(self._plan)
        told = message.told()
        if self.categories is None:
            return told
        results, said = [*self.categories.results()], self.categories.take_said()
        return replace(told, results=told.results + results, said=told.said + said)

    def _gather(self, told: Told) -> None:
        self._message.counts = merged_counts(self._message.counts, told.counts)
        if self._silent:
            return
        self._message.add(replace(told, results=self._revisions.marked(told.results)))
        if self._open is not None:
            since, due = self._open
            reached = self._newest.timeline.first_result(due)
            self._message.rewrites(since, reached)
            self._open = Return(reached, due) if reached < due else None

    def _go_back(self, back: Return) -> None:
        """Come to the first bucket that is to open again, from before it."""
        known = self._newest.detection.standings.scores.told()
        self._message.counts = less_counts(self._message.counts, self._courses.go_back(back.since))
        self._silent, self._due = True, back.due
        self._steps.appendleft(partial(self._open_again, back, known))

    def _open_again(self, back: Return, known: dict[str, Floats]) -> None:
        """Go on from there. known: current scores of the results so far."""
        self._newest.detection.standings.scores.correct(known, back.since)
        self._newest.goal = back.due
        self._silent, self._open = False, back
        self._revisions.note(back, self._courses.oldest.timeline.first_result(back.due))
        self._message.cut(back.since)

    @property
    def unfinished(self) -> bool:
        """Whether more is to be concluded."""
        return bool(self._steps) or self._courses.unfinished

    def interim(self, start: Seconds | None, end: Seconds | None) -> list[Result]:
        """Results of the open buckets so far, of those that [start, end) touches."""
        return self._newest.interim(start, end)

    def reschedule(self, schedule: Schedule) -> None:
        """Follow calendars, filters and what is plotted, from the next bucket on, and in those that open again."""
        self._courses.reschedule(schedule)

    @property
    def bytes(self) -> int:
        """Memory of everything learnt, open and kept [bytes]."""
        return self._courses.bytes + (0 if self.categories is None else self.categories.bytes)

    @property
    def finalized_end(self) -> Seconds | None:
        """End of the newest final bucket, though it may be open again; None before any data, advance or skip."""
        end = self._newest.finalized_end
        return end if end is None or self._due is None else max(end, self._due * self._plan.span)

    def state(self) -> dict[str, Any]:
        """Everything learnt, the open buckets and the calendar."""
        state = self._courses.state() | {"late": self._lateness.state(), "revisions": self._revisions.state()}
        return state | {"categories": None if self.categories is None else self.categories.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken, for the same plan."""
        self._courses.restore(state)
        self._lateness.restore(state["late"])
        self._revisions.restore(state["revisions"])
        if self.categories is not None:
            self.categories.restore(state["categories"])
