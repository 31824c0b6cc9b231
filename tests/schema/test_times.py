"""Times in options: what each kind of endpoint accepts."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.errors import Unreadable
from unusual.schema.times import feed_time, flush_time, result_time

NOW_MS = 1_609_545_599_999  # 2021-01-01T23:59:59.999Z
NEW_YEAR = 1_609_459_200


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("now", 1_609_545_599),
        ("0", 0),
        ("1609459200", NEW_YEAR),
        ("1609459200000", NEW_YEAR),
        ("10000000000", 10_000_000),
        ("2021-01-01", NEW_YEAR),
        ("2021-01-01T00:00:00Z", NEW_YEAR),
    ],
)
def test_flush_times_are_seconds_up_to_ten_digits(text, seconds):
    assert flush_time("start", text, NOW_MS) == seconds


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1609459200", 1_609_459_200),
        ("1609459200000", NEW_YEAR * 1000),
        ("-1000", -1000),
        ("2021-01-01", NEW_YEAR * 1000),
        ("2021-01-01T00:00", NEW_YEAR * 1000),
        ("2021-01-01T00:00Z", NEW_YEAR * 1000),
        ("2021-01-01T00:00:00", NEW_YEAR * 1000),
        ("2021-01-01T00:00:00.250Z", NEW_YEAR * 1000 + 250),
        ("2021-01-01T01:00:00+01:00", NEW_YEAR * 1000),
        ("2020-12-31T19:00:00-0500", NEW_YEAR * 1000),
    ],
)
def test_result_times_are_iso_or_milliseconds(text, milliseconds):
    assert result_time("start", text) == milliseconds


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("now", "2021-01-01T23:59:59.999Z"),
        ("now-2d", "2020-12-30T23:59:59.999Z"),
        ("now/d", "2021-01-01T00:00:00Z"),
        ("now-1h/h", "2021-01-01T22:00:00Z"),
        ("now/w", "2020-12-28T00:00:00Z"),
        ("now/M", "2021-01-01T00:00:00Z"),
        ("now+1y/y", "2022-01-01T00:00:00Z"),
        ("2021-01-01||", "2021-01-01T00:00:00Z"),
        ("2021-01-01||+1h", "2021-01-01T01:00:00Z"),
        ("2021-03-31||-1M", "2021-02-28T00:00:00Z"),
        ("2021-01-01||-d+90m", "2020-12-31T01:30:00Z"),
        ("1609459200000", "2021-01-01T00:00:00Z"),
        ("2021-01-01T00:00:00Z", "2021-01-01T00:00:00Z"),
    ],
)
def test_feed_times_know_date_math(text, written):
    assert feed_time("start", text, NOW_MS) == result_time("start", written)


@pytest.mark.parametrize("text", ["", "yesterday", "2021-13-01", "2021-1-1", "2021-01-01T25:00Z", "1e9", "9" * 40])
@pytest.mark.parametrize("read", [lambda text: flush_time("end", text, NOW_MS), lambda text: result_time("end", text)])
def test_an_unreadable_time_names_parameter_and_value(read, text):
    with pytest.raises(Unreadable) as refusal:
        read(text)
    assert refusal.value.reason == (
        f"Query param [end] with value [{text}] cannot be parsed as a date or converted to a number (epoch)."
    )


@pytest.mark.parametrize("text", ["now-", "now-2", "now*2d", "nowish", "soon||+1h", "now+99999999y"])
def test_unreadable_date_math_is_refused(text):
    with pytest.raises(Unreadable, match="Query param"):
        feed_time("start", text, NOW_MS)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_is_the_same_in_iso_and_in_milliseconds(moment):
    milliseconds = int(moment.timestamp()) * 1000 + moment.microsecond // 1000
    assert result_time("start", moment.isoformat().replace("+00:00", "Z")) == milliseconds
    assert result_time("start", str(milliseconds)) == milliseconds
