"""Posted JSON bytes to frames of the wanted fields; broken stretches are fenced in and counted, never fatal.

A text of plain objects is read in one pass (`plain`). Any other goes through a columnar parser; of one that this
refuses (irregular lines, nested or misfit values) the objects are found and given to both in ever smaller parts; what
is refused at last goes object by object, with equal results.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np
import orjson
import polars as pl
from polars.exceptions import PolarsError

from unusual.analysis.columns import Shape
from unusual.analysis.plain import PlainReader
from unusual.errors import Unreadable
from unusual.kernels.jsonscan import count_fields, find_objects

LARGEST_OBJECT = 100 * 1024 * 1024  # bytes; an object that has not ended by then never will
PATIENCE = 1024 * 1024  # bytes without a line end from which on objects are looked for in them
PARTS, FEW = 16, 4096  # a refused text is parted in so many, and goes object by object where it holds so few
NUMERIC = {int, float, NoneType}  # what a column of numbers is made of
BLANK = b" \t\r\n"
LONE_SURROGATE = re.compile(rb"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]", re.DOTALL)


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
    """Reads uploads piece by piece; an object may lie across pieces, which changes nothing."""

    def __init__(self, shape: Shape) -> None:
        """shape: which fields are wanted."""
        self._types = shape.schema
        self._plain = PlainReader(self._types)
        self._parents = {f'"{field[:at]}"'.encode() for field in self._types for at in _dots(field)}
        self.begin()

    def begin(self) -> None:
        """Another upload begins: what the one before left over is forgotten."""
        self._begin([])

    @property
    def rest(self) -> bytes:
        """What of the pieces so far no record has been made of: another reader goes on with it as this one would."""
        return b"".join(self._rest)

    def _begin(self, rest: list[bytes]) -> None:
        self._rest = rest  # of the pieces so far
        self._size = sum(map(len, rest))
        self._enough = max(PATIENCE, 2 * self._size)  # so that a long object is not looked through again and again

    def read(self, piece: bytes, *, last: bool) -> Records:
        """The records that end in this piece; `errors.Unreadable` for an object larger than LARGEST_OBJECT."""
        self._rest.append(piece)
        self._size += len(piece)
        if not last and self._size < self._enough and b"\n" not in piece:
            return Records(pl.DataFrame(schema=self._types), 0, 0)
        lines, rest = _cut(self._rest, last=last)
        records = self._whole(lines)
        if records is None or len(rest) >= self._enough:
            return self._found(lines + rest, last=last)
        self._begin([rest])
        return records

    def _whole(self, text: bytes) -> Records | None:
        """All records at once; None when the text needs a closer look."""
        plain = self._plain.read(text)
        if plain is not None:
            return Records(plain[0], 0, plain[1])
        frame = self._parsed(text)
        return None if frame is None else Records(frame, 0, count_fields(np.frombuffer(text, np.uint8)))

    def _parsed(self, text: bytes) -> pl.DataFrame | None:
        """The same as the columnar parser sees it."""
        if any(parent in text for parent in self._parents):
            return None  # perhaps an object with a wanted member, which the parser would not look into
        if (b"\\ud" in text or b"\\uD" in text) and LONE_SURROGATE.search(text):
            return None  # which the parser reads as something else
        if self._plain.repeats(text):
            return None  # of which the parser takes the first, but the last one counts
        try:
            frame = pl.read_ndjson(text, schema=self._types)
        except PolarsError:
            return None
        if text.count(b"{") == frame.height:
            return frame  # every record has one brace, so that no text can begin with another
        texts = (frame[field] for field, kind in self._types.items() if kind == pl.String)
        if any(column.str.starts_with("{").any() for column in texts):
            return None  # perhaps an object, whose members have names of their own
        return frame

    def _found(self, text: bytes, *, last: bool) -> Records:
        """The objects of an irregular text."""
        most = min(text.count(b"{"), text.count(b"}")) + 1
        starts = np.empty(most, np.int64)
        ends = np.empty_like(starts)
        found, broken, behind = find_objects(np.frombuffer(text, np.uint8), starts, ends)
        spans = zip(starts[:found].tolist(), ends[:found].tolist(), strict=True)
        # A line end lies between the parts of an object, as no string holds one.
        parts = list(self._parts([text[start:end].replace(b"\n", b" ") for start, end in spans]))
        broken += last and behind < len(text)
        self._begin([text[behind:]])
        check_held(self._size, "braces")
        frame = pl.concat([part.frame for part in parts], how="vertical_relaxed")
        return Records(frame, broken + sum(part.broken for part in parts), sum(part.fields for part in parts))

    def _parts(self, objects: list[bytes]) -> Iterator[Records]:
        text = b"\n".join(objects)
        whole = self._whole(text)
        if whole is not None:
            yield whole
        elif len(objects) <= FEW:
            yield self._singly(objects)
        else:
            step = -(-len(objects) // PARTS)
            for first in range(0, len(objects), step):
                yield from self._parts(objects[first : first + step])

    def _singly(self, objects: list[bytes]) -> Records:
        rows, fields = [], 0
        for text in objects:
            try:
                rows.append(flat(orjson.loads(text)))
            except orjson.JSONDecodeError:
                continue
            fields += count_fields(np.frombuffer(text, np.uint8))
        return Records(self._frame(rows), len(objects) - len(rows), fields)

    def _frame(self, rows: list[dict[str, Any]]) -> pl.DataFrame:
        columns = {}
        for field, kind in self._types.items():
            values = [row.get(field) for row in rows]
            if kind == pl.Float64 and {*map(type, values)} <= NUMERIC:
                columns[field] = _numbers(field, values)
            else:
                columns[field] = pl.Series(field, [text_of(value) for value in values], pl.String)
        return pl.DataFrame(columns)


def _cut(pieces: list[bytes], *, last: bool) -> tuple[bytes, bytes]:
    """Whole lines, all there is if these are the last pieces, and what is behind them; copied once."""
    if last:
        return b"".join(pieces), b""
    *before, newest = pieces
    end = newest.rfind(b"\n") + 1
    if end:
        return b"".join([*before, memoryview(newest)[:end]]), newest[end:]
    text = b"".join(pieces)
    end = text.rfind(b"\n") + 1
    return text[:end], text[end:]


def _numbers(field: str, values: list[float | None]) -> pl.Series:
    return pl.Series(field, np.array(values, np.float64), nan_to_null=True)


def check_held(size: int, marks: str) -> None:
    """`errors.Unreadable` if these are too many bytes for a record that has not ended, as it would by some marks."""
    if size > LARGEST_OBJECT:
        raise Unreadable(f"a record is larger than {LARGEST_OBJECT} bytes, or its {marks} do not close")


def _dots(field: str) -> list[int]:
    return [at for at, letter in enumerate(field) if letter == "."]


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """Nested objects as dotted names.

    >>> flat({"up": True, "net": {"host": 1}})
    {'up': True, 'net.host': 1}
    """
    plain: dict[str, Any] = {}
    waiting = [("", record)]
    while waiting:
        prefix, members = waiting.pop()
        for name, value in members.items():
            if isinstance(value, dict):
                waiting.append((f"{prefix}{name}.", value))
            else:
                plain[prefix + name] = value
    return plain


def text_of(value: object) -> str | None:
    """A JSON value as the columnar parser spells it: shortest decimal digits (of up to 15), no exponent.

    >>> text_of(1e3), text_of(True), text_of([1, "a", {"b": None}])
    ('1000', 'true', '[1, "a", {"b": null}]')
    """
    if value is None or isinstance(value, str):
        return value
    spelt = ""
    waiting: list[object] = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, _Mark):
            spelt += part
        elif isinstance(part, list | dict):
            waiting += reversed(list(_inside(part)))
        else:
            spelt += _plain(part)
    return spelt


class _Mark(str):
    """Punctuation between the values of a list or an object."""

    __slots__ = ()


def _inside(part: list[Any] | dict[str, Any]) -> Iterator[object]:
    """The punctuation and the values of a list or an object, in order."""
    named = isinstance(part, dict)
    yield _Mark("{" if named else "[")
    for number, (name, item) in enumerate(part.items() if isinstance(part, dict) else ((None, item) for item in part)):
        yield _Mark((", " if number else "") + (f'"{name}": ' if named else ""))
        yield item
    yield _Mark("}" if named else "]")


def _plain(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return '"' + value.replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value)
