"""Documents that came together in a database: their lines packed, beside the times of their date fields.

A batch never changes; which of its documents are gone stands beside it. Every call is a part of a transaction of the
caller's. Knows no query.
"""

import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import attrgetter
from threading import Lock
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import numpy as np
import orjson
import zstandard
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select

from unusual.jobs.batch import Batch
from unusual.jobs.ports import Found, Stretch
from unusual.store import batch_ids, sql
from unusual.store.batch_ids import Place, pieces

AT_ONCE: Final = 8192  # documents in a row
KEPT: Final = 64  # rows that stay unpacked, since the next page goes on in them

_ID: Final = re.compile(r"([0-9a-f]{16})-(\d{1,9})", re.ASCII)
_NONE: Final = np.iinfo(np.int64).min
_FASTEST: Final = 1
_STORED: Final = np.dtype("<i8")

T = TypeVar("T")
Ints = NDArray[np.int64]
Gone: TypeAlias = defaultdict[int, set[int]]  # by the number of a row, which of its documents are gone


class Row(NamedTuple):
    """What a row says of itself: its documents are `key-begin` and the `size - 1` after it, unless they are named."""

    index_name: str
    number: int
    key: str
    begin: int
    size: int
    named: bool


class _Recent:
    """What was unpacked last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = Lock()

    def get(self, name: tuple[Any, ...], make: Callable[[], T]) -> T:
        """What was made under a name, or is made now."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                known: T = self._kept[name]
                return known
        made = make()
        with self._lock:
            self._kept[name] = made
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


class Batches:
    """All batches of a store."""

    def __init__(self) -> None:
        self._lines = _Recent()
        self._ids = _Recent()
        self._times = _Recent()

    def append(self, connection: Connection, name: str, batch: Batch, number: int) -> Collection[str]:
        """Keep a batch, whose first document gets this number; the ids of documents in batches that it replaces."""
        replaced: dict[str, Place] = {}
        for begin in range(0, len(batch.bodies), AT_ONCE):
            bodies = batch.bodies[begin : begin + AT_ONCE]
            row = {"number": number + begin, "index_name": name, "key": batch.key, "begin": begin}
            ids = batch.ids[begin : begin + AT_ONCE]
            packed = {"content": _packed(b"\n".join(bodies)), "ids": _packed(orjson.dumps(ids)) if ids else None}
            connection.execute(insert(sql.batches).values(row | {"count": len(bodies)} | packed))
            if ids:
                replaced |= batch_ids.keep(connection, name, ids, number + begin)
            for field, moments in batch.moments.items():
                told = moments[begin : begin + AT_ONCE]
                times = np.array([_NONE if time is None else time for time in told], _STORED)
                known = times[times != _NONE]
                if known.size:
                    of_field = {"number": number + begin, "field": field, "index_name": name}
                    between = {"first": int(known.min()), "last": int(known.max()), "times": _packed(times.tobytes())}
                    connection.execute(insert(sql.batch_times).values(of_field | between))
        _bury(connection, replaced.values())
        return replaced.keys()

    def number_within(self, connection: Connection, stretch: Stretch) -> int:
        """How many documents of a stretch are in batches."""
        rows = _overlapping(connection, stretch)
        gone = _gone(connection, [row.number for row, _ in rows])
        return sum(self._within(connection, row, stretch, gone)[0].size for row, _ in rows)

    def rows(self, connection: Connection, *conditions: ColumnElement[bool]) -> list[Row]:
        """Rows in the order in which they came."""
        statement = _rows().where(*conditions).order_by(sql.batches.c.number)
        return [Row(*row) for row in connection.execute(statement)]

    def whole(self, connection: Connection, row: Row) -> list[Found]:
        """Every document of a row that is not gone; of no time."""
        gone = _gone(connection, [row.number])[row.number]
        places = [place for place in range(row.size) if place not in gone]
        return self._found(connection, row, places, repeat(0))

    def locate(self, connection: Connection, name: str, ids: Iterable[str]) -> dict[str, Place]:
        """Where documents are, of those ids that are of a batch and not gone."""
        meant = list(ids)
        return self.unnamed(connection, name, meant) | batch_ids.locate(connection, name, meant)

    def unnamed(self, connection: Connection, name: str, ids: Iterable[str]) -> dict[str, Place]:
        """The same, of ids that are made of the key of a batch."""
        return {document_id: place for document_id, _, place in self._located(connection, name, ids)}

    def fetch(self, connection: Connection, name: str, ids: Iterable[str]) -> dict[str, bytes]:
        """Documents as JSON by their ids, of those that are of a batch and not gone."""
        meant = list(ids)
        located = self._located(connection, name, meant)
        found = {document_id: self._bodies(connection, row)[place.place] for document_id, row, place in located}
        named = batch_ids.locate(connection, name, meant)
        numbers = {place.number for place in named.values()}
        rows = {row.number: row for some in pieces([*numbers]) for row in self.rows(connection, _numbered(some))}
        return found | {one: self._bodies(connection, rows[at.number])[at.place] for one, at in named.items()}

    def remove(self, connection: Connection, name: str, places: Mapping[str, Place]) -> None:
        """Let documents be gone, by their ids."""
        batch_ids.forget(connection, name, places)
        _bury(connection, places.values())

    def drop(self, connection: Connection, name: str) -> None:
        """Remove all batches of an index."""
        numbers = select(sql.batches.c.number).where(sql.batches.c.index_name == name)
        connection.execute(delete(sql.batch_gone).where(sql.batch_gone.c.number.in_(numbers)))
        connection.execute(delete(sql.batch_times).where(sql.batch_times.c.index_name == name))
        connection.execute(delete(sql.batches).where(sql.batches.c.index_name == name))
        batch_ids.drop(connection, name)

    def page(self, connection: Connection, stretch: Stretch, size: int) -> tuple[list[Found], int | None]:
        """The earliest documents of a stretch, by time, and before which time that is all; None for all there is."""
        taken: list[tuple[Row, Ints, Ints]] = []
        until: int | None = None
        rows = _overlapping(connection, stretch)
        gone = _gone(connection, [row.number for row, _ in rows])
        for row, first in rows:
            if until is not None and first >= until:
                break
            taken.append((row, *self._within(connection, row, stretch, gone)))
            until = _end_of_page([times for _, _, times in taken], stretch, size)
        found: list[Found] = []
        for row, places, times in taken:
            early = times < (np.iinfo(np.int64).max if until is None else until)
            found += self._found(connection, row, places[early].tolist(), times[early].tolist())
        found.sort(key=attrgetter("time_ms"))
        return found, until

    def _within(self, connection: Connection, row: Row, stretch: Stretch, gone: Gone) -> tuple[Ints, Ints]:
        """Which documents of a row are within a stretch, and their times."""
        times = self._times.get((row.key, row.begin, stretch.field), lambda: _times(connection, row, stretch.field))
        inside = times != _NONE if stretch.start_ms is None else times >= stretch.start_ms
        if stretch.end_ms is not None:
            inside &= times < stretch.end_ms
        inside[[*gone[row.number]]] = False
        places = np.flatnonzero(inside)
        return places, times[places]

    def _found(self, connection: Connection, row: Row, places: Sequence[int], times: Iterable[int]) -> list[Found]:
        bodies = self._bodies(connection, row)
        if row.named:
            names = self._ids.get((row.key, row.begin), lambda: _ids(connection, row))
            ids = [names[place] for place in places]
        else:
            ids = [f"{row.key}-{row.begin + place}" for place in places]
        numbers = [row.number + place for place in places]
        return list(map(Found, repeat(row.index_name), ids, times, [bodies[place] for place in places], numbers))

    def _bodies(self, connection: Connection, row: Row) -> list[bytes]:
        return self._lines.get((row.key, row.begin), lambda: _bodies(connection, row))

    def _located(self, connection: Connection, name: str, ids: Iterable[str]) -> Iterator[tuple[str, Row, Place]]:
        """Ids made of a key whose documents are there, each with its row and its place in it."""
        meant = [(match[0], match[1], int(match[2])) for one in ids if (match := _ID.fullmatch(one))]
        for some in pieces(meant):
            # Keys and numbers apart: SQLite would compare a list of pairs with every row of the index.
            columns = sql.batches.c
            keys, begins = {key for _, key, _ in some}, {number - number % AT_ONCE for _, _, number in some}
            at = columns.key.in_(sorted(keys)), columns.begin.in_(sorted(begins))
            found = map(Row._make, connection.execute(_rows().where(columns.index_name == name, *at)))
            rows = {(row.key, row.begin): row for row in found}
            gone = _gone(connection, [row.number for row in rows.values()])
            for document_id, key, number in some:
                row = rows.get((key, number - number % AT_ONCE))
                if row is None or row.named or document_id != f"{key}-{number}" or number - row.begin >= row.size:
                    continue
                place = Place(row.number, number - row.begin)
                if place.place not in gone[row.number]:
                    yield document_id, row, place


def next_number(connection: Connection) -> int:
    """The number of the next document that comes, alone or in a batch."""
    alone = select(func.max(sql.documents.c.number)).scalar_subquery()
    newest = select(sql.batches.c.number + sql.batches.c.count - 1).order_by(sql.batches.c.number.desc()).limit(1)
    found = connection.execute(select(alone, newest.scalar_subquery())).one()
    return 1 + max(number or 0 for number in found)


def number_in(connection: Connection, name: str) -> int:
    """How many documents an index has in batches."""
    columns = sql.batches.c
    there = select(func.coalesce(func.sum(columns.count), 0)).where(columns.index_name == name)
    joined = columns.number == sql.batch_gone.c.number
    gone = select(func.count()).join_from(sql.batch_gone, sql.batches, joined).where(columns.index_name == name)
    return int(connection.execute(there).scalar_one() - connection.execute(gone).scalar_one())


def _rows(*more: ColumnElement[Any]) -> Select[Any]:
    columns = sql.batches.c
    named = columns.ids.is_not(None)
    return select(columns.index_name, columns.number, columns.key, columns.begin, columns.count, named, *more)


def _numbered(numbers: Sequence[int]) -> ColumnElement[bool]:
    return sql.batches.c.number.in_(numbers)


def _overlapping(connection: Connection, stretch: Stretch) -> list[tuple[Row, int]]:
    """Rows that may have documents of a stretch, by their earliest time."""
    columns = sql.batch_times.c
    conditions = [columns.index_name.in_(stretch.indices), columns.field == stretch.field]
    if stretch.end_ms is not None:
        conditions.append(columns.first < stretch.end_ms)
    if stretch.start_ms is not None:
        conditions.append(columns.last >= stretch.start_ms)
    joined = sql.batches.c.number == columns.number
    statement = _rows(columns.first).join_from(sql.batch_times, sql.batches, joined).where(*conditions)
    ordered = statement.order_by(columns.first, columns.number)
    return [(Row(*row[:-1]), row[-1]) for row in connection.execute(ordered)]


def _end_of_page(times: Sequence[Ints], stretch: Stretch, size: int) -> int | None:
    """Before which time a page of so many documents ends, None when there are fewer."""
    together = np.concatenate(times)
    if together.size < size or not together.size:
        return None
    place = max(size, 1) - 1
    last = int(np.partition(together, place)[place])
    return last - last % stretch.grain_ms + stretch.grain_ms


def _gone(connection: Connection, numbers: Sequence[int]) -> Gone:
    columns = sql.batch_gone.c
    found: Gone = defaultdict(set)
    for some in pieces(numbers):
        statement = select(columns.number, columns.place).where(columns.number.in_(some))
        for number, place in connection.execute(statement):
            found[number].add(place)
    return found


def _bury(connection: Connection, places: Collection[Place]) -> None:
    """Let documents be gone; a row goes with its last one."""
    if not places:
        return
    connection.execute(insert(sql.batch_gone), [place._asdict() for place in places])
    numbers = sorted({place.number for place in places})
    gone = _gone(connection, numbers)
    rows = (Row(*row) for some in pieces(numbers) for row in connection.execute(_rows().where(_numbered(some))))
    _drop(connection, [row.number for row in rows if len(gone[row.number]) == row.size])


def _drop(connection: Connection, numbers: Sequence[int]) -> None:
    for table in (sql.batch_gone, sql.batch_times, sql.batches):
        for some in pieces(numbers):
            connection.execute(delete(table).where(table.c.number.in_(some)))


def _ids(connection: Connection, row: Row) -> list[str]:
    statement = select(sql.batches.c.ids).where(sql.batches.c.number == row.number)
    ids: list[str] = orjson.loads(_unpacked(connection.execute(statement).scalar_one()))
    return ids


def _times(connection: Connection, row: Row, field: str) -> Ints:
    columns = sql.batch_times.c
    statement = select(columns.times).where(columns.number == row.number, columns.field == field)
    return np.frombuffer(_unpacked(connection.execute(statement).scalar_one()), _STORED).astype(np.int64)


def _bodies(connection: Connection, row: Row) -> list[bytes]:
    statement = select(sql.batches.c.content).where(sql.batches.c.number == row.number)
    return _unpacked(connection.execute(statement).scalar_one()).split(b"\n")


def _packed(content: bytes) -> bytes:
    return zstandard.ZstdCompressor(_FASTEST).compress(content)


def _unpacked(content: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(content)
