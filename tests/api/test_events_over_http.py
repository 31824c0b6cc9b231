"""Scheduled events as clients post them: once, again and again, and as a calendar of another program."""

import pytest

HOUR, DAY = 3_600_000, 86_400_000
ICAL = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
SUMMARY:backup\r
DTSTART:20240101T020000Z\r
DTEND:20240101T030000Z\r
RRULE:FREQ=DAILY;COUNT=3\r
END:VEVENT\r
END:VCALENDAR\r
"""
NIGHTS = [1_704_074_400_000 + night * DAY for night in range(3)]


@pytest.fixture
def year(client):
    """The path of a calendar's events."""
    client.request("PUT", "/_ml/calendars/year")
    yield "/_ml/calendars/year/events"
    client.delete("/_ml/calendars/year")


def listed(client, path):
    return [(one["description"], one["start_time"], one["end_time"]) for one in client.get(path).json()["events"]]


def refused(response, status):
    assert response.status_code == status
    error = response.json()["error"]
    return str(error)


@pytest.mark.parametrize("media", ["text/calendar", "Text/Calendar; charset=utf-8"])
def test_a_calendar_of_another_program_is_taken_over(client, year, media):
    answer = client.post(year, content=ICAL, headers={"content-type": media})
    assert [one["start_time"] for one in answer.json()["events"]] == NIGHTS
    assert listed(client, year) == [("backup", start, start + HOUR) for start in NIGHTS]


def test_an_event_comes_again_by_a_rule(client, year):
    event = {"description": "tide", "start_time": 0, "end_time": HOUR, "recurrence": {"rule": "FREQ=DAILY;COUNT=2"}}
    assert client.post(year, {"events": [event]}).status_code == 200
    assert listed(client, year) == [("tide", 0, HOUR), ("tide", DAY, DAY + HOUR)]


def test_what_is_wrong_is_told_and_nothing_kept(client, year):
    event = {"description": "tide", "start_time": 0, "end_time": HOUR}
    text = {"content-type": "text/calendar"}
    assert "more than" in refused(client.post(year, {"events": [event | {"recurrence": {"rule": "FREQ=HOURLY"}}]}), 400)
    assert "Middle/Earth" in refused(
        client.post(year, {"events": [event | {"recurrence": {"time_zone": "Middle/Earth"}}]}), 400
    )
    assert "iCalendar" in refused(client.post(year, content=b"hello", headers=text), 400)
    assert "At least 1 event" in refused(client.post(year, content=b"", headers=text), 400)
    assert "nobody" in refused(client.post("/_ml/calendars/nobody/events", content=ICAL, headers=text), 404)
    assert "not supported" in refused(client.post(year, content=ICAL, headers={"content-type": "text/csv"}), 406)
    assert listed(client, year) == []


def test_events_are_listed_by_a_body_that_says_which(client, year):
    events = [{"description": name, "start_time": at, "end_time": at + 1} for at, name in enumerate(("ebb", "flood"))]
    client.post(year, {"events": events})
    assert client.post(year, {"start": "2"}).json() == client.get(f"{year}?start=2").json()
    assert client.post(year, {"page": {"size": 1}}).json()["count"] == 2
    assert "job_id" in refused(client.post(year, {"job_id": "pump"}), 400)
