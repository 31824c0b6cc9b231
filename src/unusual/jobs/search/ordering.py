"""The order of found documents: columns to sort by, and what comes after a place in it; knows no store.

A document that holds several values of a field stands where the first of them in the order would. Ties go on in the
direction of the first field.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from unusual.jobs.search.columns import TIE
from unusual.jobs.search.matching import reading
from unusual.schema.mappings import Field
from unusual.schema.sorting import Order

_PREFIX: Final = "sort:"


def sort_name(order: Order) -> str:
    """How the column of an order is called."""
    return f"{_PREFIX}{order.field}:{'desc' if order.desc else 'asc'}"


def sort_column(column: pl.Series | None, order: Order, size: int) -> pl.Series:
    """One value for each document, or null; a field that is not mapped has none."""
    if column is None:
        return pl.repeat(None, size, dtype=pl.Null, eager=True).alias(sort_name(order))
    if isinstance(column.dtype, pl.List):
        column = column.list.max() if order.desc else column.list.min()
    return column.alias(sort_name(order))


def in_order(frame: pl.DataFrame, orders: Sequence[Order]) -> pl.DataFrame:
    """The rows sorted by their sort columns, then by their ties."""
    desc = bool(orders) and orders[0].desc
    return frame.sort(
        [*(sort_name(order) for order in orders), TIE],
        descending=[*(order.desc for order in orders), desc],
        nulls_last=[*(not order.empty_first for order in orders), True],
    )


def later(
    frame: pl.DataFrame, orders: Sequence[Order], after: Sequence[Any], fields: Mapping[str, Field], now_ms: int
) -> pl.DataFrame:
    """The rows that come after a place, told by the sort values of the document there."""
    ways, same = pl.lit(value=False), pl.lit(value=True)
    for order, given in zip(orders, after, strict=True):
        column = pl.col(sort_name(order))
        field = fields.get(order.field)
        if given is None or field is None:
            beyond = column.is_not_null() if order.empty_first else pl.lit(value=False)
            equal = column.is_null()
        else:
            value = reading(field, now_ms, given)
            past = (column < value if order.desc else column > value).fill_null(value=False)
            beyond = past if order.empty_first else past | column.is_null()
            equal = (column == value).fill_null(value=False)
        ways, same = ways | (same & beyond), same & equal
    return frame.filter(ways)
