"""Which chunks of a log line are values rather than words of its message; knows shapes of values, not their meaning.

Numbers, hexadecimal identifiers, addresses, paths, dotted names, quoted values and lists. That such masks alone decide
much of the accuracy was shown by Qin et al., "Preprocessing is All You Need", arXiv:2412.05254 (2024).
"""

from unusual.kernels.arrays import Bytes
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.logbytes import BLANK, DELIMITER, DIGIT, DOT, HEX, LETTER, OPENER, UPPER, Make, is_a

QUOTE, APOSTROPHE, GRAVE = 0x22, 0x27, 0x60
OPEN, CLOSE, COMMA, COLON, EQUALS = 0x28, 0x29, 0x2C, 0x3A, 0x3D
OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT = 0x5B, 0x5C, 0x5D, 0x7B, 0x7D
LONGEST = 512  # bytes of a quoted value or a list
LONG_HEX, SHORT_HEX = 8, 4  # letters


@bare_kernel
def is_value(text: Bytes, start: int, end: int, make: Make) -> bool:
    """Whether the form of a chunk tells that it is a value: a number, an identifier, an address, a path."""
    if make.digits > 0 or make.backslashes > 0 or make.slashes > 1 or text[start] == 0x2F:
        return True
    if make.hexes > 0 and make.hexes == make.letters and is_hexadecimal(text, start, end, make.hexes):
        return True
    inside = make.dots > 0 and make.letters > 0
    named = make.uppers == 0 or make.slashes > 0 or (make.dots > 1 and ends_small(text, start, end))
    return (inside and named) or make.ats > 0  # a host or file, a path or address, a name of code; of mail


@bare_kernel
def ends_small(text: Bytes, start: int, end: int) -> bool:
    """Whether the last part of a dotted name has a small letter: one in capitals is a constant, which is a word."""
    i = end - 1
    while i > start and text[i] != DOT:
        if is_a(text[i], LETTER) and not is_a(text[i], UPPER):
            return True
        i -= 1
    return False


@bare_kernel
def is_hexadecimal(text: Bytes, start: int, end: int, letters: int) -> bool:
    """Whether letters a-f are an identifier: long ones, or short ones that a colon joins to more of their kind."""
    if letters >= LONG_HEX:
        return True
    if letters > SHORT_HEX:
        return False
    behind = end + 1 < text.size and text[end] == COLON and is_a(text[end + 1], HEX | DIGIT)
    before = start > 1 and text[start - 1] == COLON and is_a(text[start - 2], HEX | DIGIT)
    return behind or before


@bare_kernel
def before_blanks(text: Bytes, start: int, at: int) -> int:
    """The last byte before `at` that is not blank; 0 at the start of the line."""
    i = at - 1
    while i >= start and is_a(text[i], BLANK):
        i -= 1
    return int(text[i]) if i >= start else 0


@bare_kernel
def after_blanks(text: Bytes, at: int, end: int) -> int:
    """The first byte from `at` on that is not blank; 0 at the end of the line."""
    i = at
    while i < end and is_a(text[i], BLANK):
        i += 1
    return int(text[i]) if i < end else 0


@bare_kernel
def closing_quote(text: Bytes, start: int, at: int, end: int) -> int:
    """Where the quote that opens at `at` closes, or -1: it must stand free on its outer sides."""
    quote = text[at]
    if at > start and not is_a(text[at - 1], DELIMITER):
        return -1
    i = at + 1
    last = min(end, at + LONGEST)
    while i < last:
        if text[i] == BACKSLASH:
            i += 1
        elif text[i] == quote and (i + 1 >= end or not is_a(text[i + 1], LETTER | DIGIT)):
            return i
        i += 1
    return -1


@bare_kernel
def has_blank(text: Bytes, start: int, end: int) -> bool:
    """Whether there is a blank between two offsets."""
    blanks = 0
    for i in range(start, end):
        blanks += int(is_a(text[i], BLANK))
    return blanks > 0


@bare_kernel
def quoted_end(text: Bytes, start: int, at: int, end: int, message: bool) -> int:
    """The offset behind a quoted value that opens at `at`, or `at` when words or a name are quoted.

    A value is what follows `=` or `:`, unless the name before that tells of a message, and any other single word that
    is not itself such a name.
    """
    close = closing_quote(text, start, at, end)
    if close < 0:
        return at
    before = before_blanks(text, start, at)
    follows = after_blanks(text, close + 1, end)
    if before in (COLON, EQUALS):
        named_text = message and has_blank(text, at, close)
        return at if named_text else close + 1
    single = follows not in (COLON, EQUALS) and not has_blank(text, at, close)
    return close + 1 if single else at


@bare_kernel
def list_end(text: Bytes, start: int, at: int, end: int) -> int:
    """The offset behind a list of several values in brackets that follows `=` or `:`, or `at` when it is none."""
    if before_blanks(text, start, at) not in (COLON, EQUALS):
        return at
    commas = 0
    for i in range(at + 1, min(end, at + LONGEST)):
        byte = text[i]
        if byte == CLOSE_LIST:
            return i + 1 if commas > 0 else at
        if byte in (OPEN_LIST, OPEN, OPEN_OBJECT):
            return at
        commas += int(byte == COMMA)
    return at


@bare_kernel
def is_empty_pair(text: Bytes, start: int, at: int, end: int) -> bool:
    """Whether brackets or quotes open and close at `at` with nothing inside; those of a call, `init()`, do not."""
    if at + 1 >= end:
        return False
    opens, closes = text[at], text[at + 1]
    if opens == OPEN_LIST:
        return bool(closes == CLOSE_LIST)
    if opens == OPEN_OBJECT:
        return bool(closes == CLOSE_OBJECT)
    free = at == start or is_a(text[at - 1], DELIMITER)
    return free and bool(closes == (CLOSE if opens == OPEN else opens))


@bare_kernel
def value_end(text: Bytes, start: int, at: int, end: int, message: bool) -> int:
    """The offset behind a quoted, listed or empty value that opens at the delimiter at `at`, or `at`."""
    byte = text[at]
    if not is_a(byte, OPENER):
        return at
    if is_empty_pair(text, start, at, end):
        return at + 2
    if byte in (QUOTE, APOSTROPHE, GRAVE):
        return quoted_end(text, start, at, end, message)
    return list_end(text, start, at, end) if byte == OPEN_LIST else at


@bare_kernel
def is_left_empty(text: Bytes, at: int, end: int) -> bool:
    """Whether the `=` at `at`, which follows a name, has nothing behind it."""
    if at + 1 >= end:
        return True
    byte = text[at + 1]
    return is_a(byte, BLANK) or byte in (COMMA, 0x3B, CLOSE, CLOSE_LIST, CLOSE_OBJECT)
