"""What is left of the surprises of a feature in view of its past; a twin keeps everything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.verdicts import judged
from tests.oracles import recurrence
from unusual.detect.recurrence import Recurrence
from unusual.kernels.ranking import IN_FEATURE, remembered

SPAN = 900
BUCKETS = st.lists(st.lists(st.floats(0.0, 40.0), max_size=3), max_size=40)


def left(past, buckets, first=0, *, teach=True):
    """What is left of the surprises of each bucket, from number `first` on."""
    rows = [(first + at, series, one) for at, bucket in enumerate(buckets) for series, one in enumerate(bucket)]
    return past.rarity(judged(rows), np.arange(first, first + len(buckets) + 1), teach=teach).tolist()


def expected(buckets):
    past, answers = [], []
    for bucket in buckets:
        answers += [recurrence.left(past, one, remembered(SPAN), IN_FEATURE) for one in bucket]
        past.append(max(bucket, default=0.0))
    return answers


@given(BUCKETS)
def test_surprises_are_held_against_those_of_the_buckets_before(buckets):
    assert left(Recurrence(SPAN), buckets) == pytest.approx(expected(buckets), abs=1e-6)


@given(BUCKETS, st.integers(0, 40))
def test_where_the_buckets_are_cut_changes_no_bit(buckets, cut):
    cut = min(cut, len(buckets))
    parted = Recurrence(SPAN)
    assert left(parted, buckets[:cut]) + left(parted, buckets[cut:], cut) == left(Recurrence(SPAN), buckets)


@given(BUCKETS, BUCKETS)
def test_a_restored_past_goes_on_as_if_never_stopped(before, after):
    past, restored = Recurrence(SPAN), Recurrence(SPAN)
    left(past, before)
    restored.restore(past.state())
    assert left(restored, after, len(before)) == left(past, after, len(before))


@given(BUCKETS, BUCKETS)
def test_what_is_not_to_be_learnt_leaves_no_trace(before, other):
    past, plain = Recurrence(SPAN), Recurrence(SPAN)
    for one in (past, plain):
        left(one, before)
    left(past, other, len(before), teach=False)
    assert [array.tobytes() for array in past.state().values()] == [array.tobytes() for array in plain.state().values()]


@given(BUCKETS)
def test_a_model_that_tells_the_rarity_of_its_values_is_believed(buckets):
    past = Recurrence(SPAN)
    rows = [(at, series, one) for at, bucket in enumerate(buckets) for series, one in enumerate(bucket)]
    told = judged(rows, rarity=np.arange(len(rows)))
    assert past.rarity(told, np.arange(len(buckets) + 1), teach=True).tolist() == list(range(len(rows)))
    assert left(past, [[30.0]], len(buckets)) == [30.0]  # and nothing is kept of it
