"""Documents as columns of the fields that are asked for, typed as their index says; knows no query and no store."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

import orjson
import polars as pl

from unusual.errors import Unreadable
from unusual.jobs.ports import Found
from unusual.schema.mappings import DATES, NUMBERS, WHOLE_NUMBERS, Field, date_ms
from unusual.schema.paths import values_at
from unusual.schema.values import Document

INDEX: Final = "_index"
ID: Final = "_id"
HOLDING: Final = "holding:"  # the number of what holds a document
KEY: Final = "key:"  # what a document is fetched by
TIE: Final = "tie:"  # what puts documents in order when nothing else does
_LARGEST: Final = 1 << 63


class Inner(NamedTuple):
    """The objects at a path of some documents: as documents of their own, and the row that each came from."""

    piece: "Piece"
    rows: pl.Series


class Piece:
    """Some documents of one kind of index; a document is read only when a column needs what is in it."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        known: Mapping[str, pl.Series],
        bodies: Sequence[bytes],
        documents: Sequence[Document] | None = None,
    ) -> None:
        """Take over documents.

        fields     every field that can be asked for
        known      columns that need no reading, `_index` and `_id` among them: of dates in ms
        bodies     the documents as JSON; none when only known columns will be asked for
        documents  the same as read already
        """
        self.fields = fields
        self.bodies = bodies
        self.size = len(known[ID])
        self._columns: dict[str, pl.Series | None] = dict(known)
        self._documents = documents

    def knowing(self, name: str, column: pl.Series) -> Self:
        """The same with one more column."""
        self._columns[name] = column
        return self

    @property
    def documents(self) -> Sequence[Document]:
        """The documents as read."""
        if self._documents is None:
            self._documents = [orjson.loads(body) for body in self.bodies]
        return self._documents

    def column(self, name: str) -> pl.Series | None:
        """The values of a field: one for each document, or a list of them where some hold several; None if unmapped."""
        if name not in self._columns:
            field = self.fields.get(name)
            self._columns[name] = None if field is None else column_of(field, self.documents, name)
        return self._columns[name]

    def inner(self, path: str) -> Inner:
        """The objects at a path."""
        found = [(row, value) for row, one in enumerate(self.documents) for value in values_at(one, path)]
        objects = [(row, {path: value}) for row, value in found if isinstance(value, dict)]
        rows = pl.Series([row for row, _ in objects], dtype=pl.Int64)
        known = {name: self._columns[name] for name in (INDEX, ID)}
        gathered = {name: column.gather(rows) for name, column in known.items() if column is not None}
        return Inner(Piece(self.fields, gathered, (), [one for _, one in objects]), rows)


def piece_of(fields: Mapping[str, Field], found: Sequence[Found]) -> Piece:
    """Documents of one index, called by their ids."""
    ids = pl.Series([one.document_id for one in found], dtype=pl.String)
    names = pl.Series([one.index_name for one in found], dtype=pl.String)
    return Piece(fields, {ID: ids, KEY: ids, INDEX: names}, [one.body for one in found])


def nothing(fields: Mapping[str, Field]) -> Piece:
    """No documents."""
    return Piece(fields, {ID: pl.Series([], dtype=pl.String)}, ())


def column_of(field: Field, documents: Sequence[Document], name: str = "") -> pl.Series:
    """The values of a field as a column: dates as ms, numbers as numbers, everything else as text."""
    held = [[*_typed(field, values_at(document, field.source))] for document in documents]
    dtype = dtype_of(field)
    if all(len(values) < 2 for values in held):  # noqa: PLR2004 - one value or none
        return pl.Series(name, [values[0] if values else None for values in held], dtype=dtype)
    return pl.Series(name, held, dtype=pl.List(dtype))


def dtype_of(field: Field) -> type[pl.DataType]:
    """How a column keeps the values of a field."""
    if field.kind in DATES or field.kind in WHOLE_NUMBERS:
        return pl.Int64
    return pl.Float64 if field.kind in NUMBERS else pl.String


def text_of(value: object) -> str:
    """A plain value as the text that it is compared as."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def number_of(field: Field, value: object) -> int | float | None:
    """A value as a number of a field's type, None when it is none."""
    try:
        number = float(text_of(value))
        whole = int(number) if field.kind in WHOLE_NUMBERS else None
    except (ValueError, OverflowError):
        return None
    if whole is None:
        return number
    # A whole number keeps all its digits.
    exact = value if isinstance(value, int) and not isinstance(value, bool) else whole
    return exact if -_LARGEST <= exact < _LARGEST else None


def _typed(field: Field, values: Sequence[Any]) -> Iterator[Any]:
    if field.kind in DATES:
        for value in values:
            try:
                yield date_ms(field.format, value)
            except Unreadable:
                continue
    elif field.kind in NUMBERS:
        yield from (number for value in values if (number := number_of(field, value)) is not None)
    else:
        yield from (text_of(value) for value in values if not isinstance(value, dict))
