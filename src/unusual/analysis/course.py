"""The buckets of a job on their way: records folded in, buckets that are over judged and told, in order.

Knows the timeline, the detection and the calendar; knows nothing of posted bytes, uploads or memory limits.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import polars as pl

from unusual.analysis.annotating import changes
from unusual.analysis.categorizing import Categories
from unusual.analysis.clocks import Clocks
from unusual.analysis.columns import Columns
from unusual.analysis.control import Annotation, Document, Flush, Result, Schedule, Seconds
from unusual.analysis.counts import Buckets
from unusual.analysis.detection import Detection
from unusual.analysis.plan import Plan, compile_plan
from unusual.analysis.portions import Portions
from unusual.analysis.pruning import prune
from unusual.analysis.report import Report
from unusual.detect.buckets import Timeline
from unusual.detect.rescoring import Curve
from unusual.detect.schedule import Event, Stretch, stretches
from unusual.kernels.arrays import Flags, Ints
from unusual.schema.results import data_counts, merged_counts

A_MESSAGE = 20_000  # buckets concluded at a time, so that a long gap neither fills memory nor blocks
PLOTTED = 50_000  # values whose bounds are told at a time, for the same reason


@dataclass(frozen=True)
class Told:
    """What came of buckets that are over.

    results   in time order
    counts    data counts of the buckets
    said      annotations
    curves    of the scores that results so far deserve, those above included
    reopened  stretch of time [s) whose results so far are void, as those above take their place
    """

    results: list[Result]
    counts: Document
    said: list[Annotation] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    reopened: tuple[Seconds, Seconds] | None = None


class Course:
    """How far a job has come, and what comes of it.

    timeline    of the records
    goal        number of the bucket up to which all are over
    categories  of the lines, None where lines are not categorized
    """

    def __init__(self, plan: Plan, stopwatch: Callable[[], float]) -> None:
        """A job that has seen nothing. stopwatch: seconds that only grow, for the processing times in results."""
        self.detection = Detection(plan)
        self._plan = plan
        self._stopwatch = stopwatch
        self.timeline = Timeline(plan.span * 1000, plan.latency * 1000)
        self._report = Report(plan, self.detection)
        self._buckets = Buckets()
        self.categories: Categories | None = None
        if plan.categorization is not None:
            self.categories = Categories(plan.job_id, plan.categorization, plan.span)
        self._events: list[Event] = []
        self._clocks = Clocks(plan, self.detection)
        self._said: list[Annotation] = []
        self._portions = Portions(plan.looks)
        self.goal = 0

    def take(self, columns: Columns) -> Flags:
        """Fold records into their open buckets; which of the (k,) records were in order, and so counted."""
        times, frame = columns.times, columns.frame
        in_order = self.timeline.in_order(times)
        if not in_order.all():
            times, frame = times[in_order], frame.filter(pl.Series(in_order))
        due = self.timeline.due_after(times)
        buckets, wanted = self.timeline.observe(times)
        if wanted.any():
            frame = frame if wanted.all() else frame.filter(pl.Series(wanted))
            if self.categories is not None:
                frame = frame.with_columns(self.categories.assign(frame, buckets[wanted]))
            portion = self._portions.put(due[wanted], buckets[wanted], frame)
            if portion.buckets.size:
                self.detection.add(portion.buckets, portion.frame)
        self.goal = self.timeline.due()
        return in_order

    def flush(self, flush: Flush) -> None:
        """Jump to the start of a bucket, dropping what the open ones hold, then let time pass, as far as asked for."""
        timeline = self.timeline
        if flush.skip_time is not None:
            until = -(-flush.skip_time * 1000 // timeline.span)
            if timeline.first_open is None or until > timeline.first_open:
                self.detection.forget(np.iinfo(np.int64).min, until)
                timeline.finish(until)
        if flush.advance_time is not None:
            self.goal = flush.advance_time * 1000 // timeline.span
            if timeline.begin is None:
                timeline.finish(self.goal)

    def forget(self, start: Seconds, end: Seconds) -> None:
        """Drop what the open buckets inside a window hold."""
        span = self.timeline.span
        self.detection.forget(start * 1000 // span, end * 1000 // span)

    def conclude(self) -> Told:
        """What comes of the next buckets that are over, as many as a message holds."""
        counts = data_counts(self._plan.job_id)
        results: list[Result] = []
        for stretch in self._over():
            more, events = self._results(stretch, interim=False)
            results += more
            counted = self._buckets.count(self._plan.job_id, stretch.first, events, self.timeline.span)
            counts = merged_counts(counts, counted)
        if self.categories is not None:
            results += self.categories.results()
            self._said += self.categories.take_said()
        said, self._said = self._said, []
        return Told(results, counts, said, self.detection.standings.scores.curves())

    def _over(self) -> Iterator[Stretch]:
        """The next buckets that are over, as many as a message holds; the records that wait for them come in."""
        room = _room(self.detection)
        while True:
            look = self._portions.next
            goal = self.goal if look is None else look
            first = self.timeline.first_result(goal)
            until = min(goal, first + room)
            yield from self._stretches(first, until)
            if self.timeline.first_open is not None:
                self.timeline.finish(until)
            room -= until - first
            if until < goal or look is None:
                return
            for staying in prune(self.detection, self._plan, look):
                self._clocks.keep(staying.series)
            portion = self._portions.take(tight=self.detection.entities.tight)
            self.detection.add(portion.buckets, portion.frame)

    @property
    def unfinished(self) -> bool:
        """Whether more buckets are over than were concluded."""
        return self._portions.next is not None or self.timeline.first_result(self.goal) < self.goal

    def interim(self, start: Seconds | None, end: Seconds | None) -> list[Result]:
        """Results of the open buckets so far, of those that [start, end) touches."""
        buckets = self.timeline.open_buckets()
        first, until = buckets.start, buckets.stop
        if start is not None:
            first = max(first, start * 1000 // self.timeline.span)
        if end is not None:
            until = min(until, -(-end * 1000 // self.timeline.span))
        parts = [self._results(stretch, interim=True)[0] for stretch in self._stretches(first, until)]
        self._clocks.turn_back()
        return list(chain.from_iterable(parts))

    def reschedule(self, schedule: Schedule) -> None:
        """Follow calendars, filters, rules and what is to be plotted from the next concluded bucket on."""
        span = self._plan.span
        self._events = [
            Event(
                one.start // span,
                -(-one.end // span),
                one.description,
                one.skip_result,
                one.skip_model_update,
                one.force_time_shift,
            )
            for one in schedule.events
        ]
        self._clocks.follow(self._events)
        self.detection.lists = {name: list(items) for name, items in schedule.lists.items()}
        self.detection.follow(self._plan if schedule.job is None else compile_plan(schedule.job))
        self._clocks.obey()

    @property
    def bytes(self) -> int:
        """Memory of everything learnt and open [bytes]."""
        categories = 0 if self.categories is None else self.categories.bytes
        return categories + (self.detection.bytes if self.detection.series else 0)

    @property
    def finalized_end(self) -> Seconds | None:
        """End of the newest final bucket; None before any data, advance or skip."""
        end = self.timeline.finalized_end()
        return None if end is None else end // 1000

    def _stretches(self, first: int, until: int) -> Iterator[Stretch]:
        """Buckets first .. until - 1, cut at events and into what is concluded at once."""
        at_once = self.detection.at_once
        for stretch in stretches(self._events, first, until, self._clocks.edges):
            most = 1 if self._clocks.watching(stretch.first) else at_once
            for start in range(stretch.first, stretch.until, most):
                yield replace(stretch, first=start, until=min(stretch.until, start + most))

    def _results(self, stretch: Stretch, *, interim: bool) -> tuple[list[Result], Ints]:
        started = self._stopwatch()
        self._clocks.turn(stretch.first, interim=interim)
        concluded = self.detection.conclude(stretch, interim=interim)
        if not interim:
            self._clocks.heed(concluded)
        if self.detection.plot.annotations_enabled and not interim:
            self._said += changes(self._plan, self.detection, concluded)
        took = int((self._stopwatch() - started) * 1000 / (stretch.until - stretch.first))
        return self._report.results(concluded, interim=interim, processing_ms=took), concluded.events

    def state(self) -> dict[str, Any]:
        """Everything learnt, the open buckets and the calendar."""
        return {
            "timeline": self.timeline.state(),
            "portions": self._portions.state(),
            "detection": self.detection.state(),
            "usual": self._buckets.usual,
            "events": [asdict(event) for event in self._events],
            "clocks": self._clocks.state(),
            "categories": None if self.categories is None else self.categories.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken, for the same plan."""
        self.timeline.restore(state["timeline"])
        self._portions.restore(state["portions"])
        self.detection.restore(state["detection"])
        self._buckets = Buckets(state["usual"])
        self._events = [Event(**event) for event in state["events"]]
        self._clocks.follow(self._events)
        self._clocks.restore(state["clocks"])
        if self.categories is not None:
            self.categories.restore(state["categories"])


def _room(detection: Detection) -> int:
    """How many buckets a message holds at most."""
    if not detection.plot.enabled:
        return A_MESSAGE
    return min(A_MESSAGE, max(1, PLOTTED // max(1, detection.series)))
