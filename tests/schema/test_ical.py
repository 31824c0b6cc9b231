"""iCalendar texts as calendars of others write them, and what events they become."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from unusual.errors import Invalid, Unreadable
from unusual.schema.calendars import EventsRequest
from unusual.schema.ical import events_in

NOW = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)


def text(*events, head=""):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//somebody//EN", *head.splitlines()]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read(raw):
    """(description, start, end) of every event that a text becomes, in UTC."""
    request = EventsRequest.model_validate({"events": events_in(raw)})
    return [
        (
            again.description,
            *(f"{datetime.fromtimestamp(t / 1000, UTC):%m-%d %H:%M}" for t in (again.start_time, again.end_time)),
        )
        for event in request.events
        for again in event.repeated(NOW)
    ]


def test_times_in_utc_in_a_zone_floating_and_whole_days():
    found = read(
        text(
            "SUMMARY:utc\nDTSTART:20240701T090000Z\nDTEND:20240701T100000Z",
            "SUMMARY:zoned\nDTSTART;TZID=Europe/Berlin:20240701T090000\nDURATION:PT30M",
            "SUMMARY:floating\nDTSTART:20240701T090000\nDTEND:20240701T100000",
            "SUMMARY:day\nDTSTART;VALUE=DATE:20240701",
            "SUMMARY:days\nDTSTART;VALUE=DATE:20240701\nDTEND;VALUE=DATE:20240703",
            head="X-WR-TIMEZONE:America/New_York",
        )
    )
    assert found == [
        ("utc", "07-01 09:00", "07-01 10:00"),
        ("zoned", "07-01 07:00", "07-01 07:30"),
        ("floating", "07-01 13:00", "07-01 14:00"),
        ("day", "07-01 04:00", "07-02 04:00"),
        ("days", "07-01 04:00", "07-03 04:00"),
    ]


def test_a_rule_with_dates_left_out_and_one_that_was_moved():
    series = """UID:1
SUMMARY:maintenance
DTSTART;TZID=Europe/Berlin:20240324T020000
DTEND;TZID=Europe/Berlin:20240324T040000
RRULE:FREQ=WEEKLY;UNTIL=20240420T000000Z
EXDATE;TZID=Europe/Berlin:20240407T020000"""
    moved = """UID:1
SUMMARY:maintenance later
RECURRENCE-ID;TZID=Europe/Berlin:20240414T020000
DTSTART;TZID=Europe/Berlin:20240415T220000
DTEND;TZID=Europe/Berlin:20240415T230000"""
    assert read(text(series, moved)) == [
        ("maintenance", "03-24 01:00", "03-24 03:00"),
        ("maintenance", "03-31 01:00", "03-31 02:00"),  # the night in which an hour is missing
        ("maintenance later", "04-15 20:00", "04-15 21:00"),
    ]


def test_further_dates_and_a_folded_line():
    event = "SUMMARY:a very\r\n  long name\nDTSTART:20240101T000000Z\nDTEND:20240101T010000Z\n"
    event += "RDATE:20240105T000000Z,20240107T000000Z"
    assert [(name, start) for name, start, _ in read(text(event))] == [
        ("a very long name", "01-01 00:00"),
        ("a very long name", "01-05 00:00"),
        ("a very long name", "01-07 00:00"),
    ]


def test_what_was_called_off_is_left_out():
    gone = "SUMMARY:gone\nSTATUS:CANCELLED\nDTSTART:20240101T000000Z\nDTEND:20240101T010000Z"
    there = "DTSTART:20240101T000000Z\nDTEND:20240101T010000Z"
    assert [name for name, _, _ in read(text(gone, there))] == ["event"]


def test_the_days_of_a_zone_are_those_of_its_clocks():
    event = "SUMMARY:holiday\nDTSTART;VALUE=DATE:20240330\nRRULE:FREQ=DAILY;COUNT=3"
    raw = text(event, head="X-WR-TIMEZONE:Europe/Berlin")
    berlin = [datetime(2024, 3, day, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC) for day in (30, 31)]
    assert [start for _, start, _ in read(raw)][:2] == [f"{one:%m-%d %H:%M}" for one in berlin]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b'{"events": []}'])
def test_another_text_is_refused_or_holds_no_event(raw):
    with suppress(Unreadable):
        assert events_in(raw) == []


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            "SUMMARY:short\nDTSTART:20240101T000000Z",
            "event [short] of the iCalendar text: it has neither DTEND nor DURATION",
        ),
        ("SUMMARY:never\nDTEND:20240101T000000Z", "event [never] of the iCalendar text"),
        (
            "SUMMARY:two\nDTSTART:20240101T000000Z\nDTEND:20240101T010000Z\nRRULE:FREQ=DAILY\nRRULE:FREQ=YEARLY",
            "it has more than one rule",
        ),
    ],
)
def test_an_event_that_cannot_be_one_of_ours_is_named(event, reason):
    with pytest.raises(Invalid) as told:
        events_in(text(event))
    assert reason in str(told.value)


def test_an_unknown_zone_is_named():
    with pytest.raises(Invalid, match="Middle/Earth"):
        events_in(text("DTSTART:20240101T000000\nDTEND:20240101T010000", head="X-WR-TIMEZONE:Middle/Earth"))
