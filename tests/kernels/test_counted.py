"""Tails and likelihoods of counts, against SciPy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unusual.kernels.counted import count_log_likelihood, count_tail

MEANS = st.floats(0.01, 1e4)
DISPERSIONS = st.just(0.0) | st.floats(1e-4, 2.0)
COUNTS = st.integers(0, 20_000)


def distribution(mean, dispersion):
    if dispersion == 0.0:
        return stats.poisson(mean)
    return stats.nbinom(1.0 / dispersion, 1.0 / (1.0 + dispersion * mean))


def decades(log_probability):
    return -log_probability / math.log(10.0)


def surprise(count, mean, dispersion, direction):
    return decades(math.log(max(1e-300, count_tail(count, mean, dispersion, direction))))


@given(COUNTS, MEANS, DISPERSIONS)
def test_the_tails_are_those_of_scipy_within_a_tenth_of_a_decade_or_a_twentieth(count, mean, dispersion):
    exact = distribution(mean, dispersion)
    above, below = decades(exact.logsf(count - 1)), decades(exact.logcdf(count))
    if above < 250.0:
        assert surprise(count, mean, dispersion, 1.0) == pytest.approx(above, rel=0.05, abs=0.1)
    if below < 250.0:
        assert surprise(count, mean, dispersion, -1.0) == pytest.approx(below, rel=0.05, abs=0.1)


@given(COUNTS, MEANS, DISPERSIONS)
def test_the_likelihood_is_that_of_scipy(count, mean, dispersion):
    exact = distribution(mean, dispersion).logpmf(count)
    assert count_log_likelihood(float(count), mean, dispersion) == pytest.approx(exact, rel=1e-4, abs=1e-4)


@given(COUNTS, st.integers(1, 1000), MEANS, DISPERSIONS)
def test_a_count_further_out_is_never_less_surprising(count, more, mean, dispersion):
    near = surprise(count, mean, dispersion, 1.0)
    assert surprise(count + more, mean, dispersion, 1.0) >= near - 1e-3
    far = surprise(count + more, mean, dispersion, -1.0)
    assert surprise(count, mean, dispersion, -1.0) >= far - 1e-3
