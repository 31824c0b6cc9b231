"""Tails of Student's t and the normal distribution, against SciPy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unusual.kernels.student import (
    FREEDOM,
    normal_surprise,
    normal_tail,
    t_density,
    t_log_likelihood,
    t_surprise,
    t_tail,
)


def exact(distribution, at: float) -> float:
    return -distribution.logsf(at) / math.log(10.0)


@given(st.floats(-30.0, 4.999))
def test_the_normal_tail_is_that_of_scipy(y):
    assert normal_surprise(y) == pytest.approx(exact(stats.norm, y), rel=1e-9, abs=1e-15)


@given(st.floats(5.0, 1e4))
def test_the_far_normal_tail_is_nearly_exact(y):
    assert normal_surprise(y) == pytest.approx(exact(stats.norm, y), rel=3e-4)


@given(st.floats(-30.0, 30.0))
def test_the_normal_tail_has_the_surprise_it_should(y):
    assert -math.log10(normal_tail(y)) == pytest.approx(normal_surprise(y), rel=1e-12, abs=1e-15)


@given(st.floats(-50.0, 50.0), st.floats(1.0, 200.0))
def test_the_t_tail_is_off_by_less_than_half_a_decade(z, freedom):
    assert t_surprise(z, freedom) == pytest.approx(exact(stats.t(freedom), z), abs=0.5)


@given(st.floats(0.0, 50.0), st.floats(6.0, 200.0))
def test_with_the_freedom_of_a_known_series_the_t_tail_is_off_by_less_than_four_percent(z, freedom):
    assert t_surprise(z, freedom) == pytest.approx(exact(stats.t(freedom), z), rel=0.04)


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e6), st.floats(1.0, 100.0))
def test_the_t_tail_never_falls_with_the_deviation(z, more, freedom):
    assert t_surprise(z + more, freedom) >= t_surprise(z, freedom)


@pytest.mark.parametrize("z", [1e10, 1e150, 1e300])
def test_the_t_tail_of_a_huge_deviation_is_finite(z):
    assert 0.0 < t_surprise(z, 6.0) < math.inf


@given(st.floats(-1e3, 1e3), st.floats(1.0, FREEDOM))
def test_the_t_tail_has_the_surprise_it_should(z, freedom):
    assert -math.log10(t_tail(z, freedom)) == pytest.approx(t_surprise(z, freedom), rel=1e-12, abs=1e-15)


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_the_t_density_is_that_of_scipy(error, scale):
    assert t_density(error, scale) == pytest.approx(stats.t(FREEDOM, scale=scale).pdf(error), rel=1e-9)


ERRORS = st.floats(-1e3, 1e3) | st.floats(-1e140, 1e140)


@given(ERRORS, ERRORS, st.floats(1e-24, 1e200))
def test_the_t_likelihood_is_that_of_scipy_up_to_a_constant(one, other, variance):
    density = stats.t(FREEDOM, scale=math.sqrt(variance))
    ratio = t_log_likelihood(one, variance) - t_log_likelihood(other, variance)
    assert ratio == pytest.approx(density.logpdf(one) - density.logpdf(other), rel=1e-6, abs=1e-6)
