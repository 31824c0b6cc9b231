"""What is noticed of lasting changes and what follows: level, spread, clock; and that noise has none. Simulated series.

Rates are over many series at once; sizes are in standard deviations of the noise.
"""

import math

import numpy as np
import pytest

from tests.models.walks import model, side_by_side
from unusual.kernels.adapting import CLOCK, LEVEL, SPREAD
from unusual.kernels.changes import ENOUGH

SERIES = 200
SPAN = 900
KNOWN = 1500  # values after which a series is known
DAY = 86_400
DAYS = 28
NEWS = 3.0  # rarity of a warning


def walked(values, span=SPAN):
    return side_by_side(model(values.shape[1], span), values, span=span)


def outliers(chance, size):
    seldom = chance.random(size) < 0.01
    return chance.normal(size=size) + seldom * chance.exponential(20.0, size) * chance.choice([-1.0, 1.0], size)


NOISES = {
    "Student t of 6": lambda chance, size: chance.standard_t(6, size),
    "gaussian": lambda chance, size: chance.normal(size=size),
    "Student t of 3": lambda chance, size: chance.standard_t(3, size),
    "uniform": lambda chance, size: chance.random(size),
    "Poisson of 5": lambda chance, size: chance.poisson(5, size).astype(float),
    "outliers": outliers,
    "random walk": lambda chance, size: np.cumsum(chance.normal(size=size), axis=0),
}


@pytest.mark.parametrize("noise", NOISES)
def test_nothing_changes_in_noise_however_long_it_goes_on(noise):
    values = NOISES[noise](np.random.default_rng(1), (2000, SERIES))
    _, _, news = walked(values)
    allowed = values.size * sum(math.exp(-enough) for enough in ENOUGH)
    assert np.count_nonzero(news.change) <= 2.0 + allowed


@pytest.fixture(scope="module")
def shifted():
    """Series whose level moves by three deviations, up or down: their values, and what is said of them."""
    values = np.random.default_rng(2).normal(size=(KNOWN + 300, SERIES))
    values[KNOWN:] += np.where(np.arange(SERIES) % 2, 3.0, -3.0)
    return values, walked(values)


def test_another_level_is_called_within_ten_values(shifted):
    _, (_, _, news) = shifted
    assert np.mean(np.any(news.change[KNOWN : KNOWN + 10] == LEVEL, axis=0)) > 0.9
    assert not np.any(news.change[:KNOWN])
    assert np.all(np.count_nonzero(news.change[KNOWN:] == LEVEL, axis=0) <= 2)


def test_another_level_is_news_within_ten_values(shifted):
    _, (_, _, news) = shifted
    assert np.mean(np.any(news.rarity[KNOWN : KNOWN + 10] > NEWS, axis=0)) > 0.85


def test_another_level_is_what_is_expected_from_then_on(shifted):
    values, (surprise, typical, news) = shifted
    level = np.where(np.arange(SERIES) % 2, 3.0, -3.0)
    assert np.mean(np.abs(typical[KNOWN + 15 : KNOWN + 30] - level)) < 0.5
    assert np.mean(np.abs(typical[KNOWN + 100 :] - level)) < 0.25
    assert np.mean(surprise[KNOWN + 20 :] > NEWS) < 0.001
    assert np.mean(news.rarity[KNOWN + 20 :] > NEWS) < 0.003
    assert np.all(np.isfinite(typical))
    assert values.shape == typical.shape


def test_a_young_series_follows_its_level_even_if_nobody_is_told():
    values = np.random.default_rng(3).normal(size=(150, SERIES))
    values[100:] += 4.0
    _, typical, _ = walked(values)
    assert np.mean(np.abs(typical[115:] - 4.0)) < 0.6


@pytest.mark.parametrize("factor", [4.0, 0.25])
def test_another_spread_is_called_within_a_hundred_values(factor):
    values = np.random.default_rng(4).normal(size=(KNOWN + 200, SERIES))
    values[KNOWN:] *= factor
    _, typical, news = walked(values)
    assert np.mean(np.any(news.change[KNOWN : KNOWN + 100] == SPREAD, axis=0)) > 0.85
    assert np.mean(np.abs(typical[KNOWN + 100 :])) < max(1.0, 0.5 * factor)


def test_a_single_outlier_moves_nothing():
    values = np.random.default_rng(5).normal(size=(KNOWN + 50, SERIES))
    values[KNOWN] += 1000.0
    _, typical, news = walked(values)
    assert not np.any(news.change)
    assert np.mean(np.abs(typical[KNOWN + 20 :])) < 0.5


def by_the_clock(span, spread, hours):
    """Daily series that all begin to come so many hours earlier: values, what they are about, the first such bucket."""
    day = DAY // span
    bucket = np.arange((DAYS + 8) * day)
    clock = bucket * span + np.where(bucket >= DAYS * day, hours * 3600, 0)
    phase = 2.0 * math.pi * clock / DAY
    shape = (100.0 + 40.0 * np.sin(phase) + 20.0 * np.sin(2.0 * phase + 1.0))[:, None]
    chance = np.random.default_rng(6)
    return shape * (1.0 + spread * chance.normal(size=(bucket.size, 20))), shape, DAYS * day


@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("spread", [0.02, 0.05])
@pytest.mark.parametrize("span", [900, 3600])
def test_a_daily_series_whose_clock_moves_by_an_hour_is_followed_within_two_days(span, spread, hours):
    values, shape, moved = by_the_clock(span, spread, hours)
    _, typical, news = walked(values, span)
    day = DAY // span
    error = np.mean(np.abs(typical - shape), axis=1)
    assert not np.any(np.isin(news.change[:moved], (LEVEL, CLOCK)))
    assert not np.any(news.change[moved:] == LEVEL)
    assert np.mean(np.any(news.change[moved : moved + 2 * day] == CLOCK, axis=0)) > 0.8
    assert np.mean(error[moved + 2 * day :]) < 1.75 * np.mean(error[moved - 3 * day : moved])


def test_a_daily_series_whose_clock_stays_is_left_alone():
    chance, day = np.random.default_rng(7), DAY // SPAN
    phase = 2.0 * math.pi * np.arange(60 * day) / day
    values = (100.0 + 50.0 * np.sin(phase))[:, None] * (1.0 + 0.1 * chance.normal(size=(phase.size, 20)))
    late = values.copy()
    for missed in range(40 * day, 60 * day, 5 * day):  # one night in five all is an hour late for three hours
        late[missed : missed + 12] = values[missed - 4 : missed + 8]
    for given in (values, late):
        assert not np.any(np.isin(walked(given)[2].change, (LEVEL, CLOCK)))
