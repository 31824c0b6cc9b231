"""How series go on: what is sure to come comes, and bounds hold what they promise."""

import math

import numpy as np
import pytest

from tests.models.walks import alone, content, measure, model, walked
from unusual.kernels.walk import BOTH, HIGH, LOW

HOURS = 24 * 28
AHEAD = 72


def learnt(values, **reading):
    """A series that has seen the values, one an hour."""
    series = model(1)
    walked(series, alone(values), **reading)
    return series


def course(series, first, ahead=AHEAD, **reading):
    """(lower, expected, upper) of the only series, (ahead,) each."""
    return [part[0] for part in series.course(measure(**reading), np.array([0]), first, ahead)]


def daily(hours):
    return 50.0 + 30.0 * np.sin(np.asarray(hours) * math.pi / 12.0)


def autoregression(chance, size, correlation):
    values = chance.normal(size=size)
    for i in range(1, size):
        values[i] += correlation * values[i - 1]
    return values


def test_a_constant_series_stays_constant():
    lower, expected, upper = course(learnt([7.0] * 200), 200, 24 * 365)
    assert expected == pytest.approx(np.full(24 * 365, 7.0))
    assert np.all((lower < 7.0) & (upper > 7.0))
    assert np.all(upper - lower < 0.01)


def test_a_daily_season_goes_on():
    lower, expected, upper = course(learnt(daily(range(HOURS))), HOURS)
    coming = daily(range(HOURS, HOURS + AHEAD))
    assert np.abs(expected - coming).max() < 0.5
    assert np.all((lower <= coming) & (coming <= upper))


@pytest.mark.parametrize(("slope", "noise"), [(3.0, 0.0), (-0.5, 1.0), (0.3, 3.0)])
def test_a_line_goes_on(slope, noise):
    chance = np.random.default_rng(5)
    _, expected, _ = course(learnt(slope * np.arange(HOURS) + noise * chance.normal(size=HOURS)), HOURS)
    risen = expected[-1] - expected[0]
    assert risen == pytest.approx(slope * (AHEAD - 1), rel=0.25)


def test_a_last_value_that_does_not_last_gives_way_to_the_level():
    values = autoregression(np.random.default_rng(2), HOURS, 0.8)
    values[-1] = 8.0
    _, expected, _ = course(learnt(values), HOURS)
    assert expected[0] > 4.0
    assert abs(expected[24]) < 1.0


def test_a_series_that_wanders_is_less_and_less_sure():
    values = np.cumsum(np.random.default_rng(4).normal(size=HOURS))
    lower, _, upper = course(learnt(values), HOURS)
    width = upper - lower
    assert np.all(np.diff(width) > 0.0)
    assert width[63] / width[0] == pytest.approx(8.0, rel=0.3)  # as the root of the number of steps


NOISES = {
    "gaussian": lambda chance, size: 10.0 + 2.0 * chance.normal(size=size),
    "autoregression": lambda chance, size: autoregression(chance, size, 0.8),
    "seasonal": lambda chance, size: daily(range(size)) + 3.0 * chance.normal(size=size),
    "seasonal autoregression": lambda chance, size: daily(range(size)) + 2.0 * autoregression(chance, size, 0.7),
    "heavy tails": lambda chance, size: chance.standard_t(3, size=size),
    "skewed": lambda chance, size: chance.exponential(size=size),
}


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("side", [BOTH, HIGH])
def test_bounds_hold_about_nineteen_values_of_twenty(noise, side):
    chance = np.random.default_rng(11)
    inside = []
    for _ in range(60):
        values = NOISES[noise](chance, HOURS + AHEAD)
        lower, _, upper = course(learnt(values[:HOURS], side=side), HOURS, side=side)
        inside.append((lower <= values[HOURS:]) & (values[HOURS:] <= upper))
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)  # beyond a hard edge there is nothing to be left out


@pytest.mark.parametrize("side", [BOTH, HIGH, LOW])
def test_the_next_value_is_expected_where_it_would_be_judged_by(side):
    values = NOISES["seasonal"](np.random.default_rng(9), HOURS)
    series = learnt(values, side=side)
    lower, expected, upper = course(series, HOURS, 1, side=side)
    assert walked(series, [(HOURS, 0, 0.0, 1.0)], teach=False, side=side)[0][1] == pytest.approx(expected[0])
    assert lower[0] < expected[0] < upper[0]


def test_nothing_learnt_is_changed():
    series = learnt(daily(range(100)))
    before = content(series)
    course(series, 100)
    assert content(series) == before


def test_a_course_does_not_depend_on_where_it_is_cut():
    series = learnt(NOISES["seasonal autoregression"](np.random.default_rng(3), HOURS))
    whole = course(series, HOURS)
    parts = [course(series, HOURS, 30), course(series, HOURS + 30, AHEAD - 30)]
    for one, first, second in zip(whole, *parts, strict=True):
        assert one.tolist() == [*first, *second]


def test_only_series_that_have_seen_two_values_are_known():
    series = model(3)
    walked(series, [(0, 0, 1.0, 1.0), (0, 1, 1.0, 1.0), (1, 1, 2.0, 1.0)])
    assert series.known.tolist() == [1]
    unknown = series.course(measure(), np.array([0]), 2, 3)
    assert all(np.isnan(part).all() for part in unknown)


@pytest.mark.parametrize("values", [[1e140, -1e140] * 50, [0.0] * 50, [1e-300, 0.0] * 30, [1.0, 2.0]])
@pytest.mark.parametrize("ahead", [10, 50_000])
def test_extreme_series_have_a_course_of_numbers(values, ahead):
    lower, expected, upper = course(learnt(values), len(values), ahead)
    assert np.isfinite([lower, expected, upper]).all()
    assert np.all((lower <= expected) & (expected <= upper))
