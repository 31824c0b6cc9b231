"""Scores are rare enough to be alerted on, whatever the noise: simulated series without anomalies.

A record score above 75 may come less than once in 10,000 buckets, and one above 50 less than once in 2,000.
"""

import numpy as np
import polars as pl
import pytest

from unusual import Job

BUCKETS = 40_000
SPAN = 900


def autoregressive(chance, memory):
    steps = chance.normal(size=BUCKETS)
    values = np.empty(BUCKETS)
    last = 0.0
    for i, step in enumerate(steps):
        last = memory * last + step
        values[i] = last
    return values


def switching(chance):
    """Counts of a process that goes between a quiet and a busy state."""
    busy = np.cumsum(chance.random(BUCKETS) < 0.01) % 2
    return chance.poisson(np.where(busy, 30.0, 3.0)).astype(float)


def seasonal(chance):
    level = 100 + 50 * np.sin(np.arange(BUCKETS) * 2 * np.pi / 96)
    return level * (1 + 0.1 * chance.normal(size=BUCKETS))


NOISES = {
    "gaussian": lambda chance: chance.normal(100, 5, BUCKETS),
    "autoregressive 0.9": lambda chance: autoregressive(chance, 0.9),
    "autoregressive 0.99": lambda chance: autoregressive(chance, 0.99),
    "random walk": lambda chance: np.cumsum(chance.normal(size=BUCKETS)),
    "uniform": lambda chance: chance.random(BUCKETS),
    "exponential": lambda chance: chance.exponential(1, BUCKETS),
    "log-normal": lambda chance: chance.lognormal(0, 1, BUCKETS),
    "Student t of 3": lambda chance: chance.standard_t(3, BUCKETS),
    "Poisson of 0.3": lambda chance: chance.poisson(0.3, BUCKETS).astype(float),
    "Poisson of 5": lambda chance: chance.poisson(5, BUCKETS).astype(float),
    "Poisson of 50": lambda chance: chance.poisson(50, BUCKETS).astype(float),
    "negative binomial": lambda chance: chance.negative_binomial(2, 0.1, BUCKETS).astype(float),
    "two modes": lambda chance: np.where(chance.random(BUCKETS) < 0.5, 0, 10) + chance.normal(size=BUCKETS),
    "daily season with proportional noise": seasonal,
    "one spike in a hundred": lambda chance: (
        chance.normal(size=BUCKETS) + (chance.random(BUCKETS) < 0.01) * chance.exponential(20, BUCKETS)
    ),
    "counts that switch between two rates": switching,
}


def records(values):
    job = Job("mean(load)", bucket_span=f"{SPAN}s")
    return job.detect(pl.DataFrame({"time": np.arange(len(values)) * SPAN, "load": values}))


def scores(values):
    found = records(values)
    return found["record_score"].to_numpy() if found.height else np.zeros(0)


@pytest.mark.parametrize("noise", NOISES)
def test_noise_is_seldom_called_unusual(noise):
    found = scores(NOISES[noise](np.random.default_rng(11)))
    assert (found > 75).sum() < BUCKETS / 10_000
    assert (found > 50).sum() < BUCKETS / 2_000


@pytest.mark.parametrize("noise", ["gaussian", "Poisson of 50", "daily season with proportional noise", "uniform"])
def test_a_spike_of_six_deviations_is_found_at_once(noise):
    values = NOISES[noise](np.random.default_rng(12))[:5000]
    spread = float(np.std(values)) if noise != "daily season with proportional noise" else 0.1 * values[4000]
    values[4000] += 6 * spread
    found = records(values).filter(pl.col("timestamp").dt.epoch("s").is_between(4000 * SPAN, 4001 * SPAN))
    assert found["record_score"].max() > 25
