"""Answers that tell of calendars, their events, and filters."""

from unusual.schema.answers.shape import Answer
from unusual.schema.filters import Filter
from unusual.schema.moments import Milliseconds


class Calendar(Answer):
    """A calendar and the jobs or groups that it holds."""

    calendar_id: str
    job_ids: tuple[str, ...]
    description: str | None = None


class Calendars(Answer):
    """A page of calendars; `count` is of all that fit."""

    count: int
    calendars: tuple[Calendar, ...]


class ScheduledEvent(Answer):
    """A stretch of time, its end excluded, in which the unusual is expected."""

    description: str
    start_time: Milliseconds
    end_time: Milliseconds
    calendar_id: str
    event_id: str | None = None
    skip_result: bool = True
    skip_model_update: bool = True
    force_time_shift: int | None = None


class Events(Answer):
    """A page of events; `count` is of all that fit."""

    count: int
    events: tuple[ScheduledEvent, ...]


class EventsPosted(Answer):
    """The events that a calendar has more, still without their ids."""

    events: tuple[ScheduledEvent, ...]


class Filters(Answer):
    """A page of filters; `count` is of all that fit."""

    count: int
    filters: tuple[Filter, ...]
