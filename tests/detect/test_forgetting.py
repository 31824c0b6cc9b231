"""Field values, series and open buckets of which some are forgotten and the others get new numbers."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from unusual.detect.fields import Dictionary
from unusual.detect.splits import NEVER, Split
from unusual.detect.tallies import Held, Tally
from unusual.kernels.tally import ENTRY, Rows


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_kept_values_move_up_in_order(wanted):
    names = [f"v{number}" for number in range(len(wanted))]
    known = Dictionary(names)
    moved = known.keep(np.array(wanted))
    assert known.values == [name for name, kept in zip(names, wanted, strict=True) if kept]
    assert [known.values[to] for to in moved if to >= 0] == known.values
    asked = [*known.values, "new"]
    assert known.encode(pl.Series(asked)).tolist() == list(range(len(asked)))


def test_a_dictionary_cut_short_numbers_on_from_there():
    known = Dictionary(["a", "b", "c"])
    known.truncate(1)
    assert known.encode(pl.Series(["c", "a"])).tolist() == [1, 0]
    assert known.bytes == Dictionary(["a", "c"]).bytes > Dictionary(["a"]).bytes


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1), st.integers(0, 2**32 - 1))
def test_kept_series_keep_their_values_under_new_codes(pairs, seed):
    pairs, chance = sorted(pairs), np.random.default_rng(seed)
    split = Split(fields=2)
    split.encode([np.array(column, np.int32) for column in zip(*pairs, strict=True)], len(pairs))
    chosen = np.flatnonzero(chance.random(len(pairs)) < 0.5)
    renamed = chance.permutation(5)
    split.keep(chosen, [renamed, renamed])
    expected = [tuple(int(renamed[code]) for code in pairs[one]) for one in chosen]
    assert [split.values_of(series) for series in range(split.size)] == expected
    more = [np.array([pair[field] for pair in [*expected, (9, 9)]], np.int32) for field in range(2)]
    assert split.encode(more, len(expected) + 1).tolist() == list(range(len(expected) + 1))


def test_a_split_knows_when_each_series_was_last_in_a_bucket_that_is_over():
    split = Split(fields=1)
    split.encode([np.array([7, 8, 9], np.int32)], 3)
    entries = np.zeros(3, ENTRY)
    entries["series"], entries["bucket"] = [0, 1, 0], [4, 4, 6]
    split.see(entries)
    assert split.seen.tolist() == [6, 4, NEVER]
    split.truncate(2)
    split.encode([np.array([5], np.int32)], 1)
    assert split.seen.tolist() == [6, 4, NEVER]


def test_open_buckets_go_on_under_new_numbers():
    def rows(*series):
        ones = np.ones(len(series))
        return Rows(np.full(len(series), 3), np.array(series, np.int32), ones, ones)

    def codes(*some):
        return np.array(some, np.int32)

    tally = Tally(1, keeps_samples=True, keeps_values=True)
    tally.add(rows(2, 5, 2), 6, [codes(8, 9, -1)], codes(1, 3, 3))
    assert (tally.held.series.tolist(), tally.held.fields[0].tolist()) == ([2, 5], [8, 9])
    names = np.full(10, -1)
    names[[2, 5]] = [0, 1]
    fields, counted = np.full(10, -1), np.full(10, -1)
    fields[[8, 9]], counted[[1, 3]] = [1, 0], [0, 2]
    tally.renumber(Held(names, [fields], counted))
    tally.add(rows(0), 2, [codes(1)], codes(2))
    closed = tally.close(4)
    assert closed.entries["series"].tolist() == [0, 1]
    assert closed.entries["n"].tolist() == [3.0, 1.0]
    assert sorted(zip(closed.parts[0]["entry"].tolist(), closed.parts[0]["value"].tolist(), strict=True)) == [
        (0, 1),
        (1, 0),
    ]
    assert closed.values.tolist() == [2, 1]
    found = dict(
        zip(
            zip(closed.distinct["entry"].tolist(), closed.distinct["value"].tolist(), strict=True),
            closed.soles[0].tolist(),
            strict=True,
        )
    )
    assert found[0, 0] == 1  # only ever with that value of the field
    assert found[0, 2] < 0  # once without any, once with one
    assert found[1, 2] == 0
