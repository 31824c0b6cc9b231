"""Indices of documents: make, find, remove; knows the rules of their names, not how documents are kept."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Invalid, Malformed, NoSuchIndex
from unusual.jobs.ports import Ports, StoredIndex
from unusual.schema.mappings import dates_of, fields_of
from unusual.schema.wildcards import fits

_NAME: Final = re.compile(r'(?!\.\.?$)[^-_+A-Z\\/*?"<>| ,#:][^A-Z\\/*?"<>| ,#:]*')
_LONGEST: Final = 255
_PARTS: Final = ("mappings", "settings", "aliases")
_EVERYTHING: Final = ("", "_all", "*")


def create(ports: Ports, name: str, body: object) -> StoredIndex:
    """Make an index; `Taken`, `Invalid` for its name, `Malformed` for what it should hold."""
    if not _NAME.fullmatch(name) or len(name.encode()) > _LONGEST:
        raise Invalid(f"Invalid index name [{name}], must be lowercase and start with a letter or a digit")
    if any(name in index.aliases for index in ports.documents.all()):
        raise Invalid(f"Invalid index name [{name}], already exists as alias")
    index = _new(ports, name, _definition(body))
    ports.documents.add(index)
    return index


def _new(ports: Ports, name: str, definition: Document) -> StoredIndex:
    timed = {"timed": sorted(dates_of(definition["mappings"]))}
    return StoredIndex(name, definition | {"created_ms": ports.clock.now_ms()} | timed)


def prepare_hidden(ports: Ports, name: str, mappings: Document, aliases: Iterable[str]) -> None:
    """Make an index of the server's own unless it is there; patterns mean it only when they begin with a dot."""
    with ports.changing:
        if all(index.name != name for index in ports.documents.all()):
            hidden = {alias: {"is_hidden": True} for alias in aliases}
            definition = {"mappings": mappings, "settings": {"index": {"hidden": "true"}}, "aliases": hidden}
            ports.documents.add(_new(ports, name, definition))


def _definition(body: object) -> Document:
    """What a new index is to hold; `Malformed`."""
    definition = body if body is not None else {}
    if not isinstance(definition, dict):
        raise Malformed("the body of an index must be an object")
    unknown = [part for part in definition if part not in _PARTS]
    if unknown:
        raise Malformed(f"unknown key [{unknown[0]}] for create index")
    mappings, aliases = definition.get("mappings") or {}, definition.get("aliases") or {}
    fields_of(mappings)
    if not isinstance(aliases, dict) or not all(isinstance(alias, dict) for alias in aliases.values()):
        raise Malformed("the aliases of an index must be an object of objects")
    return {"mappings": mappings, "settings": definition.get("settings") or {}, "aliases": aliases}


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
        ports.documents.put(StoredIndex(name, changed | {"timed": sorted(_timed(ports, index, changed["mappings"]))}))


def _timed(ports: Ports, index: StoredIndex, mappings: Document) -> Iterable[str]:
    """The date fields that are trusted under other mappings: the documents that are there were read by the old ones."""
    before, after = dates_of(index.definition["mappings"]), dates_of(mappings)
    if not ports.documents.number(index.name):
        return after
    return (name for name in index.timed if before.get(name) == after.get(name))


def find(ports: Ports, expressions: str | Iterable[str], *, ignore_unavailable: bool = False) -> list[StoredIndex]:
    """The indices that names, aliases and patterns mean, sorted by name; `NoSuchIndex` unless that may be none.

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


def writable(ports: Ports, name: str) -> StoredIndex | None:
    """The index that documents go into by a name or an alias, None when there is none; `Invalid` when it is not clear.

    Of several indices under one alias, that is the one which says so.
    """
    found = [index for index in ports.documents.all() if name == index.name or name in index.aliases]
    if len(found) > 1:
        found = [index for index in found if index.aliases.get(name, {}).get("is_write_index")]
        if len(found) != 1:
            raise Invalid(f"no write index is defined for alias [{name}]")
    return found[0] if found else None


def remove(ports: Ports, expression: str) -> None:
    """Remove indices by their names; `NoSuchIndex`, and `Invalid` for a pattern or alias, which could mean too much."""
    if expression in _EVERYTHING or "*" in expression:
        raise Invalid("Wildcard expressions or all indices are not allowed")
    chosen = find(ports, expression)
    other = {*expression.split(",")} - {index.name for index in chosen}
    if other:
        told = "matches an alias, specify the corresponding concrete indices instead"
        raise Invalid(f"The provided expression [{min(other)}] {told}")
    for index in chosen:
        ports.documents.delete(index.name)


def shown(index: StoredIndex) -> Document:
    """An index as clients see it."""
    settings = index.definition["settings"]
    inner = settings.get("index", settings)
    generated = {"creation_date": str(index.definition["created_ms"]), "provided_name": index.name}
    return {
        "aliases": index.aliases,
        "mappings": index.definition["mappings"],
        "settings": {"index": inner | generated},
    }


def numbered(ports: Ports, expressions: str) -> list[Document]:
    """Indices, each with how many documents it has; `NoSuchIndex`."""
    always = {"health": "green", "status": "open", "primaries": 1, "replicas": 0}
    return [
        always
        | {
            "index": index.name,
            "documents": ports.documents.number(index.name),
            "created": index.definition["created_ms"],
        }
        for index in find(ports, expressions)
    ]


def _matching(indices: Sequence[StoredIndex], pattern: str) -> set[str]:
    return {index.name for index in indices if any(meant(name, pattern) for name in (index.name, *index.aliases))}


def meant(name: str, pattern: str) -> bool:
    if "*" not in pattern:
        return name == pattern
    # Hidden indices are meant only by patterns that begin like them.
    return fits(name, pattern) and (pattern[0] == "." or name[0] != ".")
