"""Every value of a block in time order: judge it by what its series has shown before, then let the series learn it.

One call per block. Knows predictors and calibration; knows nothing of fields, detectors or documents.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import calibration, learnt, noise, novelty, predictors, ranking, seasons
from unusual.kernels.adapting import HOUR, notice
from unusual.kernels.arrays import Flags, Floats, Ints, Shorts, States
from unusual.kernels.compiled import bare_kernel, kernel
from unusual.kernels.interval import interval, limit
from unusual.kernels.learnt import CYCLE, NO_PROFILE, PREDICTORS, SLOW, Moment, Series
from unusual.kernels.novelty import CHANNELS, NO_HOUR, Sight
from unusual.kernels.predictors import Forecast

DAY, WEEK = 86_400, 604_800
MONDAY = 3 * DAY  # the epoch was a Thursday; weeks start on Monday

BOTH, HIGH, LOW = 0, 1, -1
BELOW, ABOVE = 0, 1  # the tails
TOWARDS = (-1.0, 1.0)  # them
ONE_OF_TWO = math.log10(2.0)  # surprise of a side
SHARPEST = 0.8  # how far calibration may sharpen a careful model
NOTHING, COUNTED, SUMMED, AVERAGED, LOWEST, HIGHEST, SHARED = range(7)
NO_SERIES: Flags = np.zeros(0, np.bool_)
NO_BUCKETS: Ints = np.zeros(0, np.int64)


class Measure(NamedTuple):
    """How the values of a block are to be read.

    span       length of a bucket [s]
    side       BOTH, HIGH or LOW: which departures count
    grain      least scale a deviation is measured by [unit], for values that are whole numbers
    half_life  of the slow level [values]
    blame      how an entity's part leaves the value (COUNTED ... SHARED); NOTHING when parts are not asked for
    threshold  calibrated surprise from which on a value is told of: parts are blamed, and it gets bounds
    bounded    (b,) whether every value of a series gets bounds; those of series b and later do not
    first      number of the first bucket that local clocks are told of
    ahead      (n,) how far they are ahead of UTC in that bucket and those after it [s]; nowhere else
    """

    span: int
    side: int
    grain: float
    half_life: float
    blame: int
    threshold: float
    bounded: Flags = NO_SERIES
    first: int = 0
    ahead: Ints = NO_BUCKETS


class Block(NamedTuple):
    """Values to judge, in time order: that of their series is enough where no other one matters.

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

    first   (k,)  parts[first[i]:end[i]] belong to value i
    end     (k,)
    n       (m,)  samples; where they are counted, only those beyond the entity's usual ones
    sum     (m,)  [unit]; where sums are judged, only what is beyond the entity's usual one
    low     (m,)  least without the entity [unit], inf when nothing is left
    high    (m,)  most without the entity [unit], -inf when nothing is left
    blamed  (m,)  the answer: share of the surprise that goes when the entity is taken away, 0..1
    """

    first: Ints
    end: Ints
    n: Floats
    sum: Floats
    low: Floats
    high: Floats
    blamed: Floats


class Verdict(NamedTuple):
    """The answer, per value.

    surprise  (k,)  calibrated: -log10 probability
    typical   (k,)  what was expected [unit]
    low       (k,)  below this it would have been as surprising as one value of twenty [unit]; NaN where not asked for
    high      (k,)  the same above
    """

    surprise: Floats
    typical: Floats
    low: Floats
    high: Floats


class News(NamedTuple):
    """What the values are to the series they belong to.

    rarity     (k,)    -log10 of how often noise is as strange, per bucket; 0 where there is nothing to say
    strengths  (k, 4)  of the channels of `novelty` that make it
    change     (k,)    what changed in the series with this value: LEVEL, SPREAD or CLOCK of `adapting`, else 0
    spell      (k,)    how many buckets in a row were unusual, up to this one
    wider      (k,)    factor by which departures had to be larger, as the value was made of few samples
    modes      (k,)    whether the values of the series come from several clusters; false where not told of
    """

    rarity: Floats
    strengths: Floats
    change: Shorts
    spell: Ints
    wider: Floats
    modes: Flags


def no_news(values: int) -> News:
    """Room for the news of so many values."""
    strengths, change = np.zeros((values, CHANNELS)), np.zeros(values, np.int32)
    spell, modes = np.zeros(values, np.int64), np.zeros(values, np.bool_)
    return News(np.zeros(values), strengths, change, spell, np.ones(values), modes)


def unspoken(values: int) -> Verdict:
    """Room for a verdict on so many values, without any bounds."""
    return Verdict(np.zeros(values), np.zeros(values), np.full(values, np.nan), np.full(values, np.nan))


@bare_kernel
def ahead_at(measure: Measure, bucket: int) -> int:
    """How far local clocks are ahead of UTC in a bucket [s]."""
    at = bucket - measure.first
    return measure.ahead[at] if 0 <= at < measure.ahead.size else 0


@bare_kernel
def moment_of(bucket: int, span: int, shift: int, series: Series) -> Moment:
    """The profile slots of a bucket: days, then weeks from Monday, on a clock that is ahead of UTC by `shift` [s]."""
    time = bucket * span + shift
    day = (time % DAY) * series.days // DAY
    week = ((time + MONDAY) % WEEK) * series.weeks // WEEK
    return Moment(bucket, day, series.days + week, bucket)


@bare_kernel
def surprise_at(series: Series, at: int, into: Forecast, value: float, side: int) -> tuple[float, int]:
    """-log10 of the probability of a departure at least this large on the side(s) that count, and which that was."""
    if side != BOTH:
        return noise.surprise(series, at, into, value, float(side)), ABOVE if side == HIGH else BELOW
    tail = ABOVE if value >= predictors.typical(into) else BELOW
    surprise = noise.surprise(series, at, into, value, TOWARDS[tail])
    if surprise < ONE_OF_TWO:
        tail = 1 - tail
        surprise = noise.surprise(series, at, into, value, TOWARDS[tail])
    return max(0.0, surprise - ONE_OF_TWO, noise.between(series, at, into, value)), tail


@bare_kernel
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
        return math.nan if parts.low[part] == math.inf else max(value, float(parts.low[part]))
    if blame == HIGHEST:
        return math.nan if parts.high[part] == -math.inf else min(value, float(parts.high[part]))
    return value


@kernel
def blame_parts(series: Series, at: int, into: Forecast, block: Block, i: int, parts: Parts, measure: Measure) -> None:
    """Fill in parts.blamed for value i of the block, if parts are asked for."""
    if measure.blame == NOTHING:
        return
    value, samples = block.value[i], block.samples[i]
    whole, _ = surprise_at(series, at, into, value, measure.side)
    for part in range(parts.first[i], parts.end[i]):
        if measure.blame == SHARED:
            parts.blamed[part] = parts.n[part] / samples
            continue
        rest = without(parts, part, value, samples, measure.blame)
        if math.isnan(rest):
            parts.blamed[part] = 1.0
        elif whole > 0.0:
            left, _ = surprise_at(series, at, into, rest, measure.side)
            parts.blamed[part] = min(1.0, max(0.0, 1.0 - left / whole))


@bare_kernel
def thin(levels: States, samples: float) -> float:
    """Factor of the scales for a value made of fewer samples than usual: up to 4, 1 for filled-in zeros."""
    if samples <= 0.0 or samples >= levels["samples"]:
        return 1.0
    return min(4.0, math.sqrt(levels["samples"] / samples))


@kernel
def scratch() -> Forecast:
    """Room for one forecast."""
    size = PREDICTORS
    return Forecast(np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size), np.ones(1))


@bare_kernel
def learn_values(series: Series, block: Block, i: int, moment: Moment, measure: Measure, into: Forecast) -> bool:
    """Let the predictors of a series that has begun learn value i; whether it is time to look for a cycle."""
    at, value = block.series[i], block.value[i]
    floor = predictors.floor_of(series.levels[at], value, measure.grain)
    gained = into.tail
    predictors.learn_errors(series, at, moment, value, floor, into.mean, gained)
    season = predictors.likelier(series, at, gained, learnt.DAY, learnt.WEEK)
    seasons.judge_profile(series, at, moment.bucket, gained[season] - gained[SLOW], DAY / measure.span)
    if series.rhythms[at]["period"] > 0:
        season = predictors.likelier(series, at, gained, SLOW, season)
        seasons.judge_rhythm(series, at, gained[CYCLE] - gained[season])
    look = seasons.gather(series, at, moment.bucket, value)
    predictors.learn_levels(series, at, value, floor, measure.half_life)
    return look


@bare_kernel
def learn(series: Series, block: Block, i: int, moment: Moment, measure: Measure, into: Forecast) -> bool:
    """Let the series of value i learn it; whether it is time to look for a cycle."""
    at, value = block.series[i], block.value[i]
    levels = series.levels[at]
    look = False
    if levels["n"] == 0.0:
        predictors.begin(series, at, value)
    else:
        look = learn_values(series, block, i, moment, measure, into)
    seasons.try_profile(series, at, moment.bucket)
    predictors.learn_seasons(series, at, moment, value, predictors.floor_of(levels, value, measure.grain))
    if block.samples[i] > 0.0:
        levels["samples"] += predictors.rate(levels["n"], 100.0) * (block.samples[i] - levels["samples"])
    levels["n"] += 1.0
    levels["bucket"] = moment.bucket
    return look


@bare_kernel
def covered(series: Series, at: int, span: int) -> int:
    """Buckets of which a cycle that divides them is in the daily profile already; 0 for none."""
    slots = series.days
    return slots if series.levels[at]["profile"] != NO_PROFILE and slots * span == DAY else 0


@bare_kernel
def has_bounds(measure: Measure, at: int, surprise: float) -> bool:
    """Whether a value gets bounds: its series is asked for, or it is told of."""
    return surprise >= measure.threshold or (at < measure.bounded.size and bool(measure.bounded[at]))


@kernel
def bounds(series: Series, at: int, measure: Measure, into: Forecast, reaches: Floats) -> tuple[float, float]:
    """Between which values the series expects one, under its forecast."""
    one_sided = measure.side != BOTH
    below = limit(series.tails[at, BELOW], one_sided, calibration.LOWEST)
    above = limit(series.tails[at, ABOVE], one_sided, calibration.LOWEST)
    return interval(series, at, into, reaches, below, above)


@bare_kernel
def sight_of(
    series: Series, at: int, value: float, surprise: float, moment: Moment, measure: Measure, into: Forecast
) -> Sight:
    """What the series is shown of a value."""
    anchor = predictors.anchor(series, at, into)
    error = (value - into.mean[anchor]) / into.scale[anchor]
    hour = NO_HOUR if measure.span > HOUR else moment.bucket * measure.span // HOUR % 24
    return Sight(value, predictors.typical(into), surprise, error, hour, measure.side, ranking.remembered(measure.span))


@bare_kernel
def judge(
    series: Series, block: Block, i: int, moment: Moment, measure: Measure, into: Forecast, verdict: Verdict
) -> tuple[float, int, Sight]:
    """Fill in the verdict on value i but for its bounds; the answer is what the series is to learn of it.

    That is the surprise before it is calibrated, the tail it belongs to, and what the series is shown.
    """
    at, value = block.series[i], block.value[i]
    wider = thin(series.levels[at], block.samples[i])
    into.wider[0] = wider
    for predictor in range(into.scale.size):
        into.scale[predictor] *= wider
    raw, tail = surprise_at(series, at, into, value, measure.side)
    verdict.surprise[i] = calibration.calibrate(series.tails[at, tail], raw, SHARPEST)
    verdict.typical[i] = predictors.typical(into)
    return raw, tail, sight_of(series, at, value, verdict.surprise[i], moment, measure, into)


@kernel
def walk(
    series: Series, measure: Measure, block: Block, parts: Parts, verdict: Verdict, news: News, teach: bool
) -> None:
    """Judge each value of a block in turn and, if `teach` and it may be learnt, learn it right after."""
    into = scratch()
    reaches = np.zeros(PREDICTORS)
    for i in range(block.series.size):
        at, value = block.series[i], block.value[i]
        levels = series.levels[at]
        ahead = levels["shift"] + ahead_at(measure, block.bucket[i])
        moment = moment_of(block.bucket[i], measure.span, ahead, series)
        verdict.typical[i] = levels["last"]
        learnt = teach and block.learnt[i]
        if predictors.forecast(series, at, moment, predictors.floor_of(levels, value, measure.grain), into):
            raw, tail, sight = judge(series, block, i, moment, measure, into, verdict)
            lasting = novelty.sustained(series.news[at], sight)
            news.rarity[i] = novelty.rarity(series.news[at], sight, lasting, news.strengths[i])
            news.wider[i] = thin(levels, block.samples[i])
            telling = max(verdict.surprise[i], news.rarity[i])
            news.spell[i] = novelty.spell(series.news[at], block.bucket[i], telling)
            if teach:  # a value that must not be learnt was unusual nevertheless
                novelty.extend(series.news[at], block.bucket[i], news.spell[i])
            if telling >= measure.threshold:
                news.modes[i] = noise.several(series.noise[at])
                blame_parts(series, at, into, block, i, parts, measure)
            if has_bounds(measure, at, telling):
                verdict.low[i], verdict.high[i] = bounds(series, at, measure, into, reaches)
            if learnt:
                calibration.absorb(series.tails[at, tail], raw, SHARPEST)
                novelty.remember(series.news[at], sight, lasting)
                noise.learn(series, at, into, value, measure.grain)
                news.change[i] = notice(series, at, moment, measure.span, value, into)
        if learnt and learn(series, block, i, moment, measure, into):
            seasons.seek_rhythm(series, at, block.bucket[i], covered(series, at, measure.span))
