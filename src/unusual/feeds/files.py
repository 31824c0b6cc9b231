"""Records from files: CSV, NDJSON and Parquet as frames in time order; knows files, not jobs."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from unusual.analysis.columns import milliseconds
from unusual.errors import Invalid

AUTO: Final = "auto"
EPOCH: Final = "epoch"
EPOCH_MS: Final = "epoch_ms"
AT_ONCE: Final = 250_000  # records in a frame
LARGEST_WHOLE: Final = 512 << 20  # bytes of a text that is held in memory; larger files are read as they are needed
SAMPLE: Final = 1000  # records that tell seconds from milliseconds
LARGEST_SECONDS: Final = 100_000_000_000  # as seconds the year 5138, as milliseconds 1973

_READERS: Final[dict[str, Callable[[Path], pl.LazyFrame]]] = {
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
        packed = path.name.endswith(".gz")
        ending = Path(path.name.removesuffix(".gz")).suffix.lower()
        if ending not in _READERS:
            raise Invalid(f"file '{path}' must end in one of {', '.join(_READERS)}")
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
