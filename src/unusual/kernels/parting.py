"""What is left of a bucket without one entity, where that takes a look at the others; knows no model.

Parts are sorted by value, then by field: those of one value and one field share its records among them.
"""

import math

import numpy as np

from unusual.kernels.arrays import Floats, Ints, Shorts
from unusual.kernels.compiled import kernel
from unusual.kernels.interning import locate

UNSEEN, SHARED = -2, -3  # instead of a code: nobody yet, more than one


@kernel
def best_of_others(row: Ints, field: Shorts, extreme: Floats, whole: Floats, others: Floats) -> None:
    """The largest value had each entity not been there.

    row      (m,)  the value that a part belongs to; field: (m,) of the part
    extreme  (m,)  largest of each part [unit]
    whole    (k,)  the values: largest of all records, those without the field included [unit]
    others   (m,)  the answer [unit]; -inf where nothing is left
    """
    first = 0
    while first < row.size:
        end, top, second = first, -math.inf, -math.inf
        while end < row.size and row[end] == row[first] and field[end] == field[first]:
            if extreme[end] > top:
                top, second = extreme[end], top
            elif extreme[end] > second:
                second = extreme[end]
            end += 1
        for i in range(first, end):
            if whole[row[i]] > top:
                others[i] = whole[row[i]]
            else:
                others[i] = second if extreme[i] == top else top
        first = end


@kernel
def note_soles(slots: Shorts, keys: Ints, entry_of: Shorts, values: Shorts, codes: Shorts, soles: Shorts) -> None:
    """Note with which one code each item came, SHARED when there were several.

    slots     (2^m,)  interning table of the items
    keys      (n,)    entry * 2^32 + value of each item
    entry_of  (k,)    the entry of each row, -1 for none
    values    (k,)    its value, -1 where it has none
    codes     (k,)    -1 where it has none
    soles     (n,)    of each item, UNSEEN at first; changed in place
    """
    for i in range(entry_of.size):
        if entry_of[i] < 0 or values[i] < 0:
            continue
        item = slots[locate(slots, keys, int((np.int64(entry_of[i]) << 32) | np.int64(values[i])))]
        if soles[item] == UNSEEN:
            soles[item] = codes[i]
        elif soles[item] != codes[i]:
            soles[item] = SHARED


def alone(entry: Ints, soles: Shorts, part_entry: Ints, part_value: Shorts) -> Ints:
    """(m,) how many items only one entity had, of each part; items (d,) and parts (m,) belong to entries."""
    wanted = (part_entry.astype(np.int64) << 32) | part_value
    had = soles >= 0
    keys, counts = np.unique((entry[had].astype(np.int64) << 32) | soles[had], return_counts=True)
    if not keys.size:
        return np.zeros(wanted.size, np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.where(keys[place] == wanted, counts[place], 0)
