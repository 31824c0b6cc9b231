"""What holds for the parts of a continued series, against sums and covariances worked out at length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels import calibration
from unusual.kernels.continuing import smoothed

SURPRISES = st.floats(0.0, 12.0)


def row(quantile, excess):
    states = np.array([calibration.fresh()])
    states["quantile"], states["excess"] = quantile, excess
    return states[0]


@given(SURPRISES, st.floats(0.9, 8.0), st.floats(0.2, 3.0))
def test_a_surprise_comes_back_from_its_calibration(surprise, quantile, excess):
    state = row(quantile, excess)
    there = calibration.calibrate(state, surprise, 0.0)
    assert calibration.uncalibrate(state, there, 0.0) == pytest.approx(surprise, abs=1e-9)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9, 0.97])
@pytest.mark.parametrize("share", [0.02, 0.3])
def test_a_slow_level_errs_as_its_weights_say(correlation, share):
    # The level is a weighted sum of past values: its errors follow from the covariances of an autoregression.
    age = np.arange(2000)
    weights = share * (1.0 - share) ** age
    own = weights @ correlation ** np.abs(age[:, None] - age) @ weights
    following, far = smoothed(correlation, share)
    assert following == pytest.approx(1.0 + own - 2.0 * weights @ correlation ** (age + 1.0))
    assert far == pytest.approx(1.0 + own)
