"""Beginnings and ends of forms with any words between them: free text in a message; knows numbers of words.

A value of several words changes the length of a form, so it is looked for between what forms of several lengths share.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unusual.categorization.evidence import CERTAIN, COMMON, FIRST_WORD, LEAST_OTHERS, UPPER_CASE, needs
from unusual.categorization.shelves import MOST_SPREAD, Shelf
from unusual.kernels.arrays import Flags, Ints, Shorts
from unusual.kernels.logforms import VALUE
from unusual.kernels.logrows import Holed, shared_ends

TIMES = 2  # as many different words as in one position
FEWEST = 2  # words that tell of the message
MOST_OPEN = 4096

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Gap:
    """What was opened.

    before      words before it
    holes       (n,) which of the words before and behind it are holes
    categories  that it covers
    """

    before: int
    holes: Flags
    categories: tuple[int, ...]


@dataclass(frozen=True)
class Kept:
    """All forms kept, and what each has in common with one more.

    shelves     where they stand, one after the other
    form        the one more
    lengths     (k,) of each
    first       (k,) words it shares from its start on
    last        (k,) words it shares up to its end
    agreeing    (2, n) forms with the same word so far from the start, so far from the end
    categories  (k,) of each
    """

    shelves: list[Shelf]
    form: Holed
    lengths: Ints
    first: Shorts
    last: Shorts
    agreeing: Ints
    categories: Shorts

    @property
    def size(self) -> int:
        """Words of the form."""
        return self.form.words.size

    def on_shelves(self, flags: Flags) -> Iterator[tuple[Shelf, Flags]]:
        """What is said of all forms (k,), shelf by shelf."""
        start = 0
        for shelf in self.shelves:
            yield shelf, flags[start : start + len(shelf.rows)]
            start += len(shelf.rows)


class Gaps:
    """The gaps known, by the numbers of words before and behind them and which of these are holes."""

    def __init__(self) -> None:
        """None yet."""
        self._open: dict[tuple[int, bytes], dict[bytes, int]] = {}

    @property
    def bytes(self) -> int:
        """About how much memory they take."""
        return sum(len(known) * (8 * len(holes) + 120) for (_, holes), known in self._open.items())

    def find(self, words: Words) -> int | None:
        """The category of the first gap that a form fits."""
        for (before, raw), known in self._open.items():
            holes = np.frombuffer(raw, np.bool_)
            if holes.size < words.size:
                ends = np.append(words[:before], words[words.size - (holes.size - before) :])
                ends[holes] = VALUE
                category = known.get(ends.tobytes())
                if category is not None:
                    return category
        return None

    def open(self, shelves: dict[int, Shelf], form: Holed, matches: Ints) -> Gap | None:
        """Open the narrowest gap that many different words fill, in a form (1, n) just kept and others not as long."""
        if np.count_nonzero(form.words != VALUE) < FEWEST or sum(map(len, self._open.values())) >= MOST_OPEN:
            return None
        kept = _compare([shelf for shelf in shelves.values() if len(shelf.rows)], form)
        holed = _with_holes_of_nearest(kept)
        for one in (kept,) if holed is None else (_compare(kept.shelves, holed), kept):
            gap = self._open_between(one, matches)
            if gap is not None:
                return gap
        return None

    def _open_between(self, kept: Kept, matches: Ints) -> Gap | None:
        for ends in _candidates(kept):
            inside = _covered(kept, ends)
            if _is_filled(kept, ends, inside, matches):
                holed = _with_hole_at(kept, ends, inside)
                return self._take(kept, ends, inside) if holed is None else self._open_between(holed, matches)
        return None

    def _take(self, kept: Kept, ends: tuple[int, int], inside: Flags) -> Gap:
        for shelf, part in [*kept.on_shelves(inside)]:
            shelf.drop(part)
        before, behind = ends
        gone = slice(before, kept.size - behind)
        holes = np.delete(kept.form.spread[0] > 0, gone)
        words = np.where(holes, VALUE, np.delete(kept.form.words[0], gone))
        categories = np.unique(kept.categories[inside]).tolist()
        self._open.setdefault((before, holes.tobytes()), {})[words.tobytes()] = categories[0]
        return Gap(before, holes, tuple(categories))

    def state(self) -> list[dict[str, Any]]:
        """What `restore` needs."""
        return [
            {
                "before": before,
                "holes": np.frombuffer(holes, np.bool_),
                "words": np.frombuffer(b"".join(known), np.uint64).reshape(-1, len(holes)),
                "categories": np.array(list(known.values()), np.int32),
            }
            for (before, holes), known in self._open.items()
        ]

    @classmethod
    def restore(cls, state: list[dict[str, Any]]) -> "Gaps":
        """Gaps that go on where `state` was taken."""
        gaps = cls()
        for part in state:
            words = (row.tobytes() for row in part["words"])
            known = dict(zip(words, part["categories"].tolist(), strict=True))
            gaps._open[part["before"], part["holes"].tobytes()] = known
        return gaps


def _compare(shelves: list[Shelf], form: Holed) -> Kept:
    sizes = [len(shelf.rows) for shelf in shelves]
    first, last = np.zeros(sum(sizes), np.int32), np.zeros(sum(sizes), np.int32)
    agreeing = np.zeros((2, form.words.size), np.int64)
    start = 0
    for shelf, size in zip(shelves, sizes, strict=True):
        part = slice(start, start + size)
        shared_ends(Holed(shelf.rows, shelf.spread), form, first[part], last[part], agreeing)
        start += size
    lengths = np.repeat([shelf.length for shelf in shelves], sizes)
    return Kept(shelves, form, lengths, first, last, agreeing, np.concatenate([shelf.categories for shelf in shelves]))


def _with_holes_of_nearest(kept: Kept) -> Holed | None:
    """The form with the holes of the kept form with holes that is nearest to it; None when there is none."""
    holed = np.concatenate([shelf.spread.max(axis=1) > 0 for shelf in kept.shelves])
    shared = np.where(holed, kept.first + kept.last, 0)
    nearest = int(shared.argmax())
    if shared[nearest] < FEWEST:
        return None
    flags = np.zeros(shared.size, np.bool_)
    flags[nearest] = True
    spread = next(shelf.spread[part][0] for shelf, part in kept.on_shelves(flags) if part.any())
    first, last = kept.first[nearest], kept.last[nearest]
    answer = kept.form.spread.copy()
    answer[0, :first] = np.maximum(answer[0, :first], spread[:first])
    answer[0, kept.size - last :] = np.maximum(answer[0, kept.size - last :], spread[spread.size - last :])
    return None if (answer == kept.form.spread).all() else Holed(kept.form.words, answer)


def _with_hole_at(kept: Kept, ends: tuple[int, int], inside: Flags) -> Kept | None:
    """The form with one hole at the start of a gap where all forms go on with the same word; None where they do not."""
    before, behind = ends
    if kept.form.spread[0, before] > 0 or kept.lengths[inside].min() <= before + 1 + behind:
        return None
    following = [shelf.rows[part, before + 1] for shelf, part in kept.on_shelves(inside) if part.any()]
    if np.unique(np.concatenate(following)).size > 1:
        return None
    spread = kept.form.spread.copy()
    spread[0, before] = min(MOST_SPREAD, max(1, _fillings(kept, inside, ends, 1)))
    return _compare(kept.shelves, Holed(kept.form.words, spread))


def _candidates(kept: Kept) -> list[tuple[int, int]]:
    """Numbers of words before and behind a gap that would cover other forms too, the narrowest gap first."""
    near = kept.first + kept.last >= FEWEST
    first, last, least = kept.first[near], kept.last[near], np.minimum(kept.lengths[near], kept.size)
    pairs = {*zip(first.tolist(), np.minimum(last, least - 1 - first).tolist(), strict=True)}
    pairs |= {*zip(np.minimum(first, least - 1 - last).tolist(), last.tolist(), strict=True)}
    pairs |= {(before, 0) for before, _ in pairs}
    fitting = (pair for pair in pairs if min(pair) >= 0 and sum(pair) >= FEWEST)
    return sorted(fitting, key=lambda pair: (-sum(pair), pair))


def _covered(kept: Kept, ends: tuple[int, int]) -> Flags:
    """Which forms (k,) have something between the same words."""
    before, behind = ends
    covered: Flags = (kept.first >= before) & (kept.last >= behind) & (kept.lengths > before + behind)
    return covered


def _is_filled(kept: Kept, ends: tuple[int, int], inside: Flags, matches: Ints) -> bool:
    """Whether forms of several lengths have enough different words at the start of the gap, and at an end inside."""
    lengths = kept.lengths[inside]
    if lengths.size == 0 or lengths.min() == lengths.max():
        return False
    before, behind = ends
    outside = inside.size - lengths.size
    telling = (kept.form.words[0] != VALUE) & (kept.form.spread[0] == 0)
    telling[before : kept.size - behind] = False
    if outside >= LEAST_OTHERS:
        tail = slice(kept.size - behind, None)
        telling[:before] &= kept.agreeing[0, :before] - lengths.size < COMMON * outside
        telling[tail] &= kept.agreeing[1, tail] - lengths.size < COMMON * outside
    certainty = int(np.count_nonzero(telling))
    if certainty < (FEWEST if before else CERTAIN):
        return False
    need = TIMES * (1 if before else FIRST_WORD) * needs(matches[kept.categories[inside]])[min(certainty, CERTAIN)]
    return _fillings(kept, inside, ends, 1) >= need and (behind == 0 or _fillings(kept, inside, ends, -1) >= need)


def _fillings(kept: Kept, inside: Flags, ends: tuple[int, int], step: int) -> int:
    """How many different words are the first (step 1) or last (-1) between the ends; fewer count in upper case.

    Those that a hole there was made of count too.
    """
    before, behind = ends
    known, most = [], 0
    for shelf, part in kept.on_shelves(inside):
        if part.any():
            between = slice(before, shelf.length - behind)
            words, spread = shelf.rows[part, between][:, ::step], shelf.spread[part, between]
            known.append(words[np.arange(len(words)), (words != VALUE).argmax(axis=1)])
            most = max(most, int(spread.max()))
    words = np.unique(np.concatenate(known))
    words = words[words != VALUE]
    upper = 2 * np.count_nonzero(words & np.uint64(1)) > words.size
    return int(words.size) // UPPER_CASE if upper else int(words.size) + most
