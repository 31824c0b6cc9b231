"""Every value of a block in time order: judge it by what its series has shown before, then let the series learn it.

One call per block. Knows predictors and calibration; knows nothing of fields, detectors or documents.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import calibration, predictors
from unusual.kernels.compiled import Flags, Floats, Ints, States, kernel
from unusual.kernels.predictors import Forecast, Moment, Series

DAY, WEEK = 86_400, 604_800
MONDAY = 3 * DAY  # the epoch was a Thursday; weeks start on Monday

BOTH, HIGH, LOW = 0, 1, -1
SHARPEST = 0.7  # how far calibration may sharpen a careful model
NOTHING, COUNTED, SUMMED, AVERAGED, LOWEST, HIGHEST, SHARED = range(7)


class Measure(NamedTuple):
    """How the values of a block are to be read.

    span       length of a bucket [s]
    side       BOTH, HIGH or LOW: which departures count
    grain      least scale a deviation is measured by [unit], for values that are whole numbers
    half_life  of the slow level [values]
    blame      how an entity's part leaves the value (COUNTED ... SHARED); NOTHING when parts are not asked for
    threshold  calibrated surprise from which on parts are blamed
    """

    span: int
    side: int
    grain: float
    half_life: float
    blame: int
    threshold: float


class Block(NamedTuple):
    """Values to judge, in time order.

    bucket   (k,)  number of the bucket
    series   (k,)  the series, at most once per bucket
    value    (k,)  [unit], finite
    samples  (k,)  how many samples made the value; 0 when it is a filled-in zero
    learnt   (k,)  whether its series may learn it
    """

    bucket: Ints
    series: Ints
    value: Floats
    samples: Floats
    learnt: Flags


class Parts(NamedTuple):
    """What single entities contributed to the values of a block.

    first   (k+1,)  parts[first[i]:first[i+1]] belong to value i
    n       (m,)    samples
    sum     (m,)    [unit]
    low     (m,)    [unit]
    high    (m,)    [unit]
    blamed  (m,)    the answer: share of the surprise that goes when the entity is taken away, 0..1
    """

    first: Ints
    n: Floats
    sum: Floats
    low: Floats
    high: Floats
    blamed: Floats


class Verdict(NamedTuple):
    """The answer, per value: calibrated surprise (-log10 probability) and what was expected [unit]."""

    surprise: Floats
    typical: Floats


@kernel
def moment_of(bucket: int, span: int, series: Series) -> Moment:
    """The profile slots of a bucket; UTC days, weeks from Monday."""
    time = bucket * span
    day = (time % DAY) * series.day.shape[1] // DAY
    week = ((time + MONDAY) % WEEK) * series.week.shape[1] // WEEK
    return Moment(bucket, day, week)


@kernel
def surprise_at(series: Series, at: int, into: Forecast, value: float, side: int) -> float:
    """-log10 of the probability of a departure at least this large on the side(s) that count."""
    if side != BOTH:
        return predictors.tail(series, at, into, value, float(side))
    surprise = predictors.tail(series, at, into, value, 1.0)
    if surprise < math.log10(2.0):
        surprise = predictors.tail(series, at, into, value, -1.0)
    return max(0.0, surprise - math.log10(2.0))


@kernel
def without(parts: Parts, part: int, value: float, samples: float, blame: int) -> float:
    """The value had the entity of this part not been there [unit]; NaN when nothing would be left to judge."""
    if blame == COUNTED:
        return value - float(parts.n[part])
    if blame == SUMMED:
        return value - float(parts.sum[part])
    left = samples - float(parts.n[part])
    if left <= 0.0:
        return math.nan
    if blame == AVERAGED:
        return (value * samples - float(parts.sum[part])) / left
    if blame == LOWEST:
        return math.nan if parts.low[part] <= value else value
    if blame == HIGHEST:
        return math.nan if parts.high[part] >= value else value
    return value


@kernel
def blame_parts(series: Series, at: int, into: Forecast, block: Block, i: int, parts: Parts, measure: Measure) -> None:
    """Fill in parts.blamed for value i of the block."""
    value, samples = block.value[i], block.samples[i]
    whole = surprise_at(series, at, into, value, measure.side)
    for part in range(parts.first[i], parts.first[i + 1]):
        if measure.blame == SHARED:
            parts.blamed[part] = parts.n[part] / samples
            continue
        rest = without(parts, part, value, samples, measure.blame)
        if math.isnan(rest):
            parts.blamed[part] = 1.0
        elif whole > 0.0:
            left = surprise_at(series, at, into, rest, measure.side)
            parts.blamed[part] = min(1.0, max(0.0, 1.0 - left / whole))


@kernel
def thin(levels: States, samples: float) -> float:
    """Factor of the scales for a value made of fewer samples than usual: up to 4, 1 for filled-in zeros."""
    if samples <= 0.0 or samples >= levels["samples"]:
        return 1.0
    return min(4.0, math.sqrt(levels["samples"] / samples))


@kernel
def scratch() -> Forecast:
    """Room for one forecast."""
    size = predictors.PREDICTORS
    return Forecast(np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size))


@kernel
def learn(series: Series, at: int, block: Block, i: int, moment: Moment, measure: Measure, mean: Floats) -> None:
    """Let the series of value i learn it."""
    levels = series.levels[at]
    value = block.value[i]
    if levels["n"] == 0.0:
        predictors.begin(series, at, value)
    else:
        floor = predictors.floor_of(levels, value, measure.grain)
        predictors.learn_errors(series, at, moment, value, floor, mean)
        predictors.learn_levels(series, at, value, floor, measure.half_life)
    predictors.learn_profiles(series, at, moment, value, predictors.floor_of(levels, value, measure.grain))
    if block.samples[i] > 0.0:
        levels["samples"] += predictors.rate(levels["n"], 100.0) * (block.samples[i] - levels["samples"])
    levels["n"] += 1.0
    levels["bucket"] = moment.bucket


@kernel
def walk(
    series: Series, calibrations: States, measure: Measure, block: Block, parts: Parts, verdict: Verdict, teach: bool
) -> None:
    """Judge each value of a block in turn and, if `teach` and it may be learnt, learn it right after."""
    into = scratch()
    for i in range(block.series.size):
        at = block.series[i]
        levels = series.levels[at]
        moment = moment_of(block.bucket[i], measure.span, series)
        floor = predictors.floor_of(levels, block.value[i], measure.grain)
        raw = 0.0
        verdict.surprise[i], verdict.typical[i] = 0.0, levels["last"]
        judged = predictors.forecast(series, at, moment, floor, into)
        if judged:
            wider = thin(levels, block.samples[i])
            for predictor in range(into.scale.size):
                into.scale[predictor] *= wider
            raw = surprise_at(series, at, into, block.value[i], measure.side)
            verdict.surprise[i] = calibration.calibrate(calibrations[at], raw)
            verdict.typical[i] = predictors.typical(into)
            if measure.blame != NOTHING and verdict.surprise[i] >= measure.threshold:
                blame_parts(series, at, into, block, i, parts, measure)
        if teach and block.learnt[i]:
            if judged:
                calibration.absorb(calibrations[at], raw, SHARPEST)
            learn(series, at, block, i, moment, measure, into.mean)
