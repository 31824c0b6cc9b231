"""Small documents beside the jobs: calendars, their events, filters, and how datafeeds are run."""

import pytest

from unusual.errors import Invalid, Unreadable
from unusual.schema.calendars import CalendarRequest, Event, EventsRequest
from unusual.schema.filters import Filter, FilterUpdate
from unusual.schema.options import CalendarOptions, EventOptions, StartDatafeedOptions, StopDatafeedOptions
from unusual.schema.reading import read, read_query

EVENT = {"description": "party", "start_time": "1970-01-01T00:00:01Z", "end_time": 2000}


def test_a_calendar_may_be_empty():
    assert read(CalendarRequest, {}, "calendar").document() == {"job_ids": []}
    assert read(CalendarRequest, {"job_ids": "pumps"}, "calendar").job_ids == ("pumps",)
    assert read_query(CalendarOptions, {"size": "3"}, "get_calendars").page.size == 3


def test_an_event_is_shown_in_milliseconds_and_with_its_defaults():
    [event] = read(EventsRequest, {"events": [EVENT]}, "post_calendar_events").events
    assert event.of("holidays").document() == {
        "description": "party",
        "start_time": 1000,
        "end_time": 2000,
        "calendar_id": "holidays",
        "skip_result": True,
        "skip_model_update": True,
    }


@pytest.mark.parametrize(
    ("events", "kind", "reason"),
    [
        ([], Invalid, "At least 1 event is required"),
        *(
            (
                [{field: value for field, value in EVENT.items() if field != name}],
                Invalid,
                f"Field [{name}] cannot be null",
            )
            for name in EVENT
        ),
        (
            [EVENT | {"start_time": 2000}],
            Invalid,
            "Event start time [2000] must come before end time [2000]",
        ),
        ([EVENT | {"end_time": "later"}], Unreadable, "Query param [end_time] with value [later] cannot be parsed"),
    ],
)
def test_an_event_lasts_and_says_what_it_is(events, kind, reason, refused):
    found, said = refused(read, EventsRequest, {"events": events}, "post_calendar_events")[-1]
    assert found is kind
    assert said.startswith(reason)


def test_an_event_belongs_to_the_calendar_of_the_path(refused):
    event = read(Event, EVENT | {"calendar_id": "other"}, "event")
    [(kind, said)] = refused(event.of, "holidays")
    assert kind is Invalid
    assert said.startswith("Inconsistent calendar_id; 'other' specified in the body differs from 'holidays'")


def test_a_job_chooses_among_all_calendars(refused):
    options = EventOptions(job_id="pump")
    options.check_calendar("_all")
    EventOptions().check_calendar("holidays")
    assert refused(options.check_calendar, "holidays") == [(Invalid, "If job_id is used calendar_id must be '_all'")]


def test_items_of_a_filter_are_sorted_and_unique():
    assert read(Filter, {"items": ["b", "a", "b"]}, "filter").document() == {"items": ["a", "b"]}


def test_a_filter_has_at_most_10000_items(refused):
    assert refused(read, Filter, {"items": ["x"] * 10_001}, "filter")[-1][0] is Invalid


def test_items_are_added_and_removed(refused):
    before = Filter(filter_id="f", description="old", items=("a", "b"))
    after = FilterUpdate(add_items=("c", "a"), remove_items=("b",)).applied_to(before)
    assert (after.items, after.description) == (("a", "c"), "old")
    assert FilterUpdate(description="new").applied_to(before).description == "new"
    assert refused(FilterUpdate(remove_items=("z",)).applied_to, before) == [
        (Invalid, "Cannot remove item [z] as it is not present in filter [f]")
    ]


def test_a_datafeed_starts_at_the_beginning_and_has_no_end():
    assert StartDatafeedOptions().window(0) == (0, None)
    assert StartDatafeedOptions(start="now-1d", end="now").window(86_400_000) == (0, 86_400_000)
    assert read_query(StopDatafeedOptions, {"allow_no_datafeeds": "false"}, "stop").allow_no_match is False


@pytest.mark.parametrize(
    ("options", "kind", "reason"),
    [
        ({"start": "2000", "end": "2000"}, Invalid, "start [2000] must be earlier than end [2000]"),
        ({"start": "soon"}, Unreadable, "Query param [start] with value [soon] "),
        ({"end": "late"}, Unreadable, "Query param [end] with value [late] "),
    ],
)
def test_a_datafeed_that_could_not_read_anything_is_refused(options, kind, reason, refused):
    [(found, said)] = refused(StartDatafeedOptions(**options).window, 0)
    assert found is kind
    assert said.startswith(reason)
