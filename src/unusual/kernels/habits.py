"""How much single entities usually contribute to a bucket: means over past buckets, fading, absence counting as zero.

Exponentially weighted, with the weights of buckets before the first one left out.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Floats, Ints, Shorts, States
from unusual.kernels.compiled import kernel
from unusual.kernels.interning import locate

HABIT = np.dtype([("bucket", "i8"), ("n", "f8"), ("sum", "f8")])  # as of the newest bucket that had the entity


class Known(NamedTuple):
    """What is known of entities; changed in place.

    rows   (n,)    HABIT
    keys   (n,)    of each
    slots  (2^m,)  interning table of the keys
    """

    rows: States
    keys: Ints
    slots: Shorts


class Pace(NamedTuple):
    """How habits are learnt.

    half_life  of the past [buckets]
    most       how many entities may be known
    begin      number of the first bucket there was
    """

    half_life: float
    most: int
    begin: int


class Met(NamedTuple):
    """Contributions, in order of bucket: (m,) each; an entity comes once per bucket.

    key     of the entity, >= 0
    bucket  number of the bucket
    n       samples
    sum     [unit]
    """

    key: Ints
    bucket: Ints
    n: Floats
    sum: Floats


@kernel
def follow(known: Known, used: int, pace: Pace, met: Met, usual: Floats, teach: bool) -> int:
    """Say what was usual of each entity before its bucket and, if `teach`, learn it; how many are known then.

    used   how many are known; there is room for used + m
    usual  (m, 2)  the answer: samples, sum [unit]
    """
    half_life = pace.half_life
    share = 1.0 - math.pow(2.0, -1.0 / half_life)
    for i in range(met.key.size):
        at = locate(known.slots, known.keys, met.key[i])
        if known.slots[at] < 0:
            if not teach or used >= pace.most:
                continue
            known.slots[at] = used
            known.keys[used] = met.key[i]
            row = known.rows[used]
            row["bucket"], row["n"], row["sum"] = met.bucket[i], 0.0, 0.0
            used += 1
        row = known.rows[known.slots[at]]
        past = 1.0 - math.pow(2.0, -float(met.bucket[i] - pace.begin) / half_life)
        since = max(0.0, float(met.bucket[i] - row["bucket"]) - 1.0)
        fading = math.pow(2.0, -since / half_life)
        if past > 0.0:
            usual[i, 0], usual[i, 1] = fading * row["n"] / past, fading * row["sum"] / past
        if teach:
            fading = math.pow(2.0, -float(met.bucket[i] - row["bucket"]) / half_life)
            row["n"] = fading * row["n"] + share * met.n[i]
            row["sum"] = fading * row["sum"] + share * met.sum[i]
            row["bucket"] = met.bucket[i]
    return used
