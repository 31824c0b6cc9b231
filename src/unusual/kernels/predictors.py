"""Several simple predictions of the next value, weighted by how well each did lately.

Dynamic model averaging with forgetting (Raftery, Karny, Ettler, Technometrics 52, 2010): last value, fast level, slow
level, level with trend (Holt 1957), daily profile, and daily profile with a weekly correction. Errors are Student-t,
and their scale is followed by its score (Harvey, "Dynamic Models for Volatility and Heavy Tails", 2013): however
large an error is, it moves the squared scale by seven times itself at most.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.compiled import Floats, States, kernel
from unusual.kernels.student import LN10, t_log_likelihood, t_surprise

LAST, FAST, SLOW, TREND, DAY, WEEK = range(6)
PREDICTORS = 6

LEVELS = np.dtype(
    [
        ("n", "f8"),  # values learnt
        ("last", "f8"),  # [unit]
        ("fast", "f8"),  # [unit]
        ("slow", "f8"),  # [unit]
        ("level", "f8"),  # of the trend [unit]
        ("slope", "f8"),  # [unit per bucket]
        ("offset", "f8"),  # of the daily profile [unit]
        ("step", "f8"),  # mean |difference of neighbours| [unit]
        ("samples", "f8"),  # mean samples per value
        ("bucket", "i8"),  # number of the newest bucket learnt
    ]
)
EXPERT = np.dtype([("n", "f8"), ("variance", "f8"), ("likelihood", "f8")])
SLOT = np.dtype([("n", "f4"), ("value", "f4"), ("variance", "f4")])
LAYOUT = 1

FEWEST = 2.0  # values that a prediction needs
FREEDOM = 6.0  # of the t distribution of errors
CLIP = 3.0  # deviations by which one error can move a level at most
MEMORY = 500.0  # half-life of a squared scale [values]
FORGETTING = 0.98  # of the log likelihoods, per value
NEWCOMER = 2.0  # how far behind the best a predictor starts [nats]
FAST_HALF_LIFE = 6.0  # of the fast level [values]
TREND_HALF_LIFE = 24.0  # of the level with trend [values]
SLOPE_SHARE = 0.05  # of what the level with trend takes over, for its slope
OFFSET_RATE = 0.02  # of the level under the daily profile, for what its slot does not take over
PROFILE_RATE = 0.2  # of a daily slot, per visit
PRIOR_ERRORS = 2.0  # how many errors the slow level's variance is worth in every other one
NEGLIGIBLE = 1e-6  # weight below which a predictor is left out
FINEST = 1e-12  # keeps a scale above zero [unit]
LARGEST = 1e140  # of a value, either way [unit]: sums of its squares are still numbers
LARGEST_SINGLE = 3e38  # that four bytes hold


class Series(NamedTuple):
    """Learnt rows of S series.

    levels   (S,)    LEVELS
    experts  (S, 6)  EXPERT, one per predictor
    day      (S, D)  SLOT, the daily profile; D may be 0
    week     (S, W)  SLOT, the weekly correction of the daily profile; W may be 0
    """

    levels: States
    experts: States
    day: States
    week: States


class Moment(NamedTuple):
    """When a value is met: its bucket and its slots in the profiles (0 where a profile has none)."""

    bucket: int
    day: int
    week: int


class Forecast(NamedTuple):
    """What is expected before the value is seen, one item per predictor; scratch arrays, overwritten.

    mean    (6,)  [unit]
    scale   (6,)  [unit]; only meaningful where the weight is above 0
    weight  (6,)  sums to 1 over those that can; 0 for those that do not matter
    tail    (6,)  surprise of a value under each predictor, only meaningful inside `tail`
    """

    mean: Floats
    scale: Floats
    weight: Floats
    tail: Floats


@kernel
def rate(n: float, half_life: float) -> float:
    """Learning rate of an average that starts as a plain mean and ends with a half-life [values]."""
    return max(1.0 / (n + 1.0), 1.0 - math.pow(2.0, -1.0 / half_life))


@kernel
def means(series: Series, at: int, moment: Moment, mean: Floats) -> int:
    """The predictions; returns how many of the predictors have one (profiles may have none at this slot)."""
    levels = series.levels[at]
    mean[LAST] = levels["last"]
    mean[FAST] = levels["fast"]
    mean[SLOW] = levels["slow"]
    mean[TREND] = levels["level"] + levels["slope"]
    if series.day.shape[1] == 0 or series.day[at, moment.day]["n"] == 0.0:
        return DAY
    mean[DAY] = levels["offset"] + series.day[at, moment.day]["value"]
    if series.week.shape[1] == 0 or series.week[at, moment.week]["n"] == 0.0:
        return WEEK
    mean[WEEK] = mean[DAY] + series.week[at, moment.week]["value"]
    return PREDICTORS


@kernel
def error_variance(series: Series, at: int, predictor: int, moment: Moment) -> float:
    """Variance of a predictor's error [unit^2], leaning on the slow level's while its own errors are few."""
    expert = series.experts[at, predictor]
    variance = expert["variance"]
    if predictor >= DAY:
        slot = series.day[at, moment.day]
        if slot["n"] >= 3.0:
            variance = 0.5 * (variance + slot["variance"])
    prior = series.experts[at, SLOW]["variance"]
    return float((expert["n"] * variance + PRIOR_ERRORS * prior) / (expert["n"] + PRIOR_ERRORS))


@kernel
def floor_of(levels: States, value: float, grain: float) -> float:
    """The least scale that a deviation is measured by [unit]: rounding, and a tenth of the usual step."""
    return 0.1 * float(levels["step"]) + 1e-6 * abs(value) + grain + FINEST


@kernel
def forecast(series: Series, at: int, moment: Moment, floor: float, into: Forecast) -> bool:
    """Fill in means, scales and weights; False when the series has not seen two values yet."""
    levels = series.levels[at]
    if levels["n"] < FEWEST:
        return False
    able = means(series, at, moment, into.mean)
    best = -math.inf
    for i in range(able):
        best = max(best, series.experts[at, i]["likelihood"] if series.experts[at, i]["n"] > 0.0 else -math.inf)
    silent = max(1.0, min(float(moment.bucket - levels["bucket"]), 100.0))
    total = 0.0
    for i in range(PREDICTORS):
        expert = series.experts[at, i]
        into.weight[i] = 0.0
        if i >= able or expert["n"] == 0.0:
            continue
        weight = math.exp(expert["likelihood"] - best)
        if weight < NEGLIGIBLE:
            continue
        scale = (math.sqrt(error_variance(series, at, i, moment)) + floor) * math.sqrt(1.0 + 2.0 / expert["n"])
        into.scale[i] = scale * math.sqrt(silent) if i <= FAST else scale
        into.weight[i] = weight
        total += weight
    for i in range(PREDICTORS):
        into.weight[i] /= total
    return True


@kernel
def typical(into: Forecast) -> float:
    """The weighted prediction [unit]."""
    answer = 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            answer += into.weight[i] * into.mean[i]
    return answer


@kernel
def tail(series: Series, at: int, into: Forecast, value: float, direction: float) -> float:
    """-log10 P(at least as far out as `value` to one side), averaged over the predictors.

    direction  +1 upper tail, -1 lower tail
    """
    least = math.inf
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            freedom = min(series.experts[at, i]["n"], FREEDOM)
            surprise = t_surprise(direction * (value - into.mean[i]) / into.scale[i], freedom)
            into.tail[i] = surprise
            least = min(least, surprise)
    total = 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            total += into.weight[i] * math.exp(-LN10 * (into.tail[i] - least))
    return max(0.0, least - math.log(total) / LN10)


@kernel
def learn_errors(series: Series, at: int, moment: Moment, value: float, floor: float, mean: Floats) -> None:
    """Let each predictor that had a prediction see its error: variance and recent likelihood.

    One that had none shares the worst likelihood of the others: silence must not look like skill.
    """
    able = means(series, at, moment, mean)
    best, worst = -math.inf, 0.0
    for i in range(able):
        expert = series.experts[at, i]
        if expert["n"] > 0.0:
            best = max(best, expert["likelihood"])
    for i in range(able):
        expert = series.experts[at, i]
        error = value - mean[i]
        if expert["n"] == 0.0:
            expert["variance"] = error * error
            expert["likelihood"] = best - NEWCOMER if best > -math.inf else 0.0
        else:
            variance = error_variance(series, at, i, moment) + floor * floor
            gained = t_log_likelihood(error, variance, FREEDOM)
            worst = gained if i == 0 else min(worst, gained)
            expert["likelihood"] = FORGETTING * expert["likelihood"] + gained
            square = error * error
            weight = (FREEDOM + 1.0) / (FREEDOM + square / variance)
            expert["variance"] += rate(expert["n"], MEMORY) * (weight * square - expert["variance"])
        expert["n"] += 1.0
    for i in range(able, PREDICTORS):
        series.experts[at, i]["likelihood"] = FORGETTING * series.experts[at, i]["likelihood"] + worst


@kernel
def clipped(series: Series, at: int, predictor: int, error: float, floor: float) -> float:
    """The part of an error that may teach [unit]: at most CLIP deviations; all of it while little is known."""
    expert = series.experts[at, predictor]
    if expert["n"] < 3.0:
        return error
    most = CLIP * (math.sqrt(expert["variance"]) + floor)
    return max(-most, min(most, error))


@kernel
def single(number: float) -> float:
    """The number, or the nearest to it that four bytes hold."""
    return max(-LARGEST_SINGLE, min(LARGEST_SINGLE, number))


@kernel
def learn_profiles(series: Series, at: int, moment: Moment, value: float, floor: float) -> None:
    """Move the daily profile and its weekly correction towards the value."""
    if series.day.shape[1] == 0:
        return
    levels = series.levels[at]
    slot = series.day[at, moment.day]
    if slot["n"] == 0.0:
        slot["value"], slot["variance"], slot["n"] = single(value - levels["offset"]), 0.0, 1.0
        return
    raw = value - levels["offset"] - slot["value"]
    error = clipped(series, at, DAY, raw, floor)
    if series.week.shape[1] > 0:
        correction = series.week[at, moment.week]
        spread = max(1.0, series.day.shape[1] * 7.0 / series.week.shape[1])
        step = max(1.0 / (correction["n"] + 2.0), 1.0 / (3.0 * spread))
        correction["value"] = single(correction["value"] + step * (error - correction["value"]))
        correction["n"] += 1.0
    step = max(1.0 / (slot["n"] + 1.0), PROFILE_RATE)
    slot["value"] = single(slot["value"] + step * error)
    rate_of_spread = max(1.0 / slot["n"], PROFILE_RATE)
    slot["variance"] = single(slot["variance"] + rate_of_spread * (error * error - slot["variance"]))
    slot["n"] += 1.0
    levels["offset"] += OFFSET_RATE * (1.0 - step) * error


@kernel
def learn_levels(series: Series, at: int, value: float, floor: float, slow_half_life: float) -> None:
    """Move the levels and the trend towards the value; only the fast level follows outliers at once."""
    levels = series.levels[at]
    n = levels["n"]
    step = abs(value - levels["last"])
    limit = 8.0 * levels["step"] if n > 10.0 else step
    levels["step"] += rate(n - 1.0, 2000.0) * (min(step, limit) - levels["step"]) if n > 1.0 else step
    levels["fast"] += rate(n, FAST_HALF_LIFE) * (value - levels["fast"])
    error = clipped(series, at, SLOW, value - levels["slow"], floor)
    levels["slow"] += rate(n, slow_half_life) * error
    error = clipped(series, at, TREND, value - levels["level"] - levels["slope"], floor)
    towards = rate(n, TREND_HALF_LIFE)
    levels["level"] += levels["slope"] + towards * error
    levels["slope"] += SLOPE_SHARE * towards * error
    levels["last"] = value


@kernel
def begin(series: Series, at: int, value: float) -> None:
    """Start a series at its first value."""
    levels = series.levels[at]
    levels["last"], levels["fast"], levels["slow"], levels["level"] = value, value, value, value
