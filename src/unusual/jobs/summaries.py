"""Documents → summary records, as the aggregations of a datafeed describe; knows no index and no query but filters.

Each grouping parts the documents further; the values of every grouping go into the records of the innermost one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from unusual.analysis.control import Document
from unusual.jobs.matching import test_of
from unusual.jobs.ports import Found
from unusual.schema.aggregations import Aggregation, Key, Level, Metric
from unusual.schema.mappings import DATES, NUMBERS, WHOLE_NUMBERS, Field, date_ms
from unusual.schema.paths import values_at

_COUNT: Final = "count:"


class Summaries:
    """The records of one aggregation; of each record only the `wanted` parts are kept."""

    def __init__(self, aggregation: Aggregation, wanted: Iterable[str]) -> None:
        self._aggregation = aggregation
        self._wanted = tuple(wanted)
        self._time = aggregation.time.field

    @property
    def interval_ms(self) -> int:
        """Length of a bucket of the histogram."""
        return self._aggregation.interval_ms

    def of(self, documents: Sequence[tuple[Mapping[str, Field], Found, Document]], now_ms: int) -> list[Document]:
        """One record for each innermost group, in time order; each document comes with the fields of its index."""
        if not documents:
            return []
        frame = pl.DataFrame(self._columns(documents, now_ms))
        keys: list[str] = []
        leaves: pl.DataFrame | None = None
        for number, level in enumerate(self._aggregation.levels):
            frame = _parted(frame, level, number)
            outer, keys = keys, keys + [_key(key) for key in level.keys]
            groups = _groups(frame, level, keys, outer)
            frame = frame.join(groups, on=keys, how="semi") if keys else frame
            leaves = groups if leaves is None else _deeper(leaves, groups, outer)
        assert leaves is not None  # noqa: S101 - an aggregation has a level
        return self._records(leaves.sort(_metric(self._time), *keys))

    def _columns(
        self, documents: Sequence[tuple[Mapping[str, Field], Found, Document]], now_ms: int
    ) -> dict[str, pl.Series]:
        columns = {}
        for name in self._aggregation.fields:
            kinds = {fields[name].kind for fields, _, _ in documents if name in fields}
            kind = kinds.pop() if len(kinds) == 1 else "keyword"
            held = [_values(fields.get(name), document, kind) for fields, _, document in documents]
            columns[_column(name)] = pl.Series(held, dtype=pl.List(_dtype(kind)))
        columns["time:"] = pl.Series([found.time_ms for _, found, _ in documents], dtype=pl.Int64)
        for number, level in enumerate(self._aggregation.levels):
            if level.only is not None:
                passing = [
                    test_of(level.only, fields, now_ms)(found.document_id, document)
                    for fields, found, document in documents
                ]
                columns[f"only:{number}"] = pl.Series(passing, dtype=pl.Boolean)
        return columns

    def _records(self, leaves: pl.DataFrame) -> list[Document]:
        names = {_COUNT: "doc_count"}
        for level in self._aggregation.levels:
            names |= {_key(key): key.name for key in level.keys if key.interval is None}
            names |= {_metric(metric.name): metric.name for metric in level.metrics}
        shown = {column: name for column, name in names.items() if name in self._wanted}
        rows = leaves.select(pl.col(column).alias(name) for column, name in shown.items()).iter_rows(named=True)
        return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _column(field: str) -> str:
    return f"field:{field}"


def _key(key: Key) -> str:
    return f"key:{key.name}"


def _metric(name: str) -> str:
    return f"metric:{name}"


def _dtype(kind: str) -> type[pl.DataType]:
    if kind in DATES or kind in WHOLE_NUMBERS:
        return pl.Int64
    return pl.Float64 if kind in NUMBERS else pl.String


def _values(field: Field | None, document: Document, kind: str) -> list[Any]:
    if field is None:
        return []
    values = values_at(document, field.source)
    if kind in DATES:
        return [date_ms(field.format, value) for value in values]
    if kind in NUMBERS:
        number = int if kind in WHOLE_NUMBERS else float
        return [number(float(value)) for value in values]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _parted(frame: pl.DataFrame, level: Level, number: int) -> pl.DataFrame:
    """The documents of a level with its keys; one that holds several values of a key stands in several groups."""
    if level.only is not None:
        frame = frame.filter(pl.col(f"only:{number}"))
    for key in level.keys:
        if key.interval is not None:
            start = pl.col("time:") - pl.col("time:").mod(key.interval)
            frame = frame.with_columns(start.alias(_key(key)))
        else:
            values = pl.col(_column(key.field)).list.unique(maintain_order=True).alias(_key(key))
            frame = frame.with_columns(values).explode(_key(key)).drop_nulls(_key(key))
    return frame


def _groups(frame: pl.DataFrame, level: Level, keys: list[str], outer: list[str]) -> pl.DataFrame:
    values = [pl.len().alias(_COUNT), *(_value(metric).alias(_metric(metric.name)) for metric in level.metrics)]
    if not keys:
        return frame.select(values)
    groups = frame.group_by(keys).agg(values)
    for key in level.keys:
        if key.most is not None:
            ordered = groups.sort(pl.col(_COUNT), pl.col(_key(key)), descending=[True, False])
            place = pl.int_range(pl.len())
            groups = ordered.filter((place.over(outer) if outer else place) < key.most)
    return groups


def _deeper(leaves: pl.DataFrame, groups: pl.DataFrame, outer: list[str]) -> pl.DataFrame:
    """The inner groups with the values of those around them."""
    around = leaves.drop(_COUNT)
    return groups.join(around, on=outer, how="inner") if outer else groups.join(around, how="cross")


def _value(metric: Metric) -> pl.Expr:
    values = pl.col(_column(metric.field)).explode().drop_nulls()
    match metric.statistic:
        case "avg":
            return values.mean()
        case "min":
            return values.min()
        case "max":
            return values.max()
        case "sum":
            return values.sum()
        case "value_count":
            return values.len()
        case "cardinality":
            return values.n_unique()
        case "percentiles":
            return values.quantile(metric.percent / 100, "linear")
