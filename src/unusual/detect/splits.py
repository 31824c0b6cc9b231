"""Combinations of field values ⇄ series numbers, in order of first appearance; knows nothing of the values."""

from typing import Any

import numpy as np

from unusual.kernels.compiled import Ints, Shorts
from unusual.kernels.interning import EMPTY, fill, intern, slots_for
from unusual.models.rows import grown

HALF = 32  # bits of a key that each of two fields gets


class Split:
    """The series of one way to split the data: by up to two fields.

    >>> by = Split(fields=2)
    >>> by.encode([np.array([0, 0, 1], np.int32), np.array([5, 6, 5], np.int32)], rows=3)
    array([0, 1, 2], dtype=int32)
    >>> by.values_of(1)
    (0, 6)
    """

    def __init__(self, fields: int, keys: Ints | None = None) -> None:
        """fields: how many fields split, 0..2; keys: those of known series, in order."""
        self.fields = fields
        self._keys = np.zeros(0, np.int64) if keys is None else keys.copy()
        self.size = len(self._keys)
        self._slots = slots_for(self.size)
        fill(self._slots, self._keys, self.size)

    def encode(self, codes: list[Shorts], rows: int) -> Shorts:
        """Series (rows,) of each row; -1 where a code is missing. codes: (rows,) of each field, in order."""
        if self.fields == 0:
            wanted = np.zeros(rows, np.int64)
        elif self.fields == 1:
            wanted = codes[0].astype(np.int64)
        else:
            missing = (codes[0] < 0) | (codes[1] < 0)
            wanted = np.where(missing, EMPTY, (codes[0].astype(np.int64) << HALF) | codes[1])
        self._reserve(rows)
        numbers = np.empty(rows, np.int32)
        self.size = intern(self._slots, self._keys, self.size, wanted, numbers)
        return numbers

    def values_of(self, series: int) -> tuple[int, ...]:
        """The code of each splitting field of a series."""
        if self.fields == 0:
            return ()
        key = int(self._keys[series])
        return (key,) if self.fields == 1 else (key >> HALF, key & (2**HALF - 1))

    def codes(self, field: int) -> Ints:
        """(S,) the code of one splitting field of every series."""
        if self.fields == 1:
            return self.keys
        return self.keys >> HALF if field == 0 else self.keys & (2**HALF - 1)

    @property
    def keys(self) -> Ints:
        """The keys of all series, in order."""
        return self._keys[: self.size]

    def _reserve(self, more: int) -> None:
        self._keys = grown(self._keys, self.size + more)
        if 2 * (self.size + more) > self._slots.size:
            self._slots = slots_for(2 * (self.size + more))
            fill(self._slots, self._keys, self.size)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"fields": self.fields, "keys": self.keys}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> "Split":
        """A split that numbers on where `state` was taken."""
        return cls(int(state["fields"]), state["keys"])
