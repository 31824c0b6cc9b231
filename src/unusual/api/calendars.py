"""Routes of calendars and their scheduled events; knows not what events do to jobs."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from unusual.api.answers import answer
from unusual.api.content import whole
from unusual.api.declaring import JSON_MEDIA, Takes, call, intake
from unusual.api.dependencies import PortsHere, RunningHere
from unusual.api.wire import body_of, knowing, options_of, parameters, required_body
from unusual.jobs import calendars, events
from unusual.schema.answers import Acknowledged, Calendar, Calendars, Events, EventsPosted
from unusual.schema.calendars import CalendarRequest, EventsRequest
from unusual.schema.ical import MEDIA, events_in
from unusual.schema.options import CalendarOptions, EventOptions
from unusual.schema.reading import read

_ICAL = re.compile(re.escape(MEDIA) + r"\s*(;.*)?", re.IGNORECASE | re.DOTALL)
router = APIRouter(prefix="/calendars")


@router.get("")
@router.post("")
@router.get("/{calendar_id}")
@router.post("/{calendar_id}")
@call("get_calendars", Calendars)
def show(
    ports: PortsHere, options: Annotated[CalendarOptions, options_of(CalendarOptions)], calendar_id: str = "_all"
) -> Response:
    """A page of the selected calendars."""
    count, found = calendars.find(ports, calendar_id, options)
    return answer({"count": count, "calendars": found})


@router.put("/{calendar_id}")
@call("put_calendar", Calendar)
async def create(
    ports: PortsHere,
    running: RunningHere,
    calendar_id: str,
    wanted: Annotated[CalendarRequest, body_of(CalendarRequest, needed=False)],
) -> Response:
    """A new calendar."""
    return answer(await running.change(calendars.create, ports, calendar_id, wanted))


@router.delete("/{calendar_id}", dependencies=[knowing()])
@call("delete_calendar", Acknowledged)
async def delete(ports: PortsHere, running: RunningHere, calendar_id: str) -> Response:
    """A calendar less, and its events."""
    await running.change(calendars.delete, ports, calendar_id)
    return answer({"acknowledged": True})


@router.put("/{calendar_id}/jobs/{job_ids}", dependencies=[knowing()])
@call("put_calendar_job", Calendar, repeatable=True)
async def add_jobs(ports: PortsHere, running: RunningHere, calendar_id: str, job_ids: str) -> Response:
    """A calendar that holds more jobs."""
    return answer(await running.change(calendars.add_jobs, ports, calendar_id, job_ids.split(",")))


@router.delete("/{calendar_id}/jobs/{job_ids}", dependencies=[knowing()])
@call("delete_calendar_job", Calendar)
async def remove_jobs(ports: PortsHere, running: RunningHere, calendar_id: str, job_ids: str) -> Response:
    """A calendar that holds fewer jobs."""
    return answer(await running.change(calendars.remove_jobs, ports, calendar_id, job_ids.split(",")))


@router.get("/{calendar_id}/events")
@call("get_calendar_events", Events)
def show_events(
    ports: PortsHere, calendar_id: str, options: Annotated[EventOptions, options_of(EventOptions)]
) -> Response:
    """A page of the events of the selected calendars."""
    count, found = events.find(ports, calendar_id, options)
    return answer({"count": count, "events": found})


async def posted_events(request: Request) -> EventsRequest | EventOptions:
    """The events in a body, which is JSON or an iCalendar text; or which events to list, when it holds nothing else."""
    parameters(request, ())
    if _ICAL.fullmatch(request.headers.get("content-type", "").strip()):
        body: object = {"events": events_in(await whole(request, _ICAL))}
    else:
        body = await required_body(request)
    if isinstance(body, dict) and body and body.keys() <= EventOptions.model_fields.keys():
        return read(EventOptions, body, "get_calendar_events")
    return read(EventsRequest, body, "post_calendar_events")


POSTED: Final = intake(posted_events, Takes(body=EventsRequest, needed=True, media=(JSON_MEDIA, MEDIA)))


@router.post("/{calendar_id}/events")
@call("post_calendar_events", EventsPosted)
async def post_events(
    ports: PortsHere,
    running: RunningHere,
    calendar_id: str,
    wanted: Annotated[EventsRequest | EventOptions, POSTED],
) -> Response:
    """The events that a calendar has more; or a page of those it has."""
    if isinstance(wanted, EventOptions):
        return await run_in_threadpool(show_events, ports, calendar_id, wanted)
    return answer({"events": await running.change(events.post, ports, calendar_id, wanted)})


@router.delete("/{calendar_id}/events/{event_id}", dependencies=[knowing()])
@call("delete_calendar_event", Acknowledged)
async def delete_event(ports: PortsHere, running: RunningHere, calendar_id: str, event_id: str) -> Response:
    """An event less."""
    await running.change(events.delete, ports, calendar_id, event_id)
    return answer({"acknowledged": True})
