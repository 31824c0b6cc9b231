"""Beginnings of forms that any words may follow: free text at the end of a message; knows numbers of words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unusual.categorization.evidence import CERTAIN, COMMON, LEAST_OTHERS, NEVER, UPPER_CASE
from unusual.categorization.shelves import Shelf
from unusual.kernels.compiled import Shorts
from unusual.kernels.logforms import VALUE
from unusual.kernels.logrows import shared_prefixes

NEED = (NEVER, NEVER, 50, 20, 10)  # different words right behind the beginning, by its telling words
SHORTEST = 2  # words of a beginning
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
        if plain < SHORTEST or sum(map(len, self._open.values())) >= MOST_OPEN:
            return None
        standing = [shelf for shelf in shelves.values() if len(shelf.rows)]
        shared, agreeing = _compare(standing, words)
        if sum(int(np.count_nonzero(part >= SHORTEST)) for part in shared) < min(NEED):
            return None
        total = sum(len(shelf.rows) for shelf in standing)
        for length in range(SHORTEST, words.size):
            followers = _followers(standing, shared, length)
            if followers < min(NEED):
                continue
            outside = total - sum(int(np.count_nonzero(part >= length)) for part in shared)
            telling = words[:length] != VALUE
            if outside >= LEAST_OTHERS:
                telling &= agreeing[:length] - (total - outside) < COMMON * outside
            if followers >= NEED[min(int(np.count_nonzero(telling)), CERTAIN)]:
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


def _followers(shelves: list[Shelf], shared: list[Shorts], length: int) -> int:
    """How many different words stand behind a beginning; fewer count in upper case, none in forms of one length."""
    longer = [(shelf, part) for shelf, part in zip(shelves, shared, strict=True) if shelf.length > length]
    behind = [shelf.rows[part >= length, length] for shelf, part in longer]
    met = [words for words in behind if words.size]
    if len(met) <= 1:
        return 0
    words = np.unique(np.concatenate(met))
    upper = 2 * np.count_nonzero(words & np.uint64(1)) > words.size
    return words.size // UPPER_CASE if upper else words.size
