"""Posted delimited text to frames of the wanted fields: the first line of an upload names the columns.

All cells are texts, an empty one is a missing value; the columns of records make numbers and times of them.
"""

import csv
from collections.abc import Iterator
from typing import Final

import polars as pl

from unusual.analysis import ndjson
from unusual.analysis.columns import Shape
from unusual.analysis.ndjson import BLANK, Records, check_held

DELIMITERS: Final = ("\t", ",", ";", "|")
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
JSON: Final = (b"{", b"[")


class Reader:
    """Reads uploads piece by piece; a row may lie across pieces, which changes nothing.

    An upload that begins as JSON does is JSON: datafeeds and newer clients send that to any job.
    """

    def __init__(self, shape: Shape, delimiter: str | None, quote: str) -> None:
        """shape: which fields are wanted; delimiter: None for the one that the first line has most of."""
        self._shape = shape
        self._told = delimiter
        self._quote = quote
        self.begin()

    def begin(self) -> None:
        """Another upload begins, with a header of its own."""
        self._delimiter = self._told
        self._json: ndjson.Reader | None = None
        self._header: list[str] = []
        self._first = b""  # the line that the header was read from
        self._rest = b""

    def read(self, piece: bytes, *, last: bool) -> Records:
        """The records that end in this piece; `errors.Unreadable` for one larger than `ndjson` takes."""
        if self._json:
            return self._json.read(piece, last=last)
        text = self._rest + piece
        if not self._header:
            text = text.removeprefix(BYTE_ORDER_MARK).lstrip(b" \r\n")
            if text.lstrip(BLANK).startswith(JSON):
                self._json = ndjson.Reader(self._shape)
                return self._json.read(text, last=last)
        rows, broken = self._rows(text, last=last)
        check_held(len(self._rest), "quotes")
        if rows and not self._header:
            self._header = rows.pop(0)
        return Records(self._frame(rows), broken, sum(len(row) - row.count("") for row in rows))

    @property
    def rest(self) -> bytes:
        """What of the pieces so far no record has been made of, with what another reader needs to go on with it."""
        if self._json:
            return JSON[1] + self._json.rest  # which tells that it is JSON, and means nothing before another one
        return self._first + self._rest

    def _rows(self, text: bytes, *, last: bool) -> tuple[list[list[str]], int]:
        """The rows that have ended, and how many are broken; what comes last may go on in the next piece."""
        lines = text.split(b"\n")
        found = list(self._parsed([line.decode(errors="replace") + "\n" for line in (lines if last else lines[:-1])]))
        if not last:
            found = found[:-1]
        behind = found[-1][1] if found else 0
        self._rest = b"\n".join(lines[behind:])
        if not self._header:
            begins = [0, *(end for _, end in found)]
            spans = (lines[begin:end] for begin, (row, end) in zip(begins, found, strict=False) if row)
            self._first = b"".join(line + b"\n" for line in next(spans, []))
        return [row for row, _ in found if row], sum(row is None for row, _ in found)

    def _parsed(self, lines: list[str]) -> Iterator[tuple[list[str] | None, int]]:
        """Each row, None for a broken one, and how many lines there are up to its end."""
        if lines and self._delimiter is None:
            self._delimiter = max(DELIMITERS, key=lines[0].count)
        reader = csv.reader(lines, delimiter=self._delimiter or DELIMITERS[0], quotechar=self._quote)
        while reader.line_num < len(lines):
            try:
                row = next(reader)
            except csv.Error:
                row = None
            yield row, reader.line_num

    def _frame(self, rows: list[list[str]]) -> pl.DataFrame:
        columns = {}
        for field in self._shape.schema:
            at = self._header.index(field) if field in self._header else None
            cells = [None if at is None or at >= len(row) else row[at] or None for row in rows]
            columns[field] = pl.Series(field, cells, pl.String)
        return pl.DataFrame(columns)
