"""Which documents a query means: a clause and the fields of an index become a test; knows no store.

Values are compared as the type of their field says: dates as moments, numbers as numbers, texts word by word.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from unusual.analysis.control import Document
from unusual.errors import Unreadable
from unusual.schema.mappings import DATES, NUMBERS, TEXTS, Field, date_ms
from unusual.schema.paths import values_at
from unusual.schema.queries import (
    Between,
    Clause,
    Everything,
    Joined,
    Like,
    Named,
    Nothing,
    OneOf,
    Present,
    Words,
)
from unusual.schema.times import feed_time

Test: TypeAlias = Callable[[str, Document], bool]

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_WORD: Final = re.compile(r"\w+")


def test_of(clause: Clause, fields: Mapping[str, Field], now_ms: int) -> Test:
    """A test of a document and its id; a field that is not mapped holds nothing."""
    match clause:
        case Everything():
            return lambda _, __: True
        case Nothing():
            return lambda _, __: False
        case Named(ids):
            return lambda document_id, _: document_id in ids
        case Joined():
            return _joined(clause, fields, now_ms)
    field = fields.get(clause.field)
    if field is None:
        return _exists_inside(clause.field, fields) if isinstance(clause, Present) else lambda _, __: False
    held = _holder(clause, field, now_ms)
    return lambda _, document: any(map(held, values_at(document, field.source)))


def _exists_inside(path: str, fields: Mapping[str, Field]) -> Test:
    """An object exists when any field in it does."""
    inner = [field.source for name, field in fields.items() if name.startswith(f"{path}.")]
    return lambda _, document: any(values_at(document, source) for source in inner)


def _joined(clause: Joined, fields: Mapping[str, Field], now_ms: int) -> Test:
    must, must_not, should = (
        [test_of(one, fields, now_ms) for one in clauses] for clauses in (clause.must, clause.must_not, clause.should)
    )
    least = clause.least if clause.least >= 0 else len(should) + clause.least

    def test(document_id: str, document: Document) -> bool:
        return (
            all(one(document_id, document) for one in must)
            and not any(one(document_id, document) for one in must_not)
            and (least <= 0 or sum(one(document_id, document) for one in should) >= least)
        )

    return test


def _holder(clause: OneOf | Between | Present | Words | Like, field: Field, now_ms: int) -> Callable[[Any], bool]:
    """A test of a single value of a field."""
    match clause:
        case Present():
            return lambda _: True
        case OneOf(_, values):
            return _one_of(values, field, now_ms)
        case Between(_, bounds, written_as):
            read = _reader(field, now_ms, written_as)
            tests = [(_COMPARE[bound], read(value)) for bound, value in bounds]
            known = _reader(field, now_ms, None)
            return lambda value: _within(known(value), tests)
        case Words():
            if field.kind in TEXTS:
                return _words(clause)
            return _one_of((clause.text,), field, now_ms)
        case Like(_, pattern):
            return lambda value: pattern.fullmatch(_text(value)) is not None


def _one_of(values: tuple[Any, ...], field: Field, now_ms: int) -> Callable[[Any], bool]:
    if field.kind in TEXTS:
        wanted_words = {_text(value) for value in values}
        return lambda value: not wanted_words.isdisjoint(_WORD.findall(_text(value).lower()))
    read = _reader(field, now_ms, None)
    wanted = {read(value) for value in values} - {None}
    return lambda value: read(value) in wanted


def _words(clause: Words) -> Callable[[Any], bool]:
    wanted = _WORD.findall(clause.text.lower())

    def held(value: object) -> bool:
        words = _WORD.findall(_text(value).lower())
        if clause.phrase:
            size = len(wanted)
            return any(words[start : start + size] == wanted for start in range(len(words) - size + 1))
        return (set(wanted) <= set(words)) if clause.every else not set(wanted).isdisjoint(words)

    return held


def _reader(field: Field, now_ms: int, written_as: str | None) -> Callable[[Any], Any]:
    """From a value to what can be compared; None for what is no such value."""
    if field.kind in DATES:
        return lambda value: _moment(value, written_as or field.format, now_ms)
    if field.kind in NUMBERS:
        return _number
    return _text


def _moment(value: object, written_as: str, now_ms: int) -> int | None:
    try:
        if isinstance(value, str) and (value.startswith("now") or "||" in value):
            return feed_time("date", value, now_ms)
        return date_ms(written_as, value)
    except Unreadable:
        return None


def _number(value: object) -> float | None:
    try:
        return float(_text(value))
    except ValueError:
        return None


def _within(value: object, tests: list[tuple[Callable[[Any, Any], bool], Any]]) -> bool:
    return value is not None and all(bound is not None and compare(value, bound) for compare, bound in tests)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
