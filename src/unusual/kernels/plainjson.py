"""The wanted members of plain JSON objects into columns, in one pass over the bytes; declines whatever is not plain.

Plain is an object on one line, one after the other, whose members are strings without escapes, numbers of up to 18
digits, true, false and null; of what is wanted as a number, only numbers, and as a text, only strings and integers.
Nothing that is broken is plain, so that what is read here is what a strict parser reads.
"""

from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Bytes, Flags, Floats, Ints
from unusual.kernels.compiled import bare_kernel, kernel
from unusual.kernels.jsonscan import BACKSLASH, CLOSE_OBJECT, COLON, COMMA, LINE_END, OPEN_OBJECT, QUOTE, SPACE

TAB, RETURN, MINUS, PLUS, DOT, ZERO, NINE = 9, 13, 45, 43, 46, 48, 57
LETTER_E, LETTER_F, LETTER_N, LETTER_T, LOWER = 101, 102, 110, 116, 32
LITERALS = np.frombuffer(b"null" + b"true" + b"false", np.uint8)
NULL, TRUE, FALSE, LITERALS_END = 0, 4, 8, 13

NOT_PLAIN = -1
NUL = 0
LONG = 10**17  # to an integer from here on no digit is added, so that it fits into 64 bits
EXACT = 1 << 53  # integers up to here are floats
POWERS = 10.0 ** np.arange(23)  # all powers of ten that are floats
SPLITTER = 134217729.0  # 2^27 + 1, by which a float is split into two halves (Dekker 1971)
TINY = 2.0**-45  # far above the relative error of the quotient's lower part, far below what nearly all leave of it
WORD = 32  # bits


class Wanted(NamedTuple):
    """Which members are read, f of them.

    names  (b,)    their names in UTF-8, one after the other, without quotes, backslashes and control characters
    edges  (f+1,)  where each begins
    texts  (f,)    whether it is read as a text, or else as a number
    """

    names: Bytes
    edges: Ints
    texts: Flags


class Rows(NamedTuple):
    """The answer, and what is remembered from one object to the next.

    numbers  (f, n)  of each object, NaN where there is none; of fields read as texts, nothing
    lines    (f, m)  a line of UTF-8 for each object, NUL where there is no text; of fields read as numbers, nothing
    ends     (f,)    where the lines end, 0 at first
    newest   (f,)    the last object that had the member, -1 at first
    order    (k,)    which member was last met as the first, the second ... of an object; f for one not wanted
    """

    numbers: Floats
    lines: Bytes
    ends: Ints
    newest: Ints
    order: Ints


@bare_kernel
def skip_blanks(text: Bytes, at: int) -> int:
    """The first offset from `at` on that is neither blank nor a line end."""
    while text[at] == SPACE or text[at] == TAB or text[at] == RETURN:
        at += 1
    return at


@bare_kernel
def string_end(text: Bytes, at: int) -> int:
    """The offset of the quote that ends the string whose first byte is at `at`."""
    while text[at] != QUOTE:
        if text[at] < SPACE or text[at] == BACKSLASH:
            return NOT_PLAIN
        at += 1
    return at


@bare_kernel
def literal_end(text: Bytes, at: int, first: int, last: int) -> int:
    """The offset behind the word LITERALS[first:last] at `at`."""
    for i in range(first, last):
        if text[at] != LITERALS[i]:
            return NOT_PLAIN
        at += 1
    return at


@bare_kernel
def is_digit(byte: int) -> bool:
    """Whether a byte is a digit."""
    return ZERO <= byte <= NINE


@bare_kernel
def digits_end(text: Bytes, at: int, value: int) -> tuple[int, int]:
    """The offset behind the digits at `at`, and `value` with them at its end, both of which have up to 18 digits."""
    while is_digit(text[at]):
        if value >= LONG:
            return NOT_PLAIN, 0
        value = int(value * 10 + np.int64(text[at]) - ZERO)
        at += 1
    return at, value


@bare_kernel
def integer_end(text: Bytes, at: int) -> tuple[int, int]:
    """The offset behind an integer without its sign, and its value; no zero comes first but 0 itself."""
    end, value = digits_end(text, at, 0)
    if end <= at or (text[at] == ZERO and end - at > 1):
        return NOT_PLAIN, 0
    return end, value


@bare_kernel
def exponent_end(text: Bytes, at: int) -> tuple[int, int]:
    """The offset behind the exponent at `at`, if there is one, and its value."""
    if text[at] | LOWER != LETTER_E:
        return at, 0
    at += 1
    negative = text[at] == MINUS
    if negative or text[at] == PLUS:
        at += 1
    end, value = digits_end(text, at, 0)
    if end <= at:
        return NOT_PLAIN, 0
    return end, -value if negative else value


@bare_kernel
def quotient(above: int, power: float) -> float:
    """above / power, rounded once, for any integer below 2^63; NaN where that takes more than two floats to tell.

    The quotient as the sum of two floats, by division with a remainder (Dekker, A floating-point technique for
    extending the available precision, 1971); the sum is right unless a small error of its lower part could change it.
    """
    high = float(above >> WORD << WORD)
    low = float(above - (above >> WORD << WORD))
    first = (high + low) / power
    big, part = SPLITTER * first, SPLITTER * power
    one, other = big - (big - first), part - (part - power)
    product = first * power
    error = ((one * other - product) + one * (power - other) + (first - one) * other) + (first - one) * (power - other)
    second = (((high - product) + low) - error) / power
    nearest = first + second * (1.0 + TINY)
    return nearest if nearest == first + second * (1.0 - TINY) else np.nan


@bare_kernel
def scaled(value: int, places: int) -> float:
    """value / 10^places, rounded once; NaN where that is too long a calculation."""
    if places == 0:
        return float(value)
    if value <= EXACT and 0 < places < POWERS.size:
        return float(value / POWERS[places])
    if value <= EXACT and -POWERS.size < places < 0:
        return float(value * POWERS[-places])
    if 0 <= places < POWERS.size:
        return quotient(value, POWERS[places])
    return np.nan


@bare_kernel
def fraction_end(text: Bytes, at: int, value: int) -> tuple[int, int]:
    """The offset behind the fraction at `at`, if there is one, and `value` with its digits at its end."""
    if text[at] != DOT:
        return at, value
    end, value = digits_end(text, at + 1, value)
    return end if end > at + 1 else NOT_PLAIN, value


@bare_kernel
def read_number(text: Bytes, at: int) -> tuple[int, float]:
    """The offset behind a number, and its value."""
    negative = text[at] == MINUS
    point, value = integer_end(text, at + 1 if negative else at)
    if point < 0:
        return NOT_PLAIN, 0.0
    end, value = fraction_end(text, point, value)
    if end < 0:
        return NOT_PLAIN, 0.0
    behind, exponent = exponent_end(text, end)
    if behind < 0:
        return NOT_PLAIN, 0.0
    told = scaled(value, max(0, end - point - 1) - exponent)
    if np.isnan(told):
        return NOT_PLAIN, 0.0
    if value == 0 and behind == point:
        return behind, 0.0  # an integer has no negative zero
    return behind, -told if negative else told


@bare_kernel
def copy_text(text: Bytes, at: int, end: int, field: int, rows: Rows) -> None:
    """Put text[at:end] into the line of the newest object."""
    into = rows.ends[field]
    for i in range(at, end):
        rows.lines[field, into] = text[i]
        into += 1
    rows.ends[field] = into


@bare_kernel
def read_text(text: Bytes, at: int, field: int, rows: Rows) -> int:
    """Read a string, or an integer as its digits; the offset behind it."""
    if text[at] == QUOTE:
        end = string_end(text, at + 1)
        if end < 0:
            return NOT_PLAIN
        copy_text(text, at + 1, end, field, rows)
        return end + 1
    negative = text[at] == MINUS
    end, value = integer_end(text, at + 1 if negative else at)
    if end < 0 or text[end] == DOT or text[end] | LOWER == LETTER_E or (negative and value == 0):
        return NOT_PLAIN
    copy_text(text, at, end, field, rows)
    return end


@bare_kernel
def leave_out(field: int, row: int, wanted: Wanted, rows: Rows) -> None:
    """Say of an object that it has no value of a field."""
    if wanted.texts[field]:
        rows.lines[field, rows.ends[field]] = NUL
        rows.ends[field] += 1
    else:
        rows.numbers[field, row] = np.nan


@bare_kernel
def skip_value(text: Bytes, at: int) -> int:
    """The offset behind a value that is not wanted."""
    if text[at] == QUOTE:
        end = string_end(text, at + 1)
        return end + 1 if end >= 0 else NOT_PLAIN
    if text[at] == LETTER_N:
        return literal_end(text, at, NULL, TRUE)
    if text[at] == LETTER_T:
        return literal_end(text, at, TRUE, FALSE)
    if text[at] == LETTER_F:
        return literal_end(text, at, FALSE, LITERALS_END)
    return read_number(text, at)[0]


@bare_kernel
def read_value(text: Bytes, at: int, field: int, row: int, wanted: Wanted, rows: Rows) -> int:
    """Read the value of a member; the offset behind it. field: which of the wanted ones it is, f if none."""
    if field == wanted.texts.size:
        return skip_value(text, at)
    if rows.newest[field] == row:
        return NOT_PLAIN  # which of two counts is for others to say
    rows.newest[field] = row
    if text[at] == LETTER_N:
        leave_out(field, row, wanted, rows)
        return literal_end(text, at, NULL, TRUE)
    if wanted.texts[field]:
        return read_text(text, at, field, rows)
    end, value = read_number(text, at)
    rows.numbers[field, row] = value
    return end


@bare_kernel
def is_named(text: Bytes, at: int, wanted: Wanted, field: int) -> bool:
    """Whether the string whose first byte is at `at` is the name of a field."""
    for i in range(wanted.edges[field], wanted.edges[field + 1]):
        if text[at] != wanted.names[i]:
            return False
        at += 1
    return bool(text[at] == QUOTE)


@bare_kernel
def read_name(text: Bytes, at: int, member: int, wanted: Wanted, order: Ints) -> tuple[int, int]:
    """Which field the string whose first byte is at `at` names, and the offset behind it.

    Members mostly come in the same order as in the object before.
    """
    fields = wanted.texts.size
    guess = order[member] if member < order.size else fields
    if guess < fields and is_named(text, at, wanted, guess):
        return guess, at + wanted.edges[guess + 1] - wanted.edges[guess] + 1
    end = string_end(text, at)
    field = 0
    while field < fields and not is_named(text, at, wanted, field):
        field += 1
    if member < order.size:
        order[member] = field
    return field, end + 1 if end >= 0 else NOT_PLAIN


@bare_kernel
def read_member(text: Bytes, at: int, member: int, row: int, wanted: Wanted, rows: Rows) -> int:
    """Read the member at `at` of an object; the offset of what comes behind it."""
    if text[at] != QUOTE:
        return NOT_PLAIN
    field, at = read_name(text, at + 1, member, wanted, rows.order)
    if at < 0:
        return NOT_PLAIN
    at = skip_blanks(text, at)
    if text[at] != COLON:
        return NOT_PLAIN
    at = read_value(text, skip_blanks(text, at + 1), field, row, wanted, rows)
    return skip_blanks(text, at) if at >= 0 else NOT_PLAIN


@bare_kernel
def read_members(text: Bytes, at: int, row: int, wanted: Wanted, rows: Rows) -> tuple[int, int]:
    """Read the object whose brace opens at `at`; the offset behind it, and how many members it has."""
    at = skip_blanks(text, at + 1)
    if text[at] == CLOSE_OBJECT:
        return at + 1, 0
    members = 0
    while True:
        at = read_member(text, at, members, row, wanted, rows)
        if at < 0:
            return NOT_PLAIN, 0
        members += 1
        if text[at] == CLOSE_OBJECT:
            return at + 1, members
        if text[at] != COMMA:
            return NOT_PLAIN, 0
        at = skip_blanks(text, at + 1)


@bare_kernel
def end_row(row: int, wanted: Wanted, rows: Rows) -> None:
    """Say of an object what it lacks, and end its lines."""
    for field in range(wanted.texts.size):
        if rows.newest[field] < row:
            leave_out(field, row, wanted, rows)
        if wanted.texts[field]:
            rows.lines[field, rows.ends[field]] = LINE_END
            rows.ends[field] += 1


@kernel
def read_objects(text: Bytes, at: int, row: int, wanted: Wanted, rows: Rows) -> tuple[int, int, int]:
    """Read objects until the text ends or there is no room.

    text  (n,)  UTF-8 bytes, the last of them a line end; lines as long as it hold all that it can say
    at    where to begin
    row   which object comes first

    Returns where the next object begins, n when there is none, or NOT_PLAIN; which it is; and how many members those
    that were read have.
    """
    members = 0
    while True:
        while at < text.size and (text[at] == LINE_END or text[at] == SPACE or text[at] == TAB or text[at] == RETURN):
            at += 1
        if at == text.size or row == rows.numbers.shape[1]:
            return at, row, members
        if text[at] != OPEN_OBJECT:
            return NOT_PLAIN, row, members
        at, more = read_members(text, at, row, wanted, rows)
        if at < 0:
            return NOT_PLAIN, row, members
        end_row(row, wanted, rows)
        row += 1
        members += more
