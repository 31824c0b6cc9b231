"""The scheduled events of calendars: posted, listed, removed; knows nothing of what they do to a job."""

import uuid

from unusual.analysis.control import Document
from unusual.errors import Invalid, Missing, NoSuchJob, Refused
from unusual.jobs import calendars
from unusual.jobs.ports import Ports
from unusual.schema.calendars import EventsRequest
from unusual.schema.options import EventOptions

MOST = 10_000  # events posted at once
_GIVEN_BY_SERVER = "event_id"


def post(ports: Ports, calendar_id: str, wanted: EventsRequest) -> list[Document]:
    """Add events to a calendar, all or none, each as often as it comes; they, without their new ids.

    `errors.Invalid`, `Missing`.
    """
    now_ms = ports.clock.now_ms()
    events = [again.document() for event in wanted.events for again in event.of(calendar_id).repeated(now_ms)]
    if len(events) > MOST:
        raise Invalid(f"[{len(events)}] events are more than the [{MOST}] that can be posted at once")
    posted = [{name: value for name, value in event.items() if name != _GIVEN_BY_SERVER} for event in events]
    with ports.changing:
        stored = calendars.get(ports, calendar_id)
        named = [event | {_GIVEN_BY_SERVER: uuid.uuid4().hex} for event in posted]
        ports.configs.put(calendars.KIND, calendar_id, stored | {calendars.EVENTS: stored[calendars.EVENTS] + named})
    return posted


def find(ports: Ports, expression: str, options: EventOptions) -> tuple[int, list[Document]]:
    """How many events touch the window in all, and those of the page, by start.

    `Missing`; `errors.Invalid` and `errors.Unreadable` for the options; `NoSuchJob` for a name nobody knows.
    """
    options.check_calendar(expression)
    start, end = options.window()
    if options.job_id is None:
        chosen = calendars.picked(ports, expression)
    else:
        chosen = calendars.holding(ports, _names(ports, options.job_id))
    found = [event for stored in chosen for event in stored[calendars.EVENTS] if _touches(event, start, end)]
    found.sort(key=lambda event: event["start_time"])
    return len(found), found[options.page.start : options.page.start + options.page.size]


def delete(ports: Ports, calendar_id: str, event_id: str) -> None:
    """Remove an event; `Missing` for calendar or event, `Refused` when the event is in another calendar."""
    with ports.changing:
        stored = calendars.get(ports, calendar_id)
        kept = [event for event in stored[calendars.EVENTS] if event["event_id"] != event_id]
        if len(kept) == len(stored[calendars.EVENTS]):
            raise _absent(ports, calendar_id, event_id)
        ports.configs.put(calendars.KIND, calendar_id, stored | {calendars.EVENTS: kept})


def _names(ports: Ports, job_id: str) -> set[str]:
    """The names under which calendars may hold what a client calls a job: a job, or a group of jobs."""
    jobs = ports.jobs.all()
    for job in jobs:
        if job.job_id == job_id:
            return calendars.names_of(job)
    names = {job_id, calendars.ALL_JOBS}
    is_group = any(job_id in job.config.get("groups", ()) for job in jobs)
    if not is_group and not calendars.holding(ports, {job_id}):
        raise NoSuchJob(job_id)
    return names


def _touches(event: Document, start_ms: int | None, end_ms: int | None) -> bool:
    begins: int = event["start_time"]
    ends: int = event["end_time"]
    return (start_ms is None or ends > start_ms) and (end_ms is None or begins < end_ms)


def _absent(ports: Ports, calendar_id: str, event_id: str) -> Missing | Refused:
    for other in ports.configs.all(calendars.KIND):
        if any(event["event_id"] == event_id for event in other[calendars.EVENTS]):
            return Refused(
                f"Event [{event_id}] has calendar_id [{other['calendar_id']}] "
                f"which does not match the request calendar_id [{calendar_id}]"
            )
    return Missing(f"No event with id [{event_id}]")
