"""Date patterns in Java letters as formats of chrono (strptime); knows no records and reads no dates."""

import re
from typing import Final, NamedTuple

from unusual.errors import Invalid


class _Field(NamedTuple):
    """What a run of one letter means: the directive, and which part of a moment it settles."""

    directive: str
    part: str


# A run is a quoted literal, a (perhaps optional) fraction after a point, letters of one kind, or another character.
_RUN: Final = re.compile(r"'((?:[^']|'')*)'|(\[\.S{1,9}\]|\.S{1,9})|(([A-Za-z])\4*)|([^A-Za-z'\[\]{}#])", re.ASCII)

_FIELDS: Final = {
    **dict.fromkeys(("y", "yyyy", "u", "uuuu"), _Field("%Y", "year")),
    **dict.fromkeys(("yy", "uu"), _Field("%y", "year")),
    **dict.fromkeys(("M", "MM", "L", "LL"), _Field("%m", "month")),
    **dict.fromkeys(("MMM", "LLL"), _Field("%b", "month")),
    **dict.fromkeys(("MMMM", "LLLL"), _Field("%B", "month")),
    **dict.fromkeys(("d", "dd"), _Field("%d", "day")),
    **dict.fromkeys(("D", "DD", "DDD"), _Field("%j", "day of year")),
    **dict.fromkeys(("E", "EE", "EEE"), _Field("%a", "week day")),
    "EEEE": _Field("%A", "week day"),
    **dict.fromkeys(("H", "HH"), _Field("%H", "hour")),
    **dict.fromkeys(("h", "hh"), _Field("%I", "half hour")),
    "a": _Field("%p", "half"),
    **dict.fromkeys(("m", "mm"), _Field("%M", "minute")),
    **dict.fromkeys(("s", "ss"), _Field("%S", "second")),
    "SSS": _Field("%3f", "fraction"),
    "SSSSSS": _Field("%6f", "fraction"),
    "SSSSSSSSS": _Field("%9f", "fraction"),
    **dict.fromkeys(("X", "XX", "XXX", "x", "xx", "xxx", "Z", "ZZ", "ZZZ", "ZZZZZ"), _Field("%#z", "zone")),
}
_WHOLE_DATES: Final = ({"year", "month", "day"}, {"year", "day of year"})
_WHOLE_TIMES: Final = ({"hour", "minute"}, {"half hour", "half", "minute"})


def strptime_format(pattern: str) -> str:
    """The format that reads what the Java pattern writes; `errors.Invalid` unless it yields a full date and time.

    A zone is an offset from UTC or `Z`; patterns with zone names are refused, since a name alone does not tell
    the offset. A fraction after a point may be absent from the text.

    >>> strptime_format("yyyy-MM-dd'T'HH:mm:ssX")
    '%Y-%m-%dT%H:%M:%S%#z'
    """
    written, parts = directives(pattern)
    if not any(date <= parts for date in _WHOLE_DATES) or not any(time <= parts for time in _WHOLE_TIMES):
        raise _invalid(pattern)
    return written


def directives(pattern: str) -> tuple[str, set[str]]:
    """The same format for any pattern, and the parts of a moment that it settles; `errors.Invalid`.

    >>> directives("yyyy-MM")[0]
    '%Y-%m'
    """
    written, parts, position = [], set(), 0
    while position < len(pattern):
        run = _RUN.match(pattern, position)
        if run is None:
            raise _invalid(pattern)
        directive, part = _read_run(run, pattern)
        if part in parts:
            raise _invalid(pattern)
        parts |= {part} - {""}
        written.append(directive)
        position = run.end()
    return "".join(written), parts


def python_formats(pattern: str) -> tuple[str, ...]:
    """The formats of `datetime` that together read what the pattern writes; the first one writes it."""
    written = directives(pattern)[0].replace("%#z", "%z")
    for fraction in ("%3f", "%6f", "%9f"):
        written = written.replace(fraction, "%f")
    return (written.replace("%.f", ".%f"), written.replace("%.f", "")) if "%.f" in written else (written,)


def _read_run(run: re.Match[str], pattern: str) -> _Field:
    quoted, fraction, letters, _, other = run.groups()
    if fraction is not None:
        return _Field("%.f", "fraction")
    if letters is not None:
        if letters not in _FIELDS:
            raise _invalid(pattern)
        return _FIELDS[letters]
    literal = other if quoted is None else quoted.replace("''", "'") or "'"
    return _Field(literal.replace("%", "%%"), "")


def _invalid(pattern: str) -> Invalid:
    return Invalid(f"Invalid Time format string '{pattern}'")
