"""Many surprises joined into one, against SciPy and by laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unusual.kernels.pvalues import DEEPEST, joint, largest_first, poisson_surprise

SURPRISES = st.lists(st.floats(0.0, 400.0), min_size=1, max_size=30)


def joined(surprises) -> float:
    answer = np.zeros(1)
    joint(np.array(surprises, float), np.array([0, len(surprises)]), answer)
    return float(answer[0])


@given(st.floats(1e-6, 50.0), st.integers(1, 60))
def test_the_poisson_surprise_never_overstates(expected, seen):
    exact = -stats.poisson.logsf(seen - 1, expected) / math.log(10.0)
    assert 0.0 <= poisson_surprise(expected, seen) <= exact + 1e-9


@given(st.floats(1e-6, 0.5), st.integers(1, 20))
def test_the_poisson_surprise_of_rare_events_is_nearly_exact(expected, seen):
    exact = -stats.poisson.logsf(seen - 1, expected) / math.log(10.0)
    assert poisson_surprise(expected, seen) == pytest.approx(exact, abs=0.13)


@given(st.floats(0.0, 50.0), st.integers(1, 60))
def test_as_many_as_expected_surprises_nobody(more, seen):
    assert poisson_surprise(seen + more, seen) == 0.0


@given(st.lists(st.floats(0.0, 400.0), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_the_largest_come_first(surprises, start, end):
    top = np.zeros(DEEPEST)
    end = min(end, len(surprises))
    used = largest_first(np.array(surprises, float), min(start, end), end, top)
    assert top[:used].tolist() == sorted(surprises[min(start, end) : end], reverse=True)[:DEEPEST]


@given(SURPRISES, st.integers(0, 29), st.floats(0.0, 50.0))
def test_a_bucket_never_surprises_less_when_one_of_its_values_surprises_more(surprises, which, more):
    worse = list(surprises)
    worse[which % len(worse)] += more
    assert joined(worse) >= joined(surprises) - 1e-9


@given(SURPRISES)
def test_the_order_of_values_inside_a_bucket_does_not_matter(surprises):
    assert joined(surprises) == joined(sorted(surprises)) == joined(surprises[::-1])


@given(st.floats(0.0, 400.0))
def test_one_value_is_as_surprising_as_it_is(surprise):
    assert joined([surprise]) == surprise


def test_a_bucket_without_values_surprises_nobody():
    answer = np.full(2, 7.0)
    joint(np.array([3.0]), np.array([0, 0, 1]), answer)
    assert answer.tolist() == [0.0, 3.0]


@given(st.floats(3.0, 50.0), st.integers(2, 1000))
def test_the_worst_of_many_is_less_surprising_than_alone(surprise, values):
    assert joined([surprise] + [0.0] * (values - 1)) < surprise


@pytest.mark.parametrize("seed", range(5))
def test_many_values_of_a_perfect_model_rarely_make_a_surprising_bucket(seed):
    values = -np.log10(np.random.default_rng(seed).uniform(size=(2000, 25)))
    answer = np.zeros(2000)
    joint(values.ravel(), np.arange(2001) * 25, answer)
    assert np.mean(answer > 2.0) < 0.025


def test_many_moderate_surprises_at_once_are_worse_than_one():
    assert joined([3.0] * 8 + [0.1] * 92) > joined([3.0] + [0.1] * 99) + 5.0
