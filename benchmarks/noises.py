"""Simulated series in which nothing is unusual: every alarm in them is a false one."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]
Noise: TypeAlias = Callable[[np.random.Generator, int], Values]

A_DAY = 96  # buckets of fifteen minutes
SELDOM = 0.01  # share of buckets


def autoregressive(memory: float) -> Noise:
    """Values that lean on the one before by a factor; 1 for a random walk."""

    def made(chance: np.random.Generator, size: int) -> Values:
        values = chance.normal(size=size)
        for i in range(1, size):
            values[i] += memory * values[i - 1]
        return values

    return made


def switching(chance: np.random.Generator, size: int) -> Values:
    """Counts of a process that goes between a quiet and a busy state."""
    busy = np.cumsum(chance.random(size) < SELDOM) % 2
    return chance.poisson(np.where(busy, 30.0, 3.0)).astype(np.float64)


def self_exciting(chance: np.random.Generator, size: int) -> Values:
    """Counts of which each makes more of them likely for a while: a Hawkes process, by buckets."""
    values, rate = np.zeros(size), 10.0
    for i in range(size):
        values[i] = chance.poisson(rate)
        rate = 1.0 + 0.4 * values[i] + 0.5 * rate
    return values


def regimes(lasting: float) -> Noise:
    """Levels that last for so many buckets on average, and then give way to others."""

    def made(chance: np.random.Generator, size: int) -> Values:
        regime = np.cumsum(chance.random(size) < 1.0 / lasting)
        return np.asarray(chance.normal(100, 10, regime[-1] + 1)[regime] + chance.normal(size=size))

    return made


def seasonal(chance: np.random.Generator, size: int) -> Values:
    """A daily wave with noise in proportion to it."""
    level = 100 + 50 * np.sin(np.arange(size) * 2 * np.pi / A_DAY)
    return np.asarray(level * (1 + 0.1 * chance.normal(size=size)))


def two_modes(chance: np.random.Generator, size: int) -> Values:
    """Values around one of two levels, by the toss of a coin."""
    return 10.0 * chance.integers(2, size=size) + chance.normal(size=size)


def bursty(chance: np.random.Generator, size: int) -> Values:
    """Gaussian noise with a spike in one value of a hundred."""
    return chance.normal(size=size) + (chance.random(size) < SELDOM) * chance.exponential(20, size)


NOISES: dict[str, Noise] = {
    "gaussian": lambda chance, size: chance.normal(100, 5, size),
    "autoregressive 0.9": autoregressive(0.9),
    "autoregressive 0.99": autoregressive(0.99),
    "random walk": autoregressive(1.0),
    "uniform": lambda chance, size: chance.random(size),
    "exponential": lambda chance, size: chance.exponential(1, size),
    "log-normal": lambda chance, size: chance.lognormal(0, 1, size),
    "Student t of 3": lambda chance, size: chance.standard_t(3, size),
    "Poisson of 0.3": lambda chance, size: chance.poisson(0.3, size).astype(np.float64),
    "Poisson of 5": lambda chance, size: chance.poisson(5, size).astype(np.float64),
    "Poisson of 50": lambda chance, size: chance.poisson(50, size).astype(np.float64),
    "negative binomial": lambda chance, size: chance.negative_binomial(2, 0.1, size).astype(np.float64),
    "two modes": two_modes,
    "daily season with proportional noise": seasonal,
    "one spike in a hundred": bursty,
    "counts that switch between two rates": switching,
    "self-exciting counts": self_exciting,
    "regimes": regimes(3 * A_DAY),
}
