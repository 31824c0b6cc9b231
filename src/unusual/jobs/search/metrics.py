"""Numbers of the values in each group: one row for each group, empty ones too; knows no documents."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from unusual.jobs.search.gathering import GROUP, field_name
from unusual.schema.aggregates import Metric, Statistic
from unusual.schema.mappings import DATES, Field, date_text
from unusual.schema.values import Document

_VALUE: Final = pl.col("value")
_STATS: Final[tuple[Statistic, ...]] = ("value_count", "min", "max", "avg", "sum")
_FROM_ZERO: Final[tuple[Statistic, ...]] = ("sum", "value_count", "cardinality")
_CALLED: Final = {"value_count": "count"}


def measured(metric: Metric, frame: pl.DataFrame, groups: int) -> pl.DataFrame:
    """The numbers of a metric under their names (`value`, or those of stats and percentiles), by group."""
    column = frame[field_name(metric.field)]
    values = pl.DataFrame({GROUP: frame[GROUP], "value": column})
    if isinstance(column.dtype, pl.List):
        values = values.explode("value")
    if values.schema["value"] in (pl.String, pl.Null) and metric.statistic not in {"cardinality", "value_count"}:
        values = values.with_columns(_VALUE.cast(pl.Float64, strict=False))
    found = values.drop_nulls().group_by(GROUP).agg(**_numbers(metric))
    every = pl.DataFrame({GROUP: pl.int_range(groups, eager=True)})
    joined = every.join(found, on=GROUP, how="left", maintain_order="left").drop(GROUP)
    zero = {"count", "sum", "value"} if metric.statistic in _FROM_ZERO else {"count", "sum"}
    return joined.with_columns(pl.col(name).fill_null(0) for name in joined.columns if name in zero)


def told(metric: Metric, numbers: pl.DataFrame, field: Field | None) -> list[Document]:
    """The numbers of each group as clients see them."""
    dates = field is not None and field.kind in DATES
    return [_told(metric, row, dates=dates) for row in numbers.iter_rows(named=True)]


def _numbers(metric: Metric) -> dict[str, pl.Expr]:
    if metric.statistic == "percentiles":
        return {str(percent): _VALUE.quantile(percent / 100, "linear") for percent in metric.percents}
    if metric.statistic == "stats":
        return {_CALLED.get(one, one): _one(one) for one in _STATS}
    return {"value": _one(metric.statistic)}


def _one(statistic: Statistic) -> pl.Expr:
    match statistic:
        case "min":
            return _VALUE.min().cast(pl.Float64)
        case "max":
            return _VALUE.max().cast(pl.Float64)
        case "sum":
            return _VALUE.sum().cast(pl.Float64)
        case "value_count":
            return _VALUE.len()
        case "cardinality":
            return _VALUE.n_unique()
    return _VALUE.mean()


def _told(metric: Metric, row: Document, *, dates: bool) -> Document:
    if metric.statistic == "percentiles":
        return {"values": row}
    if not dates or metric.statistic not in {"min", "max", "avg", "stats"}:
        return row
    moments: Sequence[tuple[str, Any]] = [(name, value) for name, value in row.items() if name != "count"]
    return row | {f"{name}_as_string": date_text(None, int(value)) for name, value in moments if value is not None}
