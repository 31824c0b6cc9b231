"""Categories by number: what each has counted and shows, and which have become part of which; decides nothing."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from unusual.categorization.wording import Given, Shape, collapsed, in_common, pattern_of, template_of, terms_of
from unusual.kernels.compiled import Ints, Shorts
from unusual.kernels.logcounts import Tally
from unusual.models.rows import grown

SLACK = 1.1  # longest line to `max_matching_length`


@dataclass(frozen=True)
class Category:
    """One category as its users see it.

    category_id          from 1, in order of appearance; never used again for another
    template             words of all its lines with `<*>` for what varies
    terms                those words
    regex                matches every line of it, with `.` matching anything
    examples             first different lines, cut
    num_matches          lines
    max_matching_length  a little more than the characters of its longest line
    merged               numbers of categories that have become part of it
    """

    category_id: int
    template: str
    terms: tuple[str, ...]
    regex: str
    examples: tuple[str, ...]
    num_matches: int
    max_matching_length: int
    merged: tuple[int, ...]


class Ledger:
    """All categories ever; number 0 is what could not be categorised."""

    def __init__(self, examples: int) -> None:
        """examples: how many to keep of each category."""
        self._limit = examples
        self._shapes: list[Shape] = [()]
        self._examples: list[list[str]] = [[]]
        self._tally = Tally(
            np.zeros(1, np.int32),
            np.zeros(1, np.int64),
            np.zeros(1, np.int32),
            np.zeros(1, np.int32),
            np.zeros((1, examples), np.uint64),
        )
        self._tally.shown[0] = examples  # what is in no category has no examples

    @property
    def newest(self) -> int:
        """The number of the last category, 0 when there is none."""
        return len(self._shapes) - 1

    @property
    def tally(self) -> Tally:
        """The counts, for kernels to go on with; has a row for every number given."""
        return self._tally

    @property
    def roots(self) -> Shorts:
        """The category that each number stands for now, (newest + 1,)."""
        return self._tally.root[: len(self._shapes)]

    @property
    def matches(self) -> Ints:
        """Lines of the category that each number stands for now, (newest + 1,)."""
        return self._tally.matches[self.roots]

    def add(self, words: Given) -> int:
        """A new category of lines with these words, None for values; returns its number."""
        number = len(self._shapes)
        self._shapes.append(collapsed(words))
        self._examples.append([])
        self._tally = Tally(*(grown(array, number + 1) for array in self._tally))
        self._tally.root[number] = number
        return number

    def show(self, number: int, example: str) -> None:
        """Keep an example of a category."""
        self._examples[number].append(example)

    def join(self, numbers: tuple[int, ...], words: Given) -> None:
        """Make several categories one: the one that came first, with what they have in common with the words given."""
        roots = sorted({int(self._tally.root[number]) for number in numbers if number <= self.newest})
        first = roots[0]
        shape = collapsed(words)
        for root in roots:
            shape = in_common(shape, self._shapes[root])
        self._shapes[first] = shape
        for other in roots[1:]:
            self._absorb(first, other)

    def _absorb(self, first: int, other: int) -> None:
        tally = self._tally
        self.roots[self.roots == other] = first
        tally.matches[first] += tally.matches[other]
        tally.longest[first] = max(tally.longest[first], tally.longest[other])
        met = set(tally.examples[first, : tally.shown[first]].tolist())
        for example, mark in zip(self._examples[other], tally.examples[other].tolist(), strict=False):
            if tally.shown[first] < self._limit and mark not in met:
                tally.examples[first, tally.shown[first]] = mark
                tally.shown[first] += 1
                self._examples[first].append(example)
        tally.matches[other] = 0
        self._shapes[other], self._examples[other] = (), []

    def categories(self) -> list[Category]:
        """All categories that are not part of another, by number."""
        merged: dict[int, list[int]] = {}
        roots: list[int] = self.roots.tolist()
        for number, root in enumerate(roots):
            merged.setdefault(root, []).append(number)
        return [self._category(root, tuple(numbers[1:])) for root, numbers in merged.items() if root > 0]

    def _category(self, number: int, merged: tuple[int, ...]) -> Category:
        shape = self._shapes[number]
        return Category(
            category_id=number,
            template=template_of(shape),
            terms=terms_of(shape),
            regex=pattern_of(shape),
            examples=tuple(self._examples[number]),
            num_matches=int(self._tally.matches[number]),
            max_matching_length=int(self._tally.longest[number] * SLACK),
            merged=merged,
        )

    def state(self) -> dict[str, Any]:
        """Everything kept, as arrays and texts."""
        size = len(self._shapes)
        tally = {name: array[:size] for name, array in self._tally._asdict().items()}
        return {
            "tally": tally,
            "shapes": [list(shape) for shape in self._shapes],
            "examples": [list(examples) for examples in self._examples],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._tally = Tally(*(state["tally"][name].copy() for name in Tally._fields))
        self._shapes = [tuple(shape) for shape in state["shapes"]]
        self._examples = [list(examples) for examples in state["examples"]]
