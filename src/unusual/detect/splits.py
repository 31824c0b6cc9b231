"""Combinations of field values ⇄ series numbers, in order of first appearance; knows nothing of the values.

A split knows when each series was last seen, and can forget some of them: the others move up, in the same order.
"""

from typing import Any

import numpy as np

from unusual.kernels.arrays import Ints, Shorts, States
from unusual.kernels.interning import EMPTY, fill, intern, slots_for
from unusual.models.rows import grown

HALF = 32  # bits of a key that each of two fields gets; of three, the first two share a number of their own
TRIPLE = 3
NEVER = -(1 << 62)  # number of a bucket before all others
EACH = 32  # memory of a series: its key, when it was seen, and its places in a table half full [bytes]


def ranks(codes: Ints) -> Ints:
    """(k,) numbers of codes in order of first appearance.

    >>> ranks(np.array([7, 3, 7, 5]))
    array([0, 1, 0, 2])
    """
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = np.empty(first.size, np.int64)
    order[np.argsort(first)] = np.arange(first.size)
    return np.asarray(order[inverse])


class Split:
    """The series of one way to split the data: by up to three fields.

    >>> by = Split(fields=2)
    >>> by.encode([np.array([0, 0, 1], np.int32), np.array([5, 6, 5], np.int32)], rows=3)
    array([0, 1, 2], dtype=int32)
    >>> by.values_of(1)
    (0, 6)
    """

    def __init__(self, fields: int, keys: Ints | None = None) -> None:
        """fields: how many fields split, 0..3; keys: those of known series, in order."""
        self.fields = fields
        self._head = Split(fields - 1) if fields == TRIPLE else None
        self._hold(np.zeros(0, np.int64) if keys is None else keys.copy())
        self._seen = np.full(self.size, NEVER, np.int64)

    def _hold(self, keys: Ints) -> None:
        self._keys = keys
        self.size = len(keys)
        self._slots = slots_for(self.size)
        fill(self._slots, keys, self.size)

    def encode(self, codes: list[Shorts], rows: int) -> Shorts:
        """Series (rows,) of each row; -1 where a code is missing. codes: (rows,) of each field, in order."""
        if self.fields == 0:
            wanted = np.zeros(rows, np.int64)
        elif self.fields == 1:
            wanted = codes[0].astype(np.int64)
        else:
            head = codes[0] if self._head is None else self._head.encode(codes[:-1], rows)
            missing = (head < 0) | (codes[-1] < 0)
            wanted = np.where(missing, EMPTY, (head.astype(np.int64) << HALF) | codes[-1])
        self._reserve(rows)
        numbers = np.empty(rows, np.int32)
        self.size = intern(self._slots, self._keys, self.size, wanted, numbers)
        return numbers

    def values_of(self, series: int) -> tuple[int, ...]:
        """The code of each splitting field of a series."""
        if self.fields == 0:
            return ()
        key = int(self._keys[series])
        if self.fields == 1:
            return (key,)
        head = (key >> HALF,) if self._head is None else self._head.values_of(key >> HALF)
        return (*head, key & (2**HALF - 1))

    def codes(self, field: int) -> Ints:
        """(S,) the code of one splitting field of every series."""
        if self.fields == 1:
            return self.keys
        if field == self.fields - 1:
            return np.asarray(self.keys & (2**HALF - 1))
        return self.groups if self._head is None else np.asarray(self._head.codes(field)[self.groups])

    @property
    def groups(self) -> Ints:
        """(S,) a number for what all fields but the last say of each series; 0 where there are no others."""
        return self.keys >> HALF if self.fields > 1 else np.zeros(self.size, np.int64)

    @property
    def keys(self) -> Ints:
        """The keys of all series, in order."""
        return self._keys[: self.size]

    @property
    def seen(self) -> Ints:
        """(S,) number of the newest bucket that was over and had each series, NEVER before."""
        had = self._seen.size
        if had < self.size:
            self._seen = grown(self._seen, self.size)
            self._seen[had:] = NEVER
        return np.asarray(self._seen[: self.size])

    def see(self, entries: States) -> None:
        """Note which series buckets that are over had. entries: (n,) ENTRY, sorted by bucket, newer than all before."""
        self.seen[entries["series"]] = entries["bucket"]

    def truncate(self, size: int) -> None:
        """Only the first `size` series are known."""
        if size < self.size:
            self.seen[size:] = NEVER
            self.size = size
            self._slots[self._slots >= size] = EMPTY  # those that came last are in nobody's way
            if self._head is not None:
                self._head.truncate(int(self.groups.max()) + 1 if size else 0)

    def keep(self, chosen: Ints, codes: list[Ints]) -> None:
        """Only the chosen series stay, (s,) in order. codes: per splitting field, (V,) the new code of each old one."""
        keys = np.zeros(chosen.size, np.int64)
        for part in self._recoded(chosen, codes):
            keys = (keys << HALF) | part
        self._seen = self.seen[chosen]
        self._hold(keys)

    def _recoded(self, chosen: Ints, codes: list[Ints]) -> list[Ints]:
        """The parts of the keys of the chosen series under the new codes."""
        if self._head is None:
            return [new[self.codes(field)[chosen]] for field, new in enumerate(codes)]
        heads, number = np.unique(self.groups[chosen], return_inverse=True)
        self._head.keep(heads, codes[:-1])
        return [number, codes[-1][self.codes(self.fields - 1)[chosen]]]

    def _reserve(self, more: int) -> None:
        self._keys = grown(self._keys, self.size + more)
        if 2 * (self.size + more) > self._slots.size:
            self._slots = slots_for(2 * (self.size + more))
            fill(self._slots, self._keys, self.size)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        head = None if self._head is None else self._head.state()
        return {"fields": self.fields, "keys": self.keys, "seen": self.seen, "head": head}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> "Split":
        """A split that numbers on where `state` was taken."""
        split = cls(int(state["fields"]), state["keys"])
        split._seen = state["seen"].copy()
        if state["head"] is not None:
            split._head = cls.restore(state["head"])
        return split
