"""A series continued past its newest value: what each predictor says of later buckets, and how sure it still is.

At the next bucket this is the prediction that the value would be judged by. Beyond it the error variance of exponential
smoothing grows with the squares of what one more error moves (Hyndman, Koehler, Ord, Snyder, "Forecasting with Exponential
Smoothing", 2008, chapter 6), and the last value and the fast level give way to the slow one. Changes nothing learnt.
"""

import math
from typing import NamedTuple

from unusual.kernels import predictors
from unusual.kernels.compiled import Floats, States, kernel
from unusual.kernels.predictors import FAST, LAST, PREDICTORS, SLOW, TREND, Forecast, Series, rate

ENDLESS = 1e12  # values, after which an average moves at its least rate
DAMPING = math.pow(2.0, -1.0 / 700.0)  # of the trend, per bucket: a slope fades as slowly as it is learnt
WANDERING = 4.0  # multiples of the slow level's rate up to which a return to it cannot be told from none
BISECTIONS = 40
CLOSE = 1e-3  # of a scale: how exactly a bound is looked for
FARTHEST = 1e4  # scales: no bound of 95 % lies farther out
DOUBLED = math.log10(2.0)


class Span(NamedTuple):
    """The answer, (s, b) each: for series by buckets the expected value and the bounds of 95 % [unit].

    NaN for a series that has not seen two values yet.
    """

    lower: Floats
    expected: Floats
    upper: Floats


@kernel
def gain(predictor: int, levels: States, half_life: float) -> float:
    """What share of one more error the level of a predictor takes over."""
    n = float(levels["n"])
    if predictor == LAST:
        return 1.0
    if predictor == FAST:
        return rate(ENDLESS, predictors.FAST_HALF_LIFE)
    if predictor == SLOW:
        return rate(n, half_life)
    if predictor == TREND:
        return rate(n, predictors.TREND_HALF_LIFE)
    return predictors.OFFSET_RATE


@kernel
def growth(predictor: int, share: float, steps: float, damped: float) -> float:
    """Error variance `steps` buckets after the next one, as a multiple of that at the next one.

    share   of an error that moves the level; a slope takes over a twentieth of that
    damped  how many undamped steps the slope goes on for, all in all [buckets]
    """
    if predictor != TREND:
        return 1.0 + steps * share * share
    # The slope's part of an error grows with the step; the mean of its squares over the steps is a third of the last.
    slope = predictors.SLOPE_SHARE * share * damped
    return 1.0 + steps * (share * share + share * slope + slope * slope / 3.0)


@kernel
def kept(variance: float, slow: float, share: float, slow_rate: float, steps: float) -> float:
    """How much of what a level explains beyond the slow one it still explains `steps` later, 0..1; -1 for a level without
    any return to the slow one.

    A level whose error variance grows by share^2 variances per step and ends at the slow level's is one that returns:
    what it explains, the difference of the two, fades exponentially at the rate at which the growth begins.

    variance, slow  error variances at the next bucket, of the level and of the slow level [unit^2]
    """
    explained = slow - variance
    if explained <= 0.0:
        return 0.0 if steps > 0.0 else 1.0
    fading = share * share * variance / explained
    if fading <= WANDERING * slow_rate:
        return -1.0
    return math.exp(-fading * steps)


@kernel
def extend(series: Series, at: int, steps: float, half_life: float, into: Forecast) -> None:
    """Turn predictions of the next bucket, in place, into those of the bucket `steps` later."""
    levels = series.levels[at]
    slow, slow_scale = into.mean[SLOW], into.scale[SLOW]
    slow_rate = gain(SLOW, levels, half_life)
    damped = DAMPING * (1.0 - math.pow(DAMPING, steps)) / (1.0 - DAMPING)
    for i in range(PREDICTORS):
        if into.weight[i] == 0.0:
            continue
        share = gain(i, levels, half_life)
        variance = into.scale[i] * into.scale[i]
        if i == TREND:
            into.mean[i] += damped * levels["slope"]
        if i <= FAST and into.weight[SLOW] >= 0.0:
            still = kept(variance, slow_scale * slow_scale, share, slow_rate, steps)
            if still >= 0.0:
                into.mean[i] = slow + math.sqrt(still) * (into.mean[i] - slow)
                into.scale[i] = math.sqrt(still * variance + (1.0 - still) * max(variance, slow_scale * slow_scale))
                continue
        into.scale[i] = math.sqrt(variance * growth(i, share, steps, damped))
