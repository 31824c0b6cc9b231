"""Calendars: which jobs they hold, made, read, changed and removed; knows nothing of what their events do.

A calendar is kept as one document together with its events, so that both are always changed at once.
"""

from collections.abc import Iterable, Sequence

from unusual.analysis.control import Document
from unusual.errors import Invalid, Missing, Refused
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.selection import choose_named, is_concrete
from unusual.schema.calendars import CalendarRequest
from unusual.schema.names import check_agreement, check_id
from unusual.schema.options import CalendarOptions

KIND = "calendar"
ALL_JOBS = "_all"
EVENTS = "events"


def create(ports: Ports, calendar_id: str, wanted: CalendarRequest) -> Document:
    """Store a new calendar; `errors.Invalid` for its name, `Refused` when that is in use."""
    if calendar_id == ALL_JOBS:
        raise Invalid(f"Cannot create a Calendar with the reserved name [{ALL_JOBS}]")
    check_agreement("calendar_id", wanted.calendar_id, check_id("calendar_id", calendar_id))
    jobs = tuple(dict.fromkeys(wanted.job_ids))
    document = wanted.model_copy(update={"calendar_id": calendar_id, "job_ids": jobs}).document()
    with ports.changing:
        if ports.configs.get(KIND, calendar_id) is not None:
            raise Refused(f"Cannot create calendar with id [{calendar_id}] as it already exists")
        ports.configs.put(KIND, calendar_id, document | {EVENTS: []})
    return document


def find(ports: Ports, expression: str, options: CalendarOptions) -> tuple[int, list[Document]]:
    """How many calendars are meant in all, and those of the page, sorted by id; `Missing`, `errors.Invalid`."""
    if is_concrete(expression):
        options.refuse_page_of("calendar_id")
    found = picked(ports, expression)
    return len(found), [shown(stored) for stored in found[options.page.start : options.page.start + options.page.size]]


def delete(ports: Ports, calendar_id: str) -> None:
    """Remove a calendar with its events; `Missing`."""
    with ports.changing:
        get(ports, calendar_id)
        ports.configs.delete(KIND, calendar_id)


def add_jobs(ports: Ports, calendar_id: str, job_ids: Sequence[str]) -> Document:
    """Let the calendar hold more jobs or groups, which need not exist; the calendar. `Missing`."""
    with ports.changing:
        stored = get(ports, calendar_id)
        return _put(ports, stored | {"job_ids": [*dict.fromkeys([*stored["job_ids"], *job_ids])]})


def remove_jobs(ports: Ports, calendar_id: str, job_ids: Sequence[str]) -> Document:
    """Take jobs or groups out of the calendar; the calendar. `Missing`, `Refused` for one that it does not hold."""
    with ports.changing:
        stored = get(ports, calendar_id)
        for job_id in job_ids:
            if job_id not in stored["job_ids"]:
                raise Refused(f"Cannot remove [{job_id}] as it is not present in calendar [{calendar_id}]")
        return _put(ports, _without(stored, job_ids))


def forget_job(ports: Ports, job_id: str) -> None:
    """Take a job that is no more out of every calendar."""
    with ports.changing:
        for stored in ports.configs.all(KIND):
            if job_id in stored["job_ids"]:
                _put(ports, _without(stored, [job_id]))


def names_of(job: StoredJob) -> set[str]:
    """The names under which a calendar may hold the job: its own, its groups', and that for all jobs."""
    return {job.job_id, *job.config.get("groups", ()), ALL_JOBS}


def holding(ports: Ports, names: set[str]) -> list[Document]:
    """The calendars, as they are kept, that hold any of the names."""
    return [stored for stored in ports.configs.all(KIND) if not names.isdisjoint(stored["job_ids"])]


def picked(ports: Ports, expression: str) -> list[Document]:
    """The calendars that are meant, as they are kept, sorted by id; `Missing`."""
    known = {stored["calendar_id"]: stored for stored in ports.configs.all(KIND)}
    return [known[calendar_id] for calendar_id in _named(known, expression)]


def get(ports: Ports, calendar_id: str) -> Document:
    """The calendar as it is kept; `Missing`."""
    stored = ports.configs.get(KIND, calendar_id)
    if stored is None:
        raise _missing(calendar_id)
    return stored


def shown(stored: Document) -> Document:
    """The calendar as clients see it."""
    return {name: value for name, value in stored.items() if name != EVENTS}


def _put(ports: Ports, stored: Document) -> Document:
    ports.configs.put(KIND, stored["calendar_id"], stored)
    return shown(stored)


def _without(stored: Document, job_ids: Iterable[str]) -> Document:
    gone = set(job_ids)
    return stored | {"job_ids": [job_id for job_id in stored["job_ids"] if job_id not in gone]}


def _named(known: Iterable[str], expression: str) -> list[str]:
    return choose_named({name: {name} for name in known}, expression, _missing, allow_no_match=True)


def _missing(calendar_id: str) -> Missing:
    return Missing(f"No calendar with id [{calendar_id}]")
