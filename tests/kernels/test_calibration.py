"""Surprises put on the exponential scale: laws of the scale, and what is learnt on perfect and imperfect models."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.calibration import CALIBRATION, EXCESS, QUANTILE, absorb, calibrate, fresh, settle

SURPRISES = st.lists(st.floats(0.0, 300.0), max_size=60)


def learnt(surprises, least=1.0):
    state = np.array([fresh()], CALIBRATION)
    for surprise in surprises:
        absorb(state[0], surprise, least)
    return state


def exponential(seed, count=4000, mean=EXCESS):
    return np.random.default_rng(seed).exponential(mean, count)


def test_a_fresh_scale_changes_nothing():
    state = learnt([])
    assert [calibrate(state[0], surprise, 1.0) for surprise in (0.0, 1.0, QUANTILE, 7.5)] == [0.0, 1.0, QUANTILE, 7.5]


@given(SURPRISES, st.floats(0.0, 300.0), st.floats(1e-3, 10.0))
def test_the_scale_grows_strictly(before, surprise, more):
    state = learnt(before, 0.7)
    assert calibrate(state[0], surprise + more, 0.7) > calibrate(state[0], surprise, 0.7)


@given(SURPRISES)
def test_to_calibrate_changes_nothing_that_is_learnt(before):
    state = learnt(before)
    kept = state.tobytes()
    calibrate(state[0], 9.0, 1.0)
    assert state.tobytes() == kept


@pytest.mark.parametrize("seed", range(5))
def test_surprises_of_a_perfect_model_stay_as_they_are(seed):
    state = learnt(exponential(seed), 0.7)
    assert [calibrate(state[0], s, 0.7) for s in (1.0, 3.0, 6.0)] == pytest.approx([1.0, 3.0, 6.0], rel=0.4)


@pytest.mark.parametrize("seed", range(5))
def test_surprises_that_are_three_times_too_large_are_brought_down(seed):
    state = learnt(exponential(seed, mean=3.0 * EXCESS))
    assert calibrate(state[0], 9.0, 1.0) == pytest.approx(3.0, rel=0.4)


@given(SURPRISES)
def test_settled_surprises_are_each_judged_by_those_before(surprises):
    whole, teacher = np.array(surprises, float), np.array([fresh()], CALIBRATION)
    settle(teacher, whole, teach=True)
    expected = [calibrate(learnt(surprises[:i])[0], surprise, 1.0) for i, surprise in enumerate(surprises)]
    assert whole.tolist() == expected


@given(SURPRISES, SURPRISES)
def test_without_teaching_the_scale_stays(before, surprises):
    state = learnt(before)
    kept = state.tobytes()
    settle(state, np.array(surprises, float), teach=False)
    assert state.tobytes() == kept


@given(st.lists(st.floats(0.0, 1e6), max_size=200))
def test_the_scale_is_never_sharper_than_allowed(surprises):
    state = learnt(surprises, 1.0)[0]
    assert all(calibrate(state, surprise, 1.0) <= surprise * (1.0 + 1e-12) for surprise in (0.5, 2.0, 20.0))
