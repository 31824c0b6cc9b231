"""The open buckets: what is taken out when they close, looked at while they are open, dropped and restored."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles import tallies
from unusual.detect.tallies import Tally
from unusual.kernels.tally import Rows

SERIES = 3
ROW = st.tuples(st.integers(0, 4), st.integers(-1, SERIES - 1), st.integers(0, 9).map(float), st.just(1.0))
POSTS = st.lists(st.lists(ROW, max_size=12), max_size=5)


def add(tally, rows):
    """Rows in order of bucket; the influencing field and the counted value both follow from the row's value."""
    rows = sorted(rows, key=lambda row: row[0])
    bucket, series, value, weight = zip(*rows, strict=True) if rows else ((), (), (), ())
    codes = np.array([int(one) % 4 - 1 for one in value], np.int32)
    columns = Rows(
        np.array(bucket, np.int64), np.array(series, np.int32), np.array(value, float), np.array(weight, float)
    )
    tally.add(columns, SERIES, [codes], codes)
    return rows


def made():
    return Tally(1, keeps_samples=True, keeps_values=True)


def content(closed):
    """Everything a closed stretch tells, by (bucket, series)."""
    keys = list(zip(closed.entries["bucket"].tolist(), closed.entries["series"].tolist(), strict=True))
    counts = dict(zip(keys, closed.entries["n"].tolist(), strict=True))
    medians = dict(zip(keys, closed.medians.tolist(), strict=True))
    values = dict(zip(keys, closed.values.tolist(), strict=True))
    parts = {(keys[part["entry"]], int(part["value"])): float(part["sum"]) for part in closed.parts[0]}
    return counts, medians, values, parts


def expected(rows, first, until):
    """The same, from plain dictionaries."""
    rows = [row for row in rows if first <= row[0] < until]
    codes = [int(row[2]) % 4 - 1 for row in rows]
    counts = {key: float(len(samples)) for key, samples in tallies.entries(rows).items()}
    parts = {key: sum(value for value, _ in samples) for key, samples in tallies.parts(rows, codes).items()}
    values = {key: sum(owner == key for owner, _ in parts) for key in counts}
    return counts, tallies.medians(rows), values, parts


def filled(posts):
    tally, rows = made(), []
    for post in posts:
        rows += add(tally, post)
    return tally, rows


@given(POSTS, st.integers(0, 5))
def test_what_is_closed_and_what_stays_is_what_the_rows_add_up_to(posts, until):
    tally, rows = filled(posts)
    assert content(tally.peek(0, until)) == expected(rows, 0, until)
    assert content(tally.close(until)) == expected(rows, 0, until)
    assert content(tally.close(9)) == expected(rows, until, 9)
    assert content(tally.close(9)) == ({}, {}, {}, {})


@given(POSTS, POSTS, st.integers(0, 5))
def test_a_bucket_that_stays_open_goes_on_after_others_closed(before, after, until):
    tally, rows = filled(before)
    tally.close(until)
    late = [[row for row in post if row[0] >= until] for post in after]
    rows += [row for post in late for row in add(tally, post)]
    assert content(tally.close(9)) == expected(rows, until, 9)


@given(POSTS, st.integers(0, 5), st.integers(0, 5))
def test_forgotten_buckets_are_empty_and_the_others_are_not(posts, first, until):
    tally, rows = filled(posts)
    tally.forget(first, until)
    kept = [row for row in rows if not first <= row[0] < until]
    assert content(tally.close(9)) == expected(kept, 0, 9)


@given(POSTS, POSTS)
def test_a_restored_tally_goes_on_as_if_never_stopped(before, after):
    lived, _ = filled(before)
    restored = made()
    restored.restore(lived.state())
    for post in after:
        add(lived, post)
        add(restored, post)
    ours, theirs = lived.close(9), restored.close(9)
    assert ours.entries.tobytes() == theirs.entries.tobytes()
    assert content(ours) == content(theirs)


def test_the_samples_of_many_posts_grow_by_doubling():
    tally, sizes = made(), set()
    for at in range(200):
        add(tally, [(0, 0, float(at), 1.0)])
        sizes.add(len(tally._samples))
    assert len(sizes) < 10
    assert tally.close(1).medians == pytest.approx([99.5])
