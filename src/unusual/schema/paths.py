"""The values of a JSON document at a dotted path; knows no mapping and no query."""

from collections.abc import Iterator
from typing import Any

from unusual.schema.values import Document


def values_at(document: Document, path: str) -> list[Any]:
    """Every value that is not null, whether the document spells the path as one name or as objects in objects.

    >>> values_at({"net": {"host": ["a", None]}, "net.host": "b"}, "net.host")
    ['b', 'a']
    """
    if path in document and "." not in path:
        return [*_plain(document[path])]
    return [*_found(document, path)]


def _found(document: Document, path: str) -> Iterator[Any]:
    if path in document:
        yield from _plain(document[path])
    position = path.find(".")
    while position > 0:
        for inner in _plain(document.get(path[:position])):
            if isinstance(inner, dict):
                yield from _found(inner, path[position + 1 :])
        position = path.find(".", position + 1)


def _plain(value: object) -> Iterator[Any]:
    """What a value holds: lists are looked through, nulls are nothing."""
    if isinstance(value, list):
        for item in value:
            yield from _plain(item)
    elif value is not None:
        yield value
