"""Integer keys to consecutive numbers in order of first appearance, by open addressing; knows not what they mean.

The table is linear probing over a power of two of slots, at most half full, with Fibonacci hashing
(Knuth, The Art of Computer Programming, vol. 3, section 6.4).
"""

import numpy as np

from unusual.kernels.arrays import Ints, Shorts
from unusual.kernels.compiled import kernel

EMPTY = -1
MULTIPLIER = np.uint64(11400714819323198485)  # 2**64 / golden ratio


def slots_for(count: int) -> Shorts:
    """An empty table that holds `count` keys at most half full.

    >>> slots_for(3).size
    8
    """
    size = 8
    while size < 2 * count:
        size *= 2
    return np.full(size, EMPTY, np.int32)


@kernel
def locate(slots: Shorts, keys: Ints, key: int) -> int:
    """The slot that holds `key`, or the empty slot where it belongs.

    slots  (2^m,)  number of the key in each slot, -1 when empty; at least one is empty
    keys   (n,)    the key of each number
    """
    mask = slots.size - 1
    at = int(np.int64((np.uint64(key) * MULTIPLIER) >> np.uint64(33))) & mask
    while slots[at] >= 0 and keys[slots[at]] != key:
        at = (at + 1) & mask
    return at


@kernel
def fill(slots: Shorts, keys: Ints, used: int) -> None:
    """Enter the first `used` keys, all different, into an empty table."""
    for number in range(used):
        slots[locate(slots, keys, keys[number])] = number


@kernel
def intern(slots: Shorts, keys: Ints, used: int, wanted: Ints, numbers: Shorts) -> int:
    """Number each wanted key, appending those not seen before; returns how many keys there are then.

    slots    (2^m,)  the table; must hold used + wanted.size keys at most half full
    keys     (n,)    n >= used + wanted.size; changed in place
    wanted   (k,)    keys >= 0; a negative one means "none" and gets number -1
    numbers  (k,)    the answer
    """
    for i in range(wanted.size):
        key = wanted[i]
        if key < 0:
            numbers[i] = EMPTY
            continue
        at = locate(slots, keys, key)
        if slots[at] < 0:
            slots[at] = used
            keys[used] = key
            used += 1
        numbers[i] = slots[at]
    return used
