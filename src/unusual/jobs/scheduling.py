"""What an open job follows: its scheduled events, its rules with the lists they name, its plot; knows no engine."""

from unusual.analysis.control import Schedule, ScheduledEvent
from unusual.jobs import calendars
from unusual.jobs.filters import items_of, scoped
from unusual.jobs.ports import Ports
from unusual.schema.calendars import Event
from unusual.schema.jobs import Job


def schedule_for(ports: Ports, job: Job) -> Schedule:
    """The events of all calendars that hold the job, the items of every filter that its rules refer to, and itself.

    A calendar holds a job directly, by a group of it, or because it holds all. A filter that does not exist is left
    out.
    """
    names = {job.job_id, *job.groups, calendars.ALL_JOBS}
    scheduled = sorted(
        ScheduledEvent.of(Event.model_validate(event))
        for stored in calendars.holding(ports, names)
        for event in stored[calendars.EVENTS]
    )
    return Schedule(tuple(scheduled), items_of(ports, scoped(job)), job)
