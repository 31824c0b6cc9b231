"""Rows folded per bucket and series, against plain dictionaries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles import tallies
from unusual.kernels.interning import slots_for
from unusual.kernels.tally import ENTRY, NOWHERE, PART, Places, Rows, fold, fold_parts, medians, place, spread

SERIES = 4
ROW = st.tuples(st.integers(-3, 3), st.integers(-1, SERIES - 1), st.floats(-1e6, 1e6), st.sampled_from([0.5, 1.0, 3.0]))
ROWS = st.lists(ROW, max_size=40).map(lambda rows: sorted(rows, key=lambda row: row[0]))
VALUES = st.lists(st.integers(-1, 3), min_size=40, max_size=40)


def columns(rows) -> Rows:
    bucket, series, value, weight = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Rows(np.array(bucket, np.int64), np.array(series, np.int32), np.array(value, float), np.array(weight, float))


def fold_all(rows, cut=0):
    """The entries of rows folded in two calls, and the entry of each row."""
    entries = np.zeros(len(rows) + 1, ENTRY)
    places = Places(np.full(SERIES, NOWHERE), np.zeros(SERIES, np.int32))
    entry_of, used = np.full(len(rows), 77, np.int32), 0
    for start, end in ((0, cut), (cut, len(rows))):
        if start < end:
            place(entries, 0, used, rows[start][0], places)
            used = fold(entries, used, columns(rows[start:end]), places, entry_of[start:end])
    return entries[:used], entry_of


@given(ROWS)
def test_an_entry_holds_what_its_rows_add_up_to(rows):
    entries, entry_of = fold_all(rows)
    expected = tallies.entries(rows)
    assert list(zip(entries["bucket"].tolist(), entries["series"].tolist(), strict=True)) == list(expected)
    for entry, samples in zip(entries, expected.values(), strict=True):
        n, total, low, high, mean, variance = tallies.folded(samples)
        assert (entry["n"], entry["low"], entry["high"]) == (n, low, high)
        assert entry["sum"] == pytest.approx(total, abs=1e-6)
        assert entry["mean"] == pytest.approx(mean, abs=1e-6)
        assert entry["m2"] / n == pytest.approx(variance, rel=1e-6, abs=1e-3)
    numbers = {key: number for number, key in enumerate(expected)}
    assert entry_of.tolist() == [numbers.get((bucket, series), -1) for bucket, series, _, _ in rows]


@given(ROWS, st.integers(0, 40))
def test_where_the_rows_are_cut_changes_no_bit(rows, cut):
    whole, whole_of = fold_all(rows)
    parted, parted_of = fold_all(rows, min(cut, len(rows)))
    assert parted.tobytes() == whole.tobytes()
    assert parted_of.tolist() == whole_of.tolist()


@given(ROWS, VALUES)
def test_parts_hold_what_each_value_of_another_field_contributed(rows, values):
    _, entry_of = fold_all(rows)
    values = values[: len(rows)]
    parts, keys = np.zeros(len(rows) + 1, PART), np.zeros(len(rows) + 1, np.int64)
    coded = np.array(values, np.int32)
    used = fold_parts(parts, keys, slots_for(len(keys)), 0, entry_of, coded, columns(rows))
    expected = tallies.parts(rows, values)
    numbers = {key: number for number, key in enumerate(tallies.entries(rows))}
    owners = [(numbers[key], value) for key, value in expected]
    assert [(part["entry"], part["value"]) for part in parts[:used]] == owners
    for part, samples in zip(parts[:used], expected.values(), strict=True):
        n, total, low, high, _, _ = tallies.folded(samples)
        assert (part["n"], part["low"], part["high"]) == (n, low, high)
        assert part["sum"] == pytest.approx(total, abs=1e-6)


@given(ROWS)
def test_the_median_of_an_entry_is_that_of_its_values(rows):
    _, entry_of = fold_all(rows)
    here = entry_of >= 0
    owner, values = entry_of[here].astype(np.int64), columns(rows).value[here]
    expected = tallies.medians(rows)
    answer = np.full(len(expected), np.nan)
    medians(owner, values, np.lexsort((values, owner)), answer)
    assert answer.tolist() == pytest.approx(list(expected.values()))


@given(ROWS, st.sets(st.integers(0, SERIES - 1)))
def test_every_series_met_so_far_has_a_row_in_every_bucket(rows, met):
    entries, _ = fold_all(rows)
    entries = entries[np.argsort(entries["bucket"], kind="stable")]
    alive = np.array([series in met for series in range(SERIES)])
    first, buckets = -3, 7
    edges, series_of = np.zeros(buckets + 1, np.int64), np.zeros(buckets * SERIES, np.int64)
    entry_of = np.zeros_like(series_of)
    used = spread(entries, first, alive, edges, series_of, entry_of)
    keys = list(tallies.entries(rows))
    bucket_of = np.repeat(np.arange(first, first + buckets), np.diff(edges))
    laid = zip(bucket_of.tolist(), series_of[:used].tolist(), (entry_of[:used] >= 0).tolist(), strict=True)
    assert list(laid) == tallies.spread(keys, first, buckets, met)
    filled = entry_of[:used][entry_of[:used] >= 0]
    assert filled.size == len(keys)
    assert set(np.flatnonzero(alive)) == met | {series for _, series in keys}
