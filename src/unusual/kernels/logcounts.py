"""Forms of log lines to category numbers, counting as it goes; knows hashes, not what lines say."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.arrays import Bytes, Ints, Shorts
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.logbytes import word_hash


class Known(NamedTuple):
    """The category each form had when it was first met; open addressing, at most half full.

    hashes      (2^m,)  0 where empty
    categories  (2^m,)
    """

    hashes: NDArray[np.uint64]
    categories: Shorts


class Tally(NamedTuple):
    """What is counted of each category, by its number.

    root      the category it has become part of, itself if none
    matches   lines
    longest   characters of the longest line
    shown     examples kept
    examples  (n, limit) hash of each example
    """

    root: Shorts
    matches: Ints
    longest: Shorts
    shown: Shorts
    examples: NDArray[np.uint64]


@bare_kernel
def slot_of(known: Known, form: np.uint64) -> int:
    """Where a form is, or the empty slot where it belongs."""
    mask = known.hashes.size - 1
    at = int(form >> np.uint64(20)) & mask
    while known.hashes[at] != 0 and known.hashes[at] != form:
        at = (at + 1) & mask
    return at


@bare_kernel
def remember(known: Known, form: np.uint64, category: int) -> bool:
    """Note the category of a form; returns whether the form is new. The table must have room."""
    at = slot_of(known, form)
    fresh = known.hashes[at] == 0
    known.hashes[at] = form
    known.categories[at] = category
    return bool(fresh)


@bare_kernel
def remember_all(known: Known, forms: NDArray[np.uint64], categories: Shorts) -> int:
    """Note the categories of forms (k,), none of which is 0; returns how many are new."""
    fresh = 0
    for i in range(forms.size):
        fresh += int(remember(known, forms[i], categories[i]))
    return fresh


@bare_kernel
def count_characters(text: Bytes, start: int, end: int, most: int) -> tuple[int, int]:
    """How many characters lie between two offsets, at most `most`, and the offset behind them."""
    count = 0
    for i in range(start, end):
        begins = text[i] < 0x80 or text[i] >= 0xC0
        if begins and count == most:
            return count, i
        count += int(begins)
    return count, end


@bare_kernel
def note(tally: Tally, category: int, text: Bytes, start: int, end: int, longest_example: int) -> bool:
    """Count a line; returns whether it is an example that the category does not have yet."""
    tally.matches[category] += 1
    if end - start > tally.longest[category]:
        characters = count_characters(text, start, end, end - start)[0]
        tally.longest[category] = max(tally.longest[category], characters)
    shown = tally.shown[category]
    if shown == tally.examples.shape[1]:
        return False
    example = word_hash(text, start, count_characters(text, start, end, longest_example)[1])
    for other in range(shown):
        if tally.examples[category, other] == example:
            return False
    tally.examples[category, shown] = example
    tally.shown[category] = shown + 1
    return True


class Lines(NamedTuple):
    """A block of lines and what is found of them.

    text        (n,)    UTF-8 bytes of all lines one after the other
    offsets     (m+1,)  where each begins, and n
    forms       (m,)    hash of each form; 0 for a line that is missing
    categories  (m,)    the answer, 0 for a missing line
    examples    (m,)    lines that are examples, in order
    """

    text: Bytes
    offsets: Ints
    forms: NDArray[np.uint64]
    categories: Shorts
    examples: Ints


@bare_kernel
def resolve(known: Known, tally: Tally, lines: Lines, first: int, longest_example: int) -> tuple[int, int]:
    """Give lines from `first` on their categories, up to the first whose form is not known.

    Returns that line (m when there is none), and how many lines were written to `lines.examples`.
    """
    shown = 0
    for line in range(first, lines.forms.size):
        if lines.forms[line] == 0:
            lines.categories[line] = 0
            continue
        at = slot_of(known, lines.forms[line])
        if known.hashes[at] == 0:
            return line, shown
        category = tally.root[known.categories[at]]
        lines.categories[line] = category
        start, end = lines.offsets[line], lines.offsets[line + 1]
        if note(tally, category, lines.text, start, end, longest_example):
            lines.examples[shown] = line
            shown += 1
    return lines.forms.size, shown
