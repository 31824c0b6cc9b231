"""How seldom values as little known as this one turn up.

A value that was met in c of n buckets is as rare as those met in at most c + 1 once it is counted. Good's estimate of
the number of such meetings to be expected in one more bucket is the sum of their counts divided by n (I. J. Good, "The
population frequencies of species and the estimation of population parameters", Biometrika 40, 1953); for values never
met before it is the number met once, divided by n. One meeting more is allowed for what n buckets cannot show
(Laplace's rule of succession), so that nothing can be called rare within the first twenty buckets.

Counts are halved when there are MEMORY buckets, which is how the past fades. They stay multiples of a power of two, so
that sums of them are exact and do not depend on order.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Flags, Floats, Ints, States
from unusual.kernels.compiled import kernel

LEVELS = 112

GROUP = np.dtype(
    [
        ("n", "f8"),  # buckets in which the group had any value, faded
        ("bucket", "i8"),  # number of the newest of them
        ("mass", "f8", (LEVELS,)),  # sum of the counts of its values, by the level of the count
    ]
)
VALUE = np.dtype([("group", "i4"), ("count", "f8")])  # count: buckets in which the value was met, faded
LAYOUT = 1

EXACT = 16  # counts up to this have a level each; above, there are eight levels to a doubling
PER_DOUBLING = 8.0
MEMORY = 20_000.0  # buckets from which on the past is halved
FORGOTTEN = 1.0 / 16.0  # a smaller count is as good as none
TOLD = 1.0  # surprise from which on a value is judged beside the rarest of its group
NEVER = -(1 << 62)


class Population(NamedTuple):
    """What is known: (G,) GROUP and (S,) VALUE; changed in place."""

    groups: States
    values: States


class Meetings(NamedTuple):
    """Values met, in order of bucket: (k,) each.

    bucket  number of the bucket
    value   the value, at most once per bucket
    learnt  whether it may be learnt
    """

    bucket: Ints
    value: Ints
    learnt: Flags


class Rareness(NamedTuple):
    """The answer, (k,) each.

    surprise  -log10 of the probability that a bucket has a value this rare
    share     of the group's buckets in which the value was met before, 0..1
    told      whether it counts as judged: the rarest of its group in its bucket, and any surprising ones
    """

    surprise: Floats
    share: Floats
    told: Flags


@kernel
def level(count: float) -> int:
    """Which level a count > 0 belongs to; never falls as the count grows."""
    if count <= EXACT:
        return math.ceil(count) - 1
    return min(LEVELS - 1, EXACT + int(PER_DOUBLING * math.log2(count / EXACT)))


@kernel
def surprise_of(group: States, count: float) -> float:
    """-log10 of the probability that a bucket has a value met in at most `count` buckets before."""
    seldom = 0.0
    for i in range(level(count + 1.0) + 1):
        seldom += group["mass"][i]
    expected = (seldom + 1.0) / (group["n"] + 1.0)
    return -math.log10(-math.expm1(-expected))


@kernel
def gone_from(known: Population, group: int) -> Floats:
    """(LEVELS,) the mass of one group that belongs to values known no more."""
    gone: Floats = known.groups[group]["mass"].copy()
    for i in range(known.values.size):
        value = known.values[i]
        if value["group"] == group and value["count"] > 0.0:
            gone[level(value["count"])] -= value["count"]
    return gone


@kernel
def halve(known: Population, group: int) -> None:
    """Let the past of one group count half; values known no more count as the most that their level allows."""
    row = known.groups[group]
    row["n"] *= 0.5
    gone = gone_from(known, group)
    row["mass"][:] = 0.0
    for i in range(LEVELS):
        largest = i + 1.0 if i < EXACT else EXACT * math.pow(2.0, (i - EXACT) / PER_DOUBLING)
        row["mass"][level(0.5 * largest)] += 0.5 * gone[i]
    for i in range(known.values.size):
        value = known.values[i]
        if value["group"] == group and value["count"] > 0.0:
            count = 0.5 * value["count"]
            value["count"] = count if count >= FORGOTTEN else 0.0
            if value["count"] > 0.0:
                row["mass"][level(count)] += count


@kernel
def learn(known: Population, bucket: int, value: int) -> None:
    """Count one meeting."""
    row = known.values[value]
    group = known.groups[row["group"]]
    if group["bucket"] != bucket:
        group["bucket"] = bucket
        group["n"] += 1.0
    count = row["count"]
    if count > 0.0:
        group["mass"][level(count)] -= count
    row["count"] = count + 1.0
    group["mass"][level(count + 1.0)] += count + 1.0


@kernel
def judge(known: Population, met: Meetings, first: int, end: int, rarest: Ints, answer: Rareness) -> None:
    """Judge the meetings [first, end) of one bucket. rarest: (G,) scratch, -1 everywhere before and after."""
    for i in range(first, end):
        row = known.values[met.value[i]]
        at = row["group"]
        group = known.groups[at]
        answer.surprise[i] = surprise_of(group, row["count"])
        answer.share[i] = row["count"] / group["n"] if group["n"] > 0.0 else 0.0
        answer.told[i] = answer.surprise[i] >= TOLD
        if rarest[at] < 0 or answer.surprise[i] > answer.surprise[rarest[at]]:
            rarest[at] = i
    for i in range(first, end):
        at = known.values[met.value[i]]["group"]
        if rarest[at] >= 0:
            answer.told[rarest[at]] = True
            rarest[at] = -1


@kernel
def meet(known: Population, met: Meetings, answer: Rareness, teach: bool) -> None:
    """Judge the values of each bucket by the buckets before and, if `teach`, learn those that may be learnt."""
    rarest = np.full(known.groups.size, -1, np.int64)
    first = 0
    while first < met.value.size:
        end = first
        while end < met.value.size and met.bucket[end] == met.bucket[first]:
            end += 1
        judge(known, met, first, end, rarest, answer)
        for i in range(first, end):
            if teach and met.learnt[i]:
                learn(known, met.bucket[i], met.value[i])
        if teach:
            for i in range(first, end):
                at = known.values[met.value[i]]["group"]
                if known.groups[at]["n"] >= MEMORY:
                    halve(known, at)
        first = end
