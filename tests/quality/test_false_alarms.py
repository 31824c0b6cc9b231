"""Scores are rare enough to be alerted on, whatever the noise: simulated series without anomalies.

A record score above 75 may come less than once in 10,000 buckets, and one above 50 less than once in 2,000.
"""

import numpy as np
import polars as pl
import pytest

from benchmarks.noises import NOISES
from unusual import Job

BUCKETS = 200_000
SPAN = 900
SEEDS = range(100, 108)
AT = 4000  # bucket of an anomaly


def records(values):
    """(bucket, score as first given) of every record."""
    job = Job("mean(load)", bucket_span=f"{SPAN}s")
    found = job.detect(pl.DataFrame({"time": np.arange(len(values)) * SPAN, "load": values}))
    if not found.height:
        return np.zeros(0, np.int64), np.zeros(0)
    return found["timestamp"].dt.epoch("s").to_numpy() // SPAN, found["initial_record_score"].to_numpy()


@pytest.mark.parametrize("noise", sorted(NOISES))
def test_noise_is_seldom_called_unusual(noise):
    _, scores = records(NOISES[noise](np.random.default_rng(11), BUCKETS))
    assert (scores > 75).sum() < BUCKETS / 10_000
    assert (scores > 50).sum() < BUCKETS / 2_000


def share_found(noise, anomaly, within):
    """Share of series in which an anomaly scores more than a warning within so many buckets.

    anomaly: of (values from its first bucket on, standard deviation of the noise) what they become
    """
    found = []
    for seed in SEEDS:
        values = NOISES[noise](np.random.default_rng(seed), AT + 100)
        spread = 0.1 * values[AT] if noise == SEASON else float(np.std(values))
        bucket, scores = records(np.concatenate([values[:AT], anomaly(values[AT:], spread)]))
        found.append(scores[(bucket >= AT) & (bucket < AT + within)].max(initial=0.0) > 25.0)
    return np.mean(found)


SEASON = "daily season with proportional noise"
SPIKES = {
    "gaussian": 1.0,
    "uniform": 1.0,
    "two modes": 1.0,
    "autoregressive 0.9": 1.0,
    "counts that switch between two rates": 1.0,
    "self-exciting counts": 1.0,
    "Poisson of 50": 0.75,
    SEASON: 0.375,
}
SHIFTS = {
    "gaussian": 0.875,
    "uniform": 1.0,
    "two modes": 1.0,
    "autoregressive 0.9": 1.0,
    "counts that switch between two rates": 1.0,
    "Poisson of 50": 0.75,
}


@pytest.mark.parametrize(("noise", "share"), SPIKES.items())
def test_a_spike_of_six_deviations_is_found_within_two_buckets(noise, share):
    def spike(values, spread):
        return values + 6.0 * spread * (np.arange(values.size) == 0)

    assert share_found(noise, spike, within=2) >= share


@pytest.mark.parametrize(("noise", "share"), SHIFTS.items())
def test_a_level_that_moves_by_three_deviations_is_found_within_ten_buckets(noise, share):
    assert share_found(noise, lambda values, spread: values + 3.0 * spread, within=10) >= share


def office_hours(chance, days):
    return np.sort((np.arange(days)[:, None] * 86_400 + (9 + 8 * chance.random((days, 40))) * 3600).ravel())


def around_noon(chance, days):
    times = (np.arange(days)[:, None] + 0.5 + chance.normal(size=(days, 30)) / 8).ravel() * 86_400
    return np.sort(times[times >= 0])


@pytest.mark.parametrize("times", [office_hours, around_noon])
@pytest.mark.parametrize("function", ["time_of_day", "time_of_week", "lat_long(place)"])
def test_usual_times_and_places_are_seldom_called_unusual(function, times):
    chance = np.random.default_rng(14)
    seconds = times(chance, 500).astype(np.int64)
    place = 50 + 0.1 * chance.standard_t(3, (seconds.size, 2))
    frame = pl.DataFrame({"time": seconds, "place": [f"{lat},{lon}" for lat, lon in place.tolist()]})
    found = Job(function, bucket_span=f"{SPAN}s").detect(frame)
    scores = found["initial_record_score"].to_numpy() if found.height else np.zeros(0)
    judged = np.unique(seconds // SPAN).size
    assert (scores > 75).sum() <= judged / 10_000
    assert (scores > 50).sum() <= judged / 2_000
