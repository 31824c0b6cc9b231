"""How few members of a population have a value: the weight of each meeting of a member with a value.

A value that h of d other members have had weighs log10((d + 1) / (h + 1)) decades, as by Laplace's rule of succession,
less one decade: what one member of ten has is not rare. Knows members and values as numbers; knows nothing of scores.
"""

import math
from typing import NamedTuple

from unusual.kernels.arrays import Flags, Floats, Ints, Shorts
from unusual.kernels.compiled import kernel

FREE = 1.0  # decades that weigh nothing


class Holdings(NamedTuple):
    """Who has had what; changed in place.

    value    (S,)  of each pair of a member and a value
    member   (S,)  of each pair
    held     (S,)  whether the pair was met
    holders  (V,)  members that have had each value
    known    (M,)  whether each member has had any value
    society  (M,)  which population each member belongs to
    size     (P,)  known members of each population
    """

    value: Ints
    member: Shorts
    held: Flags
    holders: Ints
    known: Flags
    society: Ints
    size: Ints


class Meetings(NamedTuple):
    """Pairs met, in order of bucket: (k,) each.

    bucket  number of the bucket
    pair    at most once per bucket
    learnt  whether it may be learnt
    share   the answer: of the other members that have had the value, by the rule of succession
    weight  the answer: how rare that is [decades]
    """

    bucket: Ints
    pair: Ints
    learnt: Flags
    share: Floats
    weight: Floats


@kernel
def hold(held: Holdings, pair: int) -> None:
    """Learn that a member has had a value."""
    member = held.member[pair]
    if not held.held[pair]:
        held.held[pair] = True
        held.holders[held.value[pair]] += 1
    if not held.known[member]:
        held.known[member] = True
        held.size[held.society[member]] += 1


@kernel
def weigh(held: Holdings, met: Meetings, teach: bool) -> None:
    """Weigh the pairs of each bucket by the buckets before and, if `teach`, learn those that may be learnt."""
    first = 0
    while first < met.pair.size:
        end = first
        while end < met.pair.size and met.bucket[end] == met.bucket[first]:
            pair = met.pair[end]
            member = held.member[pair]
            others = held.size[held.society[member]] - held.known[member]
            share = (held.holders[held.value[pair]] - held.held[pair] + 1.0) / (others + 1.0)
            met.share[end] = share
            met.weight[end] = max(0.0, -math.log10(share) - FREE)
            end += 1
        for i in range(first, end):
            if teach and met.learnt[i]:
                hold(held, met.pair[i])
        first = end
