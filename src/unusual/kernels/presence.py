"""In what share of its group's buckets a value is met, lately more than long ago; knows no fields.

A share is an exponentially weighted mean over the buckets in which the group had anything at all.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Flags, Ints, States
from unusual.kernels.compiled import kernel

MET = np.dtype([("mass", "f8"), ("n", "f8")])  # buckets with the value, faded; how many the group had by then
GROUP = np.dtype([("n", "f8"), ("bucket", "i8")])  # buckets with anything; number of the newest of them
LAYOUT = 1

KEPT = 1.0 - 1.0 / 2000.0  # weight of a bucket beside the next one of its group
NEVER = -(1 << 62)


class Known(NamedTuple):
    """What is counted, changed in place.

    values  (V,)  MET; groups: (G,) GROUP
    value   (S,)  the value of each series; group: (S,) its group
    """

    values: States
    groups: States
    value: Ints
    group: Ints


@kernel
def share(met: States, n: float) -> float:
    """The share of a group's n buckets so far that had a value."""
    if n <= 0.0:
        return 0.0
    faded = float(met["mass"]) * math.pow(KEPT, n - float(met["n"]))
    return faded * (1.0 - KEPT) / (1.0 - math.pow(KEPT, n))


@kernel
def count(known: Known, bucket: int, series: int) -> None:
    """A bucket has something of a series; again in the same bucket changes nothing."""
    group = known.groups[known.group[series]]
    if group["bucket"] < bucket:
        group["bucket"] = bucket
        group["n"] += 1.0
    met = known.values[known.value[series]]
    if met["n"] < group["n"]:
        met["mass"] = met["mass"] * math.pow(KEPT, group["n"] - met["n"]) + 1.0
        met["n"] = group["n"]


@kernel
def pick_frequent(
    known: Known, entries: States, bucket: Ints, series: Ints, most: float, teach: bool, picked: Flags
) -> None:
    """Which series have a value met in more than a share `most` of the buckets before.

    entries  (n,)  what buckets had, sorted by bucket: counted on the way if `teach`
    bucket   (k,)  in which is asked, ascending; series: (k,) about which; picked: (k,) the answer
    """
    at = 0
    for i in range(bucket.size):
        while teach and at < entries.size and entries[at]["bucket"] < bucket[i]:
            count(known, entries[at]["bucket"], entries[at]["series"])
            at += 1
        one = series[i]
        picked[i] = share(known.values[known.value[one]], float(known.groups[known.group[one]]["n"])) > most
    while teach and at < entries.size:
        count(known, entries[at]["bucket"], entries[at]["series"])
        at += 1
