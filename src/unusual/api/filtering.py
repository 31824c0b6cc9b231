"""`filter_path`: which parts of an answer a client wants; knows plain JSON values only.

A pattern is dot-separated; `*` stands for any part of one name, `**` for any number of levels, a leading `-` leaves
out instead of keeping. Lists are looked through.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from unusual.schema.wildcards import fits

Pattern: TypeAlias = tuple[str, ...]


class _Nothing(Enum):
    NOTHING = 0


def filtered(document: object, expression: str) -> object:
    """The document as `filter_path` asks for it.

    >>> filtered({"count": 1, "jobs": [{"job_id": "a", "state": "opened"}]}, "jobs.state")
    {'jobs': [{'state': 'opened'}]}
    >>> filtered({"count": 1, "jobs": []}, "-jobs")
    {'count': 1}
    """
    wanted = [part.strip() for part in expression.split(",") if part.strip()]
    unwanted = [_pattern(part[1:]) for part in wanted if part.startswith("-")]
    kept = [_pattern(part) for part in wanted if not part.startswith("-")]
    if unwanted:
        document = _without(document, unwanted)
    if kept:
        document = _only(document, kept)
    return {} if document is _Nothing.NOTHING else document


def _pattern(text: str) -> Pattern:
    parts = [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", text)]
    # Any number of levels twice is any number of levels: said once, a long row of them costs nothing.
    return tuple(part for part, before in zip(parts, ["", *parts], strict=False) if part != "**" or before != "**")


def _only(value: object, patterns: list[Pattern]) -> object:
    if () in patterns:
        return value
    if isinstance(value, list):
        items = [item for item in (_only(item, patterns) for item in value) if item is not _Nothing.NOTHING]
        return items or _Nothing.NOTHING
    if isinstance(value, dict):
        parts = {name: _only(inner, _below(patterns, name)) for name, inner in value.items()}
        return {name: part for name, part in parts.items() if part is not _Nothing.NOTHING} or _Nothing.NOTHING
    return _Nothing.NOTHING


def _without(value: object, patterns: list[Pattern]) -> object:
    if isinstance(value, list):
        return [_without(item, patterns) for item in value]
    if isinstance(value, dict):
        below = {name: _below(patterns, name) for name in value}
        return {name: _without(inner, below[name]) for name, inner in value.items() if () not in below[name]}
    return value


def _below(patterns: list[Pattern], name: str) -> list[Pattern]:
    return list(dict.fromkeys(rest for pattern in patterns for rest in _after(pattern, name)))


def _after(pattern: Pattern, name: str) -> Iterator[Pattern]:
    if not pattern:
        return
    first, rest = pattern[0], pattern[1:]
    if first == "**":
        yield pattern if rest else ()
        yield from _after(rest, name)
    elif fits(name, first):
        yield rest
