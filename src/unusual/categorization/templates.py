"""Forms that agree but for positions with many different words are one template; knows numbers of words, not texts.

Few values in a position are constants, many are a variable: Jiang et al., "Abstracting execution logs" (AEL, QSIC
2008), Makanju et al., IPLoM (KDD 2009). That what other messages share too says little about this one follows
Logram (Dai et al., IEEE TSE 2020) and Brain (Yu et al., IEEE TSC 2023), which look for the common pattern first.
Categories only ever join: as in Spell (Du and Li, ICDM 2016) a template becomes more general, never less.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unusual.categorization.evidence import Evidence, open_positions
from unusual.categorization.shelves import Shelf
from unusual.categorization.tails import Tails
from unusual.kernels.compiled import Bytes, Ints
from unusual.kernels.logforms import VALUE

HOLE = -1  # in `Join.origins`


@dataclass(frozen=True)
class Candidate:
    """A form on its way to its place, (n,) each.

    words    hashes, VALUE for values
    kinds    the role of each word
    origins  which word of the line each is, HOLE for values
    """

    words: NDArray[np.uint64]
    kinds: Bytes
    origins: Ints

    def with_holes(self, holes: Ints) -> "Candidate":
        """The same form with values in some positions, runs of values collapsed."""
        words, origins = self.words.copy(), self.origins.copy()
        words[holes], origins[holes] = VALUE, HOLE
        kept = np.ones(words.size, np.bool_)
        kept[1:] = (words[1:] != VALUE) | (words[:-1] != VALUE)
        return Candidate(words[kept], self.kinds[kept], origins[kept])


@dataclass(frozen=True)
class Join:
    """Categories that are one, and what their lines have in common.

    categories  numbers, the smallest of which stands for all
    origins     which words of the new line are in the template, HOLE where there is a variable
    """

    categories: tuple[int, ...]
    origins: Ints


@dataclass(frozen=True)
class Place:
    """Where a form belongs: its category, and what had to be joined to make room for it."""

    category: int
    joins: tuple[Join, ...]


class Templates:
    """All forms met and the templates made of them, by length."""

    def __init__(self) -> None:
        """No forms yet."""
        self._shelves: dict[int, Shelf] = {}
        self._tails = Tails()

    def place(self, words: NDArray[np.uint64], kinds: Bytes, matches: Ints) -> Place:
        """The category of a form that is not known yet: one there is, or a new one, whose number is `matches.size`.

        words, kinds  (n,) as `form_of` reads them
        matches       lines of each category so far, by its number
        """
        origins = np.where(words != VALUE, np.arange(words.size), HOLE)
        candidate = Candidate(words, kinds, origins)
        found = self.find(words)
        if found is not None:
            return Place(found, ())
        joins = tuple(self._settle(candidate, np.append(matches, 0)))
        return Place(min((number for join in joins for number in join.categories), default=matches.size), joins)

    def find(self, words: NDArray[np.uint64]) -> int | None:
        """The category of a form (n,) that is known or fits a template, None when there is none."""
        tail = self._tails.find(words)
        shelf = self._shelves.get(words.size)
        return shelf.find(words) if tail is None and shelf is not None else tail

    def _settle(self, candidate: Candidate, matches: Ints) -> Iterator[Join]:
        """Put a form on its shelf; what it proves to be variable is opened, and the opened form put on its own."""
        category = matches.size - 1
        while True:
            shelf = self._shelves.setdefault(candidate.words.size, Shelf(candidate.words.size))
            opened = open_positions(shelf, candidate.words, candidate.kinds, matches)
            if opened is None:
                shelf.keep(candidate.words, category)
                break
            yield self._open(shelf, candidate, opened, category)
            category = min(category, *opened.categories)
            candidate = candidate.with_holes(opened.holes)
            found = self.find(candidate.words)
            if found is not None:
                yield Join((min(category, found), max(category, found)), candidate.origins)
                return
        tail = self._tails.open(self._shelves, candidate.words)
        if tail is not None:
            origins = np.append(candidate.origins[: tail.length], HOLE)
            yield Join(tuple(sorted({category, *tail.categories})), origins)

    def _open(self, shelf: Shelf, candidate: Candidate, opened: Evidence, category: int) -> Join:
        categories = tuple(sorted({category, *opened.categories}))
        shelf.open(candidate.words, opened.holes, opened.rows, categories[0])
        origins = candidate.origins.copy()
        origins[opened.holes] = HOLE
        return Join(categories, origins)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        return {"shelves": [shelf.state() for shelf in self._shelves.values()], "tails": self._tails.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        shelves = [Shelf.restore(part) for part in state["shelves"]]
        self._shelves = {shelf.length: shelf for shelf in shelves}
        self._tails = Tails.restore(state["tails"])
