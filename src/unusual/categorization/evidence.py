"""When positions in which forms differ are proved to be variables; keeps nothing.

The more words that tell of this message alone agree, the fewer different values it takes. It takes fewer when most
forms were seen once, as with names, and more when nearly all come again and again, as with states.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unusual.categorization.shelves import Shelf
from unusual.kernels.arrays import Bytes, Flags, Ints
from unusual.kernels.logforms import VALUE
from unusual.kernels.logrows import FAR, difference_masks
from unusual.kernels.logwords import CUE, NAME

NEVER = 1 << 30
NEED = (NEVER, 50, 25, 10, 5)  # different values, by the number of telling words that agree; the last for more too
NEED_OF_NAMES, MOSTLY_ONCE = (NEVER, 20, 8, 6, 4), 0.6  # where at least this share of the forms was seen once
NEED_OF_STATES, SELDOM_ONCE = (NEVER, 100, 50, 20, 10), 0.25  # where at most
NEED_AFTER = {CUE: 3, NAME: 4}  # where at least CUED telling words agree
CUED = 3
FEWEST = min(NEED_AFTER.values())
CERTAIN = len(NEED) - 1  # telling words
MOST_HOLES = 4
SHORT, WORDS_A_HOLE = 6, 2  # a form of fewer words than SHORT has one hole; others one for each WORDS_A_HOLE words
FIRST_WORD, UPPER_CASE = 2, 4  # times as many values where verbs stand; where states and constants stand
COMMON, LEAST_OTHERS = 0.9, 4  # a word is no telling one when so large a share of so many other forms has it there

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Evidence:
    """What is proved variable.

    rows        (k,) which rows of the shelf are covered
    holes       positions
    categories  of those rows, each once
    """

    rows: Flags
    holes: Ints
    categories: tuple[int, ...]


def open_positions(shelf: Shelf, words: Words, kinds: Bytes, matches: Ints) -> Evidence | None:
    """The fewest positions that the kept forms, and one more, prove to be variable; None when they prove nothing.

    words, kinds  (n,) of the new form
    matches       lines of each category, by its number
    """
    rows = shelf.rows
    masks = np.empty(len(rows), np.uint64)
    if difference_masks(rows, words, most_holes(words), masks) < FEWEST - 1:
        return None
    near = masks[masks != FAR]
    for mask in sorted(set(near.tolist()), key=lambda mask: (mask.bit_count(), mask)):
        covered = (masks & ~np.uint64(mask)) == 0
        holes = np.flatnonzero([mask >> position & 1 for position in range(words.size)])
        if covered.sum() < FEWEST - 1:
            continue
        categories = shelf.categories[covered]
        if is_proved(rows, covered, holes, (words, kinds), needs(matches[categories])):
            return Evidence(covered, holes, tuple(np.unique(categories).tolist()))
    return None


def most_holes(words: Words) -> int:
    """In how many positions a form may differ from others."""
    plain = int(np.count_nonzero(words != VALUE))
    return 1 if plain < SHORT else min(MOST_HOLES, plain // WORDS_A_HOLE)


def needs(matches: Ints) -> tuple[int, ...]:
    """How many values are needed where forms have been seen in so many lines (k,), and one more for the first time."""
    once = (np.count_nonzero(matches <= 1) + 1) / (matches.size + 1)
    if once >= MOSTLY_ONCE:
        return NEED_OF_NAMES
    return NEED_OF_STATES if once <= SELDOM_ONCE else NEED


def is_proved(rows: Words, covered: Flags, holes: Ints, form: tuple[Words, Bytes], need: tuple[int, ...]) -> bool:
    """Whether every hole has enough different values among the covered rows and the form: its words and their roles."""
    words, kinds = form
    telling = telling_words(rows[~covered], words)
    telling[holes] = False
    certainty = int(telling.sum())
    if certainty == 0 or (certainty == 1 and holes[0] == 0) or (holes.size > 1 and certainty < CERTAIN):
        return False
    first = int(np.flatnonzero(telling)[0])
    for hole in holes.tolist():
        values = np.unique(np.append(rows[covered, hole], words[hole]))
        usual = need[min(certainty, CERTAIN)]
        if certainty >= CUED and hole > 0:
            usual = min(usual, NEED_AFTER.get(int(kinds[hole - 1]), usual))
        if values.size < needed(values, usual, hole=hole, first=first):
            return False
    return True


def telling_words(others: Words, words: Words) -> Flags:
    """Which words tell of this message: no value, and not what nearly all other forms have in that place."""
    telling: Flags = words != VALUE
    if len(others) >= LEAST_OTHERS:
        telling &= np.mean(others == words, axis=0) < COMMON
    return telling


def needed(values: Words, usual: int, *, hole: int, first: int) -> int:
    """How many different values this hole takes.

    usual  values needed at another place
    first  position of the first telling word
    """
    need = usual
    if hole < first:
        need *= FIRST_WORD
    if 2 * np.count_nonzero(values & np.uint64(1)) > values.size:
        need *= UPPER_CASE
    return need
