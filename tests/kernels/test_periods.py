"""The length of a cycle: against NumPy's correlation, and on series that have one or none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unusual.kernels.periods import SOONEST, autocorrelation, due, period_of, straightened

VALUES = arrays(np.float64, st.integers(6, 80), elements=st.floats(-1e6, 1e6))


@given(VALUES)
def test_a_straight_line_is_taken_off(values):
    along = np.arange(values.size)
    expected = values - np.polyval(np.polyfit(along, values, 1), along)
    assert np.allclose(straightened(values), expected, atol=1e-6 * (1.0 + np.abs(values).max()))


@given(VALUES)
def test_autocorrelation_is_that_of_pairs(values):
    values = values - values.mean()
    lags = values.size // 3
    variance = np.mean(values**2)
    found = autocorrelation(values, lags)
    if variance == 0.0:
        assert not found.any()
        return
    expected = [np.mean(values[: values.size - lag] * values[lag:]) / variance for lag in range(lags + 1)]
    assert np.allclose(found, expected)


@pytest.mark.parametrize("period", [2, 3, 7, 12, 24, 60, 72])
@pytest.mark.parametrize("shape", ["wave", "peak", "days off"])
def test_a_cycle_is_found_at_its_length(period, shape):
    phase = np.arange(256) % period
    wave = {
        "wave": np.sin(2 * np.pi * (phase + 0.25) / period),
        "peak": (phase == 0).astype(float),
        "days off": (phase >= (period + 1) // 2).astype(float),
    }[shape]
    noise = 0.2 * wave.std() * np.random.default_rng(period).normal(size=wave.size)
    found = period_of(wave + noise)
    assert abs(found - period) <= period // 60  # three and a half noisy waves do not say it more exactly


@pytest.mark.parametrize("trend", [0.0, 0.1, -5.0])
def test_a_trend_neither_hides_a_cycle_nor_makes_one(trend):
    along = np.arange(200.0)
    noise = np.random.default_rng(1).normal(size=200)
    assert period_of(10 * np.sin(2 * np.pi * along / 20) + trend * along + noise) == 20
    assert period_of(trend * along + noise) == 0


def test_noise_and_constants_have_no_cycle():
    chance = np.random.default_rng(2)
    found = [period_of(chance.normal(size=size)) for size in (SOONEST, 48, 96, 256) for _ in range(200)]
    assert np.count_nonzero(found) <= 0.02 * len(found)
    assert period_of(np.full(100, 3.0)) == 0


def test_series_that_lean_on_their_past_seldom_look_like_a_cycle():
    chance = np.random.default_rng(3)
    found = 0
    for _ in range(100):
        values = chance.normal(size=256)
        for i in range(1, 256):
            values[i] += 0.9 * values[i - 1]
        found += period_of(values) > 0
    assert found <= 5


def test_looks_are_at_doubling_numbers_then_regular():
    looks = [seen for seen in range(1, 1100) if due(seen - 1, seen, 256)]
    assert looks == [24, 48, 96, 192, 256, 512, 768, 1024]


@given(st.integers(0, 2000), st.integers(1, 5))
def test_no_look_is_jumped_over(before, more):
    single = any(due(seen - 1, seen, 256) for seen in range(before + 1, before + more + 1))
    assert due(before, before + more, 256) == single
