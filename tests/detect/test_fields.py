"""Strings and combinations of them, numbered in order of first appearance, against dictionaries."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.detect.fields import Dictionary
from unusual.detect.splits import Split

STRINGS = st.lists(st.none() | st.text("abÜ\x00 ", max_size=2), max_size=20)
LARGE = st.integers(-1, 5) | st.just(2**31 - 1)
CODES = st.lists(st.tuples(st.integers(-1, 5), LARGE, LARGE), max_size=20)


def numbered(values):
    """What a dictionary gives."""
    known = {}
    return [-1 if value is None else known.setdefault(value, len(known)) for value in values], list(known)


@given(STRINGS, STRINGS)
def test_strings_are_numbered_as_they_first_appear(before, after):
    known = Dictionary()
    found = [known.encode(pl.Series(some, dtype=pl.String)).tolist() for some in (before, after)]
    assert (found[0] + found[1], known.values) == numbered(before + after)


@given(STRINGS, STRINGS)
def test_a_dictionary_made_from_known_values_numbers_on(before, after):
    first = Dictionary()
    first.encode(pl.Series(before, dtype=pl.String))
    restored = Dictionary(first.values)
    series = pl.Series(after, dtype=pl.String)
    assert restored.encode(series).tolist() == first.encode(series).tolist()
    assert restored.values == first.values


def columns(pairs, fields):
    return [np.array([pair[field] for pair in pairs], np.int32) for field in range(fields)]


@pytest.mark.parametrize("fields", [0, 1, 2, 3])
@given(before=CODES, after=CODES)
def test_combinations_are_numbered_as_they_first_appear(fields, before, after):
    split = Split(fields)
    found = [split.encode(columns(some, fields), len(some)).tolist() for some in (before, after)]
    keys = [None if min(pair[:fields], default=0) < 0 else pair[:fields] for pair in before + after]
    expected, known = numbered(keys)
    assert found[0] + found[1] == expected
    assert [split.values_of(series) for series in range(split.size)] == known


@pytest.mark.parametrize("fields", [0, 1, 2, 3])
@given(before=CODES, after=CODES)
def test_a_restored_split_numbers_on(fields, before, after):
    split = Split(fields)
    split.encode(columns(before, fields), len(before))
    restored = Split.restore(split.state())
    wanted = columns(after, fields)
    assert restored.encode(wanted, len(after)).tolist() == split.encode(wanted, len(after)).tolist()
    assert restored.keys.tolist() == split.keys.tolist()
