"""Series that move together: each value judged by what the values of correlated series in its bucket make expected.

Every value comes as a normal deviation, the place of its surprise in a standard normal distribution, so that series of
any scale and shape compare (H. Liu, J. Lafferty, L. Wasserman, "The nonparanormal", J. Mach. Learn. Res. 10, 2009). A
partner's deviation times the correlation is what it expects, as in a bivariate normal distribution. The median of all
expectations about as exact as the best counts, so that one odd partner among several accuses nobody; one that is
unusual by itself may excuse a departure of the same kind, and accuses nobody. How much news an error is to its series,
`novelty` says. Knows pairs of series; knows no fields, values or documents.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import calibration, novelty, pairs
from unusual.kernels.adapting import HOUR
from unusual.kernels.arrays import Flags, Floats, Ints, States
from unusual.kernels.compiled import bare_kernel, kernel
from unusual.kernels.novelty import NO_HOUR, Sight
from unusual.kernels.pairs import PLACES, Company, Glance, Seen, present
from unusual.kernels.ranking import LEAST, remembered
from unusual.kernels.student import normal_surprise, t_surprise
from unusual.kernels.walk import BOTH, SHARPEST

COMPARABLE = 4.0  # error variances of the best partner that one which counts may have at most
EARLY = 10.0  # values that the scale of errors assumed at first is worth
KEPT = 500.0  # values that it is made of at most
WILD = 9.0  # squared scales that one error counts at most
FINEST = 0.1  # least scale of errors [deviations]
FREEDOM = 6.0  # of the t distribution of errors
CLOSE = 1e-4  # how exactly a deviation is found
FARTHEST = 30.0  # deviations
ONE_OF_TWO = math.log10(2.0)


class Manner(NamedTuple):
    """How values are to be read: which departures count (BOTH, HIGH or LOW), and the length of a bucket [s]."""

    side: int
    span: int


class Together(NamedTuple):
    """The answer, (k,) each.

    surprise   calibrated -log10 probability of the value beside those of its partners; 0 without any
    rarity     -log10 of how often noise is as strange; 0 without any
    strengths  (k, 4) of the channels of `novelty` that make it
    partner    the series that it is most correlated with among those of its bucket, NOBODY without any
    explained  whether a stronger departure of a partner, or of a partner of it and so on, is the same one
    """

    surprise: Floats
    rarity: Floats
    strengths: Floats
    partner: Ints
    explained: Flags


@bare_kernel
def deviation(surprise: float) -> float:
    """The standard normal value that is exceeded as seldom as 10^-surprise says."""
    low, high = -FARTHEST, FARTHEST
    if surprise >= ONE_OF_TWO:
        low, high = 0.0, min(FARTHEST, math.sqrt(2.0 * math.log(10.0) * surprise))
    while high - low > CLOSE:
        middle = 0.5 * (low + high)
        if normal_surprise(middle) < surprise:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def deviations(surprise: Floats, above: Flags, side: int, found: Floats) -> None:
    """Fill in the deviation of each value, (k,). above: whether it lies above what was expected of it."""
    for i in range(surprise.size):
        if side == BOTH:
            out = deviation(surprise[i] + ONE_OF_TWO)
            found[i] = out if above[i] else -out
        else:
            found[i] = deviation(surprise[i]) * side


@bare_kernel
def best_partner(company: Company, seen: Seen, i: int, glance: Glance, answer: Together) -> float:
    """The strongest correlation with one of the bucket, 0 without any; fills in whose it is."""
    best = 0.0
    for which in range(PLACES):
        correlation = abs(present(company, seen, i, which, glance))
        if correlation > best:
            best, answer.partner[i] = correlation, company.places[seen.series[i], which]["other"]
    return best


@kernel
def expected(company: Company, seen: Seen, i: int, best: float, glance: Glance) -> tuple[float, float]:
    """Between which deviations the partners of value i expect it. best: their strongest correlation, above 0."""
    low, high = np.empty(PLACES), np.empty(PLACES)
    n = 0
    for which in range(PLACES):
        correlation = present(company, seen, i, which, glance)
        if correlation == 0.0 or 1.0 - correlation * correlation > COMPARABLE * (1.0 - best * best):
            continue
        k = glance.at[company.places[seen.series[i], which]["other"]]
        says = correlation * seen.deviation[k]
        odd = seen.telling[k] >= LEAST
        low[n] = min(0.0, says) if odd else says
        high[n] = max(0.0, says) if odd else says
        n += 1
    low, high = np.sort(low[:n]), np.sort(high[:n])
    return float(low[(n - 1) // 2]), float(high[n // 2])


@bare_kernel
def error_of(value: float, low: float, high: float) -> float:
    """How far a deviation lies outside what was expected."""
    return value - min(max(value, low), high)


@bare_kernel
def scale_of(row: States) -> float:
    """The scale of the errors of a series [deviations]."""
    return max(FINEST, math.sqrt(float(row["square"])))


@bare_kernel
def error_surprise(scaled: float, side: int) -> float:
    """-log10 of the probability of an error at least as large, on the side(s) that count. scaled: in scales."""
    if side == BOTH:
        return max(0.0, t_surprise(abs(scaled), FREEDOM) - ONE_OF_TWO)
    return t_surprise(scaled * side, FREEDOM)


@bare_kernel
def sight_of(company: Company, seen: Seen, i: int, error: float, manner: Manner, answer: Together) -> Sight:
    """What the series of value i is shown of its error."""
    scaled = error / scale_of(company.rows[seen.series[i]])
    hour = NO_HOUR if manner.span > HOUR else seen.bucket[i] * manner.span // HOUR % novelty.HOURS
    return Sight(error, 0.0, answer.surprise[i], scaled, hour, manner.side, remembered(manner.span))


@kernel
def judge(company: Company, seen: Seen, i: int, manner: Manner, glance: Glance, answer: Together) -> float:
    """Fill in what value i is beside its partners; the error, NaN without any."""
    best = best_partner(company, seen, i, glance, answer)
    if best == 0.0:
        return math.nan
    low, high = expected(company, seen, i, best, glance)
    at, error = seen.series[i], error_of(seen.deviation[i], low, high)
    raw = error_surprise(error / scale_of(company.rows[at]), manner.side)
    answer.surprise[i] = calibration.calibrate(company.trust[at], raw, SHARPEST)
    sight = sight_of(company, seen, i, error, manner, answer)
    lasting = novelty.sustained(company.news[at], sight)
    answer.rarity[i] = novelty.rarity(company.news[at], sight, lasting, answer.strengths[i])
    return error


@bare_kernel
def root(link: Ints, k: int) -> int:
    """The value that stands for the same departure as value k."""
    while link[k] != k:
        k = link[k]
    return k


@bare_kernel
def unite(link: Ints, i: int, k: int, telling: Floats) -> None:
    """Values i and k are of the same departure, for which the strongest stands, the first of several as strong."""
    one, two = root(link, i), root(link, k)
    if telling[one] > telling[two] or (telling[one] == telling[two] and one < two):
        link[two] = one
    else:
        link[one] = two


@kernel
def explain(company: Company, seen: Seen, first: int, end: int, glance: Glance, answer: Together) -> None:
    """Find the departures of a bucket, values first .. end - 1, that are one: all but the strongest are explained."""
    link = np.arange(first, end) - first
    for i in range(first, end):
        if seen.telling[i] < LEAST:
            continue
        for which in range(PLACES):
            correlation = present(company, seen, i, which, glance)
            k = glance.at[company.places[seen.series[i], which]["other"]] if correlation != 0.0 else i
            if seen.telling[k] >= LEAST and correlation * seen.deviation[i] * seen.deviation[k] > 0.0:
                unite(link, i - first, k - first, seen.telling[first:end])
    for i in range(first, end):
        answer.explained[i] = link[i - first] != i - first


@bare_kernel
def learn_error(company: Company, seen: Seen, i: int, error: float, manner: Manner, answer: Together) -> None:
    """Let the series of value i learn how far that was from what its partners expected."""
    at = seen.series[i]
    row = company.rows[at]
    sight = sight_of(company, seen, i, error, manner, answer)
    calibration.absorb(company.trust[at], error_surprise(sight.error, manner.side), SHARPEST)
    novelty.remember(company.news[at], sight, novelty.sustained(company.news[at], sight))
    rate = max(1.0 / (float(row["judged"]) + EARLY), 1.0 / KEPT)
    row["square"] += rate * (min(error * error, WILD * scale_of(row) ** 2) - row["square"])
    row["judged"] += 1.0


@kernel
def walk(company: Company, seen: Seen, manner: Manner, answer: Together, teach: bool) -> None:
    """Judge the values of each bucket beside each other, by the buckets before; if `teach`, learn what may be."""
    size = len(company.rows)
    glance = Glance(np.full(size, pairs.NO_TIME), np.zeros(size, np.int64))
    first = 0
    while first < seen.series.size:
        end = first
        while end < seen.series.size and seen.bucket[end] == seen.bucket[first]:
            glance.bucket[seen.series[end]], glance.at[seen.series[end]] = seen.bucket[end], end
            end += 1
        errors = np.empty(end - first)
        for i in range(first, end):
            errors[i - first] = judge(company, seen, i, manner, glance, answer)
        explain(company, seen, first, end, glance, answer)
        for i in range(first, end):
            if teach and seen.learnt[i]:
                if not math.isnan(errors[i - first]):
                    learn_error(company, seen, i, errors[i - first], manner, answer)
                pairs.learn(company, seen, i, glance)
        first = end
