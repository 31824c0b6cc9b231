"""Indices of documents: make, find, remove; knows the rules of their names, not how documents are kept."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Invalid, Malformed, NoSuchIndex
from unusual.jobs.ports import Ports, StoredIndex
from unusual.schema.mappings import fields_of
from unusual.schema.wildcards import fits

_NAME: Final = re.compile(r'(?!\.\.?$)[^-_+A-Z\\/*?"<>| ,#:][^A-Z\\/*?"<>| ,#:]*')
_LONGEST: Final = 255
_PARTS: Final = ("mappings", "settings", "aliases")
_EVERYTHING: Final = ("", "_all", "*")


def create(ports: Ports, name: str, body: object) -> None:
    """Make an index; `Taken`, `Invalid` for its name, `Malformed` for what it should hold."""
    if not _NAME.fullmatch(name) or len(name.encode()) > _LONGEST:
        raise Invalid(f"Invalid index name [{name}], must be lowercase and start with a letter or a digit")
    definition = body if body is not None else {}
    if not isinstance(definition, dict):
        raise Malformed("the body of an index must be an object")
    unknown = [part for part in definition if part not in _PARTS]
    if unknown:
        raise Malformed(f"unknown key [{unknown[0]}] for create index")
    mappings = definition.get("mappings") or {}
    fields_of(mappings)
    ports.documents.add(
        StoredIndex(
            name,
            {
                "mappings": mappings,
                "settings": definition.get("settings") or {},
                "created_ms": ports.clock.now_ms(),
            },
        )
    )


def describe(ports: Ports, name: str, body: object) -> None:
    """Add fields to the mappings of an index; `NoSuchIndex`, `Malformed`, `Invalid` for a type that would change."""
    with ports.changing:
        index = find(ports, [name])[0]
        mappings = index.definition["mappings"]
        if not isinstance(body, dict) or not isinstance(body.get("properties"), dict):
            raise Malformed("a mapping must be an object with [properties]")
        present, more = fields_of(mappings), fields_of(body)
        for path, field in more.items():
            if path in present and present[path].kind != field.kind:
                raise Invalid(f"mapper [{path}] cannot be changed from type [{present[path].kind}] to [{field.kind}]")
        properties = mappings.get("properties", {}) | body["properties"]
        changed = index.definition | {"mappings": mappings | {"properties": properties}}
        ports.documents.put(StoredIndex(name, changed))


def find(ports: Ports, expressions: str | Iterable[str], *, ignore_unavailable: bool = False) -> list[StoredIndex]:
    """The indices that names and patterns mean, sorted by name; `NoSuchIndex` unless names may be without one.

    A pattern may match nothing.
    """
    stored = ports.documents.all()
    parts = expressions.split(",") if isinstance(expressions, str) else expressions
    chosen: set[str] = set()
    for part in parts:
        pattern = "*" if part in _EVERYTHING else part
        if pattern.startswith("-"):
            chosen -= _matching(stored, pattern[1:])
            continue
        found = _matching(stored, pattern)
        if not found and "*" not in pattern and not ignore_unavailable:
            raise NoSuchIndex(part)
        chosen |= found
    return [index for index in stored if index.name in chosen]


def remove(ports: Ports, expression: str) -> None:
    """Remove indices by their names; `NoSuchIndex`, and `Invalid` for a pattern, which could mean too much."""
    if expression in _EVERYTHING or "*" in expression:
        raise Invalid("Wildcard expressions or all indices are not allowed")
    for index in find(ports, expression):
        ports.documents.delete(index.name)


def shown(index: StoredIndex) -> Document:
    """An index as clients see it."""
    settings = index.definition["settings"]
    inner = settings.get("index", settings)
    generated = {"creation_date": str(index.definition["created_ms"]), "provided_name": index.name}
    return {"aliases": {}, "mappings": index.definition["mappings"], "settings": {"index": inner | generated}}


def _matching(indices: Sequence[StoredIndex], pattern: str) -> set[str]:
    if "*" not in pattern:
        return {index.name for index in indices if index.name == pattern}
    # Hidden indices are meant only by patterns that begin like them.
    return {
        index.name for index in indices if fits(index.name, pattern) and (pattern[0] == "." or index.name[0] != ".")
    }
