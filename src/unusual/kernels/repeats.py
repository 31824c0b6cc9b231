"""Whether objects of a JSON text have a wanted member twice, however its name is written; builds nothing."""

import numpy as np

from unusual.kernels.arrays import Bytes
from unusual.kernels.compiled import bare_kernel, kernel
from unusual.kernels.jsonscan import BACKSLASH, CLOSE_OBJECT, COLON, LINE_END, OPEN_OBJECT, QUOTE, SPACE, after_string
from unusual.kernels.plainjson import LETTER_N, LETTER_T, LOWER, NINE, RETURN, TAB, ZERO, Wanted

LETTER_A, LETTER_B, LETTER_F, LETTER_R, LETTER_U = 97, 98, 102, 114, 117
BACKSPACE, FORM_FEED = 8, 12
ESCAPE = 6  # bytes of \uXXXX
HIGH, LOW, BEYOND = 0xD800, 0xDC00, 0x10000  # the halves of a pair, and the first character that needs one
ONE, TWO, THREE = 0x80, 0x800, 0x10000  # the first characters that need more than so many bytes
LONGEST = 4  # bytes of a character


@bare_kernel
def is_before_colon(text: Bytes, at: int) -> bool:
    """Whether the next byte that is neither blank nor a line end is a colon."""
    while at < text.size and text[at] <= SPACE:
        at += 1
    return bool(at < text.size and text[at] == COLON)


@bare_kernel
def short_escape(letter: int) -> int:
    """The byte that a backslash and a letter stand for."""
    if letter == LETTER_B:
        return BACKSPACE
    if letter == LETTER_F:
        return FORM_FEED
    if letter == LETTER_N:
        return LINE_END
    if letter == LETTER_R:
        return RETURN
    return TAB if letter == LETTER_T else letter


@bare_kernel
def escaped_unit(text: Bytes, at: int) -> int:
    """The number whose four hexadecimal digits stand behind the backslash at `at` and a u."""
    unit = 0
    for i in range(at + ESCAPE - 4, at + ESCAPE):
        digit = np.int64(text[i])
        unit = int(unit * 16 + (digit - ZERO if digit <= NINE else (digit | LOWER) - LETTER_A + 10))
    return unit


@bare_kernel
def put_character(point: int, into: Bytes, size: int) -> int:
    """Put the UTF-8 bytes of a character behind the `size` bytes in `into`; how many there are then."""
    more = (point >= ONE) + (point >= TWO) + (point >= THREE)
    into[size] = point >> 6 * more | (0xFF << 7 - more & 0xFF if more else 0)
    for i in range(1, more + 1):
        into[size + i] = ONE | point >> 6 * (more - i) & 0x3F
    return size + more + 1


@bare_kernel
def unescaped(text: Bytes, at: int, end: int, into: Bytes) -> int:
    """Put the string text[at:end] into `into` without its escapes, as far as there is room; how many bytes that is."""
    size = 0
    while at < end and size + LONGEST <= into.size:
        if text[at] != BACKSLASH:
            into[size] = text[at]
            size, at = size + 1, at + 1
        elif text[at + 1] != LETTER_U:
            into[size] = short_escape(text[at + 1])
            size, at = size + 1, at + 2
        else:
            if at + ESCAPE > end:
                return 0
            point = escaped_unit(text, at)
            at += ESCAPE
            if HIGH <= point < LOW and at + ESCAPE <= end:
                point = BEYOND + ((point - HIGH) << 10) + escaped_unit(text, at) - LOW
                at += ESCAPE
            size = put_character(point, into, size)
    return size


@bare_kernel
def field_called(name: Bytes, size: int, wanted: Wanted) -> int:
    """Which field has the name of `size` bytes; f if none."""
    fields = wanted.texts.size
    for field in range(fields):
        first = wanted.edges[field]
        i = 0
        while i < size and first + i < wanted.edges[field + 1] and name[i] == wanted.names[first + i]:
            i += 1
        if i == size and first + i == wanted.edges[field + 1]:
            return field
    return fields


@kernel
def repeats(text: Bytes, wanted: Wanted) -> bool:
    """Whether an object has a wanted member twice.

    text  (n,)  UTF-8 bytes of JSON objects; only their own members count, not those of objects in them
    """
    fields = wanted.texts.size
    newest = np.full(fields, -1)  # the last object that had the member
    name = np.empty(wanted.names.size + 2 * LONGEST, np.uint8)  # of a longer name, more than any field's is put there
    row = depth = at = 0
    while at < text.size:
        byte = text[at]
        first = at + 1
        at = abs(after_string(text, at)) if byte == QUOTE else first
        if byte == OPEN_OBJECT:
            depth += 1
            row += depth == 1
        elif byte == CLOSE_OBJECT:
            depth -= 1
        elif byte == QUOTE and depth == 1 and is_before_colon(text, at):
            field = field_called(name, unescaped(text, first, at - 1, name), wanted)
            if field < fields:
                if newest[field] == row:
                    return True
                newest[field] = row
    return False
