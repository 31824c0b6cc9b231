"""Categories by number: what each has counted and shows, and which have become part of which; decides nothing."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from unusual.categorization.standing import FREQUENT
from unusual.categorization.wording import Given, Shape, collapsed, in_common, pattern_of, template_of, terms_of
from unusual.kernels.arrays import Ints, Shorts
from unusual.kernels.logcounts import Tally
from unusual.models.rows import grown

SLACK = 1.1  # longest line to `max_matching_length`
NOBODY = -1  # the partition of what is of none
A_TEXT, A_CATEGORY = 64, 400  # bytes around a text; of the lists and counts of a category


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
    history              templates it had before it became more general, the oldest first
    partition            whose lines it is of, NOBODY for lines of any that found no room
    merged_into          the category it has become part of, which goes on counting; None for none
    """

    category_id: int
    template: str
    terms: tuple[str, ...]
    regex: str
    examples: tuple[str, ...]
    num_matches: int
    max_matching_length: int
    merged: tuple[int, ...]
    history: tuple[str, ...]
    partition: int
    merged_into: int | None

    def told(self) -> dict[str, Any]:
        """What those are told who have no partitions and look at no merged categories."""
        return {name: value for name, value in asdict(self).items() if name not in {"partition", "merged_into"}}


class Ledger:
    """All categories ever; number 0 is what could not be categorised."""

    def __init__(self, examples: int) -> None:
        """examples: how many to keep of each category."""
        self._limit = examples
        self._shapes: list[Shape] = [()]
        self._history: list[list[Shape]] = [[]]
        self._examples: list[list[str]] = [[]]
        self._owners = np.full(1, NOBODY, np.int32)
        self._letters = 0  # of words and examples, and as many for what surrounds each text
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

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return len(self._shapes) * (A_CATEGORY + 8 * self._limit) + self._letters

    def add(self, words: Given, partition: int) -> int:
        """A new category of lines with these words, None for values; returns its number."""
        number = len(self._shapes)
        self._shapes.append(collapsed(words))
        self._history.append([])
        self._examples.append([])
        self._owners = grown(self._owners, number + 1)
        self._owners[number] = partition
        self._letters += sum(A_TEXT + len(word) for word in words if word is not None)
        self._tally = Tally(*(grown(array, number + 1) for array in self._tally))
        self._tally.root[number] = number
        return number

    def show(self, number: int, example: str) -> None:
        """Keep an example of a category."""
        self._examples[number].append(example)
        self._letters += A_TEXT + len(example)

    def join(self, numbers: tuple[int, ...], words: Given) -> None:
        """Make several categories one: the one that came first, with what they have in common with the words given."""
        roots = sorted({int(self._tally.root[number]) for number in numbers if number <= self.newest})
        first = roots[0]
        shape = collapsed(words)
        for root in roots:
            shape = in_common(shape, self._shapes[root])
        if shape != self._shapes[first]:  # it loses words, so that there is an end to its history
            self._history[first].append(self._shapes[first])
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

    def standings(self, failed: Ints) -> Ints:
        """How the categories of each partition go, (partitions, as many as `Standing` has counts), in its order.

        failed  (partitions,) lines of each that found no room
        """
        size, partitions = len(self._shapes), failed.size
        matches, owners, roots = self._tally.matches[:size], self._owners[:size], self.roots
        every = np.flatnonzero(owners != NOBODY)
        living, dead = every[roots[every] == every], every[roots[every] != every]
        lines = np.bincount(owners[living], matches[living], partitions).astype(np.int64) + failed
        frequent = living[FREQUENT * matches[living] > lines[owners[living]]]
        counted = (every, frequent, living[matches[living] == 1], dead)
        columns = (lines, *(np.bincount(owners[some], minlength=partitions) for some in counted), failed)
        return np.column_stack(columns)

    def categories(self, numbers: Ints) -> list[Category]:
        """The categories of these numbers; those that are part of another as they were when they became so."""
        parts: dict[int, list[int]] = {}
        for number, root in enumerate(self.roots.tolist()):
            parts.setdefault(root, []).append(number)
        return [self._category(number, tuple(parts.get(number, [])[1:])) for number in numbers.tolist()]

    def _category(self, number: int, merged: tuple[int, ...]) -> Category:
        shape, root = self._shapes[number], int(self._tally.root[number])
        return Category(
            category_id=number,
            template=template_of(shape),
            terms=terms_of(shape),
            regex=pattern_of(shape),
            examples=tuple(self._examples[number]),
            num_matches=int(self._tally.matches[number]),
            max_matching_length=int(self._tally.longest[number] * SLACK),
            merged=merged,
            history=tuple(map(template_of, self._history[number])),
            partition=int(self._owners[number]),
            merged_into=None if root == number else root,
        )

    def state(self) -> dict[str, Any]:
        """Everything kept, as arrays and texts."""
        size = len(self._shapes)
        tally = {name: array[:size] for name, array in self._tally._asdict().items()}
        return {
            "tally": tally,
            "owners": self._owners[:size],
            "letters": self._letters,
            "shapes": [list(shape) for shape in self._shapes],
            "history": [[list(shape) for shape in shapes] for shapes in self._history],
            "examples": [list(examples) for examples in self._examples],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._tally = Tally(*(state["tally"][name].copy() for name in Tally._fields))
        self._owners, self._letters = state["owners"].copy(), state["letters"]
        self._shapes = [tuple(shape) for shape in state["shapes"]]
        self._history = [[tuple(shape) for shape in shapes] for shapes in state["history"]]
        self._examples = [list(examples) for examples in state["examples"]]
