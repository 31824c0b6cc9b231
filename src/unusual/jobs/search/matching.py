"""Which documents a query means: a clause over columns becomes a mask; knows no store.

Values are compared as the type of their field says: dates as moments, numbers as numbers, texts word by word. A field
that holds several values holds each of them.
"""

import operator
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import polars as pl

from unusual.errors import Unreadable
from unusual.jobs.search.columns import ID, Piece, dtype_of, text_of
from unusual.schema.mappings import DATES, NUMBERS, TEXTS, Field, date_ms
from unusual.schema.queries import (
    Between,
    Clause,
    Everything,
    Inside,
    Joined,
    Like,
    Named,
    Nothing,
    OneOf,
    Present,
    Words,
)
from unusual.schema.times import feed_time

Test: TypeAlias = Callable[[pl.Series], pl.Series]

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_UP: Final = ("gt", "lte")
# A date without its last parts means all of that day, minute or second: how many ms come after the first one.
_UNSAID: Final = (
    (re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), 86_399_999),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(Z|[+-][\d:]+)?", re.ASCII), 59_999),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-][\d:]+)?", re.ASCII), 999),
)
_WORD: Final = r"\w+"


def mask(clause: Clause, piece: Piece, now_ms: int) -> pl.Series:
    """For each document whether it meets a clause; a field that is not mapped holds nothing."""
    match clause:
        case Everything():
            return _all(piece)
        case Nothing():
            return ~_all(piece)
        case Named(ids):
            return _held(piece.column(ID), piece, lambda names: names.is_in(list(ids)))
        case Joined():
            return _joined(clause, piece, now_ms)
        case Inside():
            inner = piece.inner(clause.path)
            return _marked(inner.rows.filter(mask(clause.clause, inner.piece, now_ms)), piece)
        case Present():
            return _present(clause.field, piece)
    test = _test(clause, piece.fields.get(clause.field, Field("keyword", clause.field)), now_ms)
    return _held(piece.column(clause.field), piece, test)


def _all(piece: Piece) -> pl.Series:
    return pl.repeat(value=True, n=piece.size, eager=True)


def _marked(rows: pl.Series, piece: Piece) -> pl.Series:
    return pl.int_range(piece.size, eager=True).is_in(rows.unique().to_list())


def _held(column: pl.Series | None, piece: Piece, test: Test) -> pl.Series:
    """For each document whether any value of a column passes a test."""
    if column is None:
        return ~_all(piece)
    if not isinstance(column.dtype, pl.List):
        return test(column).fill_null(value=False)
    values = pl.DataFrame({"row": pl.int_range(piece.size, eager=True), "value": column}).explode("value").drop_nulls()
    return _marked(values["row"].filter(test(values["value"])), piece)


def _present(path: str, piece: Piece) -> pl.Series:
    """A field exists when it has a value, an object when any field in it does."""
    inner = [path] if path in piece.fields else [name for name in piece.fields if name.startswith(f"{path}.")]
    present = ~_all(piece)
    for name in inner or [path]:
        present |= _held(piece.column(name), piece, lambda values: values.is_not_null())
    return present


def _joined(clause: Joined, piece: Piece, now_ms: int) -> pl.Series:
    passing = _all(piece)
    for one in clause.must:
        passing &= mask(one, piece, now_ms)
    for one in clause.must_not:
        passing &= ~mask(one, piece, now_ms)
    if clause.least > 0:
        met = pl.zeros(piece.size, dtype=pl.Int64, eager=True)
        for one in clause.should:
            met += mask(one, piece, now_ms).cast(pl.Int64)
        passing &= met >= clause.least
    return passing


def _test(clause: OneOf | Between | Words | Like, field: Field, now_ms: int) -> Test:
    """A test of the values of a field."""
    match clause:
        case OneOf(_, values):
            return _one_of(values, field, now_ms)
        case Between(_, bounds, written_as):
            return _between([(bound, reading(field, now_ms, value, bound, written_as)) for bound, value in bounds])
        case Words():
            return _words(clause) if field.kind in TEXTS else _one_of((clause.text,), field, now_ms)
        case Like():
            return _like(clause, field)


def _one_of(values: tuple[Any, ...], field: Field, now_ms: int) -> Test:
    if field.kind in TEXTS:
        wanted = [text_of(value) for value in values]
        return lambda texts: _tokens(texts).list.set_intersection(wanted).list.len() > 0
    dtype = dtype_of(field)
    read = [reading(field, now_ms, value) for value in values]
    # What is between whole numbers is none of them.
    known = [value for value in read if value is not None and (dtype != pl.Int64 or value == value // 1)]
    whole = [int(value) if dtype == pl.Int64 else value for value in known]
    sought = pl.Series(whole, dtype=dtype, strict=False)
    return lambda held: held.is_in(sought.implode())


def _between(bounds: list[tuple[str, Any]]) -> Test:
    def test(held: pl.Series) -> pl.Series:
        passing = held.is_not_null()
        for bound, value in bounds:
            passing &= _COMPARE[bound](held, value) if value is not None else held.is_null()
        return passing

    return test


def _words(clause: Words) -> Test:
    wanted: list[str] = _tokens(pl.Series([clause.text]))[0].to_list()
    if clause.phrase:
        phrase = f" {' '.join(wanted)} "
        return lambda texts: (" " + _tokens(texts).list.join(" ") + " ").str.contains(phrase, literal=True)
    least = len(set(wanted)) if clause.every else 1
    return lambda texts: _tokens(texts).list.set_intersection(wanted).list.len() >= least


def _like(clause: Like, field: Field) -> Test:
    regex = f"(?s{'i' if clause.any_case else ''})^(?:{clause.regex})$"
    if field.kind in TEXTS:
        return lambda texts: _tokens(texts).list.eval(pl.element().str.contains(regex)).list.any()
    return lambda held: held.cast(pl.String).str.contains(regex)


def _tokens(texts: pl.Series) -> pl.Series:
    return texts.str.to_lowercase().str.extract_all(_WORD)


def reading(field: Field, now_ms: int, value: object, bound: str = "gte", written_as: str | None = None) -> Any:  # noqa: ANN401 - what the field's type holds
    """From a value of a query to what a column holds; None for what is no such value.

    A date that says less than a millisecond begins with the first of its milliseconds, and ends with its last one.
    """
    if field.kind in DATES:
        return _moment(value, written_as or field.format, now_ms, latest=bound in _UP)
    if field.kind in NUMBERS:
        return _number(value)
    return text_of(value)


def _moment(value: object, written_as: str, now_ms: int, *, latest: bool) -> int | None:
    try:
        if isinstance(value, str) and (value.startswith("now") or "||" in value):
            return feed_time("date", value, now_ms, latest=latest)
        after = next((ms for form, ms in _UNSAID if form.fullmatch(str(value))), 0) if latest else 0
        return date_ms(written_as, value) + after
    except Unreadable:
        return None


def _number(value: object) -> int | float | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return float(text_of(value))
    except ValueError:
        return None
