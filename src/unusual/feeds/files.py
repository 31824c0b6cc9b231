"""Records from files: CSV, NDJSON and Parquet as frames in time order, and as a source; knows files, not jobs."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from unusual.analysis.columns import EPOCH, EPOCH_MS, milliseconds
from unusual.errors import Invalid, Refused, Unreachable
from unusual.feeds.connections import Files
from unusual.feeds.paging import Pages, Paging
from unusual.feeds.times import LARGEST_SECONDS
from unusual.feeds.wanting import Wanted
from unusual.jobs.sources import Portion
from unusual.schema.feed_sources import AUTO

AT_ONCE: Final = 250_000  # records in a frame
LARGEST_WHOLE: Final = 512 << 20  # bytes of a text that is held in memory; larger files are read as they are needed
SAMPLE: Final = 1000  # records that tell seconds from milliseconds
PAGE: Final = 50_000  # records of a portion

_READERS: Final[dict[str, Callable[..., pl.LazyFrame]]] = {
    ".csv": partial(pl.scan_csv, try_parse_dates=True),
    ".ndjson": pl.scan_ndjson,
    ".jsonl": pl.scan_ndjson,
    ".parquet": pl.scan_parquet,
}
_TEXTS: Final = (".csv", ".ndjson", ".jsonl")


class File:
    """One file of records, read lazily, its time field as datetimes in UTC."""

    def __init__(self, path: Path, time_field: str, time_format: str, fields: list[str]) -> None:
        """Look at a file (`.gz` behind the ending is fine for text); `errors.Invalid` names what is wrong with it.

        time_format  epoch, epoch_ms, a Java date pattern, or auto: text as ISO 8601, numbers by their size
        fields       the fields wanted beside the time
        """
        if not path.is_file():
            raise Invalid(f"file '{path}' does not exist")
        packed, ending = path.name.endswith(".gz"), _ending(path.name)
        try:
            whole = _READERS[ending](path)
            schema = whole.collect_schema()
            missing = [field for field in (time_field, *fields) if field not in schema]
            if missing:
                raise Invalid(f"file '{path}' has no field '{missing[0]}'; it has: {', '.join(schema)}")
            wanted = whole.select(list(dict.fromkeys([time_field, *fields])))
            moment = _moment(pl.col(time_field), schema[time_field], time_format, wanted)
        except PolarsError as error:
            raise Invalid(f"file '{path}' cannot be read: {error}") from None
        self._path, self._time = path, time_field
        self._records = wanted.with_columns(moment)
        self._reading: Future[pl.DataFrame] | None = None
        if ending in _TEXTS and not packed and path.stat().st_size <= LARGEST_WHOLE:
            # Reading a text three times costs more than holding it; meanwhile the caller can make ready.
            reader = ThreadPoolExecutor(1, thread_name_prefix="unusual-file")
            self._reading = reader.submit(self._records.collect)
            reader.shutdown(wait=False)

    def __len__(self) -> int:
        """How many records the file holds; `errors.Invalid` when it cannot be read to its end."""
        with self._told():
            return int(self._lazily().select(pl.len()).collect().item())

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """All records, oldest first, in frames of about AT_ONCE; `errors.Invalid` as above."""
        time = pl.col(self._time)
        with self._told():
            whole = self._lazily()
            ordered = whole.select(time.is_sorted()).collect().item()
            records = whole if ordered else whole.sort(time, maintain_order=True)
            yield from records.collect_batches(chunk_size=AT_ONCE, maintain_order=True)

    def _lazily(self) -> pl.LazyFrame:
        return self._records if self._reading is None else self._reading.result().lazy()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except PolarsError as error:
            raise Invalid(f"file '{self._path}' cannot be read: {error}") from None


class FileRecords:
    """The `Source` port over records in files, all read as one; they may lie in an object store.

    places  finds the files there are now; those of an object store may be patterns
    """

    def __init__(self, places: Callable[[], list[str]], time_format: str, wanted: Wanted, connection: Files) -> None:
        self._connection = connection
        self._places = places
        self._time_format = time_format
        self._wanted = wanted
        self._paging = Paging(wanted, self._pages)

    def check(self) -> None:
        """`errors.Refused` when there are no files, or not with these fields."""
        with self._told():
            records = self._records()
        if records is None:
            raise Refused("no file matches")
        missing = [name for name in self._wanted.names if name not in records.collect_schema()]
        if missing:
            raise Refused(f"no file has a field [{missing[0]}]")

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """As in the port."""
        with self._told():
            return self._paging.read(start_ms, end_ms)

    def close(self) -> None:
        """Let go of the files."""
        self._paging.close()

    def _pages(self, start_ms: int | None, end_ms: int | None) -> Pages:
        records, time = self._records(), pl.col(self._wanted.time)
        if records is None:
            return
        if start_ms is not None:
            records = records.filter(time >= start_ms)
        if end_ms is not None:
            records = records.filter(time < end_ms)
        ordered = records.filter(time.is_not_null()).sort(time, maintain_order=True)
        for page in ordered.collect_batches(chunk_size=self._wanted.page_of(PAGE), maintain_order=True):
            yield [{name: one for name, one in row.items() if one is not None} for row in page.iter_rows(named=True)]

    def _records(self) -> pl.LazyFrame | None:
        """What is wanted of all files, times in ms; None without any file."""
        found = [self._of(place) for place in self._places()]
        return pl.concat(found, how="diagonal_relaxed") if found else None

    def _of(self, place: str) -> pl.LazyFrame:
        whole = _READERS[_ending(place)](place, storage_options=self._connection.options or None)
        schema, time = whole.collect_schema(), self._wanted.time
        fields = [_plain(name, schema[name]) for name in self._wanted.fields if name in schema]
        if time not in schema:
            return whole.select(fields).with_columns(pl.lit(None, pl.Int64).alias(time))
        moment = _moment(pl.col(time), schema[time], self._time_format, whole.select(time))
        return whole.select(moment.dt.epoch("ms").alias(time), *fields)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (PolarsError, OSError) as error:
            raise Unreachable(self._connection.hidden(f"the files cannot be read: {error}")) from None


def _plain(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column whose values JSON has."""
    column = pl.col(name)
    if dtype.is_temporal() or dtype == pl.Binary:
        return column.cast(pl.String)
    return column.cast(pl.Float64) if dtype.is_decimal() else column


def _ending(name: str) -> str:
    """By what a file is read; `.gz` behind it is fine for text."""
    ending = Path(name.removesuffix(".gz")).suffix.lower()
    if ending not in _READERS:
        raise Refused(f"file '{name}' must end in one of {', '.join(_READERS)}")
    return ending


def _moment(time: pl.Expr, dtype: pl.DataType, time_format: str, records: pl.LazyFrame) -> pl.Expr:
    """The time column as datetimes in UTC, null where it cannot be read."""
    if isinstance(dtype, pl.Datetime) and dtype.time_zone is not None:
        return time.dt.convert_time_zone("UTC")
    if dtype.is_temporal():
        return time.cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    if dtype == pl.String and time_format not in (EPOCH, EPOCH_MS):
        return _told(time, time_format)
    numbers = time.cast(pl.Float64, strict=False)
    unit = _unit(numbers, records) if time_format == AUTO else time_format
    scale = 1000.0 if unit == EPOCH else 1.0
    return (numbers * scale).floor().cast(pl.Int64, strict=False).cast(pl.Datetime("ms", "UTC"))


def _told(time: pl.Expr, time_format: str) -> pl.Expr:
    """The same of texts."""
    if time_format == AUTO:
        return time.str.to_datetime(None, time_unit="ms", time_zone="UTC", strict=False)
    told = time.map_batches(partial(milliseconds, time_format=time_format), return_dtype=pl.Int64)
    return told.cast(pl.Datetime("ms", "UTC"))


def _unit(numbers: pl.Expr, records: pl.LazyFrame) -> str:
    """Whether numbers are seconds or milliseconds, by the first of them."""
    largest = records.head(SAMPLE).select(numbers.abs().max()).collect().item()
    return EPOCH_MS if largest is not None and largest > LARGEST_SECONDS else EPOCH
