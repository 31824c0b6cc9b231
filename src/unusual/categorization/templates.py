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
from unusual.categorization.gaps import Gaps
from unusual.categorization.shelves import Shelf
from unusual.kernels.arrays import Bytes, Ints
from unusual.kernels.logforms import VALUE
from unusual.kernels.logrows import Holed

HOLE = -1  # in `Join.origins`


@dataclass(frozen=True)
class Candidate:
    """A form on its way to its place, (n,) each.

    words    hashes, VALUE for values
    kinds    the role of each word
    origins  which word of the line each is, HOLE for values
    spread   how many different words each position is known to have taken
    """

    words: NDArray[np.uint64]
    kinds: Bytes
    origins: Ints
    spread: Ints

    def with_holes(self, holes: Ints, values: Ints) -> "Candidate":
        """The same form with values in some positions, so many of each, runs of values collapsed."""
        words, origins, spread = self.words.copy(), self.origins.copy(), self.spread.copy()
        words[holes], origins[holes], spread[holes] = VALUE, HOLE, values
        kept = np.ones(words.size, np.bool_)
        kept[1:] = (words[1:] != VALUE) | (words[:-1] != VALUE)
        most = np.maximum.reduceat(spread, np.flatnonzero(kept))
        return Candidate(words[kept], self.kinds[kept], origins[kept], most)


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
        self._gaps = Gaps()

    def place(self, words: NDArray[np.uint64], kinds: Bytes, matches: Ints) -> Place:
        """The category of a form that is not known yet: one there is, or a new one, whose number is `matches.size`.

        words, kinds  (n,) as `form_of` reads them
        matches       lines of each category so far, by its number
        """
        origins = np.where(words != VALUE, np.arange(words.size), HOLE)
        candidate = Candidate(words, kinds, origins, np.zeros(words.size, np.int64))
        found = self.find(words)
        if found is not None:
            return Place(found, ())
        joins = tuple(self._settle(candidate, np.append(matches, 0)))
        return Place(min((number for join in joins for number in join.categories), default=matches.size), joins)

    def find(self, words: NDArray[np.uint64]) -> int | None:
        """The category of a form (n,) that is known or fits a template, None when there is none."""
        gap = self._gaps.find(words)
        shelf = self._shelves.get(words.size)
        return shelf.find(words) if gap is None and shelf is not None else gap

    @property
    def bytes(self) -> int:
        """About how much memory they take."""
        return self._gaps.bytes + sum(shelf.bytes for shelf in self._shelves.values())

    def _settle(self, candidate: Candidate, matches: Ints) -> Iterator[Join]:
        """Put a form on its shelf; what it proves to be variable is opened, and the opened form put on its own."""
        category = matches.size - 1
        while True:
            shelf = self._shelves.setdefault(candidate.words.size, Shelf(candidate.words.size))
            opened = open_positions(shelf, candidate.words, candidate.kinds, matches)
            if opened is None:
                break
            rows = np.vstack([shelf.rows[opened.rows], candidate.words])[:, opened.holes]
            yield self._open(shelf, candidate, opened, category)
            category = min(category, *opened.categories)
            candidate = candidate.with_holes(opened.holes, np.array([np.unique(column).size for column in rows.T]))
            if candidate.words.size == shelf.length:
                break  # what was opened stands there already
            found = self.find(candidate.words)
            if found is not None:
                yield Join((min(category, found), max(category, found)), candidate.origins)
                return
        shelf.keep(candidate.words, category, candidate.spread)
        yield from self._widen(candidate, category, matches)

    def _widen(self, candidate: Candidate, category: int, matches: Ints) -> Iterator[Join]:
        """Open a gap in a form just kept, if the forms kept prove one."""
        form = Holed(candidate.words[None], candidate.spread.astype(np.int16)[None])
        gap = self._gaps.open(self._shelves, form, matches)
        if gap is not None:
            behind = candidate.origins.size - (gap.holes.size - gap.before)
            ends = np.append(candidate.origins[: gap.before], candidate.origins[behind:])
            origins = np.insert(np.where(gap.holes, HOLE, ends), gap.before, HOLE)
            yield Join(tuple(sorted({category, *gap.categories})), origins)

    def _open(self, shelf: Shelf, candidate: Candidate, opened: Evidence, category: int) -> Join:
        categories = tuple(sorted({category, *opened.categories}))
        shelf.open(candidate.words, opened.holes, opened.rows, categories[0])
        origins = candidate.origins.copy()
        origins[opened.holes] = HOLE
        return Join(categories, origins)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        return {"shelves": [shelf.state() for shelf in self._shelves.values()], "gaps": self._gaps.state()}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> "Templates":
        """Templates that go on where `state` was taken."""
        templates = cls()
        shelves = [Shelf.restore(part) for part in state["shelves"]]
        templates._shelves = {shelf.length: shelf for shelf in shelves}
        templates._gaps = Gaps.restore(state["gaps"])
        return templates
