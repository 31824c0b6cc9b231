"""Files as frames with their times in milliseconds; knows no job."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from unusual.analysis.columns import milliseconds
from unusual.errors import Invalid

READERS: Final[dict[str, Callable[[Path], pl.DataFrame]]] = {
    ".csv": partial(pl.read_csv, try_parse_dates=True, infer_schema_length=10_000),
    ".ndjson": partial(pl.read_ndjson, infer_schema_length=10_000),
    ".jsonl": partial(pl.read_ndjson, infer_schema_length=10_000),
    ".parquet": pl.read_parquet,
}
MOST_BYTES: Final = 512 << 20
PIECE: Final = 50_000  # records that are posted at once

_LIKELY: Final = ("time", "timestamp", "@timestamp", "date", "datetime", "ts", "stamp", "at")
_SECONDS: Final = (631_152_000, 4_102_444_800)  # of the years 1990 to 2100
_LARGEST_SECONDS: Final = 100_000_000_000
_SAMPLE: Final = 10_000
_READABLE: Final = 0.95


def frame_of(path: Path) -> pl.DataFrame:
    """The records of a file; `errors.Invalid` names what is wrong with it."""
    ending = path.suffix.lower()
    if ending not in READERS:
        raise Invalid(f"file [{path.name}] must end in one of {', '.join(READERS)}")
    try:
        frame = READERS[ending](path)
    except (PolarsError, OSError) as fault:
        raise Invalid(f"file [{path.name}] cannot be read: {fault}") from None
    if frame.is_empty():
        raise Invalid(f"file [{path.name}] has no records")
    return frame


def time_fields(frame: pl.DataFrame) -> list[str]:
    """The fields that may hold the time of a record, the likeliest first."""
    sample = frame.head(_SAMPLE)
    found = [name for name in frame.columns if _is_time(sample[name])]
    return sorted(likeliest(found), key=lambda name: not frame.schema[name].is_temporal())


def likeliest(names: Iterable[str]) -> list[str]:
    """Fields that may hold the time of a record, first those that are called so."""
    return sorted(names, key=lambda name: name.lower() not in _LIKELY)


def timed(frame: pl.DataFrame, field: str) -> pl.DataFrame:
    """The records in order of time, with that in milliseconds; those without a readable one are left out."""
    told = milliseconds_of(frame[field]).alias(field)
    return frame.with_columns(told).drop_nulls(field).sort(field, maintain_order=True)


def milliseconds_of(column: pl.Series) -> pl.Series:
    """Times as milliseconds since the epoch, null where there is none; numbers are seconds if they are small."""
    if column.dtype == pl.String:
        column = column.str.to_datetime(None, time_unit="ms", time_zone="UTC", strict=False)
    largest = column.max() if column.dtype.is_numeric() else None
    seconds = isinstance(largest, int | float) and largest < _LARGEST_SECONDS
    return milliseconds(column, "epoch" if seconds else "epoch_ms")


def pieces(frame: pl.DataFrame, fields: list[str]) -> Iterator[bytes]:
    """The records as lines of JSON, some at a time."""
    for records in frame.select(fields).iter_slices(PIECE):
        yield records.write_ndjson().encode()


def _is_time(column: pl.Series) -> bool:
    if column.dtype in (pl.Date, pl.Datetime):
        return True
    if column.dtype != pl.String and not column.dtype.is_integer():
        return False
    known = column.drop_nulls()
    times = milliseconds_of(known)
    low, high = (bound * 1000 for bound in _SECONDS)
    return not known.is_empty() and times.is_between(low, high).sum() >= _READABLE * known.len()
