"""Records as a job takes them: its own time format, one JSON object a line; knows not where they come from."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson

from unusual.analysis.control import Document
from unusual.schema.data_description import DataDescription
from unusual.schema.time_patterns import python_formats

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def as_lines(records: Iterable[Document], description: DataDescription) -> bytes:
    """The records, whose time is in ms, as lines of JSON in the words of a data description."""
    write, field = _writer(description.time_format), description.time_field
    return b"".join(orjson.dumps(record | {field: write(record[field])}) + b"\n" for record in records)


def _writer(time_format: str) -> Callable[[int], object]:
    if time_format == "epoch_ms":
        return int
    if time_format == "epoch":
        return lambda ms: ms // 1000 if ms % 1000 == 0 else ms / 1000
    pattern = python_formats(time_format, named=True)[0]
    return lambda ms: (_EPOCH + timedelta(milliseconds=ms)).strftime(pattern)
