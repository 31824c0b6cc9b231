"""Documents looked up in indices: counted, or shown in some order; reads all of them, knows no index of values."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import orjson

from unusual.analysis.control import Document
from unusual.jobs.indices import find
from unusual.jobs.matching import test_of
from unusual.jobs.ports import Found, Ports
from unusual.schema.mappings import DATES, NUMBERS, Field, date_ms, fields_of
from unusual.schema.paths import values_at
from unusual.schema.queries import Clause
from unusual.schema.searching import SearchOptions

Hit: TypeAlias = tuple[Found, Document, Mapping[str, Field]]


def count(ports: Ports, expression: str, clause: Clause) -> int:
    """How many documents of the indices meet a clause; `NoSuchIndex`."""
    return sum(1 for _ in _hits(ports, expression, clause))


def search(ports: Ports, expression: str, options: SearchOptions) -> tuple[int, list[Document]]:
    """How many documents are meant in all, and those of the page as hits; `NoSuchIndex`, `errors.Invalid`."""
    options.check_window()
    hits = [*_hits(ports, expression, options.clause)]
    for field, desc in reversed(options.sort):
        valued = [(key, hit) for hit in hits if (key := _key(field, hit)) is not None]
        without = [hit for hit in hits if _key(field, hit) is None]
        valued.sort(key=lambda pair: pair[0], reverse=desc)
        hits = [hit for _, hit in valued] + without
    page = hits[options.start : options.start + options.size]
    return len(hits), [_shown(hit, options) for hit in page]


def _hits(ports: Ports, expression: str, clause: Clause) -> Iterator[Hit]:
    now_ms = ports.clock.now_ms()
    indices = {index.name: fields_of(index.definition["mappings"]) for index in find(ports, expression)}
    tests = {name: test_of(clause, fields, now_ms) for name, fields in indices.items()}
    for found in ports.documents.scan([*indices]):
        document: Document = orjson.loads(found.body)
        if tests[found.index_name](found.document_id, document):
            yield found, document, indices[found.index_name]


def _key(name: str, hit: Hit) -> tuple[bool, float, str] | None:
    """A hit's place in the order of a field: numbers and moments before words; None without a value."""
    _, document, fields = hit
    field = fields.get(name)
    if name == "_doc" or field is None:
        return (False, 0.0, "") if name == "_doc" else None
    values = [_comparable(field, value) for value in values_at(document, field.source)]
    return min(values, default=None)


def _comparable(field: Field, value: Any) -> tuple[bool, float, str]:  # noqa: ANN401 - any JSON value
    if field.kind in DATES:
        return (False, float(date_ms(field.format, value)), "")
    return (False, float(value), "") if field.kind in NUMBERS else (True, 0.0, str(value))


def _shown(hit: Hit, options: SearchOptions) -> Document:
    found, document, _ = hit
    told: Document = {"_index": found.index_name, "_id": found.document_id, "_score": None if options.sort else 1.0}
    if options.source:
        told["_source"] = document
    if options.sort:
        told["sort"] = [_sort_value(_key(field, hit)) for field, _ in options.sort]
    return told


def _sort_value(key: tuple[bool, float, str] | None) -> object:
    if key is None:
        return None
    is_word, number, word = key
    if is_word:
        return word
    return int(number) if number.is_integer() else number
