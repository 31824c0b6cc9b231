"""Which values most buckets have, against weighted counts over the buckets so far; growing, forgetting, restoring."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unusual.detect.frequent import MOST, Frequent
from unusual.detect.splits import Split
from unusual.kernels.presence import KEPT, pick_frequent
from unusual.kernels.tally import ENTRY

PARTITIONS, VALUES = 2, 3
BUCKETS = st.lists(
    st.lists(st.tuples(st.integers(0, PARTITIONS - 1), st.integers(0, VALUES - 1)), max_size=5), max_size=25
)


def split():
    """All combinations, so that series 3 p + v has partition p and value v."""
    made = Split(2)
    pairs = [(p, v) for p in range(PARTITIONS) for v in range(VALUES)]
    made.encode([np.array(part, np.int32) for part in zip(*pairs, strict=True)], len(pairs))
    return made


def entries(buckets, first=0):
    found = [(first + n, 3 * p + v) for n, bucket in enumerate(buckets) for p, v in dict.fromkeys(bucket)]
    table = np.zeros(len(found), ENTRY)
    if found:
        table["bucket"], table["series"] = zip(*found, strict=True)
    return table


def asked(frequent, buckets, first=0, *, teach=True):
    """Per bucket, whether each series is frequent."""
    bucket = np.repeat(np.arange(first, first + len(buckets)), PARTITIONS * VALUES)
    series = np.tile(np.arange(PARTITIONS * VALUES), len(buckets))
    picked = np.zeros(series.size, np.bool_)
    pick_frequent(frequent._known, entries(buckets, first), bucket, series, MOST, teach, picked)
    return picked.reshape(-1, PARTITIONS * VALUES).tolist()


def counting():
    made = Frequent(1, 0)
    made.grow(split())
    return made


def plain(buckets):
    """The same from the definition."""
    answer = []
    for now in range(len(buckets)):
        row = []
        for p in range(PARTITIONS):
            past = [{v for at, v in bucket if at == p} for bucket in buckets[:now]]
            past = [values for values in past if values]
            weight = [KEPT ** (len(past) - 1 - k) for k in range(len(past))]
            for v in range(VALUES):
                had = sum(w for w, values in zip(weight, past, strict=True) if v in values)
                row.append(bool(past) and had / sum(weight) > MOST)
        answer.append(row)
    return answer


@given(BUCKETS)
def test_a_value_is_frequent_when_most_buckets_of_its_partition_had_it(buckets):
    assert asked(counting(), buckets) == plain(buckets)


@given(BUCKETS, BUCKETS)
def test_restored_it_counts_on_as_if_never_stopped(before, after):
    whole, parted, restored = counting(), counting(), Frequent(1, 0)
    expected = asked(whole, before + after)
    found = asked(parted, before)
    restored.restore(parted.state())
    assert found + asked(restored, after, len(before)) == expected


@given(BUCKETS, BUCKETS)
def test_buckets_that_do_not_teach_do_not_count(before, after):
    judge = counting()
    asked(judge, before)
    kept = [array.tobytes() for array in judge.state().values()]
    asked(judge, after, len(before), teach=False)
    assert [array.tobytes() for array in judge.state().values()] == kept


@given(BUCKETS)
def test_who_stays_keeps_its_counts_when_others_are_forgotten(buckets):
    known, left = counting(), split()
    before = asked(known, [*buckets, []])[-1]
    chosen = np.array([1, 3, 5])
    left.keep(chosen, [np.arange(PARTITIONS), np.arange(VALUES)])
    known.keep(chosen, left)
    picked = np.zeros(3, np.bool_)
    pick_frequent(known._known, entries([]), np.full(3, 99), np.arange(3), MOST, teach=False, picked=picked)
    assert picked.tolist() == [before[series] for series in chosen]


def test_a_value_that_was_everywhere_once_is_forgiven_in_time():
    known = counting()
    asked(known, [[(0, 0), (0, 1)]] * 3000)
    rows = asked(known, [[(0, 1)]] * 3000, 3000)
    assert rows[0][0]
    assert not rows[-1][0]
