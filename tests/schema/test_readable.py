"""Lengths of time and sizes for people."""

import pytest

from unusual.schema.readable import readable_size, readable_time


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "0ms"), (999, "999ms"), (1000, "1s"), (61_000, "1m"), (129_600_000, "1.5d")]
)
def test_a_length_of_time_is_told_in_its_largest_unit(milliseconds, text):
    assert readable_time(milliseconds) == text


@pytest.mark.parametrize(("size", "text"), [(0, "0b"), (1023, "1023b"), (1 << 20, "1mb"), (5 << 49, "2.5pb")])
def test_a_size_is_told_in_its_largest_unit(size, text):
    assert readable_size(size) == text
