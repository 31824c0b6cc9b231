"""Log lines to canonical forms: the words of the message, and one mark for any run of values; keeps no state.

Numbers and the like become the mark, as in He et al., "Drain" (ICWS 2017); that runs of values count as one follows
Khan et al., "Guidelines for Assessing the Accuracy of Log Message Template Identification" (ICSE 2022).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.arrays import Bytes, Ints
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.logbytes import (
    BLANK,
    LETTER,
    OFFSET,
    ONE,
    PRIME,
    chunk_end,
    delimiter_width,
    is_a,
    joined_hash,
    make_of,
    trimmed,
    word_hash,
)
from unusual.kernels.loghead import message_start
from unusual.kernels.logvalues import CLOSE, EQUALS, is_left_empty, is_value, value_end
from unusual.kernels.logwords import CUE, DATE, FIXED, LEVEL, NAME, PLAIN, TEXT, UNIT, Lexicon, kind_of

MOST_WORDS = 48  # of a line
VALUE = np.uint64(0)  # the mark
NOTHING = 255  # the role of a chunk of signs
NEW_LINE, DASH, COMMA = 0x0A, 0x2D, 0x2C
SEPARATOR = 0x1F  # of tokens, ASCII's own


class Form(NamedTuple):
    """Room for the form of one line, (MOST_WORDS,) each.

    words   hash of each word, the lowest bit telling that it is in upper case; VALUE for values
    starts  where each word begins in the text; `ends` behind it
    kinds   role of each word
    """

    words: NDArray[np.uint64]
    starts: Ints
    ends: Ints
    kinds: Bytes


@bare_kernel
def put(form: Form, count: int, word: np.uint64, start: int, end: int) -> int:
    """Append a word to `count` others, or a value unless the last is one; returns how many there are then."""
    if word == VALUE and count > 0 and form.words[count - 1] == VALUE:
        return count
    form.words[count] = word
    form.starts[count] = start
    form.ends[count] = end
    form.kinds[count] = 0
    return count + 1


@bare_kernel
def read_chunk(text: Bytes, start: int, end: int, lexicon: Lexicon) -> tuple[int, np.uint64]:
    """The role of a chunk and its word; FIXED and VALUE when its form tells that it is a value."""
    make = make_of(text, start, end)
    if is_value(text, start, end, make):
        return FIXED, VALUE
    if make.letters == 0:
        return NOTHING, VALUE
    word = word_hash(text, start, end)
    return kind_of(lexicon, word), word | np.uint64(make.uppers == make.letters)


@bare_kernel
def put_chunk(text: Bytes, start: int, end: int, line_end: int, lexicon: Lexicon, form: Form, count: int) -> int:
    """Append what a chunk says: a value, a word, a name with `=`, or nothing; returns how many words there are then."""
    begin, stop = trimmed(text, start, end)
    if begin == stop:
        return put(form, count, VALUE, start, end) if end - start == 1 and text[start] == DASH else count
    kind, word = read_chunk(text, begin, stop, lexicon)
    if kind in (FIXED, DATE):
        return put(form, count, VALUE, begin, stop)
    if kind == NOTHING or (kind == UNIT and count > 0 and form.words[count - 1] == VALUE):
        return count
    if stop == end < line_end and text[end] == EQUALS:
        return put_name(text, end, line_end, form, put(form, count, word, begin, stop + 1), kind)
    count = put(form, count, word, begin, stop)
    form.kinds[count - 1] = kind
    return count


@bare_kernel
def put_name(text: Bytes, end: int, line_end: int, form: Form, count: int, kind: int) -> int:
    """Make the last word a name with `=`, which is another word, and append a value where nothing follows."""
    form.words[count - 1] = (form.words[count - 1] ^ OFFSET) * PRIME << ONE | ONE << ONE
    form.kinds[count - 1] = kind if kind in (TEXT, LEVEL) else NAME
    if count < MOST_WORDS and is_left_empty(text, end, line_end):
        return put(form, count, VALUE, end, end)
    return count


@bare_kernel
def is_frame(text: Bytes, at: int, end: int) -> bool:
    """Whether a line is one frame of a stack trace: `at name(place)`."""
    framed = end - at > 4 and text[at] == 0x61 and text[at + 1] == 0x74 and text[at + 2] == 0x20
    return framed and text[end - 1] == CLOSE


@bare_kernel
def frame_end(text: Bytes, at: int, end: int) -> int:
    """Where a line ends; `File "x.py", line 1, in name` ends before the name."""
    if end - at < 6 or text[at] != 0x46 or text[at + 1] != 0x69 or text[at + 4] != 0x20 or text[at + 5] != 0x22:
        return end
    for i in range(at, end - 4):
        if text[i] == COMMA and text[i + 1] == 0x20 and text[i + 2] == 0x69 and text[i + 3] == 0x6E:
            return i + 4
    return end


@bare_kernel
def first_line(text: Bytes, start: int, end: int) -> tuple[int, int]:
    """The first line that has a letter, of a message of several lines; all of a message without letters."""
    begin, letters = start, False
    for i in range(start, end):
        byte = text[i]
        if byte == NEW_LINE:
            if letters:
                return begin, i
            begin = i + 1
        letters |= is_a(byte, LETTER)
    return (begin, end) if letters else (start, end)


@bare_kernel
def form_of(text: Bytes, start: int, end: int, lexicon: Lexicon, form: Form) -> int:
    """Read the form of one message between two offsets; returns its number of words, at least one."""
    start, end = first_line(text, start, end)
    while end > start and is_a(text[end - 1], BLANK):
        end -= 1
    i = message_start(text, start, end, lexicon)
    if is_frame(text, i, end):
        return put(form, put(form, 0, word_hash(text, i, i + 2), i, i + 2), VALUE, i + 3, end)
    end = frame_end(text, i, end)
    first, count = i, 0
    while i < end and count < MOST_WORDS:
        width = delimiter_width(text, i, end)
        if width == 0:
            stop = chunk_end(text, i, end)
            count = put_chunk(text, i, stop, end, lexicon, form, count)
            i = stop
            continue
        stop = value_end(text, first, i, end, count > 0 and form.kinds[count - 1] in (TEXT, LEVEL))
        if stop > i:
            count = put(form, count, VALUE, i, stop)
        i = max(stop, i + width)
    return count if count > 0 else put(form, 0, VALUE, first, end)


@bare_kernel
def put_token(text: Bytes, start: int, end: int, lexicon: Lexicon, form: Form, count: int) -> int:
    """Append a token as it is: a value when it has a digit, a word otherwise; returns how many words there are then."""
    make = make_of(text, start, end)
    if make.digits > 0:
        return put(form, count, VALUE, start, end)
    word = word_hash(text, start, end)
    count = put(form, count, word | np.uint64(make.letters > 0 and make.uppers == make.letters), start, end)
    form.kinds[count - 1] = CUE if kind_of(lexicon, word) == CUE else PLAIN
    return count


@bare_kernel
def tokens_of(text: Bytes, start: int, end: int, lexicon: Lexicon, form: Form) -> int:
    """Read the form of tokens that SEPARATOR separates; returns its number of words, at least one."""
    i, count = start, 0
    while i < end and count < MOST_WORDS:
        stop = i
        while stop < end and text[stop] != SEPARATOR:
            stop += 1
        if stop > i:
            count = put_token(text, i, stop, lexicon, form, count)
        i = stop + 1
    return count if count > 0 else put(form, 0, VALUE, start, end)


@bare_kernel
def read_form(text: Bytes, start: int, end: int, lexicon: Lexicon, form: Form, tokens: bool) -> int:
    """Read the form of what lies between two offsets: tokens, or a message that is still to be cut."""
    if tokens:
        return tokens_of(text, start, end, lexicon, form)
    return form_of(text, start, end, lexicon, form)


@bare_kernel
def hash_forms(
    text: Bytes, offsets: Ints, lexicon: Lexicon, form: Form, tokens: bool, hashes: NDArray[np.uint64]
) -> None:
    """The hash of the form of each message.

    text     (n,)    UTF-8 bytes of all messages one after the other
    offsets  (m+1,)  where each begins, and n
    tokens   whether the messages are tokens that SEPARATOR separates
    hashes   (m,)    the answer
    """
    for line in range(hashes.size):
        count = read_form(text, offsets[line], offsets[line + 1], lexicon, form, tokens)
        hashes[line] = joined_hash(form.words, count)
