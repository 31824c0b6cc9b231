"""Strings ⇄ small numbers, per field, in order of first appearance; knows nothing of what a field is for."""

import numpy as np
import polars as pl

from unusual.kernels.compiled import Bytes, Ints, Shorts

NONE = -1


class Dictionary:
    """The values of one field, numbered 0, 1, 2 ... as they first appear.

    >>> colours = Dictionary()
    >>> colours.encode(pl.Series(["red", None, "blue", "red"]))
    array([ 0, -1,  1,  0], dtype=int32)
    >>> colours.values
    ['red', 'blue']
    """

    def __init__(self, values: list[str] | None = None) -> None:
        """Known values, in the order of their numbers."""
        self.values = list(values or [])
        self._known = pl.Enum(self.values)

    def encode(self, column: pl.Series) -> Shorts:
        """Numbers (k,) of a column of k strings, NONE where null; new values are added."""
        coded = column.cast(self._known, strict=False)
        if coded.null_count() > column.null_count():
            new = column.filter(coded.is_null() & column.is_not_null()).unique(maintain_order=True)
            self.values.extend(new.to_list())
            self._known = pl.Enum(self.values)
            coded = column.cast(self._known, strict=False)
        numbers = coded.to_physical().cast(pl.Int32).fill_null(NONE).to_numpy()
        return np.ascontiguousarray(numbers, np.int32)

    def spelt(self, codes: Shorts) -> tuple[Bytes, Ints]:
        """The UTF-8 bytes of the values with these (k,) numbers one after the other, and the end (k,) of each.

        >>> Dictionary(["red", "blue"]).spelt(np.array([1, 1, 0], np.int32))[1]
        array([ 4,  8, 11])
        """
        values = self._known.categories.gather(codes)
        text = values.str.join("").item() if codes.size else ""
        ends = np.cumsum(values.str.len_bytes().to_numpy(), dtype=np.int64)
        return np.frombuffer(text.encode(), np.uint8), ends

    @property
    def bytes(self) -> int:
        """About how much memory the values take [bytes]."""
        return sum(map(len, self.values)) + 64 * len(self.values)
