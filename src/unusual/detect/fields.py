"""Strings ⇄ small numbers, per field, in order of first appearance; knows nothing of what a field is for."""

import numpy as np
import polars as pl

from unusual.kernels.arrays import Bytes, Flags, Ints, Shorts
from unusual.kernels.digests import enter, number
from unusual.kernels.interning import EMPTY, slots_for
from unusual.models.rows import grown

NONE = -1
EACH = 128  # memory of a value besides its letters: two strings, one of them in a column, and its number [bytes]
CHUNKS = 64  # of a column, above which it is made one
SEEDS = (0, 1)
FEW = 500  # strings that are looked up one by one, since to begin with all of them at once takes longer
AT_HAND = 500  # values that can be found so
UNKNOWN = -2


class Dictionary:
    """The values of one field, numbered 0, 1, 2 ... as they first appear.

    >>> colours = Dictionary()
    >>> colours.encode(pl.Series(["red", None, "blue", "red"]))
    array([ 0, -1,  1,  0], dtype=int32)
    >>> colours.values
    ['red', 'blue']
    """

    values: list[str]
    bytes: int  # about how much memory they take
    _column: pl.Series
    _digests: Ints
    _slots: Shorts
    _costs: Ints
    _at_hand: dict[str | None, int]  # the numbers of some values

    def __init__(self, values: list[str] | None = None) -> None:
        """Known values, in the order of their numbers."""
        self._hold(pl.Series(list(values or []), dtype=pl.String))

    def encode(self, column: pl.Series) -> Shorts:
        """Numbers (k,) of a column of k strings, NONE where null; new values are added."""
        if len(column) > FEW:
            return self._encode(column)
        texts = column.to_list()
        found = [self._at_hand.get(text, UNKNOWN) for text in texts]
        if UNKNOWN not in found:
            return np.array(found, np.int32)
        numbers = self._encode(column)
        if len(self._at_hand) + len(texts) > AT_HAND:
            self._at_hand.clear()
        self._at_hand.update(zip(texts, numbers.tolist(), strict=True))
        return numbers

    def _encode(self, column: pl.Series) -> Shorts:
        had = len(self.values)
        self._reserve(had + len(column))
        numbers, rows = np.empty(len(column), np.int32), np.empty(len(column), np.int64)
        absent = column.is_null().to_numpy() if column.null_count() else np.zeros(len(column), np.bool_)
        size = number(self._slots, self._digests, had, _digests(column), absent, numbers, rows)
        if size > had:
            self._add(column.gather(rows[: size - had]))
        return numbers

    def _add(self, new: pl.Series) -> None:
        """Values that were not known, in order."""
        had = len(self.values)
        self.values += new.to_list()
        self._column = self._column.append(new)
        if self._column.n_chunks() > CHUNKS:
            self._column = self._column.rechunk()
        self._costs = grown(self._costs, len(self.values))
        self._costs[had : len(self.values)] = EACH + 2 * new.str.len_bytes().to_numpy().astype(np.int64)
        self.bytes += int(self._costs[had : len(self.values)].sum())

    def _reserve(self, values: int) -> None:
        self._digests = grown(self._digests, values)
        if 2 * values > self._slots.size:
            self._slots = slots_for(2 * values)
            enter(self._slots, self._digests, len(self.values))

    def spelt(self, codes: Shorts) -> tuple[Bytes, Ints]:
        """The UTF-8 bytes of the values with these (k,) numbers one after the other, and the end (k,) of each.

        >>> Dictionary(["red", "blue"]).spelt(np.array([1, 1, 0], np.int32))[1]
        array([ 4,  8, 11])
        """
        values = self._column.gather(codes)
        text = values.str.join("").item() if codes.size else ""
        ends = np.cumsum(values.str.len_bytes().to_numpy(), dtype=np.int64)
        return np.frombuffer(text.encode(), np.uint8), ends

    def truncate(self, size: int) -> Ints:
        """Only the first `size` values are known; digests of the others, (k,)."""
        others = self._digests[size : len(self.values), 0].copy()
        if others.size:
            self.bytes -= int(self.costs[size:].sum())
            del self.values[size:]
            self._at_hand.clear()
            self._column = self._column.head(size)
            self._slots[self._slots >= size] = EMPTY  # those that came last are in nobody's way
        return others

    def keep(self, wanted: Flags) -> Ints:
        """Forget the values that are not wanted, (V,); the new number of each, NONE for those forgotten.

        >>> colours = Dictionary(["red", "blue", "green"])
        >>> colours.keep(np.array([False, True, True]))
        array([-1,  0,  1])
        """
        if not wanted.all():
            self._hold(self._column.filter(pl.Series(wanted)))
        return np.where(wanted, np.cumsum(wanted) - 1, NONE)

    def _hold(self, values: pl.Series) -> None:
        """Know these values, all different, and no others."""
        self.values = []
        self._at_hand = {}
        self.bytes = 0
        self._column = values.clear()
        self._digests = np.zeros((0, 2), np.int64)
        self._slots = slots_for(0)
        self._costs = np.zeros(0, np.int64)
        self.encode(values)

    @property
    def costs(self) -> Ints:
        """About how much memory each value takes, (V,) [bytes]."""
        return self._costs[: len(self.values)]


def _digests(column: pl.Series) -> Ints:
    """(k, 2) two hashes of each string."""
    hashes = column.to_frame("").select(pl.col("").hash(seed).alias(str(seed)) for seed in SEEDS)
    return np.stack([one.to_numpy() for one in hashes], axis=1).view(np.int64)
