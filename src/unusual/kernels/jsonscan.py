"""Where the objects of a JSON text begin and end, and how many fields they have; reads bytes, builds nothing.

The text is NDJSON, objects one after the other, or one array of objects. What is broken is fenced in: a raw line end
inside a string, or an object that starts where none may, ends the broken part.
"""

import numpy as np

from unusual.kernels.compiled import Bytes, Ints, kernel

LINE_END, SPACE, QUOTE, COMMA, COLON = 10, 32, 34, 44, 58
OPEN_LIST, BACKSLASH, CLOSE_LIST = 91, 92, 93
OPEN_OBJECT, CLOSE_OBJECT = 123, 125


@kernel
def count_fields(text: Bytes) -> int:
    """How many leaf fields well-formed objects have in all: members whose value is not itself an object.

    text  (n,)  UTF-8 bytes of valid JSON objects; a list counts as one leaf however deep
    """
    fields = 0
    lists = 0
    inside = False
    i = 0
    while i < text.size:
        byte = text[i]
        if inside:
            if byte == BACKSLASH:
                i += 1
            elif byte == QUOTE:
                inside = False
        elif byte == QUOTE:
            inside = True
        elif byte == COLON:
            i += 1
            while i < text.size and text[i] <= SPACE:
                i += 1
            if lists == 0 and i < text.size and text[i] != OPEN_OBJECT:
                fields += 1
            continue
        elif byte == OPEN_LIST:
            lists += 1
        elif byte == CLOSE_LIST:
            lists -= 1
        i += 1
    return fields


@kernel
def find_objects(text: Bytes, starts: Ints, ends: Ints) -> tuple[int, int, int]:
    """Find the top-level objects of a text.

    text    (n,)  UTF-8 bytes
    starts  (m,)  offset of each object's opening brace; m >= number of opening braces in the text
    ends    (m,)  offset just behind its closing brace

    Returns the number of objects found, the number of broken stretches skipped, and the offset behind which an
    unfinished object begins (n when there is none).
    """
    found = 0
    broken = 0
    depth = 0
    inside = False
    junk = False
    before = np.uint8(COMMA)  # the last byte that is neither blank nor inside a string
    i = 0
    while i < text.size:
        byte = text[i]
        if inside:
            if byte == BACKSLASH:
                i += 1
            elif byte == QUOTE:
                inside = False
            elif byte == LINE_END:
                inside, depth, broken = False, 0, broken + 1
        elif depth == 0:
            if byte == OPEN_OBJECT:
                depth, junk = 1, False
                starts[found] = i
            elif byte == LINE_END:
                junk = False
            elif byte > SPACE and byte not in (COMMA, OPEN_LIST, CLOSE_LIST) and not junk:
                junk, broken = True, broken + 1
        elif byte == QUOTE:
            inside = True
        elif byte == OPEN_OBJECT:
            if before in (COLON, COMMA, OPEN_LIST):
                depth += 1
            else:
                depth, broken = 1, broken + 1
                starts[found] = i
        elif byte == CLOSE_OBJECT:
            depth -= 1
            if depth == 0:
                ends[found] = i + 1
                found += 1
        if byte > SPACE:
            before = byte
        i += 1
    if depth > 0:
        return found, broken, starts[found]
    return found, broken, text.size
