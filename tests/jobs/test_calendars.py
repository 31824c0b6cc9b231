"""Calendars and their events: who is in them, which events touch a window, what a job is told."""

import asyncio

import pytest

from tests.jobs.world import add_job
from unusual.errors import Invalid, Missing, NoSuchJob, Refused
from unusual.jobs import calendars, events
from unusual.jobs.running import Running
from unusual.jobs.scheduling import schedule_for
from unusual.schema.calendars import CalendarRequest, EventsRequest
from unusual.schema.jobs import Job
from unusual.schema.options import CalendarOptions, EventOptions


def make(ports, calendar_id, /, *job_ids, **more):
    return calendars.create(ports, calendar_id, CalendarRequest(job_ids=job_ids, **more))


def schedule(ports, calendar_id, /, *stretches, **more):
    wanted = [{"description": name, "start_time": start, "end_time": end} | more for name, start, end in stretches]
    return events.post(ports, calendar_id, EventsRequest(events=wanted))


def listed(ports, expression="_all", **options):
    count, found = events.find(ports, expression, EventOptions(**options))
    return count, [event["description"] for event in found]


def members(ports, calendar_id):
    return calendars.find(ports, calendar_id, CalendarOptions())[1][0]["job_ids"]


def test_a_calendar_is_answered_with_its_jobs_even_if_there_are_none(ports):
    assert make(ports, "year") == {"calendar_id": "year", "job_ids": []}
    told = make(ports, "tides", "pump", "pump", "crew", description="Spring tides")
    assert told == {"calendar_id": "tides", "job_ids": ["pump", "crew"], "description": "Spring tides"}
    assert calendars.find(ports, "_all", CalendarOptions()) == (2, [told, {"calendar_id": "year", "job_ids": []}])


def test_a_calendar_is_made_once_and_not_for_all(ports):
    make(ports, "year", "pump")
    with pytest.raises(Refused, match=r"^Cannot create calendar with id \[year\] as it already exists$"):
        make(ports, "year")
    with pytest.raises(Invalid, match=r"^Cannot create a Calendar with the reserved name \[_all\]$"):
        make(ports, "_all")
    with pytest.raises(Invalid, match=r"^Invalid calendar_id; 'Year' "):
        make(ports, "Year")
    with pytest.raises(Invalid, match=r"^Inconsistent calendar_id; 'b' specified in the body differs from 'a'"):
        make(ports, "a", calendar_id="b")
    assert members(ports, "year") == ["pump"]


def test_a_page_of_one_calendar_is_refused(ports):
    make(ports, "year")
    page = CalendarOptions(page={"from": 0})
    with pytest.raises(Invalid, match=r"^Parameters \[from, size\] are incompatible with \[calendar_id\]$"):
        calendars.find(ports, "year", page)
    assert calendars.find(ports, "y*", page)[0] == 1


def test_jobs_come_and_go(ports):
    make(ports, "year", "pump")
    assert calendars.add_jobs(ports, "year", ["valve", "pump", "crew"])["job_ids"] == ["pump", "valve", "crew"]
    assert calendars.remove_jobs(ports, "year", ["crew", "pump"])["job_ids"] == ["valve"]
    with pytest.raises(Refused, match=r"^Cannot remove \[pump\] as it is not present in calendar \[year\]$"):
        calendars.remove_jobs(ports, "year", ["valve", "pump"])
    assert members(ports, "year") == ["valve"]


@pytest.mark.parametrize("act", [calendars.add_jobs, calendars.remove_jobs])
def test_jobs_need_a_calendar(ports, act):
    with pytest.raises(Missing, match=r"^No calendar with id \[year\]$"):
        act(ports, "year", ["pump"])


def test_a_deleted_job_leaves_all_calendars(ports):
    add_job(ports, "pump")
    make(ports, "tides", "pump", "valve")
    make(ports, "year", "valve")
    asyncio.run(Running(ports, "node-1").delete("pump"))
    assert (members(ports, "tides"), members(ports, "year")) == (["valve"], ["valve"])


def test_events_are_told_without_their_ids_and_listed_with_them(ports):
    make(ports, "year")
    [told] = schedule(ports, "year", ("dock", "1970-01-01T00:00:01Z", 2000), event_id="mine")
    assert told == {
        "description": "dock",
        "start_time": 1000,
        "end_time": 2000,
        "calendar_id": "year",
        "skip_result": True,
        "skip_model_update": True,
    }
    [listed_event] = events.find(ports, "year", EventOptions())[1]
    assert listed_event.pop("event_id") not in {"", "mine"}
    assert listed_event == told


def test_events_are_not_part_of_what_a_calendar_shows(ports):
    make(ports, "year")
    schedule(ports, "year", ("dock", 1, 2))
    assert calendars.find(ports, "year", CalendarOptions())[1] == [{"calendar_id": "year", "job_ids": []}]
    assert calendars.add_jobs(ports, "year", ["pump"]) == {"calendar_id": "year", "job_ids": ["pump"]}
    assert listed(ports, "year") == (1, ["dock"])


def test_events_need_a_calendar_that_they_agree_with(ports):
    with pytest.raises(Missing, match=r"^No calendar with id \[year\]$"):
        schedule(ports, "year", ("dock", 1, 2))
    make(ports, "year")
    with pytest.raises(Invalid, match=r"^Inconsistent calendar_id; 'tides' specified in the body"):
        schedule(ports, "year", ("dock", 1, 2), calendar_id="tides")
    assert listed(ports) == (0, [])


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ({}, ["early", "late"]),
        ({"start": "1999"}, ["early", "late"]),
        ({"start": "2000"}, ["late"]),
        ({"end": "3000"}, ["early"]),
        ({"end": "3001"}, ["early", "late"]),
        ({"start": "2000", "end": "3000"}, []),
    ],
)
def test_a_window_takes_what_it_touches(ports, window, found):
    make(ports, "year")
    schedule(ports, "year", ("late", 3000, 4000), ("early", 1000, 2000))
    assert listed(ports, "year", **window) == (len(found), found)


def test_events_of_all_calendars_are_listed_by_start_and_paged(ports):
    make(ports, "a")
    make(ports, "b")
    schedule(ports, "a", ("third", 30, 31), ("first", 10, 11))
    schedule(ports, "b", ("second", 20, 21))
    assert listed(ports, "*") == listed(ports) == (3, ["first", "second", "third"])
    assert listed(ports, page={"from": 1, "size": 1}) == (3, ["second"])
    with pytest.raises(Missing):
        listed(ports, "c")


def test_a_job_picks_calendars_by_its_name_its_groups_and_all(ports):
    add_job(ports, "pump", groups=["crew"])
    add_job(ports, "valve")
    holders = {"by-name": "pump", "by-group": "crew", "by-all": "_all", "by-none": "other"}
    for number, (calendar_id, holder) in enumerate(holders.items()):
        make(ports, calendar_id, holder)
        schedule(ports, calendar_id, (calendar_id, number, number + 1))
    assert listed(ports, job_id="pump") == (3, ["by-name", "by-group", "by-all"])
    assert listed(ports, job_id="valve") == (1, ["by-all"])
    assert listed(ports, job_id="crew") == (2, ["by-group", "by-all"])
    assert listed(ports, job_id="other") == (2, ["by-all", "by-none"])
    with pytest.raises(NoSuchJob):
        listed(ports, job_id="nobody")
    with pytest.raises(Invalid, match=r"^If job_id is used calendar_id must be '_all'$"):
        listed(ports, "by-name", job_id="pump")


def test_one_event_is_deleted_where_it_is(ports):
    make(ports, "a")
    make(ports, "b")
    schedule(ports, "a", ("keep", 1, 2), ("drop", 3, 4))
    [_, dropped] = events.find(ports, "a", EventOptions())[1]
    with pytest.raises(Refused, match=r"has calendar_id \[a\] which does not match the request calendar_id \[b\]$"):
        events.delete(ports, "b", dropped["event_id"])
    events.delete(ports, "a", dropped["event_id"])
    assert listed(ports, "a") == (1, ["keep"])
    with pytest.raises(Missing, match=r"^No event with id "):
        events.delete(ports, "a", dropped["event_id"])
    with pytest.raises(Missing, match=r"^No calendar with id \[c\]$"):
        events.delete(ports, "c", dropped["event_id"])


def test_events_go_with_their_calendar(ports):
    make(ports, "year")
    schedule(ports, "year", ("dock", 1, 2))
    calendars.delete(ports, "year")
    make(ports, "year")
    assert listed(ports, "year") == (0, [])
    with pytest.raises(Missing):
        calendars.delete(ports, "tides")


def test_a_job_is_told_its_events_by_start(ports):
    add_job(ports, "pump", groups=["crew"])
    for calendar_id, holder in {"a": "pump", "b": "crew", "c": "_all", "d": "valve"}.items():
        make(ports, calendar_id, holder)
    schedule(ports, "a", ("late", 50_000, 60_000))
    schedule(ports, "b", ("early", 10_900, 19_100), skip_model_update=False)
    schedule(ports, "c", ("middle", 30_000, 40_000), skip_result=False)
    schedule(ports, "d", ("stray", 1_000, 2_000))
    told = schedule_for(ports, Job.from_document(ports.jobs.get("pump").config)).events
    assert told == (
        (10, 20, "early", True, False, 0),
        (30, 40, "middle", False, True, 0),
        (50, 60, "late", True, True, 0),
    )
