"""What holds for the bounds of a series, against the tails of the distributions they are taken from."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unusual.kernels import calibration
from unusual.kernels.interval import FARTHEST, limit, normal_reach, reach
from unusual.kernels.student import t_surprise

SURPRISES = st.floats(math.log10(2.0), 300.0)


def row(quantile, excess):
    states = np.array([calibration.fresh()])
    states["quantile"], states["excess"] = quantile, excess
    return states[0]


@given(st.floats(0.5001, 12.0))
def test_a_normal_deviation_comes_back_from_its_tail(deviations):
    surprise = -math.log10(stats.norm.sf(deviations))
    assert normal_reach(surprise) == pytest.approx(deviations, rel=1e-3)


@given(SURPRISES, st.floats(1.0, 6.0))
def test_a_reach_has_the_surprise_it_was_asked_for(surprise, freedom):
    out = reach(freedom, normal_reach(surprise))
    assert out <= FARTHEST
    if out < FARTHEST:
        assert t_surprise(out, freedom) == pytest.approx(surprise, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("freedom", [4.0, 5.0, 6.0])
def test_bounds_lie_where_the_distribution_has_them(freedom):
    out = reach(freedom, normal_reach(-math.log10(0.025)))
    assert out == pytest.approx(stats.t.isf(0.025, freedom), rel=0.03)


def test_a_series_that_behaves_as_the_model_has_bounds_that_leave_out_a_fortieth_to_each_side():
    fresh = row(calibration.QUANTILE, calibration.EXCESS)
    for one_sided in (False, True):
        assert 10.0 ** -limit(fresh, one_sided, 1.0) == pytest.approx(0.025)
