"""How new something is to its own series: four channels, each against what the series has shown before, on one scale.

A small probability alone is no news: a series that jumps each night jumps tonight. Each channel turns what was seen
into a strength. What a strength is worth is read off simulated noise (`novelty_scale`), so that all channels, on all
kinds of noise, speak up about as often when nothing happens.

* departure: one value, against the largest surprises lately and at this time of day
* frequency: one value, against how often about as surprising ones came, at any time or at this time of day
* range: one value beyond all seen, as a share of their range
* sustained: the mean of the last errors, against itself as the departure is

Knows one series at a time; knows nothing of predictors or of other series.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import jumps, ranking
from unusual.kernels.arrays import Floats, States
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.novelty_scale import KNOTS, STEEPNESS, WORTH
from unusual.kernels.student import t_surprise

CHANNELS = 4
DEPARTURE, FREQUENCY, RANGE, SUSTAINED = range(CHANNELS)

HOURS = 24
LENGTH = 16  # errors in the mean

MEMORY = np.dtype(
    [
        ("recent", "f8"),  # large surprises lately
        ("largest", "f8"),  # surprise of the hour under way
        ("hours", "f4", (HOURS,)),  # what is left of the largest surprise of each hour of the day
    ]
)
NOVELTY = np.dtype(
    [
        ("n", "f8"),  # values seen
        ("low", "f8"),  # least of them, creeping inwards [unit]
        ("high", "f8"),  # greatest of them [unit]
        ("hour", "i8"),  # of the day, of the newest value
        ("single", MEMORY),
        ("lasting", MEMORY),
        ("days", "f4", (HOURS,)),  # the largest surprise of each hour of the day, on an ordinary day
        ("counts", "f4", (ranking.BINS,)),  # these three as in `ranking.History`
        ("block", "f8", (2,)),
        ("seen", "f8", (1,)),
        ("errors", "f4", (LENGTH,)),  # the newest ones, in a ring [deviations]
        ("total", "f8"),  # of them [deviations]
        ("means", "f8"),  # means of them seen
        ("square", "f8"),  # mean square of those means
        ("unusual", "i8"),  # number of the newest bucket that was unusual
        ("spell", "i8"),  # how many in a row were, up to that one
        ("jumps", jumps.JUMPS),
    ]
)
LAYOUT = 1

QUIET = 1.0  # a value less surprising than this, and not after others, is no news
NO_HOUR = -1  # where a bucket is longer than an hour
GROWN = 800.0  # values before which new things come of themselves: of n values one is the largest yet in 1 / n
USUAL = 1.5  # weight of recent surprises, and of those at this time of day
RECENT = 1000.0  # half-life of recent surprises [values]
RESTLESS = 1.45  # recent surprises that a new series starts from: what noise leaves in the long run
LEARNT = 0.15  # of how far a surprise exceeds the recent ones: one must not hide the next
NEIGHBOURS = 2  # hours before and after that count as the same time of day
DAILY = 0.8  # what a day leaves of the largest surprise of an hour
EXPECTED = 0.7  # share of it that is expected again
ORDINARY = 0.6  # rate at which it is learnt what an ordinary day brings: what came once is not each day's yet
RETURNING = 0.5  # of the decades of a departure, on the way back from one
CREEP = 5e-5  # of the range, by which both its ends move inwards per value
NEAR = 0.1  # of the range: so far beyond it, half is said of all there is to say
CLIP = 4.0  # deviations that one error can add to the mean
EARLY = 20.0  # means that it takes to know what is usual
LASTING = 1000.0  # half-life of the mean square [means]
FINEST = 1e-3  # the least it is taken for: means of a few hundredths are none to speak of [deviations^2]
NOTEWORTHY = 1.5  # deviations of a mean that are worth a look
FADING = math.pow(2.0, -1.0 / RECENT)
LEAST_RATE = 1.0 - math.pow(2.0, -1.0 / LASTING)
FREEDOM = 6.0  # of the t distribution of a mean


class Sight(NamedTuple):
    """One value, judged by itself.

    value     [unit]
    expected  what the value should have been [unit]
    surprise  calibrated -log10 probability
    error     from the level or season [deviations]
    hour      of the day, or NO_HOUR
    side      which departures count: 0 both, 1 upwards, -1 downwards
    window    how many values the past counts for
    """

    value: float
    expected: float
    surprise: float
    error: float
    hour: int
    side: int
    window: float


@bare_kernel
def around(slots: Floats, hour: int, last: int, latest: float) -> float:
    """The largest of what is remembered of the hours around this one. latest: of the last hour, if that is over."""
    most = 0.0
    for ahead in range(-NEIGHBOURS, NEIGHBOURS + 1):
        at = (hour + ahead) % HOURS
        most = max(most, latest if at == last and last != hour else float(slots[at]))
    return most


@bare_kernel
def again(memory: States, last: int) -> float:
    """What is expected again at the last hour, once it is over."""
    return max(DAILY * float(memory["hours"][last]), EXPECTED * float(memory["largest"]))


@bare_kernel
def each_day(row: States, last: int) -> float:
    """The largest surprise of the last hour on an ordinary day, once it is over."""
    ordinary = float(row["days"][last])
    return ordinary + ORDINARY * (float(row["single"]["largest"]) - ordinary)


@bare_kernel
def usual(memory: States, hour: int, last: int) -> float:
    """What is as surprising at this time of day. last: the hour of the newest value, over unless it is this one."""
    return 0.0 if hour == NO_HOUR else around(memory["hours"], hour, last, again(memory, last))


@bare_kernel
def newness(memory: States, surprise: float, hour: int, last: int) -> float:
    """0..1; grows with the surprise, falls with those lately and at this time of day."""
    return float(surprise / (surprise + USUAL * (memory["recent"] + usual(memory, hour, last)) + 1.0))


@bare_kernel
def retain(memory: States, surprise: float, hour: int, last: int) -> None:
    """Remember one surprise."""
    if hour != last:
        if last != NO_HOUR:
            memory["hours"][last] = again(memory, last)
        memory["largest"] = 0.0
    memory["largest"] = max(memory["largest"], surprise)
    memory["recent"] *= FADING
    if surprise > memory["recent"]:
        memory["recent"] += LEARNT * (surprise - memory["recent"])


@bare_kernel
def beyond(row: States, sight: Sight) -> float:
    """How far a value lies outside all seen before, 0..1, as far as it is surprising at all."""
    above = sight.value - row["high"] if sight.side >= 0 else 0.0
    below = row["low"] - sight.value if sight.side <= 0 else 0.0
    out = max(above, below)
    if row["n"] == 0.0 or out <= 0.0:
        return 0.0
    return float(out / (out + NEAR * (row["high"] - row["low"])) * sight.surprise / (sight.surprise + 1.0))


@bare_kernel
def sustained(row: States, sight: Sight) -> float:
    """-log10 probability of a mean of the errors before as far out, if this one is to the same side; else 0."""
    if row["means"] < EARLY or sight.error * sight.side < 0.0:
        return 0.0
    mean = float(row["total"]) / LENGTH
    if mean * sight.error <= 0.0:
        return 0.0
    scale = math.sqrt((float(row["square"]) + FINEST) * (1.0 + 2.0 / float(row["means"])))
    if abs(mean) < NOTEWORTHY * scale:
        return 0.0
    return t_surprise(abs(mean) / scale, FREEDOM) - math.log10(2.0)


@bare_kernel
def daily(row: States, sight: Sight, last: int) -> float:
    """What one more departure is worth at most where about as surprising ones come each day [decades]; else inf."""
    if sight.hour == NO_HOUR or sight.surprise <= ranking.LEAST:
        return math.inf
    near, _, beyond = ranking.IN_FEATURE
    like = around(row["days"], sight.hour, last, each_day(row, last)) / sight.surprise
    if like <= near:
        return math.inf
    buckets = sight.window / ranking.WINDOW_DAYS * (2 * NEIGHBOURS + 1) / HOURS  # of a day, in which it may come
    return max(ranking.LEAST, beyond - math.log10(min(1.0, (like - near) / (1.0 - near)) / buckets))


@bare_kernel
def frequency(row: States, sight: Sight, last: int) -> float:
    """How rare about as surprising values are, at any time and at this time of day [decades]."""
    seen = row["seen"][0] + ranking.BLOCK
    often = ranking.rarity(row["counts"], sight.window, seen, sight.surprise, ranking.IN_FEATURE)
    return min(often, daily(row, sight, last))


@bare_kernel
def strengthen(row: States, sight: Sight, lasting: float, strengths: Floats) -> None:
    """Fill in the strength of each channel, (4,); changes nothing else. lasting: the answer of `sustained`."""
    last = int(row["hour"])
    strengths[DEPARTURE] = newness(row["single"], sight.surprise, sight.hour, last)
    strengths[FREQUENCY] = frequency(row, sight, last)
    strengths[RANGE] = beyond(row, sight)
    strengths[SUSTAINED] = newness(row["lasting"], lasting, sight.hour, last)


@bare_kernel
def worth(channel: int, strength: float) -> float:
    """-log10 of how often noise is as strong, per bucket; goes on growing beyond all that noise showed."""
    knots, decades = KNOTS[channel], WORTH[channel]
    below, above = 0, knots.size - 1
    if strength >= knots[above]:
        return float(decades[above] + (strength - knots[above]) * STEEPNESS[channel])
    while above - below > 1:
        middle = (below + above) // 2
        if strength < knots[middle]:
            above = middle
        else:
            below = middle
    share = (strength - knots[below]) / (knots[above] - knots[below])
    return float(decades[below] + share * (decades[above] - decades[below]))


@bare_kernel
def rarity(row: States, sight: Sight, lasting: float, strengths: Floats) -> float:
    """What the strongest channel is worth, at most as one more jump, half on a way back; fills in strengths (4,)."""
    if sight.surprise < QUIET and lasting < QUIET:
        return 0.0
    strengthen(row, sight, lasting, strengths)
    most = 0.0
    for channel in range(CHANNELS):
        most = max(most, worth(channel, strengths[channel]))
    young = math.log10(max(1.0, GROWN / (float(row["n"]) + 1.0)))
    jump = jumps.rarest(row["jumps"], row["seen"][0] + ranking.BLOCK, sight.surprise)
    news = min(max(0.0, most - young), max(ranking.LEAST, jump))
    return RETURNING * news if jumps.leads_back(row["jumps"], sight.value, sight.expected) else news


@bare_kernel
def spell(row: States, bucket: int, telling: float) -> int:
    """How many buckets in a row are unusual, up to this one: 0 when it is not.

    telling: the surprise or the rarity of its value, whichever is larger
    """
    if telling <= ranking.LEAST:
        return 0
    return int(row["spell"]) + 1 if row["unusual"] == bucket - 1 else 1


@bare_kernel
def extend(row: States, bucket: int, spell: int) -> None:
    """Remember the answer of `spell`."""
    if spell > 0:
        row["unusual"], row["spell"] = bucket, spell


@bare_kernel
def forget_errors(row: States) -> None:
    """The errors so far say nothing about those to come: the level they were from is another now."""
    row["errors"][:] = 0.0
    row["total"] = 0.0


@bare_kernel
def learn_mean(row: States, error: float) -> None:
    """Put one error into the ring, and the mean of the ring into the mean square, with clipped steps."""
    place = int(row["n"]) % LENGTH
    row["total"] -= float(row["errors"][place])
    row["errors"][place] = max(-CLIP, min(CLIP, error))
    row["total"] += float(row["errors"][place])
    mean = row["total"] / LENGTH
    if row["n"] + 1.0 < LENGTH:
        return
    square = mean * mean
    if row["means"] > EARLY:
        square = min(square, 9.0 * row["square"])
    rate = max(1.0 / (row["means"] + 1.0), LEAST_RATE)
    row["square"] += rate * (square - row["square"])
    row["means"] += 1.0


@bare_kernel
def remember(row: States, sight: Sight, lasting: float) -> None:
    """Let the series learn what was seen. lasting: the answer of `sustained`."""
    last = int(row["hour"])
    if last not in (sight.hour, NO_HOUR):
        row["days"][last] = each_day(row, last)
    retain(row["single"], sight.surprise, sight.hour, last)
    retain(row["lasting"], lasting, sight.hour, last)
    row["hour"] = sight.hour
    ranking.record(row["counts"], row["block"], row["seen"], sight.window, sight.surprise)
    jumps.learn(row["jumps"], sight.window, sight.value, sight.expected, sight.surprise)
    if row["n"] == 0.0:
        row["low"], row["high"] = sight.value, sight.value
    creep = CREEP * (row["high"] - row["low"])
    row["low"] = min(row["low"] + creep, sight.value)
    row["high"] = max(row["high"] - creep, sight.value)
    learn_mean(row, sight.error)
    row["n"] += 1.0
