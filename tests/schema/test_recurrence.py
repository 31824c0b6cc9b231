"""Events that come again, against days counted with the standard library, and dateutil-free laws."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.errors import Invalid
from unusual.schema.calendars import Event
from unusual.schema.recurrence import MOST, Recurrence, Stretch

BERLIN = ZoneInfo("Europe/Berlin")
NOW = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)


def ms(*parts, zone=UTC):
    return int(datetime(*parts, tzinfo=zone).timestamp() * 1000)


def starts(rule, first=(2024, 3, 1, 9), hours=1, zone="Europe/Berlin", **more):
    begin = ms(*first, zone=ZoneInfo(zone))
    found = Recurrence(rule=rule, time_zone=zone, **more).stretches(Stretch(begin, begin + hours * 3_600_000), NOW)
    return [datetime.fromtimestamp(start / 1000, ZoneInfo(zone)) for start, _ in found]


def test_nine_in_the_morning_stays_nine_when_the_clocks_are_changed():
    found = starts("FREQ=DAILY;COUNT=60")
    assert len(found) == 60
    assert {(one.hour, one.minute) for one in found} == {(9, 0)}
    assert {one.utcoffset() for one in found} == {timedelta(hours=1), timedelta(hours=2)}


@given(st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1), st.integers(1, 60))
def test_a_weekly_rule_gives_the_days_that_a_calendar_has(days, until):
    last = datetime(2024, 3, 1, 9, tzinfo=BERLIN) + timedelta(days=until)
    wanted = [
        day
        for number in range(until + 1)
        for day in [datetime.fromisoformat("2024-03-01T09:00") + timedelta(days=number)]
        if day.strftime("%a").upper()[:2] in days
    ]
    rule = f"FREQ=WEEKLY;BYDAY={','.join(sorted(days))};UNTIL={last:%Y%m%dT%H%M%S}"
    if not wanted:
        with pytest.raises(Invalid, match="gives no event"):
            starts(rule)
    else:
        assert [one.replace(tzinfo=None) for one in starts(rule)] == wanted


def test_an_end_in_utc_is_understood():
    assert len(starts("FREQ=DAILY;UNTIL=20240303T080000Z")) == 3
    assert len(starts("FREQ=DAILY;UNTIL=20240303T075959Z")) == 2
    assert len(starts("FREQ=DAILY;UNTIL=20240303")) == 3


def test_dates_are_added_and_left_out():
    dates = (ms(2024, 4, 7, 9, zone=BERLIN),)
    without = (ms(2024, 3, 2, 9, zone=BERLIN),)
    assert [one.day for one in starts("FREQ=DAILY;COUNT=3", dates=dates, except_dates=without)] == [1, 3, 7]
    assert [one.day for one in starts(None, dates=dates)] == [1, 7]


def test_a_whole_day_has_23_hours_when_the_clocks_go_ahead():
    begin, end = ms(2024, 3, 29, zone=BERLIN), ms(2024, 3, 30, zone=BERLIN)
    found = Recurrence(rule="FREQ=DAILY;COUNT=4", time_zone="Europe/Berlin").stretches(Stretch(begin, end), NOW)
    assert [(end - start) / 3_600_000 for start, end in found] == [24, 24, 23, 24]


def test_a_rule_without_end_goes_on_for_ten_years_from_now():
    last = starts("FREQ=WEEKLY;BYDAY=SU", first=(2015, 1, 4, 2))[-1]
    assert datetime(2033, 12, 1, tzinfo=BERLIN) < last < datetime(2034, 2, 1, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=HOURLY", f"gives more than [{MOST}] events"),
        ("FREQ=SECONDLY;COUNT=3", "more often than every hour"),
        ("FREQ=MINUTELY;COUNT=3", "more often than every hour"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "gives no event"),
        ("FREQ=DAILY;COUNT=0", "gives no event"),
        ("FREQ=SOMETIMES", "is no rule of RFC 5545"),
        ("every sunday", "is no rule of RFC 5545"),
        ("FREQ=DAILY;UNTIL=tomorrow", "is no rule of RFC 5545"),
        ("FREQ=DAILY;COUNT=many", "is no rule of RFC 5545"),
        ("", "is no rule of RFC 5545"),
    ],
)
def test_what_cannot_be_followed_is_told(rule, reason):
    with pytest.raises(Invalid) as told:
        starts(rule)
    assert reason in str(told.value)


def test_an_unknown_zone_is_refused_with_an_example():
    with pytest.raises(ValueError, match="Middle/Earth"):
        Recurrence(rule="FREQ=DAILY", time_zone="Middle/Earth")


def test_each_time_is_an_event_of_its_own_without_the_rule():
    body = {"description": "backup", "start_time": 0, "end_time": 60_000, "recurrence": {"rule": "FREQ=DAILY;COUNT=2"}}
    found = [one.document() for one in Event.model_validate(body).repeated(NOW)]
    assert [(one["start_time"], one["end_time"]) for one in found] == [(0, 60_000), (86_400_000, 86_460_000)]
    assert all("recurrence" not in one for one in found)
