"""Where the message of a log line begins and ends: behind time, host, level, thread and logger; remembers nothing.

A line that does not begin with a time is all message. Because the rules look at one line only, what they take away
never depends on lines seen before.
"""

from unusual.kernels.arrays import Bytes
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.logbytes import BLANK, DELIMITER, DIGIT, DOT, LETTER, UPPER, is_a, word_hash
from unusual.kernels.logvalues import CLOSE, CLOSE_LIST, COLON, COMMA, OPEN, OPEN_LIST
from unusual.kernels.logwords import DATE, LEVEL, UNIT, Lexicon, kind_of

LESS, GREATER, BAR, DASH, SLASH = 0x3C, 0x3E, 0x7C, 0x2D, 0x2F
LONGEST_GROUP = 512  # bytes in brackets
SECONDS, MILLISECONDS = 10, 13  # digits of a time since 1970
SHORT_DATE, LONG_DATE = 6, 8  # digits of a date without separators
SYSLOG_TIME = 16  # bytes of `Jun 14 15:16:01`, and one more
FRACTION = 10  # bytes of a fraction of seconds
STRUCTURED = 5  # fields of RFC 5424 between version and message


@bare_kernel
def skip_blanks(text: Bytes, at: int, end: int) -> int:
    """The first offset from `at` on that is not blank."""
    while at < end and is_a(text[at], BLANK):
        at += 1
    return at


@bare_kernel
def skip_word(text: Bytes, at: int, end: int) -> int:
    """The first offset from `at` on that is blank."""
    while at < end and not is_a(text[at], BLANK):
        at += 1
    return at


@bare_kernel
def letters_end(text: Bytes, at: int, end: int) -> int:
    """The first offset from `at` on that is no letter."""
    while at < end and is_a(text[at], LETTER):
        at += 1
    return at


@bare_kernel
def kind_at(text: Bytes, at: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """The kind of the word of letters at `at`, and the offset behind it."""
    stop = letters_end(text, at, end)
    return kind_of(lexicon, word_hash(text, at, stop)), stop


@bare_kernel
def stamp_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind what can be part of a time: neither blank, bracket nor bar."""
    while at < end and not is_a(text[at], BLANK) and text[at] not in (CLOSE_LIST, CLOSE, BAR, OPEN_LIST, OPEN, GREATER):
        at += 1
    return at


@bare_kernel
def count_byte(text: Bytes, at: int, end: int, wanted: int) -> int:
    """How often a byte occurs between the offsets."""
    count = 0
    for i in range(at, end):
        count += int(text[i] == wanted)
    return count


@bare_kernel
def count_digits(text: Bytes, at: int, end: int) -> int:
    """How many digits there are from `at` on without a gap."""
    i = at
    while i < end and is_a(text[i], DIGIT):
        i += 1
    return i - at


@bare_kernel
def is_clock(text: Bytes, at: int, end: int, least: int) -> bool:
    """Whether a stretch holds hours, minutes and (`least` 2 colons) seconds, and is no address."""
    if at >= end or not is_a(text[at], DIGIT):
        return False
    colons = count_byte(text, at, end, COLON)
    return least <= colons <= 4 and count_byte(text, at, end, DOT) <= 1


@bare_kernel
def is_date(text: Bytes, at: int, end: int) -> bool:
    """Whether a stretch is a date in numbers."""
    digits = count_digits(text, at, end)
    if at + digits == end or (at + digits + 1 == end and text[end - 1] == COMMA):
        return digits in (SHORT_DATE, LONG_DATE)
    parts = count_byte(text, at, end, DASH), count_byte(text, at, end, SLASH), count_byte(text, at, end, DOT)
    return digits > 0 and end - at <= 11 and (parts[0] in (1, 2) or parts[1] in (1, 2) or parts[2] in (1, 2))


@bare_kernel
def numeric_time_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind a time in numbers, or `at` when there is none."""
    stop = stamp_end(text, at, end)
    if is_clock(text, at, stop, 2):
        return stop
    digits = count_digits(text, at, stop)
    if (
        text[at] == 0x31
        and digits in (SECONDS, MILLISECONDS)
        and (at + digits == stop or text[at + digits] in (DOT, COLON))
    ):
        return stop
    if not is_date(text, at, stop):
        return at
    second = skip_blanks(text, stop, end)
    last = stamp_end(text, second, end)
    plain = last - second == SHORT_DATE and count_digits(text, second, last) == SHORT_DATE
    return last if plain or is_clock(text, second, last, 1) else at


@bare_kernel
def named_time_end(text: Bytes, at: int, end: int, lexicon: Lexicon) -> int:
    """The offset behind a time that begins with the name of a month or weekday, or `at` when there is none."""
    i = at
    for _ in range(5):
        kind, stop = kind_at(text, i, end, lexicon)
        if kind != DATE:
            stop = stamp_end(text, i, end)
            if is_clock(text, i, stop, 2):
                year = skip_blanks(text, stop, end)
                behind = stamp_end(text, year, end)
                is_year = behind - year == 4 and count_digits(text, year, behind) == 4
                return behind if is_year else stop
            if stop - i > 5 or i == at or count_digits(text, i, stop) == 0:
                return at
        elif stop < end and text[stop] in (COMMA, DOT):
            stop += 1
        i = skip_blanks(text, stop, end)
    return at


@bare_kernel
def time_end(text: Bytes, at: int, end: int, lexicon: Lexicon) -> int:
    """The offset behind the time that begins at `at`, zone included, or `at` when there is none."""
    if at >= end:
        return at
    numeric = is_a(text[at], DIGIT)
    stop = numeric_time_end(text, at, end) if numeric else named_time_end(text, at, end, lexicon)
    zone = skip_blanks(text, stop, end)
    signed = zone + 4 < end and text[zone] in (0x2B, DASH) and count_digits(text, zone + 1, end) == 4
    return zone + 5 if stop > at and signed else stop


@bare_kernel
def group_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind the balanced brackets that open at `at`, or `at` when they do not close soon."""
    depth = 0
    for i in range(at, min(end, at + LONGEST_GROUP)):
        if text[i] in (OPEN_LIST, OPEN):
            depth += 1
        elif text[i] in (CLOSE_LIST, CLOSE):
            depth -= 1
            if depth == 0:
                return i + 1
    return at


@bare_kernel
def logger_end(text: Bytes, at: int, end: int, plain: bool) -> int:
    """The offset behind `name:`, or `at`; unless `plain`, the name must look like one of code: `a.b`, `A$B`, `a[1]`."""
    code = False
    for i in range(at, end):
        byte = text[i]
        if byte == COLON and (i + 1 == end or is_a(text[i + 1], BLANK)):
            return i + 1 if (code or plain) and i > at else at
        if is_a(byte, BLANK):
            break
        code |= byte in (DOT, 0x24, 0x5F, OPEN_LIST, 0x40, SLASH)
    return at


@bare_kernel
def separated_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind a field that a bar or ` - ` ends, or `at`."""
    stop = at
    while stop < end and not is_a(text[stop], BLANK) and text[stop] != BAR:
        stop += 1
    if stop == at or stop >= end:
        return at
    if text[stop] == BAR:
        return stop + 1
    dashed = stop + 2 < end and text[stop + 1] == DASH and is_a(text[stop + 2], BLANK)
    return stop + 3 if dashed else at


@bare_kernel
def level_end(text: Bytes, at: int, end: int, lexicon: Lexicon) -> int:
    """The offset behind a level such as `INFO` or `warn:`, or `at`."""
    kind, stop = kind_at(text, at, end, lexicon)
    if kind != LEVEL or (stop < end and not is_a(text[stop], DELIMITER)):
        return at
    return stop + int(stop < end and text[stop] == COLON)


@bare_kernel
def zone_end(text: Bytes, at: int, end: int, lexicon: Lexicon) -> int:
    """The offset behind `UTC`, `PM` and the like, or `at`."""
    kind, stop = kind_at(text, at, end, lexicon)
    return stop if kind == UNIT and is_a(text[at], UPPER) and (stop == end or is_a(text[stop], BLANK)) else at


@bare_kernel
def process_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind host, program and number of its process, `host name[7]:`, or `at`."""
    word = skip_word(text, at, end)
    name = skip_blanks(text, word, end)
    i = name
    while i < end and not is_a(text[i], BLANK) and text[i] != OPEN_LIST:
        i += 1
    digits = count_digits(text, i + 1, end)
    stop = i + 1 + digits
    if digits == 0 or not word < name < i or stop + 1 >= end:
        return at
    return stop + 2 if text[stop] == CLOSE_LIST and text[stop + 1] == COLON else at


@bare_kernel
def part_end(text: Bytes, at: int, end: int, lexicon: Lexicon) -> int:
    """The offset behind one part of the head at `at`: a level, a zone, a number, a group, a logger; or `at`."""
    byte = text[at]
    if byte in (BAR, DASH, COMMA, COLON):
        return at + 1
    if byte in (OPEN_LIST, OPEN):
        return group_end(text, at, end)
    stop = level_end(text, at, end, lexicon)
    if stop > at:
        return stop
    digits = at + count_digits(text, at, end)
    if digits > at and (digits == end or is_a(text[digits], BLANK)):
        return digits
    stop = max(zone_end(text, at, end, lexicon), separated_end(text, at, end), process_end(text, at, end))
    return stop if stop > at else logger_end(text, at, end, False)


@bare_kernel
def host_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind host and program, which follow the time in syslog."""
    stop = skip_word(text, at, end)
    i = at if stop > at and text[stop - 1] == COLON else skip_blanks(text, stop, end)
    return logger_end(text, i, end, True)


@bare_kernel
def priority_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind syslog's `<priority>`, or `at`."""
    if text[at] != LESS:
        return at
    stop = at + 1 + count_digits(text, at + 1, end)
    return stop + 1 if at + 1 < stop < end and text[stop] == GREATER else at


@bare_kernel
def structured_end(text: Bytes, at: int, end: int) -> int:
    """The offset behind the fields of RFC 5424, structured data included; `at` is behind version and blank."""
    i = at
    for _ in range(STRUCTURED):
        i = skip_blanks(text, skip_word(text, i, end), end)
    while i < end and text[i] == OPEN_LIST and group_end(text, i, end) > i:
        i = group_end(text, i, end)
    return i + 1 if i < end and text[i] == DASH else i


@bare_kernel
def time_of(text: Bytes, at: int, end: int, lexicon: Lexicon) -> int:
    """The offset behind the time a line begins with, in brackets or behind a level perhaps; `at` when there is none."""
    i = at + int(text[at] == OPEN_LIST)
    kind, stop = kind_at(text, i, end, lexicon)
    if kind == LEVEL:
        i = skip_blanks(text, stop, end)
        if i < end and text[i] in (CLOSE_LIST, COLON):
            i = skip_blanks(text, i + 1, end)
        i += int(i < end and text[i] == OPEN_LIST)
    stop = time_end(text, i, end, lexicon)
    if stop == i:
        return at
    return stop + 1 if stop < end and text[stop] == CLOSE_LIST else stop


@bare_kernel
def parts_end(text: Bytes, at: int, end: int, lexicon: Lexicon) -> int:
    """The offset behind all parts of the head, and the blanks behind them."""
    at = skip_blanks(text, at, end)
    while at < end:
        stop = part_end(text, at, end, lexicon)
        if stop == at:
            break
        at = skip_blanks(text, stop, end)
    return at


@bare_kernel
def may_have_head(text: Bytes, at: int, end: int) -> bool:
    """Whether a head can begin with this byte: a digit, the name of a month, a level, a bracket."""
    return at < end and (is_a(text[at], DIGIT | LETTER) or text[at] in (OPEN_LIST, LESS))


@bare_kernel
def message_start(text: Bytes, start: int, end: int, lexicon: Lexicon) -> int:
    """Where the message of the line between the offsets begins."""
    first = skip_blanks(text, start, end)
    if not may_have_head(text, first, end):
        return first
    at = priority_end(text, first, end)
    prioritised = at > first
    if prioritised and at + 1 < end and text[at] == 0x31 and text[at + 1] == 0x20:
        return structured_end(text, at + 2, end)
    i = time_of(text, at, end, lexicon) if at < end else at
    if i == at:
        return first
    longest = SYSLOG_TIME + FRACTION * int(count_byte(text, at, i, DOT) == 1)
    named = is_a(text[at], LETTER) and is_a(text[i - 1], DIGIT) and i - at <= longest
    if named or prioritised:
        return skip_blanks(text, host_end(text, skip_blanks(text, i, end), end), end)
    return parts_end(text, i, end, lexicon)
