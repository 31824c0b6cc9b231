"""Columns of times as the world writes them, as milliseconds; knows no source."""

from typing import Final

import polars as pl

from unusual.analysis.columns import EPOCH_MS, milliseconds
from unusual.schema.feed_sources import AUTO

LARGEST_SECONDS: Final = 100_000_000_000  # as seconds the year 5138, as milliseconds 1973


def times_ms(column: pl.Series, time_format: str = AUTO) -> pl.Series:
    """Milliseconds since the epoch, null where a time cannot be read or lies outside the years 1 to 9999.

    time_format  epoch, epoch_ms, a Java date pattern, or auto: text as ISO 8601, numbers by their size

    >>> times_ms(pl.Series([1_700_000_000, 1_700_000_000_000])).to_list()
    [1700000000000, 1700000000000]
    """
    if time_format != AUTO or column.dtype.is_temporal():
        return milliseconds(column, time_format)
    if column.dtype == pl.String:
        told = column.str.to_datetime(None, time_unit="ms", time_zone="UTC", strict=False).dt.epoch("ms")
        return told.zip_with(told.is_not_null(), _by_size(column))
    return _by_size(column)


def _by_size(column: pl.Series) -> pl.Series:
    numbers = column.cast(pl.Float64, strict=False)
    return milliseconds(numbers.zip_with(numbers.abs() > LARGEST_SECONDS, numbers * 1000.0), EPOCH_MS)
