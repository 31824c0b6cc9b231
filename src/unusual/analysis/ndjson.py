"""Posted JSON bytes to frames of the wanted fields; broken stretches are fenced in and counted, never fatal.

The whole text goes through one columnar parser; only a text it refuses (irregular lines, nested or misfit values) goes
object by object, with equal results.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import polars as pl
from polars.exceptions import PolarsError

from unusual.analysis.columns import Shape
from unusual.errors import Unreadable
from unusual.kernels.jsonscan import count_fields, find_objects

LARGEST_OBJECT = 100 * 1024 * 1024  # bytes; an object that has not ended by then never will
BLANK = b" \t\r\n"


@dataclass(frozen=True)
class Records:
    """What a piece of text held.

    frame   the wanted fields, dotted where nested; null where absent
    broken  stretches of text that are no objects
    fields  leaf fields of all records, unwanted ones included
    """

    frame: pl.DataFrame
    broken: int
    fields: int


class Reader:
    """Reads one upload piece by piece; an object may lie across pieces."""

    def __init__(self, shape: Shape) -> None:
        """shape: which fields are wanted."""
        self._types = shape.schema
        self._rest = b""

    def read(self, piece: bytes, *, last: bool) -> Records:
        """The records that end in this piece; `errors.Unreadable` for an object larger than LARGEST_OBJECT."""
        text = self._rest + piece if self._rest else piece
        self._rest = b""
        head, tail = (text, b"") if last else _split_at_line(text)
        frame = self._whole(head)
        if frame is not None:
            self._rest = tail
            fields = count_fields(np.frombuffer(head, np.uint8)) if head else 0
            records = Records(frame, 0, fields)
        else:
            records = self._singly(text, last=last)
        if len(self._rest) > LARGEST_OBJECT:
            self._rest = b""
            raise Unreadable(f"a record is larger than {LARGEST_OBJECT} bytes, or its braces do not close")
        return records

    def _whole(self, text: bytes) -> pl.DataFrame | None:
        """All records at once; None when the text needs a closer look."""
        if not text.strip(BLANK):
            return pl.DataFrame(schema=self._types)
        if any("." in field for field in self._types):
            return None  # the parser cannot tell a dotted name from a nested one
        try:
            return pl.read_ndjson(text, schema=self._types)
        except PolarsError:
            return None

    def _singly(self, text: bytes, *, last: bool) -> Records:
        starts = np.empty(text.count(b"{") + 1, np.int64)
        ends = np.empty_like(starts)
        found, broken, behind = find_objects(np.frombuffer(text, np.uint8), starts, ends)
        rows, fields = [], 0
        for start, end in zip(starts[:found].tolist(), ends[:found].tolist(), strict=True):
            try:
                record = flat(orjson.loads(text[start:end]))
            except orjson.JSONDecodeError:
                broken += 1
                continue
            fields += len(record)
            rows.append(record)
        if last:
            broken += behind < len(text)
        else:
            self._rest = text[behind:]
        return Records(self._frame(rows), broken, fields)

    def _frame(self, rows: list[dict[str, Any]]) -> pl.DataFrame:
        columns = {}
        for field, kind in self._types.items():
            values = [row.get(field) for row in rows]
            if kind == pl.Float64 and all(value is None or type(value) in (int, float) for value in values):
                columns[field] = pl.Series(field, [None if v is None else float(v) for v in values], pl.Float64)
            else:
                columns[field] = pl.Series(field, [text_of(value) for value in values], pl.String)
        return pl.DataFrame(columns)


def _split_at_line(text: bytes) -> tuple[bytes, bytes]:
    end = text.rfind(b"\n") + 1
    return text[:end], text[end:]


def flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects as dotted names.

    >>> flat({"net": {"host": 1}, "up": True})
    {'net.host': 1, 'up': True}
    """
    plain: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            plain.update(flat(value, f"{prefix}{name}."))
        else:
            plain[prefix + name] = value
    return plain


def text_of(value: Any) -> str | None:
    """A JSON value as the columnar parser spells it: shortest decimal digits, no exponent.

    >>> text_of(1e3), text_of(True), text_of([1, "a"])
    ('1000', 'true', '[1, "a"]')
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-")
    if isinstance(value, list):
        return "[" + ", ".join(_inside(item) for item in value) + "]"
    return str(value)


def _inside(item: Any) -> str:
    return f'"{item}"' if isinstance(item, str) else text_of(item) or "null"
