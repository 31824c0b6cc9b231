"""Beginnings of forms that any words may follow: free text at the end of a message; knows numbers of words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unusual.categorization.evidence import CERTAIN, COMMON, LEAST_OTHERS, UPPER_CASE
from unusual.categorization.shelves import Shelf
from unusual.kernels.compiled import Shorts
from unusual.kernels.logforms import VALUE
from unusual.kernels.logrows import shared_prefixes

NEED = 10  # different words right behind the beginning
MOST_OPEN = 4096

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Tail:
    """A beginning that was opened: its length, and the categories it covers."""

    length: int
    categories: tuple[int, ...]


class Tails:
    """The beginnings known, by their length."""

    def __init__(self) -> None:
        """None yet."""
        self._open: dict[int, dict[bytes, int]] = {}

    def find(self, words: Words) -> int | None:
        """The category of the first open beginning of a form."""
        for length, known in self._open.items():
            category = known.get(words[:length].tobytes()) if length < words.size else None
            if category is not None:
                return category
        return None

    def open(self, shelves: dict[int, Shelf], words: Words) -> Tail | None:
        """Open the shortest beginning of a kept form that many different words follow, in forms of several lengths."""
        plain = np.count_nonzero(words != VALUE)
        if plain < CERTAIN or sum(map(len, self._open.values())) >= MOST_OPEN:
            return None
        standing = [shelf for shelf in shelves.values() if len(shelf.rows)]
        shared, agreeing = _compare(standing, words)
        if sum(int(np.count_nonzero(part >= CERTAIN)) for part in shared) < NEED:
            return None
        total = sum(len(shelf.rows) for shelf in standing)
        for length in range(CERTAIN, words.size):
            followers = _followers(standing, shared, length)
            if followers is None:
                continue
            outside = total - sum(int(np.count_nonzero(part >= length)) for part in shared)
            inside = total - outside
            common = (agreeing - inside >= COMMON * outside) if outside >= LEAST_OTHERS else np.zeros(words.size, bool)
            if np.count_nonzero((words != VALUE)[:length] & ~common[:length]) >= CERTAIN:
                return self._take(standing, shared, words, length)
        return None

    def _take(self, shelves: list[Shelf], shared: list[Shorts], words: Words, length: int) -> Tail:
        categories: set[int] = set()
        for shelf, part in zip(shelves, shared, strict=True):
            inside = (part >= length) & (shelf.length > length)
            categories.update(shelf.categories[inside].tolist())
            shelf.drop(inside)
        self._open.setdefault(length, {})[words[:length].tobytes()] = min(categories)
        return Tail(length, tuple(sorted(categories)))

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {
            str(length): {
                "words": np.frombuffer(b"".join(known), np.uint64).reshape(-1, length),
                "categories": np.array(list(known.values()), np.int32),
            }
            for length, known in self._open.items()
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> "Tails":
        """Beginnings that go on where `state` was taken."""
        tails = cls()
        for length, part in state.items():
            words = (row.tobytes() for row in part["words"])
            tails._open[int(length)] = dict(zip(words, part["categories"].tolist(), strict=True))
        return tails


def _compare(shelves: list[Shelf], words: Words) -> tuple[list[Shorts], Shorts]:
    """How many first words each row shares with the form, and how many rows agree with it in each position."""
    agreeing = np.zeros(words.size, np.int32)
    shared = [np.zeros(len(shelf.rows), np.int32) for shelf in shelves]
    for shelf, part in zip(shelves, shared, strict=True):
        shared_prefixes(shelf.rows, words, part, agreeing)
    return shared, agreeing


def _followers(shelves: list[Shelf], shared: list[Shorts], length: int) -> Words | None:
    """The different words behind a beginning, None when they are too few or all forms are of one length."""
    pairs = [
        (shelf.length, shelf.rows[part >= length, length])
        for shelf, part in zip(shelves, shared, strict=True)
        if shelf.length > length
    ]
    met = [(size, words) for size, words in pairs if words.size]
    if len(met) <= 1:
        return None
    words = np.unique(np.concatenate([words for _, words in met]))
    upper = 2 * np.count_nonzero(words & np.uint64(1)) > words.size
    return words if words.size >= NEED * (UPPER_CASE if upper else 1) else None
