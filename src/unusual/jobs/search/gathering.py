"""What aggregations need to know of each document, gathered from all that is searched; knows no groups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from unusual.jobs.search.columns import Piece
from unusual.jobs.search.matching import mask
from unusual.jobs.search.narrowing import asked_of
from unusual.jobs.search.ordering import sort_column
from unusual.schema.aggregates import Aggregate, Composite, Filters, Metric, Steps, TopHits, Values
from unusual.schema.mappings import Field
from unusual.schema.queries import Clause
from unusual.schema.sorting import UNSORTED, Order

GROUP: Final = "group:"  # the number of the group that a row is in
_FIELD: Final = "field:"
_CLAUSE: Final = "clause:"


def field_name(name: str) -> str:
    """How the column of a field's values is called."""
    return _FIELD + name


@dataclass(frozen=True)
class Wanted:
    """The fields whose values are grouped or counted, the clauses of filters, and what top hits are sorted by.

    hits  whether single documents will be shown
    """

    fields: tuple[str, ...]
    clauses: tuple[Clause, ...]
    orders: tuple[Order, ...]
    hits: bool

    @property
    def names(self) -> set[str]:
        """Every field that is looked at."""
        asked = (name for clause in self.clauses for name in asked_of(clause))
        return {*self.fields, *(order.field for order in self.orders), *asked}

    def clause_name(self, clause: Clause) -> str:
        """How the column of those that meet a clause is called."""
        return f"{_CLAUSE}{self.clauses.index(clause)}"

    def frame(self, piece: Piece, now_ms: int, keys: pl.DataFrame | None) -> pl.DataFrame:
        """One row for each document, all of them in the same group; `keys` are what to find them by."""
        start = pl.DataFrame({GROUP: pl.zeros(piece.size, dtype=pl.Int64, eager=True)})
        columns: list[pl.Series] = [] if keys is None else keys.get_columns()
        for name in self.fields:
            column = piece.column(name)
            empty = pl.repeat(None, piece.size, dtype=pl.Null, eager=True)
            columns.append((empty if column is None else column).alias(field_name(name)))
        columns += [mask(clause, piece, now_ms).alias(self.clause_name(clause)) for clause in self.clauses]
        sorts = [sort_column(piece.column(order.field), order, piece.size) for order in self.orders]
        return start.with_columns(columns).with_columns(sorts)


def wanted_of(aggregates: Sequence[Aggregate]) -> Wanted:
    """What a tree of aggregations looks at."""
    kinds = [one.kind for one in _all(aggregates)]
    fields = dict.fromkeys(name for kind in kinds for name in _fields(kind))
    clauses = dict.fromkeys(clause for kind in kinds if isinstance(kind, Filters) for _, clause in kind.clauses)
    tops = [kind for kind in kinds if isinstance(kind, TopHits)]
    orders = dict.fromkeys(order for kind in tops for order in kind.sort if order.field not in UNSORTED)
    return Wanted(tuple(fields), tuple(clauses), tuple(orders), hits=bool(tops))


@dataclass
class Gathered:
    """What was gathered of all documents so far, and the type of each field."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)

    def add(self, frame: pl.DataFrame, fields: Mapping[str, Field]) -> None:
        """Take over rows."""
        self.frames.append(frame)
        self.fields = {**fields, **self.fields}

    def whole(self) -> pl.DataFrame:
        """All rows; a field holds lists throughout where it does anywhere."""
        listed = {name for frame in self.frames for name, kind in frame.schema.items() if isinstance(kind, pl.List)}
        wrapped = [frame.with_columns(_wrapped(frame, listed)) for frame in self.frames]
        return pl.concat(wrapped, how="vertical_relaxed")


def _wrapped(frame: pl.DataFrame, listed: Iterable[str]) -> Iterator[pl.Expr]:
    for name in listed:
        if not isinstance(frame.schema[name], pl.List):
            yield pl.when(pl.col(name).is_not_null()).then(pl.concat_list(name)).alias(name)


def _all(aggregates: Iterable[Aggregate]) -> Iterator[Aggregate]:
    for one in aggregates:
        yield one
        yield from _all(one.inner)


def _fields(kind: object) -> Iterator[str]:
    match kind:
        case Metric() | Values() | Steps():
            yield kind.field
        case Composite():
            yield from (source.by.field for source in kind.sources)
