"""What a reading takes from the entries of closed buckets, and what single entities contributed; knows no model."""

import numpy as np

from unusual.detect.features import contributions
from unusual.detect.functions import Value
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Floats, Ints, Shorts
from unusual.kernels.parting import alone, best_of_others
from unusual.kernels.walk import Parts

LARGEST = float(np.finfo(np.float64).max)
COLUMNS = {Value.COUNT: "n", Value.SUM: "sum", Value.LOW: "low", Value.HIGH: "high"}
NEVER_NEGATIVE = {Value.COUNT, Value.DISTINCT, Value.VARIANCE}


def amounts(value: Value, closed: Closed) -> Floats:
    """(n,) what a reading takes from each entry [unit]; what overflowed is large."""
    return np.nan_to_num(_taken(value, closed), nan=LARGEST)


def _taken(value: Value, closed: Closed) -> Floats:
    entries = closed.entries
    if value is Value.MEDIAN:
        return closed.medians
    if value is Value.DISTINCT:
        return closed.values.astype(np.float64)
    if value is Value.INFORMATION:
        return closed.information
    if value is Value.MEAN:
        return np.asarray(entries["sum"] / entries["n"])
    if value is Value.VARIANCE:
        return np.asarray(entries["m2"] / entries["n"])
    return np.ascontiguousarray(entries[COLUMNS[value]])


def parts_of(value: Value, closed: Closed, entry_of: Ints) -> tuple[Parts, tuple[Ints, Shorts, Shorts]]:
    """The parts of every value, in its order, as the reading asks; and (value, field, code) of each part.

    entry_of  (k,) the entry of each value, -1 for one without
    """
    row_of = np.full(len(closed.entries), -1, np.int64)
    here = entry_of >= 0
    row_of[entry_of[here]] = np.flatnonzero(here)
    found = contributions(closed, row_of)
    edges = np.zeros(entry_of.size + 1, np.int64)
    np.cumsum(np.bincount(found.row, minlength=entry_of.size), out=edges[1:])
    n, total, low, high = (found.table[name].copy() for name in ("n", "sum", "low", "high"))
    if value in (Value.COUNT, Value.SUM) and closed.usual:
        usual = np.concatenate(closed.usual)[found.order]
        n, total = n - usual[:, 0], total - usual[:, 1]
    elif value in (Value.DISTINCT, Value.INFORMATION):
        total = _own_share(value, closed, found.order)
    elif value is Value.HIGH:
        best_of_others(found.row, found.field, high.copy(), closed.entries["high"][entry_of], high)
    elif value is Value.LOW:
        best_of_others(found.row, found.field, -low, -closed.entries["low"][entry_of], low)
        low = -low
    parts = Parts(edges[:-1], edges[1:], n, total, low, high, np.zeros(found.row.size))
    return parts, (found.row, found.field, found.table["value"])


def _own_share(value: Value, closed: Closed, order: Ints) -> Floats:
    """(m,) how much of the different values of an entry, or of their information, only one entity had."""
    if not closed.parts:
        return np.zeros(0)
    items = closed.distinct["entry"]
    own = [
        alone(items, soles, parts["entry"], parts["value"])
        for soles, parts in zip(closed.soles, closed.parts, strict=True)
    ]
    each = np.ones(len(closed.entries))
    if value is Value.INFORMATION:
        each = closed.information / np.maximum(closed.values, 1)
    entry = np.concatenate([parts["entry"] for parts in closed.parts])
    return np.asarray(np.concatenate(own) * each[entry])[order]
