"""One job in memory: messages in, outputs out, in the order they come.

Knows no clock, disk or network: wall-clock times come with the messages, durations from a passed stopwatch.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

import polars as pl

from unusual.analysis import delimited, ndjson, snapshot
from unusual.analysis.columns import Shape, columns_of
from unusual.analysis.control import Cut, Document, Flush, Forecast, Message, Outputs, Post, Save, Schedule, Seconds
from unusual.analysis.counts import record_counts, upload_counts
from unusual.analysis.course import Course, Told
from unusual.analysis.curves import rescorings
from unusual.analysis.fitting import fitted, meet
from unusual.analysis.layouts import LAYOUT, brought_up
from unusual.analysis.memory import Memory
from unusual.analysis.ndjson import Records
from unusual.analysis.outlook import Outlook
from unusual.analysis.plan import Plan, compile_plan
from unusual.analysis.reopening import Reopening
from unusual.errors import Unreadable
from unusual.schema.data_description import DataDescription
from unusual.schema.jobs import Job
from unusual.schema.results import data_counts, merged_counts


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
        self._reader = _reader(job.data_description, self._shape)
        self._course: Course | Reopening = (Reopening if self._plan.late else Course)(self._plan, stopwatch)
        self._stopwatch = stopwatch
        self._memory = Memory(self._plan)
        self._counts = data_counts(job.job_id)
        self._asked: Flush | None = None  # for interim results, once all that is over is concluded
        self._outlook: Outlook | None = None  # a forecast under way
        self._touched = False
        self._begin_upload()

    def _begin_upload(self) -> None:
        self._reader.begin()
        self._upload = data_counts(self._plan.job_id)
        self._before = self._counts
        self._broken = 0
        self._upload_over = False

    def handle(self, message: Message) -> Outputs:
        """Carry out one message; `errors.Unreadable` or `errors.Invalid` leave the job as it was."""
        if isinstance(message, Post):
            return self._post(message)
        if isinstance(message, Cut):
            return self._cut()
        if isinstance(message, Flush):
            return self._flush(message)
        if isinstance(message, Schedule):
            self._course.reschedule(message)
            self._job = message.job or self._job
        if isinstance(message, Save):
            return self._save()
        if isinstance(message, Forecast):
            end = self._course.finalized_end or 0
            self._outlook = Outlook(self._plan, self._course.detection, message, end, self._stopwatch)
        return self._proceed() if self._outlook is None else self._foretell(self._outlook)

    def frame(self, frame: pl.DataFrame, *, now_ms: int = 0) -> Outputs:
        """Analyse records given as a frame: the time field, and the analysed fields as columns."""
        known = [field for field in self._shape.schema if field in frame.columns]
        records = Records(frame.select(known), 0, (frame.width - 1) * frame.height)
        return self._take(records, upload_counts(self._plan.job_id, now_ms=now_ms, size=0))

    def _post(self, post: Post) -> Outputs:
        if self._upload_over:
            self._begin_upload()
        if post.reset is not None:
            self._course.forget(*post.reset)
        try:
            records = self._reader.read(post.data, last=post.last)
        except Unreadable:
            self._begin_upload()
            raise
        self._broken += records.broken
        outputs = self._take(records, upload_counts(self._plan.job_id, now_ms=post.now_ms, size=len(post.data)))
        self._upload_over = post.last
        if post.last and self._broken > 0 and self._upload["input_record_count"] == self._broken:
            self._counts = self._before
            raise Unreadable("the body holds no record that can be read: expected JSON objects, one per line")
        return outputs

    def _cut(self) -> Outputs:
        """The rest counts when it is posted again."""
        rest = self._reader.rest
        self._upload_over = True
        counts = data_counts(self._plan.job_id) | {"input_bytes": -len(rest)}
        return replace(self._answer(counts, self._course.conclude()), rest=rest)

    def _take(self, records: Records, counts: Document) -> Outputs:
        """Count and fold records, and conclude the buckets they have passed."""
        columns, unreadable = columns_of(records.frame, self._shape)
        in_order = self._course.take(columns)
        self._touched |= records.frame.height + records.broken > 0
        counts |= record_counts(records, self._shape, columns, in_order, self._plan.analysed)
        counts["invalid_date_count"] += unreadable
        return self._answer(counts, self._course.conclude())

    def _flush(self, flush: Flush) -> Outputs:
        self._course.flush(flush)
        self._touched |= flush.skip_time is not None or flush.advance_time is not None
        self._asked = flush if flush.calc_interim else None
        return self._proceed()

    def _proceed(self) -> Outputs:
        told = self._course.conclude()
        asked, nothing = self._asked, data_counts(self._plan.job_id)
        if asked is None or self._course.unfinished:
            return self._answer(nothing, told)
        self._asked = None
        told.results.extend(self._course.interim(asked.start, asked.end))
        return replace(self._answer(nothing, told), replaces_interim=True)

    def _foretell(self, outlook: Outlook) -> Outputs:
        nothing = data_counts(self._plan.job_id)
        answer = self._answer(nothing, Told(outlook.piece(), nothing))
        self._outlook = None if outlook.done else outlook
        return replace(answer, unfinished=not outlook.done)

    def _answer(self, counts: Document, told: Told) -> Outputs:
        counts = merged_counts(counts, told.counts)
        self._upload = merged_counts(self._upload, counts)
        self._counts = merged_counts(self._counts, counts)
        end = self._course.finalized_end
        return Outputs(
            upload=self._upload,
            counts=self._counts,
            model_size=self._size(end),
            finalized_end=end,
            results=told.results,
            reopened=told.reopened,
            rescorings=rescorings(told.curves, self._plan.span),
            annotations=tuple(told.said),
            buckets=told.counts["bucket_count"],
            interim_before=end,
            unfinished=self._course.unfinished,
        )

    def _size(self, end: Seconds | None) -> Document:
        stats = self._memory.stats(self._course.detection, self._course.bytes, end, self._counts.get("log_time"))
        categories = self._course.categories
        return stats if categories is None else stats | categories.stats()

    def _save(self) -> Outputs:
        nothing = data_counts(self._plan.job_id)
        answer = self._answer(nothing, Told([], nothing))
        if not self._touched:
            return answer
        return replace(
            answer, state=snapshot.dump(self.state()), quantiles=self._course.detection.standings.quantiles()
        )

    def state(self) -> dict[str, Any]:
        """Everything learnt, the open buckets and the counts."""
        return {
            "layout": LAYOUT,
            "job": self._job.document(),
            "course": self._course.state(),
            "counts": {name: count for name, count in self._counts.items() if name != "job_id"},
            "memory": self._memory.state(),
        }

    @classmethod
    def restore(cls, job: Job, state: bytes, stopwatch: Callable[[], float] = _no_time) -> Self:
        """The engine that saved `state`, going on as if it had never stopped; `errors.Invalid` for other bytes."""
        known = _read(state)
        engine = cls(job, stopwatch)
        engine._course.restore(fitted(known["course"], _met(engine._plan)))
        engine._counts = known["counts"] | {"job_id": job.job_id}
        engine._memory.restore(known["memory"])
        engine._touched = True
        engine._begin_upload()
        return engine


def configuration_in(state: bytes) -> Job:
    """The job whose engine saved `state`; `errors.Invalid` for other bytes."""
    return Job.from_document(_read(state)["job"])


def _read(state: bytes) -> dict[str, Any]:
    return brought_up(snapshot.load(state))


def _met(plan: Plan) -> dict[str, Any]:
    """The state of a course that has met one value of every field and learnt nothing."""
    course = Course(plan, _no_time)
    meet(course.detection, plan)
    met = course.state()
    return met | {"oldest": met} if plan.late else met


def _reader(description: DataDescription, shape: Shape) -> ndjson.Reader | delimited.Reader:
    if description.delimited:
        return delimited.Reader(shape, description.field_delimiter, description.quote)
    return ndjson.Reader(shape)


def _shape(job: Job, plan: Plan) -> Shape:
    description = job.data_description
    read = plan.read, plan.numbers, plan.places
    return Shape(description.time_field, description.time_format, *read, plan.clocked, plan.zone)
