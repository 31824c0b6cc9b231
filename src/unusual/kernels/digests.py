"""Numbers for digests of strings, in order of first appearance; an open-addressing table like that of `interning`.

A digest is two independent hashes of 64 bits: two strings of ten million have the same one with a probability of 1e-25.
"""

from unusual.kernels.arrays import Flags, Ints, Shorts
from unusual.kernels.compiled import kernel


@kernel
def slot_of(slots: Shorts, digests: Ints, one: int, other: int) -> int:
    """The slot that holds a digest, or the empty slot where it belongs. digests: (n, 2), of each number."""
    mask = slots.size - 1
    at = one & mask
    while slots[at] >= 0 and (digests[slots[at], 0] != one or digests[slots[at], 1] != other):
        at = (at + 1) & mask
    return at


@kernel
def enter(slots: Shorts, digests: Ints, used: int) -> None:
    """Enter the first `used` digests, all different, into an empty table."""
    for number in range(used):
        slots[slot_of(slots, digests, digests[number, 0], digests[number, 1])] = number


@kernel
def number(slots: Shorts, digests: Ints, used: int, wanted: Ints, absent: Flags, numbers: Shorts, rows: Ints) -> int:
    """Number each wanted digest, appending those not seen before; returns how many there are then.

    slots    (2^m,)  the table; must hold used + wanted digests at most half full
    digests  (n, 2)  n >= used + wanted; changed in place
    wanted   (k, 2)
    absent   (k,)    what gets number -1 instead
    numbers  (k,)    the answer
    rows     (k,)    the answer: where the first new one comes first, and so on
    """
    had = used
    for i in range(wanted.shape[0]):
        if absent[i]:
            numbers[i] = -1
            continue
        at = slot_of(slots, digests, wanted[i, 0], wanted[i, 1])
        if slots[at] < 0:
            slots[at] = used
            digests[used, 0], digests[used, 1] = wanted[i, 0], wanted[i, 1]
            rows[used - had] = i
            used += 1
        numbers[i] = slots[at]
    return used
