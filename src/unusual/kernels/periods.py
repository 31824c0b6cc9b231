"""The length of a cycle in the newest values of a series, by their autocorrelation; knows nothing of series.

The shortest lag at which the values, without their straight line, are as much alike as at any other, stands out from
what lies before it and is beyond what chance gives (Box and Jenkins, "Time Series Analysis", 1970, chapter 2).
"""

import math

import numpy as np

from unusual.kernels.arrays import Floats
from unusual.kernels.compiled import bare_kernel, kernel

SOONEST = 24  # values before a first look
REPEATS = 3  # cycles that must have been seen
LEAST, CHANCE = 0.5, 1.5  # autocorrelation asked for: LEAST, and CHANCE over the root of the number of values
NEARLY = 0.85  # of the highest autocorrelation: a shorter lag that reaches this is preferred
VALLEY = 0.3  # by which it must have been lower before


@bare_kernel
def due(before: int, seen: int, most: int) -> bool:
    """Whether it is time for a look: at SOONEST values, at twice as many and so on, then at each `most` values."""
    look = SOONEST
    while look < most:
        if before < look <= seen:
            return True
        look *= 2
    return before // most < seen // most


@kernel
def straightened(values: Floats) -> Floats:
    """The values without their line of least squares."""
    n = values.size
    middle = 0.5 * (n - 1.0)
    mean = values.mean()
    slope, weight = 0.0, 0.0
    for i in range(n):
        slope += (i - middle) * (values[i] - mean)
        weight += (i - middle) * (i - middle)
    slope /= weight
    rest = np.empty(n)
    for i in range(n):
        rest[i] = values[i] - mean - slope * (i - middle)
    return rest


@kernel
def autocorrelation(values: Floats, most: int) -> Floats:
    """(most + 1,) of values of mean zero at lags 0 .. most; all zero for values that do not vary."""
    answer = np.zeros(most + 1)
    whole = np.sum(values * values) / values.size
    if not 0.0 < whole < math.inf:
        return answer
    for lag in range(most + 1):
        pairs = values.size - lag
        total = 0.0
        for i in range(pairs):
            total += values[i] * values[i + lag]
        answer[lag] = total / pairs / whole
    return answer


@kernel
def refined(alike: Floats, lag: int) -> int:
    """A peak of the autocorrelation made more exact by those at its multiples."""
    exact, times = float(lag), 2
    around = max(1, lag // 8)
    while int(times * exact + 0.5) + around < alike.size:
        middle = int(times * exact + 0.5)
        highest = middle
        for at in range(middle - around, middle + around + 1):
            if alike[at] > alike[highest]:
                highest = at
        exact = highest / times
        times += 1
    return int(exact + 0.5)


@kernel
def period_of(values: Floats) -> int:
    """The length of the cycle in (n,) values in time order; 0 when there is none."""
    most = values.size // REPEATS
    alike = autocorrelation(straightened(values), 2 * most)
    enough = LEAST + CHANCE / math.sqrt(values.size)
    best = 0.0
    for lag in range(2, most):
        if alike[lag] >= alike[lag - 1] and alike[lag] >= alike[lag + 1]:
            best = max(best, alike[lag])
    lowest = alike[1]
    for lag in range(2, most):
        peak = alike[lag] >= alike[lag - 1] and alike[lag] >= alike[lag + 1]
        if peak and alike[lag] >= max(enough, NEARLY * best) and lowest <= alike[lag] - VALLEY:
            return refined(alike, lag)
        lowest = min(lowest, alike[lag])
    return 0
