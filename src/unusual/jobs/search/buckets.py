"""Rows parted into buckets: by values, stretches, clauses or several of them; knows no names and no answers.

Every function takes rows with the number of the group they are in, and gives them the number of their bucket instead.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from unusual.errors import Invalid
from unusual.jobs.search.gathering import GROUP, field_name
from unusual.jobs.search.metrics import measured
from unusual.schema.aggregates import Composite, Metric, Source, Steps, Unit, Values
from unusual.schema.mappings import date_ms
from unusual.schema.times import feed_time

COUNT: Final = "count:"
KEYED: Final = "by:"
_BUCKET: Final = "bucket:"
_MOST: Final = 65_536
_EVERY: Final[dict[Unit, str]] = {
    "minute": "1m",
    "hour": "1h",
    "day": "1d",
    "week": "1w",
    "month": "1mo",
    "quarter": "1q",
    "year": "1y",
}


class Buckets(NamedTuple):
    """Buckets in the order in which they are shown.

    table  of each bucket the group it is a part of and how many documents it has, besides its key
    keys   the same keys as plain values
    frame  the rows, each in its bucket; a row that holds several values is in several buckets
    """

    table: pl.DataFrame
    keys: Sequence[Any]
    frame: pl.DataFrame


def sizes(frame: pl.DataFrame, groups: int) -> list[int]:
    """How many rows each group has."""
    counted = frame.group_by(GROUP).len(COUNT)
    every = pl.DataFrame({GROUP: pl.int_range(groups, eager=True)})
    return every.join(counted, on=GROUP, how="left", maintain_order="left")[COUNT].fill_null(0).to_list()


def by_value(
    kind: Values, frame: pl.DataFrame, groups: int, numbers: Mapping[str, tuple[Metric, str]]
) -> tuple[Buckets, list[int]]:
    """Buckets of the same value, and of each group how many documents are in buckets that are not shown.

    numbers  the metric, and which of its numbers, behind each path of the order
    """
    rows = _with_values(frame, kind.field, KEYED).drop_nulls(KEYED)
    table = rows.group_by(GROUP, KEYED).len(COUNT)
    for path, (metric, number) in numbers.items():
        own = _joined(rows, table, [KEYED])
        table = table.with_columns(measured(metric, own, table.height)[number].alias(path))
    called = {"_count": COUNT, "_key": KEYED}
    columns = [called.get(path, path) for path, _ in kind.order]
    descending = [desc for _, desc in kind.order]
    table = table.sort([GROUP, *columns], descending=[False, *descending], nulls_last=True)
    enough = table.filter(pl.col(COUNT) >= kind.least)
    kept = enough.filter(pl.int_range(pl.len()).over(GROUP) < kind.size)
    frame = _joined(rows, kept, [KEYED]).drop(KEYED)
    other = [whole - own for whole, own in zip(_sums(enough, groups), _sums(kept, groups), strict=True)]
    return Buckets(kept, kept[KEYED].to_list(), frame), other


def by_step(kind: Steps, frame: pl.DataFrame, groups: int) -> Buckets:
    """Buckets by stretches of a field, those between others included where even empty ones count."""
    rows = _with_steps(frame, kind, KEYED).drop_nulls(KEYED)
    counted = rows.group_by(GROUP, KEYED).len(COUNT)
    table = _ladder(kind, counted, groups) if kind.least == 0 else counted.filter(pl.col(COUNT) >= kind.least)
    table = table.sort(GROUP, KEYED, descending=[False, kind.desc])
    return Buckets(table, table[KEYED].to_list(), _joined(rows, table, [KEYED]).drop(KEYED))


def by_clause(names: Sequence[str], frame: pl.DataFrame, groups: int) -> Buckets:
    """In every group one bucket for each column that tells who meets a clause."""
    parts = [
        frame.filter(pl.col(name)).with_columns((pl.col(GROUP) * len(names) + place).alias(GROUP))
        for place, name in enumerate(names)
    ]
    rows = pl.concat([part for part in parts if part.height] or [frame.clear()])
    owner = pl.int_range(groups * len(names), eager=True) // max(len(names), 1)
    table = pl.DataFrame({GROUP: owner, COUNT: sizes(rows, groups * len(names))}, schema_overrides={COUNT: pl.Int64})
    return Buckets(table, [None] * table.height, rows)


def by_sources(kind: Composite, frame: pl.DataFrame) -> Buckets:
    """Buckets of the same values of all sources, a page of them."""
    rows, names = frame, [f"{KEYED}{place}" for place in range(len(kind.sources))]
    for source, name in zip(kind.sources, names, strict=True):
        by = source.by
        rows = _with_steps(rows, by, name) if isinstance(by, Steps) else _with_values(rows, by.field, name)
        rows = rows if source.missing else rows.drop_nulls(name)
    table = rows.group_by(GROUP, *names).len(COUNT)
    if kind.after is not None:
        table = table.filter(_beyond(kind.sources, names, kind.after, table))
    # What is missing comes first in rising order, and last in falling order.
    directions = [source.desc for source in kind.sources]
    table = table.sort(names, descending=directions, nulls_last=directions)[: kind.size]
    return Buckets(table, table.select(names).rows(), _joined(rows, table, names).drop(names))


def _with_values(frame: pl.DataFrame, field: str, name: str) -> pl.DataFrame:
    """The rows with a value of a field, once for each of several ones."""
    column = pl.col(field_name(field))
    if not isinstance(frame.schema[field_name(field)], pl.List):
        return frame.with_columns(column.alias(name))
    return frame.with_columns(column.list.unique().alias(name)).explode(name)


def _with_steps(frame: pl.DataFrame, kind: Steps, name: str) -> pl.DataFrame:
    """The rows with the beginning of the stretch that a value is in."""
    column = pl.col(field_name(kind.field))
    dtype = frame.schema[field_name(kind.field)]
    if isinstance(dtype, pl.List):
        frame = frame.with_columns(column.list.eval(_step(kind, pl.element())).list.unique().alias(name))
        return frame.explode(name)
    return frame.with_columns(_step(kind, column).alias(name))


def _step(kind: Steps, values: pl.Expr) -> pl.Expr:
    if kind.unit is not None:
        moments = (values.cast(pl.Int64) - int(kind.offset)).cast(pl.Datetime("ms"))
        return moments.dt.truncate(_EVERY[kind.unit]).cast(pl.Int64) + int(kind.offset)
    length = kind.length or 1
    if kind.dates:
        return (values.cast(pl.Int64) - int(kind.offset)) // int(length) * int(length) + int(kind.offset)
    return ((values.cast(pl.Float64) - kind.offset) / length).floor() * length + kind.offset


def _joined(rows: pl.DataFrame, table: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The rows that are in a bucket of a table, with its place in it as their group."""
    places = table.select(GROUP, *keys).with_row_index(_BUCKET)
    found = rows.join(places, on=[GROUP, *keys], how="inner", nulls_equal=True)
    return found.with_columns(pl.col(_BUCKET).cast(pl.Int64).alias(GROUP)).drop(_BUCKET)


def _sums(table: pl.DataFrame, groups: int) -> list[int]:
    summed = table.group_by(GROUP).agg(pl.col(COUNT).sum())
    every = pl.DataFrame({GROUP: pl.int_range(groups, eager=True)})
    return every.join(summed, on=GROUP, how="left", maintain_order="left")[COUNT].fill_null(0).to_list()


def _ladder(kind: Steps, counted: pl.DataFrame, groups: int) -> pl.DataFrame:
    """The counted buckets, and empty ones between the first and the last of each group, or up to the wanted bounds."""
    ends = counted.group_by(GROUP).agg(pl.col(KEYED).min().alias("low"), pl.col(KEYED).max().alias("high"))
    if kind.bounds is not None:
        low, high = (_step_of(kind, bound) for bound in kind.bounds)
        every = pl.DataFrame({GROUP: pl.int_range(groups, eager=True)})
        ends = every.join(ends, on=GROUP, how="left").with_columns(
            pl.min_horizontal("low", pl.lit(low)), pl.max_horizontal("high", pl.lit(high))
        )
    ends = ends.drop_nulls()
    length = kind.length or _SHORTEST[kind.unit or "minute"]
    total = float((ends["high"] - ends["low"]).sum()) / length + ends.height
    if total > _MOST:
        raise Invalid(
            f"Trying to create too many buckets. Must be less than or equal to: [{_MOST}] but was [{int(total)}]. "
            "This limit cannot be changed; ask for longer intervals, or for [min_doc_count] of 1."
        )
    ladder = ends.select(GROUP, _rungs(kind).alias(KEYED)).explode(KEYED)
    return ladder.join(counted, on=[GROUP, KEYED], how="left").with_columns(pl.col(COUNT).fill_null(0))


_SHORTEST: Final[dict[Unit, int]] = {
    "minute": 60_000,
    "hour": 3_600_000,
    "day": 86_400_000,
    "week": 604_800_000,
    "month": 28 * 86_400_000,
    "quarter": 90 * 86_400_000,
    "year": 365 * 86_400_000,
}


def _rungs(kind: Steps) -> pl.Expr:
    low, high = pl.col("low"), pl.col("high")
    if kind.unit is not None:
        offset = int(kind.offset)
        first, last = ((end - offset).cast(pl.Datetime("ms")) for end in (low, high))
        stretch = pl.datetime_ranges(first, last, interval=_EVERY[kind.unit], time_unit="ms")
        return stretch.list.eval(pl.element().cast(pl.Int64) + offset)
    length = kind.length or 1
    if kind.dates:
        return pl.int_ranges(low, high + 1, int(length))
    steps = ((high - low) / length).round().cast(pl.Int64)
    first = ((low - kind.offset) / length).round().cast(pl.Int64)
    return pl.int_ranges(first, first + steps + 1).list.eval(pl.element().cast(pl.Float64) * length + kind.offset)


def _step_of(kind: Steps, bound: object) -> int | float | None:
    """The stretch that a wanted bound is in."""
    if bound is None:
        return None
    value = date_ms("strict_date_optional_time||epoch_millis", bound) if kind.dates else float(str(bound))
    stepped = pl.select(_step(kind, pl.lit(value))).item()
    found: int | float = stepped
    return found


def _beyond(sources: Sequence[Source], names: Sequence[str], after: Sequence[Any], table: pl.DataFrame) -> pl.Expr:
    """The buckets that come after a key."""
    ways, same = pl.lit(value=False), pl.lit(value=True)
    for source, name, given in zip(sources, names, after, strict=True):
        column = pl.col(name)
        if given is None:
            past = pl.lit(value=False) if source.desc else column.is_not_null()
            equal = column.is_null()
        else:
            value = _as(table.schema[name], source, given)
            past = (column < value if source.desc else column > value).fill_null(value=False)
            past = past | column.is_null() if source.desc else past
            equal = (column == value).fill_null(value=False)
        ways, same = ways | (same & past), same & equal
    return ways


def _as(dtype: pl.DataType, source: Source, given: Any) -> Any:  # noqa: ANN401 - a value of a key
    if isinstance(source.by, Steps) and source.by.dates and isinstance(given, str):
        return feed_time("after", given, 0) if source.by.format is None else date_ms(source.by.format, given)
    if dtype == pl.String:
        return str(given).lower() if isinstance(given, bool) else str(given)
    return given
