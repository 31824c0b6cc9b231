"""What a job was told, as bytes of its journal, and back; knows no file.

An entry is one line of JSON, and after it the posted bytes as they came.
"""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from unusual.analysis.control import Cut, Document, Flush, Message, Post, Schedule, ScheduledEvent
from unusual.errors import Invalid
from unusual.schema.analysis_config import Late
from unusual.schema.jobs import Job

_LAYOUT: Final = 1


@dataclass(frozen=True)
class Head:
    """What a journal begins with.

    job       the configuration that the job was opened with
    schedule  what counted when the journal began
    """

    job: Document
    schedule: Schedule

    def encoded(self) -> bytes:
        """The head as bytes."""
        return orjson.dumps({"layout": _LAYOUT, "job": self.job, "schedule": _of_schedule(self.schedule)})

    @property
    def configuration(self) -> Job:
        """The job as it is analysed."""
        return Job.from_document(self.job)

    @property
    def revises(self) -> bool:
        """Whether the job takes late records."""
        analysis: Document = self.job["analysis_config"]
        return analysis.get("late_data") == Late.RESCORE


def head_of(raw: bytes) -> Head:
    """The head that `encoded` wrote; `errors.Invalid` for one of another layout."""
    known = orjson.loads(raw)
    if known["layout"] != _LAYOUT:
        raise Invalid(f"the journal has layout [{known['layout']}], this version reads [{_LAYOUT}]")
    return Head(known["job"], _schedule(known["schedule"]))


def changes(message: Message, *, revises: bool) -> bool:
    """Whether what the job has learnt, or how it goes on, depends on the message, so that a journal needs it.

    revises  whether the job takes late records, and with every flush writes their buckets anew
    """
    match message:
        case Post() | Cut() | Schedule():
            return True
        case Flush():
            return revises or message.skip_time is not None or message.advance_time is not None
    return False


def encode(message: Message) -> bytes:
    """A message that `changes` a job, as bytes."""
    match message:
        case Post(data, now_ms, last, reset, mark):
            told = [now_ms, last, reset] if mark is None else [now_ms, last, reset, mark]
            return orjson.dumps({"post": told}) + b"\n" + data
        case Cut():
            return orjson.dumps({"cut": []})
        case Flush():
            times = message.start, message.end, message.skip_time, message.advance_time
            return orjson.dumps({"flush": [message.calc_interim, *times]})
        case Schedule():
            return orjson.dumps({"schedule": _of_schedule(message)})
    raise TypeError(type(message).__name__)


def decode(raw: bytes) -> Message:
    """The message that `encode` was given."""
    line, _, data = raw.partition(b"\n")
    ((kind, told),) = orjson.loads(line).items()
    match kind:
        case "post":
            now_ms, last, reset, *mark = told
            return Post(data, now_ms, last, None if reset is None else tuple(reset), *mark)
        case "cut":
            return Cut()
        case "flush":
            return Flush(*told)
    return _schedule(told)


def _of_schedule(schedule: Schedule) -> Document:
    job = None if schedule.job is None else schedule.job.document()
    return {"events": [[*event] for event in schedule.events], "lists": schedule.lists, "job": job}


def _schedule(told: dict[str, Any]) -> Schedule:
    events = tuple(ScheduledEvent(*event) for event in told["events"])
    lists = {name: tuple(items) for name, items in told["lists"].items()}
    return Schedule(events, lists, None if told["job"] is None else Job.from_document(told["job"]))
