"""How likely and how far out a count is under a negative binomial, or a Poisson where it scatters no more than that."""

import math

from unusual.kernels.compiled import bare_kernel
from unusual.kernels.student import normal_tail

EVEN = 1e-6  # dispersion times mean under which it is a Poisson
MIDDLE = 1e-3  # deviations around the mean within which the correction is lost in rounding
LEAST = 1e-9  # count that still has a logarithm


@bare_kernel
def deviance_root(x: float, mean: float, dispersion: float) -> float:
    """Signed root of the deviance of an observed x > 0 from `mean` > 0."""
    half = x * math.log(x / mean)
    if dispersion * max(x, mean) < EVEN:
        half -= x - mean
    else:
        size = 1.0 / dispersion
        half -= (x + size) * math.log1p((x - mean) / (mean + size))
    root = math.sqrt(2.0 * max(0.0, half))
    return root if x >= mean else -root


@bare_kernel
def count_deviations(x: float, mean: float, dispersion: float) -> float:
    """How far out an x half way between two counts is, on the scale of a standard normal.

    Saddlepoint approximation with the second continuity correction (H. E. Daniels, "Tail probability approximations",
    Int. Statist. Rev. 55, 1987), in the form of Barndorff-Nielsen.
    """
    x = max(x, LEAST)
    root = deviance_root(x, mean, dispersion)
    if abs(root) < MIDDLE:  # the limit is a sixth of the skewness
        return root + (1.0 + 2.0 * dispersion * mean) / math.sqrt(mean * (1.0 + dispersion * mean)) / 6.0
    tilt = math.log(x / mean) - math.log((1.0 + dispersion * x) / (1.0 + dispersion * mean))
    by = 2.0 * math.sinh(0.5 * tilt) * math.sqrt(x * (1.0 + dispersion * x))
    return root + math.log(by / root) / root


@bare_kernel
def count_tail(value: float, mean: float, dispersion: float, direction: float) -> float:
    """P(a count at least as far out as `value` to one side).

    dispersion  by which the variance exceeds the mean, as a share of its square
    direction   +1 upper tail, -1 lower tail
    """
    if direction > 0.0:
        return 1.0 if value < 0.5 else normal_tail(count_deviations(value - 0.5, mean, dispersion))
    return normal_tail(-count_deviations(max(value, 0.0) + 0.5, mean, dispersion))


@bare_kernel
def count_log_likelihood(value: float, mean: float, dispersion: float) -> float:
    """log probability of a count [nats]."""
    whole = math.lgamma(value + 1.0)
    if dispersion * max(value, mean) < EVEN:
        return value * math.log(mean) - mean - whole
    size = 1.0 / dispersion
    ways = math.lgamma(value + size) - math.lgamma(size) - whole
    return ways + value * math.log(mean / (mean + size)) - size * math.log1p(mean / size)
