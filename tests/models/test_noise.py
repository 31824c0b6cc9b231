"""Which noise a series has: the family that made the values gets the weight, and tails are the families' together."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from benchmarks.noises import NOISES
from tests.models.walks import model, side_by_side
from unusual.kernels import noise, predictors
from unusual.kernels.clusters import surprise_of
from unusual.kernels.learnt import Moment
from unusual.kernels.noise import CLUSTERED, COUNTED, ERRORS, SKEWED
from unusual.kernels.walk import scratch

SPAN = 900
KNOWN = 1500
WHOLE = 0.5  # grain of counts


def few_values(chance, size):
    return chance.choice([10.0, 20.0, 90.0], size=size, p=[0.6, 0.3, 0.1])


def known(made, *, grain=0.0, seed=1):
    """A series that has learnt so many values of a noise."""
    over = model(1, SPAN)
    side_by_side(over, made(np.random.default_rng(seed), KNOWN)[:, None], span=SPAN, grain=grain)
    return over


def weights(over):
    return over.state()["noise"]["weight"][0]


@pytest.mark.parametrize(
    ("made", "grain", "families"),
    [
        (NOISES["gaussian"], 0.0, {ERRORS, SKEWED}),
        (NOISES["Student t of 3"], 0.0, {ERRORS}),
        (NOISES["autoregressive 0.99"], 0.0, {ERRORS}),
        (NOISES["random walk"], 0.0, {ERRORS}),
        (NOISES["log-normal"], 0.0, {SKEWED}),
        (NOISES["exponential"], 0.0, {SKEWED}),
        (NOISES["Poisson of 5"], WHOLE, {COUNTED}),
        (NOISES["negative binomial"], WHOLE, {COUNTED}),
        (NOISES["two modes"], 0.0, {CLUSTERED}),
        (few_values, 0.0, {CLUSTERED}),
    ],
)
def test_the_family_that_made_the_values_gets_the_weight(made, grain, families):
    for seed in range(3):
        shares = weights(known(made, grain=grain, seed=seed))
        assert shares.sum() == pytest.approx(1.0, abs=1e-5)
        assert sum(float(shares[family]) for family in families) > 0.5


def test_counts_are_a_family_only_of_what_is_counted():
    assert weights(known(NOISES["Poisson of 5"]))[COUNTED] < 1e-6


def expected(over, grain):
    """The row of a series, and what it expects of the next bucket."""
    series = over._series(0)
    into, moment = scratch(), Moment(KNOWN, KNOWN % 96, series.days, KNOWN)
    predictors.forecast(series, 0, moment, predictors.floor_of(series.levels[0], 5.0, grain), into)
    return series, into


def plainly(series, into, family, value, direction):
    """The tail of one family by SciPy's distributions, -log10."""
    row, total = series.noise[0], 0.0
    for mean, scale, weight in zip(into.mean, into.scale, into.weight, strict=True):
        if weight == 0.0:
            continue
        if family == ERRORS:
            total += weight * stats.t(6).sf(direction * (value - mean) / scale)
        elif family == SKEWED:
            base = max(mean, 0.0) + row["lift"]
            error = math.log((value + row["lift"]) / base)
            total += weight * stats.t(6).sf(direction * error * base / scale)
        else:
            more = max(0.0, scale**2 / mean - 1.0) / mean
            counts = stats.nbinom(1.0 / more, 1.0 / (1.0 + more * mean)) if more > 1e-9 else stats.poisson(mean)
            total += weight * (counts.sf(value - 1) if direction > 0 else counts.cdf(value))
    return -math.log10(total)


COUNTS = expected(known(NOISES["Poisson of 5"], grain=WHOLE), WHOLE)
KINDS = {name: expected(known(NOISES[name]), 0.0) for name in ("gaussian", "log-normal", "two modes")}


@given(st.sampled_from([ERRORS, SKEWED, COUNTED]), st.integers(0, 40), st.sampled_from([-1.0, 1.0]))
def test_the_tail_of_a_family_is_that_of_scipy_averaged_over_the_predictions(family, value, direction):
    series, into = COUNTS
    got = noise.family_surprise(series, 0, family, into, float(value), direction)
    assert got == pytest.approx(plainly(series, into, family, float(value), direction), rel=0.06, abs=0.1)


@given(st.floats(0.0, 60.0), st.sampled_from([-1.0, 1.0]))
def test_surprises_are_averaged_by_the_weights(value, direction):
    series, into = COUNTS
    shares = series.noise[0]["weight"].astype(float)
    parts = [noise.family_surprise(series, 0, family, into, value, direction) for family in range(noise.FAMILIES)]
    parts[CLUSTERED] = surprise_of(series.noise[0]["clusters"], noise.least_scale(series.levels[0]), value, direction)
    assert noise.surprise(series, 0, into, value, direction) == pytest.approx(shares @ parts, rel=0.05, abs=0.05)


@given(st.sampled_from(sorted(KINDS)), st.floats(-50.0, 300.0), st.floats(0.0, 100.0), st.sampled_from([-1.0, 1.0]))
def test_further_out_is_never_less_surprising(name, value, more, direction):
    series, into = KINDS[name]
    near = noise.surprise(series, 0, into, value, direction)
    assert noise.surprise(series, 0, into, value + direction * more, direction) >= near - 1e-3
