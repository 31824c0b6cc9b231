"""Forms of one length and the templates opened among them. Decides nothing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.arrays import Flags, Ints, Shorts
from unusual.kernels.logrows import find_row
from unusual.models.rows import grown

ROWS = 1024  # forms kept of one length; the oldest goes first
MOST_OPEN = 4096  # templates of one length
MOST_SPREAD = 1 << 14  # different words of one position that are told apart from more

Words = NDArray[np.uint64]


class Shelf:
    """Forms of `length` words, with the category of each.

    >>> shelf = Shelf(2)
    >>> shelf.keep(np.array([4, 6], np.uint64), 1, np.zeros(2, np.int64))
    >>> shelf.open(np.array([4, 6], np.uint64), np.array([1]), np.array([True]), 1)
    >>> shelf.find(np.array([4, 8], np.uint64)), shelf.find(np.array([8, 4], np.uint64))
    (1, None)
    """

    def __init__(self, length: int) -> None:
        """An empty shelf."""
        self.length = length
        self._rows = np.zeros((0, length), np.uint64)
        self._categories = np.zeros(0, np.int32)
        self._spread = np.zeros((0, length), np.int16)
        self._used = 0
        self._next = 0  # the row that goes when there is no room
        self._open: dict[bytes, dict[bytes, int]] = {}  # which positions are kept -> words there -> category

    @property
    def rows(self) -> Words:
        """The forms kept (k, length); not to be changed."""
        return self._rows[: self._used]

    @property
    def categories(self) -> Shorts:
        """The category of each row, as it was when the row came."""
        return self._categories[: self._used]

    @property
    def spread(self) -> NDArray[np.int16]:
        """How many different words each position (k, length) is known to have taken, 0 where it is a word."""
        return self._spread[: self._used]

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        opened = sum(len(known) * (8 * self.length + 120) for known in self._open.values())
        return 2 * self._used * (10 * self.length + 4) + opened  # rows have up to twice the room they need

    def find(self, words: Words) -> int | None:
        """The category of a form that is kept or fits an open template."""
        row = find_row(self.rows, words)
        if row >= 0:
            return int(self._categories[row])
        for kept, known in self._open.items():
            category = known.get(words[np.frombuffer(kept, np.bool_)].tobytes())
            if category is not None:
                return category
        return None

    def keep(self, words: Words, category: int, spread: Ints) -> None:
        """Add a form; when there is no room the oldest goes. spread: different words of each position (length,)."""
        if self._used == len(self._rows) < ROWS:
            arrays = self._rows, self._categories, self._spread
            self._rows, self._categories, self._spread = (grown(array, self._used + 1) for array in arrays)
        row = self._next if self._used == ROWS else self._used
        self._rows[row] = words
        self._categories[row] = category
        self._spread[row] = np.minimum(spread, MOST_SPREAD)
        self._used = max(self._used, row + 1)
        self._next = (row + 1) % ROWS if self._used == ROWS else 0

    def drop(self, gone: Flags) -> None:
        """Take rows away, (k,)."""
        order = np.roll(np.arange(self._used), -self._next)
        stay = order[~gone[order]]
        self._rows[: stay.size] = self._rows[stay]
        self._categories[: stay.size] = self._categories[stay]
        self._spread[: stay.size] = self._spread[stay]
        self._used, self._next = stay.size, 0

    def open(self, words: Words, holes: Ints, rows: Flags, category: int) -> None:
        """Make the form a template whose holes take any word; the rows (k,) it covers go."""
        kept = np.ones(self.length, np.bool_)
        kept[holes] = False
        self.drop(rows)
        if sum(map(len, self._open.values())) < MOST_OPEN:
            self._open.setdefault(kept.tobytes(), {})[words[kept].tobytes()] = category

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        parts = [(kept, words, number) for kept, known in self._open.items() for words, number in known.items()]
        return {
            "rows": np.roll(self.rows, -self._next, axis=0),
            "categories": np.roll(self.categories, -self._next),
            "spread": np.roll(self.spread, -self._next, axis=0),
            "kept": np.frombuffer(b"".join(kept for kept, _, _ in parts), np.uint8).reshape(-1, self.length),
            "words": np.frombuffer(b"".join(words for _, words, _ in parts), np.uint64),
            "open": np.array([number for _, _, number in parts], np.int32),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> "Shelf":
        """A shelf that goes on where `state` was taken."""
        shelf = cls(state["rows"].shape[1])
        shelf._rows = state["rows"].copy()
        shelf._categories = state["categories"].copy()
        shelf._spread = state["spread"].copy()
        shelf._used = len(shelf._rows)
        ends = np.cumsum(state["kept"].sum(axis=1, dtype=np.int64))
        for kept, end, number in zip(state["kept"], ends.tolist(), state["open"].tolist(), strict=True):
            words = state["words"][end - int(kept.sum()) : end].tobytes()
            shelf._open.setdefault(kept.tobytes(), {})[words] = number
        return shelf
