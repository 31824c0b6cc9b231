"""Date patterns in Java letters as formats of chrono (strptime); knows no records and reads no dates."""

import re
from collections.abc import Iterator
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
_NAMES: Final = dict.fromkeys(("z", "zz", "zzz", "VV"), _Field("%Z", "zone"))  # of zones
_NAME: Final = r"([A-Za-z][A-Za-z0-9_+\-/]*)"  # of a zone, in a text
_WRITTEN_OUT: Final = ("%b", "%B", "%a", "%A", "%p")
_WHOLE_DATES: Final = ({"year", "month", "day"}, {"year", "day of year"})
_WHOLE_TIMES: Final = ({"hour", "minute"}, {"half hour", "half", "minute"})


def strptime_format(pattern: str) -> str:
    """The format that reads what the Java pattern writes; `errors.Invalid` unless it yields a full date and time.

    A zone is an offset from UTC or `Z`, or a name, which the format passes over (`zone_name` finds it). A fraction
    after a point may be absent from the text.

    >>> strptime_format("yyyy-MM-dd'T'HH:mm:ssX")
    '%Y-%m-%dT%H:%M:%S%#z'
    """
    written, parts = directives(pattern, named=True)
    if not any(date <= parts for date in _WHOLE_DATES) or not any(time <= parts for time in _WHOLE_TIMES):
        raise _invalid(pattern)
    return written


def zone_name(pattern: str) -> str | None:
    """The regular expression whose group is the name of the zone in a text that the pattern wrote; None without names.

    >>> re.match(zone_name("HH:mm z") or "", "12:30 CET").group(1)
    'CET'
    """
    pieces = [_matching(field) for field in _runs(pattern, _FIELDS | _NAMES)]
    return f"^{''.join(pieces)}$" if _NAME in pieces else None


def _matching(field: _Field) -> str:
    """What a run looks like in a text."""
    if field.directive == "%Z":
        return _NAME
    if field.directive in _WRITTEN_OUT:
        return r"[^\W\d]+\.?"
    if field.directive == "%.f":
        return r"(?:\.\d+)?"
    return r"\s*\d+" if field.part else re.escape(field.directive.replace("%%", "%"))


def directives(pattern: str, *, named: bool = False) -> tuple[str, set[str]]:
    """The same format for any pattern, and the parts of a moment that it settles; `errors.Invalid`.

    named  whether a zone may be a name

    >>> directives("yyyy-MM")[0]
    '%Y-%m'
    """
    written, parts = "", set()
    for directive, part in _runs(pattern, _FIELDS | _NAMES if named else _FIELDS):
        if part in parts:
            raise _invalid(pattern)
        parts |= {part} - {""}
        written += directive
    return written, parts


def python_formats(pattern: str, *, named: bool = False) -> tuple[str, ...]:
    """The formats of `datetime` that together read what the pattern writes; the first one writes it.

    named  whether a zone may be a name, which can be written, in UTC, but not read
    """
    written = directives(pattern, named=named)[0].replace("%#z", "%z")
    for fraction in ("%3f", "%6f", "%9f"):
        written = written.replace(fraction, "%f")
    return (written.replace("%.f", ".%f"), written.replace("%.f", "")) if "%.f" in written else (written,)


def _runs(pattern: str, fields: dict[str, _Field]) -> Iterator[_Field]:
    """What each run of a pattern means, in order."""
    position = 0
    while position < len(pattern):
        run = _RUN.match(pattern, position)
        if run is None:
            raise _invalid(pattern)
        yield _read_run(run, pattern, fields)
        position = run.end()


def _read_run(run: re.Match[str], pattern: str, fields: dict[str, _Field]) -> _Field:
    quoted, fraction, letters, _, other = run.groups()
    if fraction is not None:
        return _Field("%.f", "fraction")
    if letters is not None:
        if letters not in fields:
            raise _invalid(pattern)
        return fields[letters]
    literal = other if quoted is None else quoted.replace("''", "'") or "'"
    return _Field(literal.replace("%", "%%"), "")


def _invalid(pattern: str) -> Invalid:
    return Invalid(f"Invalid Time format string '{pattern}'")
