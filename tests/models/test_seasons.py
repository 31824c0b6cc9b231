"""Seasons are found in the data, followed, and dropped when they are gone or never were there."""

import numpy as np
import pytest

from tests.models.walks import alone, content, model, walked

QUARTER, MINUTE, DAY = 900, 60, 86_400


def errors(values, span):
    """The spread of what was not expected in the last quarter, as a share of all spread there."""
    series = model(1, span)
    typical = np.array([expected for _, expected in walked(series, alone(values), span=span)])
    late = slice(values.size * 3 // 4, None)
    return series, np.std((values - typical)[late]) / np.std(values[late])


def noise(size, spread=5.0):
    return np.random.default_rng(7).normal(0.0, spread, size)


@pytest.mark.parametrize(
    ("span", "period", "size"),
    [(QUARTER, 96, 1500), (QUARTER, 28, 1500), (MINUTE, 60, 2500), (DAY, 7, 120), (3600, 24, 400), (300, 18, 1500)],
)
def test_what_comes_again_is_expected(span, period, size):
    phase = np.arange(size) % period
    _, left = errors(100 + 50 * np.cos(2 * np.pi * phase / period) + noise(size), span)
    assert left < 0.35


def test_a_short_job_every_hour_is_expected_in_minutes():
    size = 6000
    _, left = errors(100 + 80 * (np.arange(size) % 60 < 2) + noise(size), MINUTE)
    assert left < 0.6


def test_days_off_are_expected_in_daily_buckets():
    size = 150
    _, left = errors(100 - 50 * (np.arange(size) % 7 >= 5) + noise(size), DAY)
    assert left < 0.35


def test_a_series_without_a_season_gives_its_profile_back():
    steady = model(1, QUARTER)
    walked(steady, alone(100 + noise(96 * 20)), span=QUARTER)
    seasonal = model(1, QUARTER)
    wave = 100 + 50 * np.sin(2 * np.pi * np.arange(96 * 20) / 96)
    walked(seasonal, alone(wave + noise(96 * 20)), span=QUARTER)
    assert steady.bytes <= 3 * 1024 < seasonal.bytes <= 12 * 1024


def test_a_season_that_begins_late_is_found():
    size = 96 * 100
    days = np.arange(size) / 96
    wave = 50 * np.sin(2 * np.pi * days) * (days > 30)
    _, left = errors(100 + wave + noise(size), QUARTER)
    assert left < 0.35


def test_a_cycle_that_has_ceased_is_dropped():
    size = 4000
    along = np.arange(size)
    series, left = errors(100 + 50 * np.sin(2 * np.pi * along / 11) * (along < 1500) + noise(size), QUARTER)
    assert left < 1.25
    assert series.state()["rhythms"]["period"][0] == 0


def test_profiles_that_are_given_back_serve_other_series():
    both = model(2, QUARTER)
    rows = [(bucket, 0, float(value), 1.0) for bucket, value in enumerate(100 + noise(96 * 20))]
    walked(both, rows, span=QUARTER)
    wave = 100 + 50 * np.sin(2 * np.pi * np.arange(96 * 10) / 96)
    late = [(96 * 20 + bucket, 1, float(value), 1.0) for bucket, value in enumerate(wave)]
    alone_rows = [(bucket, 0, value, samples) for bucket, _, value, samples in late]
    assert walked(both, late, span=QUARTER) == walked(model(1, QUARTER), alone_rows, span=QUARTER)


@pytest.mark.parametrize("cut", [1, 700, 1343, 1344, 1345, 5000, 6719, 6720, 6721])
def test_trials_do_not_depend_on_how_values_come(cut):
    rows = alone(100 + noise(96 * 75))
    whole, pieces = model(1, QUARTER), model(1, QUARTER)
    expected = walked(whole, rows, span=QUARTER)
    found = walked(pieces, rows[:cut], span=QUARTER) + walked(pieces, rows[cut:], span=QUARTER)
    assert found == expected
    assert content(pieces) == content(whole)
