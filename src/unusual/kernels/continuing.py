"""A series continued past its newest value: what each predictor says of later buckets, and how sure it still is.

At the next bucket this is the prediction that the value would be judged by. Beyond it, error variance grows as that
of exponential smoothing does (Hyndman, Koehler, Ord, Snyder, "Forecasting with Exponential Smoothing", 2008, chapter
6), and the last value and the fast level give way to the slow one. Nothing learnt is changed.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import predictors
from unusual.kernels.arrays import Floats, Ints, States
from unusual.kernels.calibration import LOWEST
from unusual.kernels.compiled import kernel
from unusual.kernels.interval import HALVINGS, interval, limit
from unusual.kernels.learnt import FAST, LAST, PREDICTORS, SLOW, TREND, Moment, Series
from unusual.kernels.predictors import Forecast
from unusual.kernels.seasons import OFFSET_RATE, SLOT_RATE
from unusual.kernels.walk import ABOVE, BELOW, BOTH, Measure, ahead_at, moment_of, scratch

AGED = 1e12  # values after which an average moves at its least rate
DAMPING = math.pow(2.0, -1.0 / 700.0)  # of the slope, per bucket: about as long as it takes to learn one


class Course(NamedTuple):
    """The answer for s series by b buckets, (s, b) each [unit]: the expected value, within bounds of 95 %.

    NaN for a series that has not seen two values yet.
    """

    lower: Floats
    expected: Floats
    upper: Floats


class Drift(NamedTuple):
    """Where a series that wanders leads: its slope [unit per bucket], and how sure that is [its square]."""

    slope: float
    variance: float


class Memory(NamedTuple):
    """What becomes of a departure from the slow level.

    correlation  of neighbours; 1 for a series that wanders: a return could not be told from none
    far          error variance of the slow level, far ahead [unit^2]
    wandering    what each step adds to it, in a series that wanders [unit^2]
    """

    correlation: float
    far: float
    wandering: float


class Ahead(NamedTuple):
    """How far, and with what.

    steps      after the next bucket
    half_life  of the slow level [values]
    floor      the least scale of a deviation [unit]
    """

    steps: float
    half_life: float
    floor: float
    memory: Memory
    drift: Drift


@kernel
def gain(predictor: int, levels: States, half_life: float) -> float:
    """The share of an error that the level of a predictor takes over. half_life: of the slow level [values]."""
    if predictor == LAST:
        return 1.0
    if predictor == FAST:
        return predictors.rate(AGED, predictors.FAST_HALF_LIFE)
    if predictor == SLOW:
        return predictors.rate(float(levels["n"]), half_life)
    if predictor == TREND:
        return predictors.rate(float(levels["n"]), predictors.TREND_HALF_LIFE)
    return OFFSET_RATE * (1.0 - SLOT_RATE)


@kernel
def smoothed(correlation: float, share: float) -> tuple[float, float]:
    """Error variances of a slow level in a series whose neighbours are correlated, as shares of the series' variance.

    The first for the next value, the second for one far ahead: a slow level leans towards what comes next.

    correlation  of neighbours, of a first-order autoregression
    share        of an error that moves the level
    """
    lasting = correlation * (1.0 - share)
    own = share / (2.0 - share) * (1.0 + lasting) / (1.0 - lasting)
    shared = share * correlation / (1.0 - lasting)
    return 1.0 + own - 2.0 * shared, 1.0 + own


@kernel
def drift_of(series: Series, at: int) -> Drift:
    """Where a series leads, should it wander: its slope, less what mere wandering would feign (James and Stein)."""
    slope = float(series.levels[at]["slope"])
    feigned = 0.5 * predictors.SLOPE_SHARE * float(series.experts[at, LAST]["variance"])
    believed = max(0.0, 1.0 - feigned / (slope * slope)) if slope != 0.0 else 0.0
    return Drift(slope * believed, feigned * believed)


@kernel
def memory_of(series: Series, at: int, share: float, drift: Drift) -> Memory:
    """How long a series keeps away from its slow level, from how well its last value and the slow level predict.

    It is that first-order autoregression under which both err as they do. share: of an error that moves the slow level.
    """
    last, slow = float(series.experts[at, LAST]["variance"]), float(series.experts[at, SLOW]["variance"])
    low, high = 0.0, 1.0 - share
    if last * smoothed(high, share)[0] <= 2.0 * (1.0 - high) * slow:
        return Memory(1.0, slow, max(0.0, last - drift.slope * drift.slope))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if last * smoothed(middle, share)[0] < 2.0 * (1.0 - middle) * slow:
            low = middle
        else:
            high = middle
    following, far = smoothed(low, share)
    return Memory(low, slow * far / following, 0.0)


@kernel
def left_of(predictor: int, memory: Memory, variance: float, share: float, steps: float) -> float:
    """How much of what a level knows beyond the slow one is left after `steps`, 0..1.

    Of the last value, what is left of its correlation; of the fast level, what fades exponentially, at first by what
    exponential smoothing adds to its error per step.

    variance  of the level's error at the next bucket [unit^2]
    """
    if predictor == LAST:
        return math.pow(memory.correlation, 2.0 * steps)
    known = memory.far - variance
    if known <= 0.0:
        return 0.0 if steps > 0.0 else 1.0
    return math.exp(-steps * share * share * variance / known)


@kernel
def widened(predictor: int, memory: Memory, variance: float, share: float, steps: float) -> float:
    """Error variance of a level `steps` after the next bucket [unit^2]; `variance` is that at the next bucket."""
    if memory.correlation == 1.0:
        return variance + steps * (share * share * variance if predictor == FAST else memory.wandering)
    if predictor == SLOW:
        return variance + (memory.far - variance) * (1.0 - math.pow(memory.correlation, steps))
    return variance + max(0.0, memory.far - variance) * (1.0 - left_of(predictor, memory, variance, share, steps))


@kernel
def extend(series: Series, at: int, moment: Moment, ahead: Ahead, into: Forecast) -> None:
    """Turn predictions of the next bucket, in place, into those of a later one."""
    levels, memory, steps = series.levels[at], ahead.memory, ahead.steps
    damped = DAMPING * (1.0 - math.pow(DAMPING, steps)) / (1.0 - DAMPING)
    for i in range(PREDICTORS):
        if into.weight[i] == 0.0:
            continue
        share = gain(i, levels, ahead.half_life)
        variance = predictors.error_variance(series, at, i, moment)
        later = variance * (1.0 + steps * share * share)
        if i <= SLOW:
            later = widened(i, memory, variance, share, steps)
            if memory.correlation == 1.0:
                into.mean[i] += damped * ahead.drift.slope
                later += damped * damped * ahead.drift.variance
            elif i < SLOW:
                left = left_of(i, memory, variance, share, steps)
                into.mean[i] = levels["slow"] + math.sqrt(left) * (into.mean[i] - levels["slow"])
        elif i == TREND:
            into.mean[i] += damped * levels["slope"]
            slope = predictors.SLOPE_SHARE * share * damped
            later += steps * variance * (share * slope + slope * slope / 3.0)
        square = ahead.floor * ahead.floor
        into.scale[i] *= math.sqrt((later + square) / (variance + square))


@kernel
def go_on(series: Series, measure: Measure, chosen: Ints, first: int, course: Course) -> None:
    """Fill in the course of the chosen series (s,) over the buckets from number `first` on."""
    into = scratch()
    reaches = np.zeros(PREDICTORS)
    for row in range(chosen.size):
        at = chosen[row]
        levels = series.levels[at]
        floor = predictors.floor_of(levels, levels["slow"], measure.grain)
        below = limit(series.tails[at, BELOW], measure.side != BOTH, LOWEST)
        above = limit(series.tails[at, ABOVE], measure.side != BOTH, LOWEST)
        drift = drift_of(series, at)
        memory = memory_of(series, at, gain(SLOW, levels, measure.half_life), drift)
        following = levels["bucket"] + 1
        for ahead in range(course.expected.shape[1]):
            slots = moment_of(first + ahead, measure.span, levels["shift"] + ahead_at(measure, first + ahead), series)
            moment = Moment(following, slots.day, slots.week, slots.time)
            if not predictors.forecast(series, at, moment, floor, into):
                course.lower[row, ahead], course.expected[row, ahead] = math.nan, math.nan
                course.upper[row, ahead] = math.nan
                continue
            steps = max(0.0, float(first + ahead - following))
            extend(series, at, moment, Ahead(steps, measure.half_life, floor, memory, drift), into)
            lower, upper = interval(series, at, into, reaches, below, above)
            course.lower[row, ahead], course.upper[row, ahead] = lower, upper
            course.expected[row, ahead] = min(max(predictors.typical(into), lower), upper)
