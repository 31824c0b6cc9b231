"""Durations and sizes: integers with a unit, echoed as they were spelled."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.errors import Invalid
from unusual.schema.durations import Duration, parse_size


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("5m", 300_000),
        ("3600s", 3_600_000),
        ("1h", 3_600_000),
        ("1d", 86_400_000),
        ("2500ms", 2500),
        ("2000micros", 2),
        ("3000000nanos", 3),
        ("0", 0),
        ("-1", -1),
    ],
)
def test_a_duration_is_an_integer_with_a_unit(text, milliseconds):
    duration = Duration(text)
    assert duration.milliseconds == milliseconds
    assert duration.seconds == milliseconds // 1000
    assert duration == text


@pytest.mark.parametrize("text", ["", "5", "m", "5 minutes", "1.5h", "-5m", "5M", "\u0665m", "999999999999d"])
def test_an_unreadable_duration_names_its_setting_and_value(text):
    with pytest.raises(Invalid) as refusal:
        Duration(text, "timeout")
    assert f"failed to parse setting [timeout] with value [{text}] as a time value: " in refusal.value.reason


@given(st.integers(0, 10**9))
def test_a_duration_of_seconds_has_that_many_seconds(seconds):
    assert Duration.of_seconds(seconds).seconds == seconds


def test_a_duration_travels_between_processes():
    travelled = pickle.loads(pickle.dumps(Duration("900s")))  # noqa: S301  # made one line up
    assert (travelled, travelled.seconds) == ("900s", 900)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("7b", 7),
        ("1k", 1024),
        ("1kb", 1024),
        ("2m", 2 << 20),
        ("2MB", 2 << 20),
        ("1g", 1 << 30),
        ("1gb", 1 << 30),
        ("3t", 3 << 40),
        ("3tb", 3 << 40),
    ],
)
def test_a_size_counts_in_powers_of_1024(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "12", "mb", "1.5gb", "-1mb", "1pounds"])
def test_an_unreadable_size_names_its_setting_and_value(text):
    with pytest.raises(Invalid, match="failed to parse setting") as refusal:
        parse_size(text, "model_memory_limit")
    assert f"[model_memory_limit] with value [{text}]" in refusal.value.reason
