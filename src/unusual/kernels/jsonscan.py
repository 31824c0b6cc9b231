"""Where the objects of a JSON text begin and end, and how many fields they have; reads bytes, builds nothing.

The text is NDJSON, objects one after the other, or one array of objects. What is broken is fenced in: a raw line end
inside a string, or an object that starts where none may, ends the broken part.
"""

import numpy as np

from unusual.kernels.arrays import Bytes, Ints
from unusual.kernels.compiled import kernel

LINE_END, SPACE, QUOTE, COMMA, COLON = 10, 32, 34, 44, 58
OPEN_LIST, BACKSLASH, CLOSE_LIST = 91, 92, 93
OPEN_OBJECT, CLOSE_OBJECT = 123, 125
UNFINISHED = -1


@kernel
def after_string(text: Bytes, at: int) -> int:
    """The offset behind the string whose quote opens at `at`, n when it has no end; -offset of a line end inside it."""
    i = at + 1
    while i < text.size:
        byte = text[i]
        if byte == QUOTE:
            return i + 1
        if byte == LINE_END:
            return -i
        if byte == BACKSLASH and i + 1 < text.size and text[i + 1] != LINE_END:
            i += 1
        i += 1
    return text.size


@kernel
def count_fields(text: Bytes) -> int:
    """How many leaf fields well-formed objects have in all: members whose value is not itself an object.

    text  (n,)  UTF-8 bytes of valid JSON objects; a list counts as one leaf however deep
    """
    fields = 0
    lists = 0
    before = np.uint8(COMMA)  # the last byte that is neither blank nor inside a string
    i = 0
    while i < text.size:
        byte = text[i]
        if byte == QUOTE:
            before = byte
            i = abs(after_string(text, i))
            continue
        if byte == OPEN_LIST:
            lists += 1
        elif byte == CLOSE_LIST:
            lists -= 1
        elif byte == COLON and lists == 0:
            fields += 1
        elif byte == OPEN_OBJECT and before == COLON and lists == 0:
            fields -= 1
        if byte > SPACE:
            before = byte
        i += 1
    return fields


@kernel
def next_object(text: Bytes, at: int) -> tuple[int, int, int]:
    """Go on from `at`, between objects, to the next one.

    Returns the offset of its opening brace (n when there is none), the number of broken stretches on the way, and the
    offset of a stretch there whose line has not ended (n when there is none), which is not counted.
    """
    broken = 0
    junk = -1
    i = at
    while i < text.size and text[i] != OPEN_OBJECT:
        byte = text[i]
        if byte == LINE_END:
            junk = -1
        elif junk < 0 and byte > SPACE and byte not in (COMMA, OPEN_LIST, CLOSE_LIST):
            junk, broken = i, broken + 1
        i += 1
    if i == text.size and junk >= 0:
        return i, broken - 1, junk
    return i, broken, text.size


@kernel
def object_end(text: Bytes, at: int) -> tuple[int, int, int]:
    """Follow the object whose brace opens at `at`.

    Returns where the object begins (later than `at` when what was there is broken and another follows), the offset
    behind it (UNFINISHED, or where it begins when a line end broke it), and the number of broken stretches.
    """
    start, depth, broken = at, 1, 0
    before = np.uint8(OPEN_OBJECT)
    i = at + 1
    while i < text.size and depth > 0:
        byte = text[i]
        if byte == QUOTE:
            before = byte
            i = after_string(text, i)
            if i < 0:
                return -i, -i, broken + 1
            continue
        if byte == OPEN_OBJECT:
            if before in (COLON, COMMA, OPEN_LIST):
                depth += 1
            else:
                start, depth, broken = i, 1, broken + 1
        elif byte == CLOSE_OBJECT:
            depth -= 1
        if byte > SPACE:
            before = byte
        i += 1
    return start, i if depth == 0 else UNFINISHED, broken


@kernel
def find_objects(text: Bytes, starts: Ints, ends: Ints) -> tuple[int, int, int]:
    """Find the top-level objects of a text.

    text    (n,)  UTF-8 bytes
    starts  (m,)  offset of each object's opening brace; m >= number of closing braces in the text
    ends    (m,)  offset just behind its closing brace

    Returns the number of objects found, the number of broken stretches skipped, and the offset of the unfinished object
    or broken stretch that the text ends in (n when there is none), from which a longer text can be searched on.
    """
    found = 0
    broken = 0
    at = 0
    while True:
        start, skipped, behind = next_object(text, at)
        broken += skipped
        if start == text.size:
            return found, broken, behind
        start, at, skipped = object_end(text, start)
        broken += skipped
        if at == UNFINISHED:
            return found, broken, start
        if at > start:
            starts[found], ends[found] = start, at
            found += 1
