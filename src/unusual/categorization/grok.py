"""A Grok pattern for the lines of a category, made from its words and examples; knows texts, not their origin.

The names are those of the patterns that log shippers come with, and each expression here matches no more than theirs.
"""

import re
from collections import Counter
from typing import NamedTuple

MOST_FIELDS = 12


class Kind(NamedTuple):
    """A kind of value: the name of its pattern, the field it goes to, and what it looks like."""

    pattern: str
    field: str
    shape: re.Pattern[str]


class Stretch(NamedTuple):
    """A part of an example: its text between two offsets."""

    text: str
    start: int
    end: int

    def first(self, shape: re.Pattern[str]) -> re.Match[str] | None:
        """What looks so first, with the text before and behind in sight."""
        found = shape.search(self.text, self.start)
        return found if found and found.end() <= self.end else None


_CLOCK = r"(?:2[0-3]|[01][0-9]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = r"(?:0[1-9]|[12][0-9]|3[01])"
_ZONE = r"(?:Z|[+-](?:2[0-3]|[01][0-9]):?[0-5][0-9])"
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_LEVELS = r"TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE|EMERG|trace|debug|info|notice|warn|error"
KINDS = tuple(
    Kind(pattern, field, re.compile(shape))
    for pattern, field, shape in (
        (
            "TIMESTAMP_ISO8601",
            "timestamp",
            rf"(?<![0-9])[0-9]{{4}}-(?:0[1-9]|1[0-2])-{_DAY}[T ]{_CLOCK}{_ZONE}?(?![0-9])",
        ),
        ("SYSLOGTIMESTAMP", "timestamp", rf"\b{_MONTH} +(?:[12][0-9]|3[01]|0?[1-9]) {_CLOCK}(?![0-9])"),
        ("HTTPDATE", "timestamp", rf"(?<![0-9]){_DAY}/{_MONTH}/[0-9]{{4}}:{_CLOCK} [+-][0-9]+(?![0-9])"),
        ("UUID", "uuid", r"\b[A-Fa-f0-9]{8}-(?:[A-Fa-f0-9]{4}-){3}[A-Fa-f0-9]{12}\b"),
        ("URI", "uri", r"\b(?:https?|ftp)://[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9](?::[0-9]+)?(?:/[\w.-]+)*"),
        ("EMAILADDRESS", "email", r"\b[A-Za-z][\w.+=:-]*@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z][A-Za-z0-9]*)+\b"),
        ("MAC", "macaddress", r"(?<![:\w])(?:[A-Fa-f0-9]{2}:){5}[A-Fa-f0-9]{2}(?![:\w])"),
        (
            "IP",
            "ipaddress",
            rf"(?<![0-9.])(?:{_BYTE}\.){{3}}{_BYTE}(?![0-9.])",
        ),
        ("PATH", "path", r"(?<![\w/.:])(?:/[\w%!$@:.,+~-]+){2,}"),
        ("TIME", "time", rf"(?<![0-9]){_CLOCK}(?![0-9])"),
        ("LOGLEVEL", "loglevel", rf"\b(?:{_LEVELS})\b"),
        ("BASE16NUM", "hexadecimal", r"\b0x[A-Fa-f0-9]+\b"),
        ("NUMBER", "number", r"(?<![\w.+-])[+-]?[0-9]+(?:\.[0-9]+)?(?![\w.])"),
    )
)


def grok_pattern(terms: tuple[str, ...], examples: tuple[str, ...]) -> str:
    """A pattern that finds the values all examples have between the same words.

    >>> grok_pattern(("took", "ms"), ("took 5 ms", "took 12 ms"))
    '.*?took.*?%{NUMBER:number}.*?ms.*'
    """
    between = [gaps for gaps in (_gaps(terms, example) for example in examples) if gaps is not None]
    used: Counter[str] = Counter()
    parts = []
    for number in range(len(terms) + 1):
        if number:
            parts.append(re.escape(terms[number - 1]))
        fields = _fields([gaps[number] for gaps in between], used) if between else []
        parts += [f".*?%{{{field}}}" for field in fields]
        last, inside = number == len(terms), number > 0
        apart = inside and not fields and all(gaps[number].end > gaps[number].start for gaps in between) and between
        parts.append(".*" if last else ".+?" if apart else ".*?")
    return "".join(parts)


def _gaps(terms: tuple[str, ...], example: str) -> list[Stretch] | None:
    """What stands before, between and behind the words of an example; None when it has not all of them in order."""
    gaps, at = [], 0
    for term in terms:
        found = example.find(term, at)
        if found < 0:
            return None
        gaps.append(Stretch(example, at, found))
        at = found + len(term)
    return [*gaps, Stretch(example, at, len(example))]


def _fields(stretches: list[Stretch], used: Counter[str]) -> list[str]:
    """The values that all stretches have, in their order, as `PATTERN:field`."""
    for kind in KINDS:
        found = [stretch.first(kind.shape) for stretch in stretches]
        if sum(used.values()) < MOST_FIELDS and all(found):
            pairs = [(one, match) for one, match in zip(stretches, found, strict=True) if match]
            before = [Stretch(one.text, one.start, match.start()) for one, match in pairs]
            behind = [Stretch(one.text, match.end(), one.end) for one, match in pairs]
            used[kind.field] += 1
            number = used[kind.field]
            name = f"{kind.pattern}:{kind.field}{number if number > 1 else ''}"
            return [*_fields(before, used), name, *_fields(behind, used)]
    return []
