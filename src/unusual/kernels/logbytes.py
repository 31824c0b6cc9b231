"""What single bytes of a log line are, where its chunks end and what a chunk is made of; knows UTF-8, not logs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.arrays import Bytes
from unusual.kernels.compiled import bare_kernel

DELIMITER, DIGIT, LETTER, UPPER, HEX, EDGE, BLANK, OPENER = 1, 2, 4, 8, 16, 32, 64, 128
DOT = 0x2E
OFFSET, PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)  # Fowler, Noll and Vo's hash, FNV-1a
HALF, ONE = np.uint64(32), np.uint64(1)


def _classes() -> Bytes:
    classes = np.zeros(256, np.uint8)
    groups = {
        DELIMITER: b"\t\n\v\f\r =,;()[]{}<>\"'|:`\x1b\x00",
        BLANK: b"\t\n\v\f\r ",
        DIGIT: b"0123456789",
        LETTER: bytes(range(ord("a"), ord("z") + 1)) + bytes(range(ord("A"), ord("Z") + 1)) + bytes(range(128, 256)),
        UPPER: bytes(range(ord("A"), ord("Z") + 1)),
        HEX: b"abcdefABCDEF",
        EDGE: b".-*#!?~+&%$^",
        OPENER: b"([{\"'`",
    }
    for mark, members in groups.items():
        classes[list(members)] |= mark
    return classes


CLASSES = _classes()


@bare_kernel
def is_a(byte: int, classes: int) -> bool:
    """Whether a byte belongs to one of the classes, given as a sum of their marks."""
    return bool((CLASSES[byte] & classes) != 0)


@bare_kernel
def delimiter_width(text: Bytes, at: int, end: int) -> int:
    """Bytes of the delimiter at `at`; 0 where there is none."""
    byte = text[at]
    if byte < 0x80:
        return int(is_a(byte, DELIMITER))
    return foreign_width(text, at, end)


@bare_kernel
def foreign_width(text: Bytes, at: int, end: int) -> int:
    """As `delimiter_width` beyond ASCII: the no-break space, and punctuation of Unicode's own."""
    byte = text[at]
    if byte == 0xC2 and at + 1 < end and text[at + 1] == 0xA0:
        return 2
    if at + 2 >= end:
        return 0
    general = byte in (0xE2, 0xE3) and text[at + 1] == 0x80  # the second lead those of Chinese, Japanese and Korean
    wide_form = byte == 0xEF and text[at + 1] == 0xBC and not 0x90 <= text[at + 2] <= 0x99 and text[at + 2] <= 0xA0
    return 3 if general or wide_form else 0


@bare_kernel
def is_wide(byte: int) -> bool:
    """Whether a character of the scripts written without blanks between words begins here: kana, hanzi, hangul."""
    return 0xE3 <= byte <= 0xED


@bare_kernel
def begins_leader(text: Bytes, at: int, end: int) -> bool:
    """Whether the dots that lead from a name to its value, `name.....3`, begin behind a name at `at`."""
    return bool(text[at] == DOT and at + 1 < end and text[at + 1] == DOT and text[at - 1] != DOT)


@bare_kernel
def chunk_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind the chunk that begins at `at`: it ends at a delimiter, where scripts meet, before two dots."""
    wide = is_wide(text[at])
    i = at + 1
    while i < end:
        byte = text[i]
        if byte < 0x80:
            if wide or is_a(byte, DELIMITER) or begins_leader(text, i, end):
                break
        elif byte >= 0xC0 and (is_wide(byte) != wide or delimiter_width(text, i, end) > 0):
            break
        i += 1
    return i


@bare_kernel
def trimmed(text: Bytes, start: int, end: int) -> tuple[int, int]:
    """The chunk without the punctuation at its ends; empty when it is nothing else."""
    while start < end and is_a(text[start], EDGE):
        start += 1
    while end > start and is_a(text[end - 1], EDGE):
        end -= 1
    return start, end


class Make(NamedTuple):
    """How many bytes of each kind a chunk has."""

    digits: int
    letters: int
    hexes: int
    uppers: int
    slashes: int
    backslashes: int
    dots: int
    ats: int


@bare_kernel
def make_of(text: Bytes, start: int, end: int) -> Make:
    """Count the kinds of bytes of a chunk."""
    digits = letters = hexes = uppers = slashes = backslashes = dots = ats = 0
    for i in range(start, end):
        byte = text[i]
        digits += int(is_a(byte, DIGIT))
        letters += int(is_a(byte, LETTER))
        hexes += int(is_a(byte, HEX))
        uppers += int(is_a(byte, UPPER))
        slashes += int(byte == 0x2F)
        backslashes += int(byte == 0x5C)
        dots += int(byte == DOT)
        ats += int(byte == 0x40)
    return Make(digits, letters, hexes, uppers, slashes, backslashes, dots, ats)


@bare_kernel
def word_hash(text: Bytes, start: int, end: int) -> np.uint64:
    """A hash of some bytes, never 0 and always even."""
    value = OFFSET
    for i in range(start, end):
        value = (value ^ np.uint64(text[i])) * PRIME
    value ^= value >> HALF
    return (value << ONE) | (ONE << ONE)


@bare_kernel
def joined_hash(words: NDArray[np.uint64], count: int) -> np.uint64:
    """A hash of the first `count` words in their order, never 0."""
    value = OFFSET
    for i in range(count):
        value = (value ^ words[i]) * PRIME
        value ^= value >> HALF
    return value | ONE
