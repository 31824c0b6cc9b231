"""What the fields of an index are: types, date formats, and how fields nobody described are taken; knows no store."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import NoneType
from typing import Any, Final

from unusual.errors import Malformed, Unreadable
from unusual.schema.paths import values_at
from unusual.schema.time_patterns import directives, python_formats
from unusual.schema.times import moment_ms, result_time
from unusual.schema.values import Document

DATES: Final = ("date", "date_nanos")
WHOLE_NUMBERS: Final = ("long", "integer", "short", "byte", "unsigned_long")
NUMBERS: Final = (*WHOLE_NUMBERS, "double", "float", "half_float", "scaled_float")
TEXTS: Final = ("text", "match_only_text", "search_as_you_type")
_DEFAULT_FORMAT: Final = "strict_date_optional_time||epoch_millis"
_LOOKS_LIKE_A_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?", re.ASCII)
_PLAIN_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", re.ASCII)
_NESTED: Final = frozenset((dict, list))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Field:
    """One field that can be asked for.

    source  where its values are in a document: another path for a sub-field or an alias
    format  how dates are written, alternatives joined by `||`
    """

    kind: str
    source: str
    format: str = _DEFAULT_FORMAT

    def dates(self, document: Document) -> list[int]:
        """The moments a document holds, ms; `errors.Unreadable`."""
        return [date_ms(self.format, value) for value in values_at(document, self.source)]

    def moments(self, documents: Sequence[Document]) -> list[int | None] | None:
        """The moment that each document holds, None where it holds none; nothing when one of them holds several.

        `errors.Unreadable`.
        """
        if "." not in self.source and self.format == _DEFAULT_FORMAT:
            values = [document.get(self.source) for document in documents]
            kinds = {*map(type, values)} - {NoneType}
            if kinds <= {int}:
                return values
            if kinds <= {str} and all(value is None or _PLAIN_DATE.fullmatch(value) for value in values):
                return [None if value is None else date_ms("iso", value) for value in values]
        held = [self.dates(document) for document in documents]
        return [next(iter(dates), None) for dates in held] if all(len(dates) <= 1 for dates in held) else None


def fields_of(mappings: Document) -> dict[str, Field]:
    """Every field of an index by the dotted name it is asked for; `errors.Malformed` for what is no mapping."""
    found = dict(_fields(mappings.get("properties", {}), ""))
    aliases = {name: field.source for name, field in found.items() if field.kind == "alias"}
    return found | {name: found[path] for name, path in aliases.items() if path in found}


def dates_of(mappings: Document) -> dict[str, Field]:
    """The date fields of an index; `errors.Malformed`."""
    return {name: field for name, field in fields_of(mappings).items() if field.kind in DATES}


def date_ms(written_as: str, value: object) -> int:
    """Milliseconds of one value in any of the formats that are joined by `||`; `errors.Unreadable`.

    >>> date_ms("yyyy-MM-dd||epoch_second", 86400), date_ms("yyyy-MM-dd||epoch_second", "1970-01-02")
    (86400000, 86400000)
    """
    for name in written_as.split("||"):
        moment = _in_format(name.strip(), value)
        if moment is not None:
            return moment
    raise Unreadable(f"failed to parse date field [{value}] with format [{written_as}]")


def date_text(written_as: str | None, ms: int) -> str:
    """A moment in a format, or as ISO 8601 in UTC where none of its own is named.

    >>> date_text(None, 86_400_000), date_text("yyyy-MM-dd", 86_400_000), date_text("epoch_second", 86_400_000)
    ('1970-01-02T00:00:00.000Z', '1970-01-02', '86400')
    """
    name = (written_as or "").split("||")[0].strip()
    if name.startswith("epoch_"):
        return str(ms // 1000 if name == "epoch_second" else ms)
    moment = _EPOCH + timedelta(milliseconds=ms)
    if not name or not _formats(name):
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"
    fraction = f"{ms % 1000:03d}"
    written = directives(name)[0].replace("%.f", f".{fraction}").replace("%#z", "Z")
    for places, digits in (("%3f", fraction), ("%6f", f"{fraction}000"), ("%9f", f"{fraction}000000")):
        written = written.replace(places, digits)
    return moment.strftime(written)


def with_inferred(mappings: Document, documents: Sequence[Document]) -> Document:
    """The mappings, and a type for each field of the documents that they do not describe yet.

    `errors.Malformed` where the mappings are strict.
    """
    dynamic = str(mappings.get("dynamic", "true"))
    if dynamic == "false":
        return mappings
    added = _unknown({*fields_of(mappings)}, documents)
    if added and dynamic == "strict":
        raise Malformed(f"mapping set to strict, dynamic introduction of [{next(iter(added))}] is not allowed")
    properties = mappings.get("properties", {})
    for path, definition in added.items():
        properties = _placed(properties, path.split("."), definition)
    return mappings | {"properties": properties} if added else mappings


def _unknown(known: set[str], documents: Sequence[Document]) -> dict[str, Document]:
    """A type for each field of the documents that is not known."""
    added: dict[str, Document] = {}
    settled: set[tuple[str, ...]] = set()
    for document in documents:
        names = tuple(document)
        if names in settled and _NESTED.isdisjoint(map(type, document.values())):
            continue  # most documents are like the one before
        for path, value in _leaves(document, ""):
            if path not in known and path not in added:
                added[path] = _inferred(value)
        if all(name in known or name in added for name in names):
            settled.add(names)
    return added


def _fields(properties: object, prefix: str) -> Iterator[tuple[str, Field]]:
    if not isinstance(properties, dict):
        raise Malformed("Failed to parse mapping: properties must be an object")
    for name, definition in properties.items():
        if not isinstance(definition, dict):
            raise Malformed(f"Expected map for property [fields] on field [{prefix}{name}]")
        path = prefix + name
        if "properties" in definition:
            yield from _fields(definition["properties"], f"{path}.")
        elif definition.get("type", "object") not in {"object", "nested"}:
            yield path, _field(definition, definition.get("path", path))
            for sub_name, sub in definition.get("fields", {}).items():
                yield f"{path}.{sub_name}", _field(sub, path)


def _field(definition: Document, source: str) -> Field:
    field = Field(definition["type"], source, definition.get("format", _DEFAULT_FORMAT))
    if field.kind in DATES:
        for name in field.format.split("||"):
            _formats(name.strip())
    return field


def _in_format(name: str, value: object) -> int | None:
    """Milliseconds of a value in one format, None when it is not written in it."""
    text = str(value)
    if name.startswith("epoch_"):
        scale = 1000 if name == "epoch_second" else 1
        return int(float(text) * scale) if not isinstance(value, bool) and _NUMBER.fullmatch(text) else None
    formats = _formats(name)
    if not formats:
        return _iso(text) if isinstance(value, str) else None
    for one in formats:
        try:
            return moment_ms(datetime.strptime(text, one))  # noqa: DTZ007 - no zone means UTC
        except ValueError:
            continue
    return None


def _iso(text: str) -> int | None:
    if not _LOOKS_LIKE_A_DATE.fullmatch(text):
        return None
    try:
        return moment_ms(datetime.fromisoformat(text)) if _PLAIN_DATE.fullmatch(text) else result_time("date", text)
    except ValueError:
        return None
    except Unreadable:
        return None


@cache
def _formats(name: str) -> tuple[str, ...]:
    """How a format is read; nothing for the named ones, all of which are read as ISO 8601 or numbers."""
    if "date" in name or name.startswith(("epoch_", "basic_", "iso")):
        return ()
    return python_formats(name)


def _leaves(document: Document, prefix: str) -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        path = prefix + name
        first = _first(value)
        if isinstance(first, dict):
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    yield from _leaves(item, f"{path}.")
        elif first is not None:
            yield path, first


def _first(value: object) -> object:
    while isinstance(value, list):
        value = next((item for item in value if item is not None), None)
    return value


def _inferred(value: object) -> Document:
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "long"}
    if isinstance(value, float):
        return {"type": "float"}
    if _iso(str(value)) is not None:
        return {"type": "date"}
    return {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}


def _placed(properties: Document, path: list[str], definition: Document) -> Document:
    """The properties with a new one at a path."""
    name, *rest = path
    if not rest:
        return properties | {name: definition}
    inner: dict[str, Any] = properties.get(name, {})
    return properties | {name: inner | {"properties": _placed(inner.get("properties", {}), rest, definition)}}
