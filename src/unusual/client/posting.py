"""Records of all kinds → blocks of lines of a bounded size; knows no job and no connection."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol, TypeAlias

import orjson

from unusual.errors import Invalid
from unusual.schema.times import moment_ms

if TYPE_CHECKING:
    import polars as pl

BLOCK_BYTES: Final = 8 * 1024 * 1024
_ROWS: Final = 10_000
_AS_LINES: Final = orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_SERIALIZE_NUMPY


class Frame(Protocol):
    """Anything Polars can turn into a frame through Arrow, pandas frames among them."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow C stream of the frame."""


Record: TypeAlias = Mapping[str, Any]
Recorded: TypeAlias = "bytes | Path | BinaryIO | Frame | pl.LazyFrame | Iterable[Record]"


def blocks(records: Any, block_bytes: int) -> Iterator[bytes]:  # noqa: ANN401 - any of `Recorded`, told apart here
    """Blocks of whole lines of at most `block_bytes`, but for a line that is longer by itself.

    records  bytes or a file of lines of JSON; a path to such a file, or to one of CSV or Parquet (`.csv`, `.parquet`);
             a frame, or a lazy one; or an iterable of objects. Moments become milliseconds since the epoch.
    """
    if block_bytes < 1:
        raise Invalid(f"block_bytes must be positive. Value = {block_bytes}")
    yield from _gathered(_pieces(records), block_bytes)


def _pieces(records: Any) -> Iterator[bytes]:  # noqa: ANN401 - as above
    """Whole lines, in pieces of any size."""
    if isinstance(records, bytes | bytearray | memoryview):
        yield from bytes(records).splitlines(keepends=True)
    elif isinstance(records, Path):
        yield from _file(records)
    elif hasattr(records, "read"):
        yield from iter(records.readline, b"")
    elif hasattr(records, "collect_batches") or hasattr(records, "__arrow_c_stream__"):
        yield from _frame(records)
    elif isinstance(records, str | Mapping):
        raise Invalid(f"records must be bytes, a path, a file, a frame or an iterable of objects, not {type(records)}")
    else:
        yield from map(_line, records)


def _gathered(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    gathered = bytearray()
    for piece in pieces:
        line = piece if piece.endswith(b"\n") else piece + b"\n"
        if gathered and len(gathered) + len(line) > size:
            yield bytes(gathered)
            gathered.clear()
        gathered += line
    if gathered:
        yield bytes(gathered)


def _file(path: Path) -> Iterator[bytes]:
    import polars as pl  # noqa: PLC0415 - heavy, and needed for some files only

    if path.suffix == ".csv":
        yield from _frame(pl.scan_csv(path, try_parse_dates=True))
    elif path.suffix == ".parquet":
        yield from _frame(pl.scan_parquet(path))
    else:
        with path.open("rb") as file:
            yield from file


def _frame(frame: Any) -> Iterator[bytes]:  # noqa: ANN401 - a frame of any library
    import polars as pl  # noqa: PLC0415 - as above

    batches = frame.collect_batches() if hasattr(frame, "collect_batches") else [pl.DataFrame(frame)]
    for batch in batches:
        for rows in batch.iter_slices(_ROWS):
            yield from map(_line, rows.iter_rows(named=True))


def _line(record: Record) -> bytes:
    return orjson.dumps(record, _plain, _AS_LINES)


def _plain(value: object) -> int:
    """Moments as jobs read them by default; a date is its midnight, a moment without a zone one in UTC."""
    if isinstance(value, datetime):
        return moment_ms(value)
    if isinstance(value, date):
        return moment_ms(datetime(value.year, value.month, value.day, tzinfo=UTC))
    raise TypeError
