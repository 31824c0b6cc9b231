"""What calendars and filters say to one job: its scheduled events, the lists its rules refer to; knows no engine."""

from typing import NamedTuple

from unusual.jobs import calendars
from unusual.jobs.filters import items_of, scoped
from unusual.jobs.ports import Ports
from unusual.schema.calendars import Event
from unusual.schema.jobs import Job


class Scheduled(NamedTuple):
    """A stretch of time in which the unusual is expected; times in ms, the end excluded."""

    start_ms: int
    end_ms: int
    description: str
    skip_result: bool
    skip_model_update: bool


def events_for(ports: Ports, job: Job) -> list[Scheduled]:
    """The events of all calendars that hold the job, directly, by a group of it or because they hold all; by start."""
    names = {job.job_id, *job.groups, calendars.ALL_JOBS}
    events = (
        Event.model_validate(event) for stored in calendars.holding(ports, names) for event in stored[calendars.EVENTS]
    )
    return sorted(
        Scheduled(event.start_time, event.end_time, event.description, event.skip_result, event.skip_model_update)
        for event in events
    )


def filters_for(ports: Ports, job: Job) -> dict[str, tuple[str, ...]]:
    """The items of every filter that the rules of the job refer to; a filter that does not exist is left out."""
    return items_of(ports, scoped(job))
