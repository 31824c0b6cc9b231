"""Regular expressions as clients write them, in Java's notation; knows how they are read here, not what they match."""

import re

from unusual.errors import Invalid

_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
_PROPERTY = re.compile(r"\\[pP](?:\{\w+\}|\w)")
_NAMED = re.compile(r"\(\?<(?=[A-Za-z])")
_GROUP = re.compile(r"\\(.)|\$(\d)", re.DOTALL)
_FLAGS = {
    "CASE_INSENSITIVE": "i",
    "MULTILINE": "m",
    "DOTALL": "s",
    "COMMENTS": "x",
    "UNICODE_CASE": "",
    "UNIX_LINES": "",
}


def quoted_out(pattern: str) -> str:
    r"""The pattern with what stands between `\Q` and `\E` escaped.

    >>> quoted_out(r"\Qa.b\E+")
    'a\\.b+'
    """
    return _QUOTED.sub(lambda found: re.escape(found[1]), pattern)


def for_python(pattern: str) -> str:
    r"""The pattern as `re` reads it; properties of characters such as `\p{L}` it cannot read at all."""
    return _NAMED.sub("(?P<", quoted_out(pattern))


def has_properties(pattern: str) -> bool:
    r"""Whether a pattern names properties of characters, such as `\p{L}`."""
    return _PROPERTY.search(pattern) is not None


def is_pattern(pattern: str) -> bool:
    r"""Whether a pattern can be read.

    >>> is_pattern(r"(?<name>\p{L}+)"), is_pattern("(x")
    (True, False)
    """
    try:
        re.compile(for_python(_PROPERTY.sub(r"\\w", pattern)))
    except (re.error, OverflowError):
        return False
    return True


def flags_of(flags: str) -> str:
    """Flags by name, with bars between, as the letters that begin a pattern; `errors.Invalid` for others.

    >>> flags_of("CASE_INSENSITIVE|DOTALL")
    '(?is)'
    """
    names = [name.strip() for name in flags.split("|") if name.strip()]
    for name in names:
        if name not in _FLAGS:
            raise Invalid(f"Unknown regex flag [{name}]")
    letters = "".join(_FLAGS[name] for name in names)
    return f"(?{letters})" if letters else ""


def replacement_parts(replacement: str) -> list[str | int]:
    r"""A replacement as texts and numbers of groups: `$1`, and a backslash before what stands for itself.

    >>> replacement_parts(r"<$1>\$")
    ['<', 1, '>', '$']
    """
    parts: list[str | int] = []
    at = 0
    for found in _GROUP.finditer(replacement):
        parts += [replacement[at : found.start()], found[1] if found[2] is None else int(found[2])]
        at = found.end()
    return [part for part in [*parts, replacement[at:]] if part != ""]
