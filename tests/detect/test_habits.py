"""What entities usually contribute, against the weighted mean written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.detect.habits import Habits
from unusual.kernels.tally import ENTRY, PART

HALF_LIFE = 10.0
MET = st.sets(st.tuples(st.integers(0, 40), st.integers(0, 2), st.integers(0, 2)), min_size=1)  # bucket, series, value


def tables(met, numbers):
    """Entries and parts of contributions of numbers[bucket, series, value] samples, at twice that [unit]."""
    owners = sorted({(bucket, series) for bucket, series, _ in met})
    entries = np.zeros(len(owners), ENTRY)
    entries["bucket"], entries["series"] = zip(*owners, strict=True)
    parts = np.zeros(len(met), PART)
    for part, (bucket, series, value) in zip(parts, sorted(met), strict=True):
        part["entry"], part["value"] = owners.index((bucket, series)), value
        part["n"] = numbers[bucket, series, value]
        part["sum"] = 2 * part["n"]
    return entries, parts


def mean_before(met, numbers, one, begin):
    """The mean over the buckets from `begin` to the one before, newer ones weighing more."""
    bucket, *who = one
    weights = {b: 0.5 ** ((bucket - 1 - b) / HALF_LIFE) for b in range(begin, bucket)}
    total = sum(w * (numbers[(b, *who)] if (b, *who) in met else 0.0) for b, w in weights.items())
    return total / sum(weights.values()) if weights else 0.0


@given(MET, st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_what_is_usual_is_the_fading_mean_of_the_buckets_before(met, cut, seed):
    numbers = np.random.default_rng(seed).uniform(1, 9, (41, 3, 3))
    habits, begin, found = Habits(HALF_LIFE, most=100), min(met)[0], {}
    for some in ({one for one in met if one[0] < cut}, {one for one in met if one[0] >= cut}):
        if some:
            entries, parts = tables(some, numbers)
            glance = habits.follow(entries, parts, teach=False)
            usual = habits.follow(entries, parts, teach=True)
            assert glance.shape == usual.shape
            found |= dict(zip(sorted(some), usual, strict=True))
    for one, (n, total) in found.items():
        assert n == pytest.approx(mean_before(met, numbers, one, begin))
        assert total == pytest.approx(2 * n)


def test_entities_beyond_the_most_have_no_habits():
    habits = Habits(HALF_LIFE, most=1)
    met = {(bucket, 0, value) for bucket in range(3) for value in range(2)}
    habits.follow(*tables(met, np.ones((3, 1, 2))), teach=True)
    assert habits.rows.size == 1
    usual = habits.follow(*tables({(3, 0, 0), (3, 0, 1)}, np.ones((4, 1, 2))), teach=True)
    assert usual[:, 0].tolist() == [pytest.approx(1.0), 0.0]


def test_who_is_forgotten_leaves_the_others_their_habits_under_new_numbers():
    habits = Habits(HALF_LIFE, most=9)
    met = {(bucket, series, 0) for bucket in range(6) for series in range(2)} | {(0, 1, 1)}
    habits.follow(*tables(met, np.ones((6, 2, 2))), teach=True)
    assert sorted(set(habits.values(oldest=3).tolist())) == [0]
    habits.keep(3, series=np.array([-1, 0]), values=np.array([4, -1]))
    assert habits.rows.size == 1
    usual = habits.follow(*tables({(6, 0, 4)}, np.ones((7, 1, 5))), teach=True)
    assert usual[0, 0] == pytest.approx(1.0)
