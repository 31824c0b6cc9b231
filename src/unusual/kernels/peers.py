"""Every value of a population in time order: judge it by its peers' and its member's own, then learn all of a bucket.

A bucket's values are put on the scale of that bucket: their distance from its centre in units of its spread, both
robust (Huber, "Robust Statistics", 1981, proposal 2) and drawn to those of the past where the values are few; beyond a
few units the scale is logarithmic, so that heavy tails become exponential ones. There a value is held against all past
values of the population, and its departure from its own member's habit against all such departures; the lesser surprise
counts. So a member is unusual only if it is so among its peers and for itself. One call per block. Knows no fields.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import calibration, empirical
from unusual.kernels.arrays import Floats, States
from unusual.kernels.compiled import kernel
from unusual.kernels.empirical import DOWN, UP, Tails, blank
from unusual.kernels.interval import limit
from unusual.kernels.walk import BOTH, HIGH, LOW, NOTHING, SHARED, Block, Measure, Parts, Verdict, has_bounds, without

GROUP = np.dtype(
    [
        ("centre", "f8"),  # of the values of lately [unit]
        ("spread", "f8"),  # [unit]
        ("weight", "f8"),  # values that these are made of, faded
        ("buckets", "f8"),  # with any value
    ]
)
MEMBER = np.dtype(
    [
        ("group", "i4"),
        ("n", "f4"),  # buckets learnt
        ("habit", "f4"),  # where its values usually lie
        ("last", "f4"),  # where the newest one lay
    ]
)
LAYOUT = 1

CUT = 1.5  # spreads beyond which a value counts no further for centre and spread
NORMAL = 0.778465  # mean square, so cut, of a standard normal value
MANY = 10
ROUNDS = 3  # steps towards the centre and the spread of a bucket
DRAWN = 20.0  # values that the past is worth beside those of a bucket
RECENT = 0.5 ** (1.0 / 48.0)  # what the centre and the spread keep from bucket to bucket
LASTING = 0.5 ** (1.0 / 1000.0)  # what the distributions keep
KNOWN_BUCKETS, KNOWN_VALUES = 3.0, 20.0  # from which on there are verdicts
DEVIATION = 1.4826  # standard deviations of normal values in their median absolute one
SMALLEST = 1e-4  # least spread, as a share of the centre
TINY = 1e-100  # least spread of values around zero [unit]
STEEPEST, HALF = 0.1, 0.5  # least scale of a tail [spreads], [grains]
SETTLED = 5.0  # buckets after which half of a habit is believed
HABIT = 50.0  # buckets that a habit is made of at most
TWO_SIDES = math.log10(2.0)
WIDEST = 40.0  # places from the centre, farther out than any bound lies
CLOSE = 1e-4  # how exactly a bound is looked for [places]


class Population(NamedTuple):
    """What is known; changed in place.

    groups   (G,)        GROUP
    places   (G, BINS)   values, by their place among their peers
    departed (G, BINS)   how far from their member's habit they were
    trust    (G,)        CALIBRATION
    members  (S,)        MEMBER
    """

    groups: States
    places: Floats
    departed: Floats
    trust: States
    members: States


class Run(NamedTuple):
    """The values [first, end) of a block, of one group in one bucket; whether enough is known to judge them."""

    group: int
    first: int
    end: int
    judged: bool


class View(NamedTuple):
    """How the values of one group look in one bucket."""

    centre: float
    spread: float
    grain: float
    places: Tails
    departed: Tails


@kernel
def least_spread(centre: float, grain: float) -> float:
    """The smallest spread to believe in [unit]."""
    return max(grain, SMALLEST * abs(centre), TINY)


@kernel
def squared(values: Floats, centre: float, spread: float) -> tuple[float, float, int, int]:
    """Sum of the values, cut, in spreads; sum of their squares; how many there are, and how many were not cut.

    Of MANY values the lowest and the highest do not count, so that a single outlier moves nobody else.
    """
    total, squares, inside = 0.0, 0.0, 0
    lowest, highest = CUT, -CUT
    for i in range(values.size):
        z = (values[i] - centre) / spread
        inside += abs(z) < CUT
        z = min(CUT, max(-CUT, z))
        total += z
        squares += z * z
        lowest, highest = min(lowest, z), max(highest, z)
    if values.size < MANY:
        return total, squares, values.size, inside
    inside -= int(abs(lowest) < CUT) + int(abs(highest) < CUT)
    return total - lowest - highest, squares - lowest * lowest - highest * highest, values.size - 2, inside


@kernel
def begin(group: States, values: Floats, grain: float) -> None:
    """Centre and spread from the first values: their median, and the median distance from it."""
    group["centre"] = np.median(values)
    spread = DEVIATION * np.median(np.abs(values - group["centre"]))
    if values.size < KNOWN_VALUES:
        spread = max(spread, 0.25 * abs(float(group["centre"])))
    group["spread"] = max(spread, least_spread(float(group["centre"]), grain))


@kernel
def look(group: States, values: Floats, grain: float) -> tuple[float, float]:
    """Centre and spread of a bucket's values, drawn to those of the past."""
    centre, spread = float(group["centre"]), float(group["spread"])
    if values.size < 2:
        return centre, spread
    for _ in range(ROUNDS):
        total, squares, n, inside = squared(values, centre, spread)
        centre += spread * total / max(inside, 0.25 * n)
        spread *= min(4.0, max(0.25, math.sqrt(squares / (NORMAL * (n - 1)))))
        spread = max(spread, least_spread(centre, grain))
    share = (values.size - 1) / (values.size - 1 + DRAWN)
    centre = float(group["centre"]) + share * (centre - float(group["centre"]))
    spread = math.exp(share * math.log(spread) + (1.0 - share) * math.log(group["spread"]))
    return centre, spread


@kernel
def follow(group: States, values: Floats, grain: float) -> None:
    """Let the centre and the spread of lately take one step towards a bucket's values."""
    total, squares, n, _ = squared(values, float(group["centre"]), float(group["spread"]))
    group["weight"] = RECENT * group["weight"] + values.size
    share = values.size / float(group["weight"])
    group["centre"] += share * float(group["spread"]) * total / n
    group["spread"] *= math.exp(share * (squares / (NORMAL * n) - 1.0))
    group["spread"] = max(float(group["spread"]), least_spread(float(group["centre"]), grain))


@kernel
def place(view: View, value: float) -> float:
    """Where a value lies: spreads from the centre, on a scale that is logarithmic far out."""
    return math.asinh((value - view.centre) / view.spread)


@kernel
def habit_of(member: States) -> float:
    """The place to be expected of a member; that of the population while little is known of it."""
    return float(member["habit"] * member["n"] / (member["n"] + SETTLED))


@kernel
def one_side(view: View, member: States, value: float, side: int) -> float:
    """Surprise of a value on one side, UP or DOWN; what would round to it is no more surprising than itself."""
    way = 1.0 if side == UP else -1.0
    y = way * place(view, value - way * view.grain)
    among = empirical.surprise(view.places, side, y)
    if member["n"] == 0.0:
        return among
    return min(among, empirical.surprise(view.departed, side, y - way * habit_of(member)))


@kernel
def surprise_of(view: View, member: States, value: float, side: int) -> float:
    """-log10 of the probability of a departure at least as large, on the side(s) that count."""
    if side == HIGH:
        return one_side(view, member, value, UP)
    if side == LOW:
        return one_side(view, member, value, DOWN)
    return max(0.0, one_side(view, member, value, UP if value >= view.centre else DOWN) - TWO_SIDES)


@kernel
def bound(view: View, member: States, surprise: float, side: int) -> float:
    """The value of a member whose surprise on one side, UP or DOWN, is `surprise`, as by `one_side`."""
    way = 1.0 if side == UP else -1.0
    near, far = -WIDEST, WIDEST
    while far - near > CLOSE:
        middle = 0.5 * (near + far)
        if one_side(view, member, view.centre + way * view.spread * math.sinh(middle), side) < surprise:
            near = middle
        else:
            far = middle
    return view.centre + way * view.spread * math.sinh(far)


@kernel
def blame_parts(view: View, member: States, block: Block, i: int, parts: Parts, measure: Measure) -> None:
    """Fill in parts.blamed for value i of the block."""
    value, samples = block.value[i], block.samples[i]
    whole = surprise_of(view, member, value, measure.side)
    for part in range(parts.first[i], parts.end[i]):
        if measure.blame == SHARED:
            parts.blamed[part] = parts.n[part] / samples
            continue
        rest = without(parts, part, value, samples, measure.blame)
        if math.isnan(rest):
            parts.blamed[part] = 1.0
        elif whole > 0.0:
            left = surprise_of(view, member, rest, measure.side)
            parts.blamed[part] = min(1.0, max(0.0, 1.0 - left / whole))


@kernel
def learn(known: Population, run: Run, view: View, block: Block, raw: Floats) -> None:
    """Learn the values of a run that may be learnt. raw: their surprises as they were found."""
    places, departed = known.places[run.group], known.departed[run.group]
    for at in range(places.size):
        places[at] *= LASTING
        departed[at] *= LASTING
    for i in range(run.first, run.end):
        if not block.learnt[i]:
            continue
        member = known.members[block.series[i]]
        y = place(view, block.value[i])
        habit = habit_of(member)
        last, usual = float(member["last"]), float(member["habit"])
        empirical.count(places, view.places, y, last if abs(last) > abs(usual) else usual)
        if member["n"] > 0.0:
            empirical.count(departed, view.departed, y - habit, last - habit)
        if run.judged:
            calibration.absorb(known.trust[run.group], raw[i - run.first], 1.0)
        member["last"] = y
        member["n"] = min(HABIT, member["n"] + 1.0)
        member["habit"] += (y - member["habit"]) / member["n"]


@kernel
def learnable(block: Block, run: Run) -> Floats:
    """The values of a run that may be learnt."""
    values = np.empty(run.end - run.first)
    used = 0
    for i in range(run.first, run.end):
        if block.learnt[i]:
            values[used] = block.value[i]
            used += 1
    return values[:used]


@kernel
def next_run(known: Population, block: Block, first: int) -> Run:
    """The run that begins with value `first` of a block."""
    at = known.members[block.series[first]]["group"]
    end = first + 1
    while (
        end < block.series.size
        and block.bucket[end] == block.bucket[first]
        and known.members[block.series[end]]["group"] == at
    ):
        end += 1
    group = known.groups[at]
    return Run(at, first, end, group["buckets"] >= KNOWN_BUCKETS and group["weight"] >= KNOWN_VALUES)


@kernel
def judge(
    known: Population, run: Run, view: View, measure: Measure, block: Block, parts: Parts, verdict: Verdict
) -> None:
    """Fill in what is said of the values of a run, the surprises as they were found."""
    for i in range(run.first, run.end):
        verdict.typical[i] = view.centre
        if run.judged:
            member = known.members[block.series[i]]
            verdict.surprise[i] = surprise_of(view, member, block.value[i], measure.side)
            trust = known.trust[run.group]
            telling = calibration.calibrate(trust, verdict.surprise[i], 1.0)
            if telling >= measure.threshold and measure.blame != NOTHING:
                blame_parts(view, member, block, i, parts, measure)
            if has_bounds(measure, block.series[i], telling):
                surprise = limit(trust, measure.side != BOTH, 1.0)
                verdict.low[i] = bound(view, member, surprise, DOWN)
                verdict.high[i] = bound(view, member, surprise, UP)


@kernel
def walk(known: Population, measure: Measure, block: Block, parts: Parts, verdict: Verdict, teach: bool) -> None:
    """Judge the values of each bucket by the buckets before and, if `teach`, learn those that may be learnt.

    block  sorted by bucket, then by group
    """
    places, departed = blank(), blank()
    first = 0
    while first < block.series.size:
        run = next_run(known, block, first)
        first = run.end
        group, trust = known.groups[run.group], known.trust[run.group]
        values = block.value[run.first : run.end]
        if group["weight"] == 0.0:
            begin(group, values, measure.grain)
        centre, spread = look(group, values, measure.grain)
        least = max(STEEPEST, HALF * measure.grain / spread)
        empirical.prepare(known.places[run.group], least, float(values.size), places)
        empirical.prepare(known.departed[run.group], least, float(values.size), departed)
        view = View(centre, spread, measure.grain, places, departed)
        judge(known, run, view, measure, block, parts, verdict)
        raw = verdict.surprise[run.first : run.end].copy()
        for i in range(run.first, run.end):
            verdict.surprise[i] = calibration.calibrate(trust, verdict.surprise[i], 1.0)
        learnt = learnable(block, run)
        if teach and learnt.size > 0:
            learn(known, run, view, block, raw)
            follow(group, learnt, measure.grain)
            group["buckets"] += 1.0
