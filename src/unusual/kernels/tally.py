"""Rows folded into one entry per (bucket, series), in row order, so that cutting the rows changes nothing.

An entry is found through `Places`: for each series the bucket it was last seen in and the entry of that bucket.
"""

from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Flags, Floats, Ints, Shorts, States
from unusual.kernels.compiled import kernel
from unusual.kernels.interning import locate

ENTRY = np.dtype(
    [
        ("bucket", "i8"),  # number of the bucket
        ("series", "i8"),
        ("n", "f8"),  # samples, weighted
        ("sum", "f8"),  # [unit]
        ("low", "f8"),  # [unit]
        ("high", "f8"),  # [unit]
        ("mean", "f8"),  # [unit]
        ("m2", "f8"),  # sum of squared deviations from the mean [unit^2]
    ]
)

PART = np.dtype([("entry", "i4"), ("value", "i4"), ("n", "f8"), ("sum", "f8"), ("low", "f8"), ("high", "f8")])

NOWHERE = np.iinfo(np.int64).min


class Rows(NamedTuple):
    """Rows to fold, in order.

    bucket  (k,)  number of the bucket, never decreasing
    series  (k,)  the series, -1 when the row has none
    value   (k,)  [unit]
    weight  (k,)  samples the row stands for, > 0
    """

    bucket: Ints
    series: Shorts
    value: Floats
    weight: Floats


class Places(NamedTuple):
    """Where the entry of a series is.

    bucket  (S,)  the bucket the series was last met in, NOWHERE at first
    entry   (S,)  its entry there
    """

    bucket: Ints
    entry: Shorts


@kernel
def place(entries: States, start: int, used: int, bucket: int, places: Places) -> None:
    """Note the entries of one bucket among entries[start:used]."""
    for i in range(start, used):
        if entries[i]["bucket"] == bucket:
            series = entries[i]["series"]
            places.bucket[series] = bucket
            places.entry[series] = i


@kernel
def fold(entries: States, used: int, rows: Rows, places: Places, entry_of: Shorts) -> int:
    """Add each row to its entry, appending entries where there is none; returns how many entries there are then.

    entries   (n,)  ENTRY, n >= used + number of rows; changed in place
    entry_of  (k,)  the answer: the entry of each row, -1 when it has no series
    """
    for i in range(rows.series.size):
        series = rows.series[i]
        if series < 0:
            entry_of[i] = -1
            continue
        bucket, value, weight = rows.bucket[i], rows.value[i], rows.weight[i]
        if places.bucket[series] != bucket:
            places.bucket[series] = bucket
            places.entry[series] = used
            entry = entries[used]
            entry["bucket"], entry["series"] = bucket, series
            entry["n"], entry["sum"], entry["mean"], entry["m2"] = 0.0, 0.0, 0.0, 0.0
            entry["low"], entry["high"] = np.inf, -np.inf
            used += 1
        at = places.entry[series]
        entry_of[i] = at
        entry = entries[at]
        entry["n"] += weight
        entry["sum"] += weight * value
        entry["low"] = min(entry["low"], value)
        entry["high"] = max(entry["high"], value)
        step = value - entry["mean"]
        entry["mean"] += step * weight / entry["n"]
        entry["m2"] += weight * step * (value - entry["mean"])
    return used


@kernel
def fold_parts(
    parts: States, keys: Ints, slots: Shorts, used: int, entry_of: Shorts, values: Shorts, rows: Rows
) -> int:
    """Add each row to the part of its entry that belongs to one value of another field; returns how many parts then.

    parts     (n,)  PART, n >= used + number of rows
    keys      (n,)  entry * 2^32 + value of each part
    slots     (2^m,)  interning table of the keys
    entry_of  (k,)  the entry of each row, -1 for none
    values    (k,)  the field's value in each row, -1 when it has none
    """
    for i in range(entry_of.size):
        if entry_of[i] < 0 or values[i] < 0:
            continue
        key = int((np.int64(entry_of[i]) << 32) | np.int64(values[i]))
        at = locate(slots, keys, key)
        if slots[at] < 0:
            slots[at] = used
            keys[used] = key
            part = parts[used]
            part["entry"], part["value"] = entry_of[i], values[i]
            part["n"], part["sum"], part["low"], part["high"] = 0.0, 0.0, np.inf, -np.inf
            used += 1
        part = parts[slots[at]]
        value, weight = rows.value[i], rows.weight[i]
        part["n"] += weight
        part["sum"] += weight * value
        part["low"] = min(part["low"], value)
        part["high"] = max(part["high"], value)
    return used


@kernel
def spread(entries: States, first: int, alive: Flags, rows: Ints, series_of: Ints, entry_of: Ints) -> int:
    """Lay out one row per bucket and living series, in order of bucket and series, empty ones included.

    entries   (n,)  ENTRY, sorted by bucket, all in [first, first + number of buckets)
    first     number of the first bucket
    alive     (S,)  series met before; those met here are added, from their first bucket on
    rows      (b+1,)  the answer: row of each bucket's beginning
    series_of (b*S,)  the answer: series of each row
    entry_of  (b*S,)  the answer: entry of each row, -1 for a filled-in one

    Returns the number of rows.
    """
    at = 0
    used = 0
    here = np.full(alive.size, -1, np.int64)
    for j in range(rows.size - 1):
        rows[j] = used
        start = at
        while at < entries.size and entries[at]["bucket"] == first + j:
            here[entries[at]["series"]] = at
            alive[entries[at]["series"]] = True
            at += 1
        for series in range(alive.size):
            if alive[series]:
                series_of[used] = series
                entry_of[used] = here[series]
                used += 1
        for i in range(start, at):
            here[entries[i]["series"]] = -1
    rows[rows.size - 1] = used
    return used


@kernel
def medians(entry_of: Ints, values: Floats, order: Ints, answer: Floats) -> None:
    """The median of the values of each entry.

    entry_of  (k,)  the entry of each value
    values    (k,)  [unit]
    order     (k,)  positions sorted by (entry, value)
    answer    (n,)  the median of each entry; entries without values are left alone
    """
    first = 0
    while first < order.size:
        entry = entry_of[order[first]]
        end = first
        while end < order.size and entry_of[order[end]] == entry:
            end += 1
        low, high = order[(first + end - 1) // 2], order[(first + end) // 2]
        answer[entry] = 0.5 * (values[low] + values[high])
        first = end
