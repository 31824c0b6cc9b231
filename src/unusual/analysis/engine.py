"""One job in memory: messages in, outputs out, in the order they come.

Knows no clock, disk or network: wall-clock times come with the messages, durations from a passed stopwatch.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from itertools import chain
from typing import Any, Self

import numpy as np
import polars as pl

from unusual.analysis import snapshot
from unusual.analysis.columns import Shape, columns_of, number_column
from unusual.analysis.control import Document, Flush, Message, Outputs, Post, Proceed, Result, Schedule
from unusual.analysis.counts import Buckets, upload_counts
from unusual.analysis.detection import Detection
from unusual.analysis.memory import Memory
from unusual.analysis.ndjson import Reader, Records
from unusual.analysis.plan import Plan, compile_plan
from unusual.analysis.report import Report
from unusual.detect.buckets import Timeline
from unusual.detect.schedule import Event, Stretch, stretches
from unusual.errors import Invalid, Unreadable
from unusual.kernels.compiled import Ints
from unusual.schema.jobs import Job
from unusual.schema.results import data_counts, merged_counts

LAYOUT = 1
A_MESSAGE = 20_000  # buckets concluded for one message at most, so that a long gap neither fills memory nor blocks


def _no_time() -> float:
    return 0.0


class Engine:
    """A job that analyses what it is sent.

    >>> from unusual.schema.jobs import Job
    >>> body = {"analysis_config": {"detectors": [{"function": "count"}]}, "data_description": {"time_format": "epoch"}}
    >>> engine = Engine(Job.from_request(body, job_id="tour", now_ms=0, version="1"))
    >>> outputs = engine.handle(Post(b'{"time": 0}{"time": 300}', now_ms=0))
    >>> [(result.kind, result.timestamp) for result in outputs.results]
    [('bucket', 0)]
    """

    def __init__(self, job: Job, stopwatch: Callable[[], float] = _no_time) -> None:
        """A job that has seen nothing; `errors.Refused` for what this version cannot analyse.

        stopwatch  tells seconds that only grow, for the processing times in results
        """
        self._job = job
        self._plan = compile_plan(job)
        self._shape = _shape(job, self._plan)
        self._stopwatch = stopwatch
        self._timeline = Timeline(self._plan.span * 1000, self._plan.latency * 1000)
        self._detection = Detection(self._plan)
        self._report = Report(self._plan, self._detection)
        self._memory = Memory(self._plan)
        self._buckets = Buckets()
        self._counts = data_counts(job.job_id)
        self._events: list[Event] = []
        self._goal = 0  # number of the bucket up to which all are over
        self._asked: Flush | None = None  # for interim results, once all that is over is concluded
        self._touched = False
        self._begin_upload()

    def _begin_upload(self) -> None:
        self._reader = Reader(self._shape)
        self._upload = data_counts(self._plan.job_id)
        self._before = self._counts
        self._broken = 0
        self._upload_over = False

    def handle(self, message: Message) -> Outputs:
        """Carry out one message; `errors.Unreadable` or `errors.Invalid` leave the job as it was."""
        if isinstance(message, Post):
            return self._post(message)
        if isinstance(message, Flush):
            return self._flush(message)
        if isinstance(message, Schedule):
            return self._reschedule(message)
        if isinstance(message, Proceed):
            return self._proceed()
        return self._save()

    def frame(self, frame: pl.DataFrame, *, now_ms: int = 0) -> Outputs:
        """Analyse records given as a frame: the time field, and the analysed fields as columns."""
        known = [field for field in self._shape.schema if field in frame.columns]
        records = Records(frame.select(known), 0, (frame.width - 1) * frame.height)
        return self._take(records, upload_counts(self._plan.job_id, now_ms=now_ms, size=0))

    def _post(self, post: Post) -> Outputs:
        if self._upload_over:
            self._begin_upload()
        if post.reset is not None:
            first, until = (second * 1000 // self._timeline.span for second in post.reset)
            self._detection.forget(first, until)
        try:
            records = self._reader.read(post.data, last=post.last)
        except Unreadable:
            self._upload_over = True
            raise
        self._broken += records.broken
        outputs = self._take(records, upload_counts(self._plan.job_id, now_ms=post.now_ms, size=len(post.data)))
        self._upload_over = post.last
        if post.last and self._broken > 0 and self._upload["input_record_count"] == self._broken:
            self._counts = self._before
            raise Unreadable("the body holds no record that can be read: expected JSON objects, one per line")
        return outputs

    def _take(self, records: Records, counts: Document) -> Outputs:
        """Count and fold records, and conclude the buckets they have passed."""
        self._touched = True
        columns, unreadable = columns_of(records.frame, self._shape)
        height = records.frame.height
        timeless = records.frame[self._shape.time].null_count() if self._shape.time in records.frame.columns else height
        in_order = self._timeline.in_order(columns.times)
        processed = columns.frame.filter(pl.Series(in_order)) if not in_order.all() else columns.frame
        times = columns.times[in_order]
        missing = self._missing(processed)
        counts |= {
            "input_record_count": height + records.broken,
            "input_field_count": records.fields - (height - timeless),
            "invalid_date_count": unreadable + records.broken,
            "missing_field_count": missing + timeless + records.broken,
            "out_of_order_timestamp_count": int(np.count_nonzero(~in_order)),
            "processed_record_count": int(times.size),
            "processed_field_count": int(times.size) * len(self._plan.analysed) - missing,
        }
        if times.size:
            counts |= {"earliest_record_timestamp": int(times.min()), "latest_record_timestamp": int(times.max())}
        buckets, wanted = self._timeline.observe(times)
        if wanted.any():
            self._detection.add(buckets[wanted], processed.filter(pl.Series(wanted)))
        self._goal = self._timeline.due()
        return self._answer(counts, *self._conclude())

    def _missing(self, frame: pl.DataFrame) -> int:
        """How many analysed fields are absent from the records. frame: texts and numbers."""
        absent = 0
        for field in self._plan.analysed:
            column = frame[field] if field in self._plan.texts else frame[number_column(field)]
            absent += column.null_count()
        return absent

    def _conclude(self) -> tuple[list[Result], Document]:
        """Results and counts of the buckets before the goal that are not final yet, A_MESSAGE of them at most."""
        counts = data_counts(self._plan.job_id)
        results: list[Result] = []
        first = self._timeline.first_result(self._goal)
        until = min(self._goal, first + A_MESSAGE)
        for stretch in self._stretches(first, until):
            more, events = self._results(stretch, interim=False)
            results += more
            counted = self._buckets.count(self._plan.job_id, stretch.first, events, self._timeline.span)
            counts = merged_counts(counts, counted)
        if self._timeline.first_open is not None:
            self._timeline.finish(until)
        return results, counts

    def _stretches(self, first: int, until: int) -> Iterator[Stretch]:
        """Buckets first .. until - 1, cut at events and into what is concluded at once."""
        most = self._detection.at_once
        for stretch in stretches(self._events, first, until):
            for start in range(stretch.first, stretch.until, most):
                yield replace(stretch, first=start, until=min(stretch.until, start + most))

    def _results(self, stretch: Stretch, *, interim: bool) -> tuple[list[Result], Ints]:
        started = self._stopwatch()
        concluded = self._detection.conclude(stretch, interim=interim)
        took = int((self._stopwatch() - started) * 1000 / (stretch.until - stretch.first))
        return self._report.results(concluded, interim=interim, processing_ms=took), concluded.events

    def _answer(self, counts: Document, results: list[Result], more: Document) -> Outputs:
        counts = merged_counts(counts, more)
        self._upload = merged_counts(self._upload, counts)
        self._counts = merged_counts(self._counts, counts)
        opened = self._timeline.finalized_end()
        end = None if opened is None else opened // 1000
        return Outputs(
            upload=self._upload,
            counts=self._counts,
            model_size=self._memory.stats(self._detection, end, counts.get("log_time")),
            finalized_end=end,
            results=results,
            buckets=more["bucket_count"],
            interim_before=end,
            unfinished=self._unfinished,
        )

    def _flush(self, flush: Flush) -> Outputs:
        timeline = self._timeline
        if flush.skip_time is not None:
            self._touched = True
            until = -(-flush.skip_time * 1000 // timeline.span)
            if timeline.first_open is None or until > timeline.first_open:
                self._detection.forget(np.iinfo(np.int64).min, until)
                timeline.finish(until)
        if flush.advance_time is not None:
            self._touched = True
            self._goal = flush.advance_time * 1000 // timeline.span
            if timeline.begin is None:
                timeline.finish(self._goal)
        self._asked = flush if flush.calc_interim else None
        return self._proceed()

    def _proceed(self) -> Outputs:
        results, counts = self._conclude()
        if self._asked is None or self._unfinished:
            return self._answer(data_counts(self._plan.job_id), results, counts)
        results += self._interim(self._asked)
        self._asked = None
        return replace(self._answer(data_counts(self._plan.job_id), results, counts), replaces_interim=True)

    @property
    def _unfinished(self) -> bool:
        return self._timeline.first_result(self._goal) < self._goal

    def _interim(self, flush: Flush) -> list[Result]:
        buckets = self._timeline.open_buckets()
        first, until = buckets.start, buckets.stop
        if flush.start is not None:
            first = max(first, flush.start * 1000 // self._timeline.span)
        if flush.end is not None:
            until = min(until, -(-flush.end * 1000 // self._timeline.span))
        parts = [self._results(stretch, interim=True)[0] for stretch in self._stretches(first, until)]
        return list(chain.from_iterable(parts))

    def _reschedule(self, schedule: Schedule) -> Outputs:
        span = self._plan.span
        self._events = [
            Event(one.start // span, -(-one.end // span), one.description, one.skip_result, one.skip_model_update)
            for one in schedule.events
        ]
        self._detection.lists = {name: list(items) for name, items in schedule.lists.items()}
        return self._answer(data_counts(self._plan.job_id), [], data_counts(self._plan.job_id))

    def _save(self) -> Outputs:
        answer = self._answer(data_counts(self._plan.job_id), [], data_counts(self._plan.job_id))
        return replace(answer, state=snapshot.dump(self.state()) if self._touched else None)

    def state(self) -> dict[str, Any]:
        """Everything learnt, the open buckets and the counts."""
        return {
            "layout": LAYOUT,
            "job": self._job.document(),
            "timeline": self._timeline.state(),
            "detection": self._detection.state(),
            "counts": self._counts,
            "usual": self._buckets.usual,
            "memory": self._memory.state(),
            "events": [asdict(event) for event in self._events],
        }

    @classmethod
    def restore(cls, job: Job, state: bytes, stopwatch: Callable[[], float] = _no_time) -> Self:
        """The engine that saved `state`, going on as if it had never stopped; `errors.Invalid` for other bytes."""
        known = _read(state)
        engine = cls(job, stopwatch)
        engine._timeline.restore(known["timeline"])
        engine._detection.restore(known["detection"])
        engine._counts = known["counts"]
        engine._buckets = Buckets(known["usual"])
        engine._memory.restore(known["memory"])
        engine._events = [Event(**event) for event in known["events"]]
        engine._touched = True
        engine._begin_upload()
        return engine


def configuration_in(state: bytes) -> Job:
    """The job whose engine saved `state`; `errors.Invalid` for other bytes."""
    return Job.from_document(_read(state)["job"])


def _read(state: bytes) -> dict[str, Any]:
    known = snapshot.load(state)
    if known.get("layout") != LAYOUT:
        raise Invalid(f"the model snapshot has layout [{known.get('layout')}], this version reads [{LAYOUT}]")
    return known


def _shape(job: Job, plan: Plan) -> Shape:
    description = job.data_description
    return Shape(description.time_field, description.time_format, plan.texts, plan.numbers)
