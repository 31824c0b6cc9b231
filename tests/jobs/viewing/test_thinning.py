"""Fewer points that still show the highest and the lowest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unusual.jobs.viewing.thinning import Curves, thinned


@given(st.integers(0, 2**32), st.integers(1, 3000), st.integers(1, 50))
def test_each_stretch_keeps_its_extremes_and_its_widest_interval(seed, number, most):
    noise = np.random.default_rng(seed)
    times = np.cumsum(noise.integers(1, 20, number))
    values = np.where(noise.random(number) < 0.1, np.nan, noise.normal(size=number))
    curves = Curves(times, values, values - noise.random(number), values + noise.random(number))
    found = thinned(curves, most)
    if number <= 2 * most:
        assert found is curves
        return
    assert found.times.size <= 2 * most
    assert (np.diff(found.times) > 0).all()
    assert {*found.times.tolist()} <= {*times.tolist()}
    for extreme in (np.fmin, np.fmax):
        assert np.array_equal(extreme.reduce(found.actual), extreme.reduce(values), equal_nan=True)
    assert np.array_equal(np.fmin.reduce(found.lower), np.fmin.reduce(curves.lower), equal_nan=True)
    assert np.array_equal(np.fmax.reduce(found.upper), np.fmax.reduce(curves.upper), equal_nan=True)
