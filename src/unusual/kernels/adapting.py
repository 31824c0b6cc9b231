"""What follows from a lasting change of a series: it is moved to its new level or its new clock at once.

Knows predictors and the tests for changes; knows nothing of blocks or of what is surprising.
"""

import math

from unusual.kernels import changes, novelty, predictors, profiles
from unusual.kernels.arrays import States
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.learnt import DAY, FAST, LAST, SLOW, Moment, Series
from unusual.kernels.predictors import Forecast

HOUR = 3600
NOTHING, LEVEL, SPREAD, CLOCK = range(4)
STEADY = 0.5  # weight of the level and the seasons lately, from which on a change is worth telling


@bare_kernel
def hours_on(series: Series, at: int, moment: Moment, into: Forecast, hours: int) -> float:
    """What the daily profile expects so many hours after this moment [unit]."""
    slots, row = series.days, series.levels[at]["profile"]
    slot = series.slots[profiles.place_of(series, row, (moment.day + hours * slots // 24) % slots)]
    return float(series.levels[at]["offset"] + slot["value"]) if slot["n"] > 0.0 else into.mean[DAY]


@bare_kernel
def clocked(series: Series, at: int, span: int, into: Forecast) -> bool:
    """Whether the series keeps to a daily profile of which an hour is at least a bucket."""
    return span <= HOUR and series.levels[at]["gained"] > 0.0 and not math.isnan(into.mean[DAY])


@bare_kernel
def wanders(series: Series, at: int) -> bool:
    """Whether the last value tells more of the next one than a level does, so that there is no level to change."""
    return bool(series.experts[at, LAST]["likelihood"] >= series.experts[at, FAST]["likelihood"])


@bare_kernel
def steadied(row: States, n: float, into: Forecast) -> bool:
    """Whether the series has kept to a level or a season until now; the forecast is remembered for the next time."""
    steady = row["steady"] > STEADY
    row["steady"] += max(1.0 / (n + 1.0), changes.STEADINESS) * (predictors.steadiness(into) - row["steady"])
    return bool(steady)


@bare_kernel
def reclock(series: Series, at: int, moment: Moment, span: int, value: float, into: Forecast, scale: float) -> bool:
    """Put the clock of the profiles an hour ahead or back if all has begun to come earlier or later."""
    here = (value - into.mean[DAY]) / scale
    earlier = (value - hours_on(series, at, moment, into, 1)) / scale
    later = (value - hours_on(series, at, moment, into, -1)) / scale
    hours = changes.reclocked(series.changes[at], here, earlier, later, span / HOUR)
    series.levels[at]["shift"] += hours * HOUR
    return hours != 0


@bare_kernel
def departure(series: Series, at: int, moment: Moment, value: float, into: Forecast, expected: float) -> float:
    """How far a value is from what is expected, now or by a clock an hour off: the least of the three [unit]."""
    earlier, later = hours_on(series, at, moment, into, 1), hours_on(series, at, moment, into, -1)
    return changes.smallest(value - expected, value - earlier, value - later)


@bare_kernel
def relevelled(series: Series, at: int, anchor: int, error: float, scale: float, steady: bool) -> bool:
    """Move a series to its new level if it has one. error: from the one it keeps to [deviations]."""
    by = changes.shifted(series.changes[at], error)
    if by == 0.0 or not (steady or (anchor == SLOW and not wanders(series, at))):
        return False
    predictors.move(series, at, anchor, by * scale)
    return True


@bare_kernel
def moved(series: Series, at: int, moment: Moment, span: int, value: float, into: Forecast, steady: bool) -> int:
    """CLOCK or LEVEL if the series has been moved to another one with this value, else NOTHING.

    What another time of day explains is no other level.
    """
    anchor = predictors.anchor(series, at, into)
    scale, away = into.scale[anchor], value - into.mean[anchor]
    if clocked(series, at, span, into):
        if anchor == SLOW:  # a profile is not given up within a day
            anchor, scale = DAY, math.sqrt(predictors.error_variance(series, at, DAY, moment)) + predictors.FINEST
        away = departure(series, at, moment, value, into, into.mean[anchor])
        if steady and reclock(series, at, moment, span, value, into, scale):
            return CLOCK
    return LEVEL if relevelled(series, at, anchor, away / scale, scale, steady) else NOTHING


@bare_kernel
def notice(series: Series, at: int, moment: Moment, span: int, value: float, into: Forecast) -> int:
    """What has changed with this value, if a series that keeps to a level or a season is to be told of it.

    The means of a forecast follow it.

    span  length of a bucket [s]
    """
    row, n = series.changes[at], series.levels[at]["n"]
    steady = steadied(row, n, into)
    if n < changes.WARM:
        return NOTHING
    change = moved(series, at, moment, span, value, into, steady)
    if change != NOTHING:
        predictors.means(series, at, moment, into.mean)
        novelty.forget_errors(series.news[at])
    elif changes.respread(row, (value - predictors.typical(into)) / predictors.spread(into)):
        change = SPREAD
    return change if steady else NOTHING
