"""Several simple predictions of the next value, weighted by how well each did lately.

Dynamic model averaging with forgetting (Raftery, Karny, Ettler, Technometrics 52, 2010): last value, fast level, slow
level, level with trend (Holt 1957), daily profile, daily profile with a weekly correction, and a cycle of another
length. Errors are Student-t,
and their scale is followed by its score (Harvey, "Dynamic Models for Volatility and Heavy Tails", 2013): however
large an error is, it moves the squared scale by seven times itself at most.
"""

import math
from typing import NamedTuple

from unusual.kernels.arrays import Floats, States
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.learnt import (
    CYCLE,
    DAY,
    FAST,
    LAST,
    NO_PROFILE,
    PREDICTORS,
    SLOW,
    TREND,
    WEEK,
    Moment,
    Series,
)
from unusual.kernels.seasons import learn_profile, learn_rhythm, profile_of, rhythm_of, spread_at
from unusual.kernels.student import FREEDOM, LN10, RAREST, t_density, t_log_likelihood, t_surprise, t_tail

FEWEST = 2.0  # values that a prediction needs
CLIP = 3.0  # deviations by which one error can move a level at most
MEMORY = 500.0  # half-life of a squared scale [values]
FORGETTING = 0.98  # of the log likelihoods, per value
NEWCOMER = 2.0  # how far behind the best a predictor starts [nats]
FAST_HALF_LIFE = 6.0  # of the fast level [values]
TREND_HALF_LIFE = 24.0  # of the level with trend [values]
SLOPE_SHARE = 0.05  # of what the level with trend takes over, for its slope
PRIOR_ERRORS = 2.0  # how many errors the slow level's variance is worth in every other one
NEGLIGIBLE = math.log(1e-6)  # of the weight below which a predictor is left out
ROUNDING = 1e-6  # of a value
FINEST = 1e-12  # keeps a scale above zero [unit]
LARGE = 700.0  # nats, under which no density is a number any more
LARGEST = 1e140  # of a value, either way [unit]: sums of its squares are still numbers


class Forecast(NamedTuple):
    """What is expected before the value is seen, one item per predictor; scratch arrays, overwritten.

    mean    (7,)  [unit]
    scale   (7,)  [unit]; only meaningful where the weight is above 0, and of the slow level
    weight  (7,)  sums to 1 over those that can; 0 for those that do not matter
    tail    (7,)  surprise of a value under each predictor, only meaningful inside `far_tail`
    wider   (1,)  by how much scales are wider than one learnt them
    """

    mean: Floats
    scale: Floats
    weight: Floats
    tail: Floats
    wider: Floats


@bare_kernel
def rate(n: float, half_life: float) -> float:
    """Learning rate of an average that starts as a plain mean and ends with a half-life [values]."""
    return max(1.0 / (n + 1.0), 1.0 - math.pow(2.0, -1.0 / half_life))


@bare_kernel
def means(series: Series, at: int, moment: Moment, mean: Floats) -> None:
    """The predictions; NaN where a predictor has none, as seasons may have none at this moment."""
    levels = series.levels[at]
    mean[LAST] = levels["last"]
    mean[FAST] = levels["fast"]
    mean[SLOW] = levels["slow"]
    mean[TREND] = levels["level"] + levels["slope"]
    mean[DAY], mean[WEEK] = profile_of(series, at, moment)
    mean[CYCLE] = rhythm_of(series, at, moment)


@bare_kernel
def error_variance(series: Series, at: int, predictor: int, moment: Moment) -> float:
    """Variance of a predictor's error [unit^2], leaning on the slow level's while its own errors are few."""
    expert = series.experts[at, predictor]
    variance = expert["variance"]
    if predictor >= DAY:
        n, here = spread_at(series, at, predictor, moment)
        if n >= 3.0:
            variance = 0.5 * (variance + here)
    prior = series.experts[at, SLOW]["variance"]
    return float((expert["n"] * variance + PRIOR_ERRORS * prior) / (expert["n"] + PRIOR_ERRORS))


@bare_kernel
def floor_of(levels: States, value: float, grain: float) -> float:
    """The least scale that a deviation is measured by [unit]: rounding, and a tenth of the usual step."""
    return 0.1 * float(levels["step"]) + ROUNDING * abs(value) + grain + FINEST


@bare_kernel
def forecast(series: Series, at: int, moment: Moment, floor: float, into: Forecast) -> bool:
    """Fill in the means, then scales and weights; False when the series has not seen two values yet."""
    levels = series.levels[at]
    means(series, at, moment, into.mean)
    if levels["n"] < FEWEST:
        return False
    best = likeliest(series, at, into.mean)
    silent = max(1.0, min(float(moment.bucket - levels["bucket"]), 100.0))
    total = 0.0
    for i in range(PREDICTORS):
        expert = series.experts[at, i]
        into.weight[i] = 0.0
        if expert["n"] == 0.0 or math.isnan(into.mean[i]):
            continue
        behind = expert["likelihood"] - best
        if behind >= NEGLIGIBLE:
            into.weight[i] = math.exp(behind)
            total += into.weight[i]
        if behind >= NEGLIGIBLE or i == SLOW:  # what departures last against, however little it is believed
            scale = (math.sqrt(error_variance(series, at, i, moment)) + floor) * math.sqrt(1.0 + 2.0 / expert["n"])
            into.scale[i] = scale * math.sqrt(silent) if i <= FAST else scale
    share = 1.0 / total
    for i in range(PREDICTORS):
        into.weight[i] *= share
    return True


@bare_kernel
def weighted(into: Forecast, values: Floats) -> float:
    """Mean of (7,) values by the weights of the predictors."""
    answer = 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            answer += into.weight[i] * values[i]
    return answer


@bare_kernel
def typical(into: Forecast) -> float:
    """The weighted prediction [unit]."""
    return weighted(into, into.mean)


@bare_kernel
def spread(into: Forecast) -> float:
    """The weighted scale [unit]."""
    return weighted(into, into.scale)


@bare_kernel
def far_tail(series: Series, at: int, into: Forecast, value: float, direction: float) -> float:
    """The answer of `tail` so far out that the probabilities are no numbers any more."""
    least, total = math.inf, 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            freedom = min(series.experts[at, i]["n"], FREEDOM)
            into.tail[i] = t_surprise(direction * (value - into.mean[i]) / into.scale[i], freedom)
            least = min(least, into.tail[i])
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            total += into.weight[i] * math.exp(-LN10 * (into.tail[i] - least))
    return max(0.0, least - math.log(total) / LN10)


@bare_kernel
def tail(series: Series, at: int, into: Forecast, value: float, direction: float) -> float:
    """-log10 P(at least as far out as `value` to one side), averaged over the predictors.

    direction  +1 upper tail, -1 lower tail
    """
    total = 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            freedom = min(series.experts[at, i]["n"], FREEDOM)
            total += into.weight[i] * t_tail(direction * (value - into.mean[i]) / into.scale[i], freedom)
    return max(0.0, -math.log10(total)) if total > RAREST else far_tail(series, at, into, value, direction)


@bare_kernel
def log_likelihood(into: Forecast, value: float) -> float:
    """log density of a value under Student-t errors, averaged over the predictors [nats]."""
    density = 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            density += into.weight[i] * t_density(value - into.mean[i], into.scale[i])
    return math.log(density) if density > 0.0 else -LARGE


@bare_kernel
def anchor(series: Series, at: int, into: Forecast) -> int:
    """The likeliest of the predictors that keep to a level or a season: what departures last against."""
    best = SLOW
    for i in range(DAY, PREDICTORS):
        likelier = series.experts[at, i]["likelihood"] > series.experts[at, best]["likelihood"]
        if into.weight[i] > 0.0 and (likelier or into.weight[best] == 0.0):
            best = i
    return best


@bare_kernel
def steadiness(into: Forecast) -> float:
    """Weight of the predictors that keep to a level or a season, 0..1."""
    return float(into.weight[SLOW] + into.weight[DAY] + into.weight[WEEK] + into.weight[CYCLE])


@bare_kernel
def move(series: Series, at: int, predictor: int, by: float) -> None:
    """Shift what `predictor`, SLOW or a season, keeps to [unit]."""
    series.levels[at]["slow"] += by
    if predictor == CYCLE:
        series.rhythms[at]["offset"] += by
    elif predictor >= DAY:
        series.levels[at]["offset"] += by


@bare_kernel
def likeliest(series: Series, at: int, mean: Floats) -> float:
    """The best recent likelihood of the predictors that have a prediction [nats]; -inf when none has."""
    best = -math.inf
    for i in range(PREDICTORS):
        expert = series.experts[at, i]
        if expert["n"] > 0.0 and not math.isnan(mean[i]):
            best = max(best, expert["likelihood"])
    return best


@bare_kernel
def likelier(series: Series, at: int, gained: Floats, one: int, other: int) -> int:
    """Which of two predictors was better lately; `one` where the other has nothing to say now.

    gained  (7,) the log likelihoods of this value; NaN for those with nothing to say
    """
    if math.isnan(gained[other]):
        return one
    better = series.experts[at, other]["likelihood"] > series.experts[at, one]["likelihood"]
    return other if better or math.isnan(gained[one]) else one


@bare_kernel
def learn_errors(
    series: Series, at: int, moment: Moment, value: float, floor: float, mean: Floats, gained: Floats
) -> None:
    """Let each predictor that had a prediction see its error: variance and recent likelihood.

    One that had none shares the worst likelihood of the others: silence must not look like skill.

    mean    (7,)  as in `Forecast`
    gained  (7,)  the log likelihood of each [nats], NaN for those without; overwritten
    """
    best, worst = likeliest(series, at, mean), math.inf
    for i in range(PREDICTORS):
        gained[i] = math.nan
        if math.isnan(mean[i]):
            continue
        expert = series.experts[at, i]
        error = value - mean[i]
        if expert["n"] == 0.0:
            expert["variance"] = error * error
            expert["likelihood"] = best - NEWCOMER if best > -math.inf else 0.0
        else:
            variance = error_variance(series, at, i, moment) + floor * floor
            gained[i] = t_log_likelihood(error, variance)
            worst = min(worst, gained[i])
            expert["likelihood"] = FORGETTING * expert["likelihood"] + gained[i]
            square = error * error
            weight = (FREEDOM + 1.0) / (FREEDOM + square / variance)
            expert["variance"] += rate(expert["n"], MEMORY) * (weight * square - expert["variance"])
        expert["n"] += 1.0
    for i in range(PREDICTORS):
        if math.isnan(mean[i]):
            expert = series.experts[at, i]
            expert["likelihood"] = FORGETTING * expert["likelihood"] + (worst if worst < math.inf else 0.0)


@bare_kernel
def allowance(series: Series, at: int, predictor: int, floor: float) -> float:
    """The most of an error that may teach [unit]: CLIP deviations; all of it while little is known."""
    expert = series.experts[at, predictor]
    return math.inf if expert["n"] < 3.0 else CLIP * (math.sqrt(expert["variance"]) + floor)


@bare_kernel
def clipped(series: Series, at: int, predictor: int, error: float, floor: float) -> float:
    """The part of an error that may teach [unit]."""
    most = allowance(series, at, predictor, floor)
    return max(-most, min(most, error))


@bare_kernel
def learn_seasons(series: Series, at: int, moment: Moment, value: float, floor: float) -> None:
    """Move the daily profile with its weekly correction, and the cycle, towards the value."""
    if series.levels[at]["profile"] != NO_PROFILE:
        limit = allowance(series, at, DAY, floor)
        learn_profile(series, at, moment, value, limit)
    if series.rhythms[at]["period"] > 0:
        learn_rhythm(series, at, moment, value, allowance(series, at, CYCLE, floor))


@bare_kernel
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


@bare_kernel
def begin(series: Series, at: int, value: float) -> None:
    """Start a series at its first value."""
    levels = series.levels[at]
    levels["last"], levels["fast"], levels["slow"], levels["level"] = value, value, value, value
