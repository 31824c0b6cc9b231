"""Plain NDJSON to a frame of the wanted fields: the common case, in one pass; declines every other text."""

from functools import partial

import numpy as np
import polars as pl

from unusual.kernels.arrays import Bytes
from unusual.kernels.plainjson import NOT_PLAIN, NUL, Rows, Wanted, read_objects
from unusual.kernels.repeats import repeats
from unusual.models.lanes import LANES, side_by_side

ORDERED = 64  # members of an object whose order is remembered
SHORT = 64  # bytes of a line; room is made for as many objects as there would be lines of it
SPARE = 512  # objects for which there is always room
FEW = 1 << 16  # bytes of texts for which an expression is not worth its fixed cost
WORTHWHILE = 1 << 20  # bytes for which it is worth to begin threads
NEVER = -1
ABSENT = chr(NUL)


class PlainReader:
    """Reads texts of plain objects, as `kernels.plainjson` calls them."""

    def __init__(self, types: dict[str, type[pl.DataType]]) -> None:
        """types: of the wanted fields, numbers or strings."""
        self._types = types
        names = [field.encode() for field in types]
        texts = np.array([kind == pl.String for kind in types.values()], np.bool_)
        edges = np.cumsum([0, *map(len, names)], dtype=np.int64)
        self._wanted = Wanted(np.frombuffer(b"".join(names), np.uint8), edges, texts)
        self._spelt = not any({*range(ord(" ")), *b'"\\'} & set(name) for name in names)

    def read(self, text: bytes) -> tuple[pl.DataFrame, int] | None:
        """The records of a text, and how many fields they have; None when it is not plain."""
        if not self._spelt or not _is_unicode(text):
            return None
        parts = _parts(text if text.endswith(b"\n") else text + b"\n")
        if len(parts) == 1:
            return self._part(parts[0])
        halves = side_by_side([partial(self._part, part) for part in parts], len(text))
        read = [one for one in halves if one is not None]
        if len(read) < len(parts):
            return None
        return pl.concat((frame for frame, _ in read), rechunk=True), sum(fields for _, fields in read)

    def repeats(self, text: bytes) -> bool:
        """Whether an object of a text, plain or not, has a wanted field twice."""
        return repeats(np.frombuffer(text, np.uint8), self._wanted)

    def _part(self, letters: Bytes) -> tuple[pl.DataFrame, int] | None:
        """The same of some lines."""
        fields = len(self._types)
        numbers, lines = np.empty((fields, SPARE + letters.size // SHORT)), np.empty((fields, letters.size), np.uint8)
        newest, order = np.full(fields, NEVER, np.int64), np.full(ORDERED, fields, np.int64)
        rows = Rows(numbers, lines, np.zeros(fields, np.int64), newest, order)
        at = read = members = 0
        while at < letters.size:
            at, read, more = read_objects(letters, at, read, self._wanted, rows)
            if at == NOT_PLAIN:
                return None
            members += more
            if at < letters.size:
                rows = rows._replace(numbers=np.hstack([rows.numbers[:, :read], np.empty((fields, read))]))
        return self._frame(rows, read), members

    def _frame(self, rows: Rows, read: int) -> pl.DataFrame:
        columns = []
        for number, (field, kind) in enumerate(self._types.items()):
            if kind == pl.String:
                columns.append(_texts(rows.lines[number, : rows.ends[number]]).alias(field))
            else:
                numbers = rows.numbers[number, :read]
                absent = bool(np.isnan(numbers).any())
                columns.append(pl.Series(field, numbers, nan_to_null=absent))
        return pl.DataFrame(columns)


def _texts(lines: Bytes) -> pl.Series:
    """Lines as texts, null where one is NUL."""
    if lines.size == 0:
        return pl.Series(dtype=pl.String)
    text = lines[:-1].tobytes().decode()
    few = lines.size < FEW
    texts = pl.Series(text.split("\n")) if few else pl.Series([text]).str.split("\n").explode()
    return texts.set(texts == ABSENT, None) if ABSENT in text else texts


def _is_unicode(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parts(text: bytes) -> list[Bytes]:
    """Whole lines, in as many parts as there are lanes if that is worth it; a part may be empty."""
    lanes = LANES if len(text) >= WORTHWHILE else 1
    ends = [text.index(b"\n", len(text) * lane // lanes - 1) + 1 for lane in range(1, lanes + 1)]
    return np.split(np.frombuffer(text, np.uint8), ends[:-1])
