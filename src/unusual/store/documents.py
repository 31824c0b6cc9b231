"""Indices of documents in a database, each document beside the times of its date fields; knows no query."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from unusual.errors import NoSuchIndex, Taken
from unusual.jobs.batch import Batch
from unusual.jobs.ports import Change, Found, Outcome, StoredIndex, Stretch
from unusual.store import sql
from unusual.store.batch_ids import Place, pieces
from unusual.store.batches import Batches, next_number, number_in
from unusual.store.database import Database

ROWS_AT_ONCE = 500


class SqlDocuments:
    """The `Documents` port."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batches = Batches()

    def add(self, index: StoredIndex) -> None:
        """Make an index; `errors.Taken` when the name is in use."""
        try:
            with self._database.writing() as connection:
                connection.execute(insert(sql.indices).values(name=index.name, definition=index.definition))
        except IntegrityError:
            raise Taken(f"index [{index.name}] already exists") from None

    def all(self) -> list[StoredIndex]:
        """Every index, sorted by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(sql.indices).order_by(sql.indices.c.name))
            return [StoredIndex(row.name, row.definition) for row in rows]

    def put(self, index: StoredIndex) -> None:
        """Replace the definition of an index; `errors.NoSuchIndex`."""
        statement = update(sql.indices).where(sql.indices.c.name == index.name).values(definition=index.definition)
        with self._database.writing() as connection:
            if connection.execute(statement).rowcount == 0:
                raise NoSuchIndex(index.name)

    def delete(self, name: str) -> None:
        """Remove an index with its documents; nothing when unknown."""
        with self._database.writing() as connection:
            connection.execute(delete(sql.indices).where(sql.indices.c.name == name))
            self._batches.drop(connection, name)
            connection.execute(delete(sql.moments).where(sql.moments.c.index_name == name))
            connection.execute(delete(sql.documents).where(sql.documents.c.index_name == name))

    def change(self, name: str, changes: Sequence[Change]) -> list[Outcome]:
        """Carry out changes in order, in one transaction; `errors.NoSuchIndex`."""
        with self._database.writing() as connection:
            _require(connection, name)
            ids = [change.document_id for change in changes]
            taking = _Taking({**_numbers(connection, name, ids), **self._batches.locate(connection, name, ids)})
            outcomes = [taking.take(change) for change in changes]
            self._remove(connection, name, taking.replaced)
            _insert(connection, name, taking.kept)
        return outcomes

    def append(self, name: str, batch: Batch) -> Collection[str]:
        """Keep documents, in one transaction; the ids of those that are replaced. `errors.NoSuchIndex`, `Taken`."""
        with self._database.writing() as connection:
            _require(connection, name)
            alone: dict[str, int | Place] = {**_numbers(connection, name, batch.ids)}
            alone |= self._batches.unnamed(connection, name, batch.ids)
            self._remove(connection, name, alone)
            replaced = alone.keys() | self._batches.append(connection, name, batch, next_number(connection))
            if replaced and batch.only_new:
                raise Taken(f"document [{next(iter(replaced))}] already exists")
        return replaced

    def get(self, name: str, document_id: str) -> bytes | None:
        """A document as JSON, None when unknown."""
        return self.fetch(name, [document_id]).get(document_id)

    def number(self, name: str) -> int:
        """How many documents an index has."""
        alone = select(func.count()).select_from(sql.documents).where(sql.documents.c.index_name == name)
        with self._database.reading() as connection:
            return connection.execute(alone).scalar_one() + number_in(connection, name)

    def number_within(self, stretch: Stretch) -> int:
        """How many documents a stretch has."""
        columns = sql.moments.c
        alone = select(func.count()).where(columns.index_name.in_(stretch.indices), *_within(stretch))
        with self._database.reading() as connection:
            return connection.execute(alone).scalar_one() + self._batches.number_within(connection, stretch)

    def fetch(self, name: str, document_ids: Iterable[str]) -> dict[str, bytes]:
        """Documents as JSON by their ids; those that are gone are left out."""
        columns = sql.documents.c
        ids = [*document_ids]
        with self._database.reading() as connection:
            found = self._batches.fetch(connection, name, ids)
            for some in pieces(ids):
                statement = select(columns.document_id, columns.body).where(
                    columns.index_name == name, columns.document_id.in_(some)
                )
                found.update((row.document_id, row.body.encode()) for row in connection.execute(statement))
        return found

    def scan(self, indices: Sequence[str]) -> Iterator[Found]:
        """Every document, an index after the other, oldest change first."""
        with self._database.reading() as connection:
            after = 0
            for row in self._batches.rows(connection, sql.batches.c.index_name.in_(indices)):
                yield from _alone(connection, indices, after, row.number)
                yield from self._batches.whole(connection, row)
                after = row.number
            yield from _alone(connection, indices, after, None)

    def page(self, stretch: Stretch, size: int) -> list[Found]:
        """The earliest documents of a stretch, by time, cut between grains: at least `size` if so many."""
        with self._database.reading() as connection:
            together, end = self._batches.page(connection, stretch, size)
            lasts = [_last_time(connection, stretch, name, size) for name in stretch.indices]
            ends = [last - last % stretch.grain_ms + stretch.grain_ms for last in lasts if last is not None]
            until = min([*ends, *([] if end is None else [end])], default=None)
            conditions = [
                sql.moments.c.index_name.in_(stretch.indices),
                *_within(stretch),
                *([] if until is None else [sql.moments.c.time < until]),
            ]
            alone = _found(connection, conditions)
        if not alone:
            return together if until == end else [one for one in together if until is None or one.time_ms < until]
        merged = alone + [one for one in together if until is None or one.time_ms < until]
        return sorted(merged, key=lambda one: one.time_ms)

    def _remove(self, connection: Connection, name: str, places: Mapping[str, int | Place]) -> None:
        _remove(connection, [place for place in places.values() if isinstance(place, int)])
        together = {one: place for one, place in places.items() if isinstance(place, Place)}
        self._batches.remove(connection, name, together)


@dataclass
class _Taking:
    """Changes on their way into the store; `numbers` say where the documents are that are there already."""

    numbers: dict[str, int | Place]
    kept: dict[str, Change] = field(default_factory=dict)
    replaced: dict[str, int | Place] = field(default_factory=dict)

    def take(self, change: Change) -> Outcome:
        """Note a change; what becomes of it."""
        known = change.document_id in self.numbers or change.document_id in self.kept
        if change.body is None and not known:
            return Outcome.NOT_FOUND
        if change.only_new and known:
            return Outcome.CONFLICT
        self.kept.pop(change.document_id, None)
        if change.document_id in self.numbers:
            self.replaced[change.document_id] = self.numbers.pop(change.document_id)
        if change.body is None:
            return Outcome.DELETED
        self.kept[change.document_id] = change
        return Outcome.UPDATED if known else Outcome.CREATED


def _require(connection: Connection, name: str) -> None:
    if connection.execute(select(sql.indices.c.name).where(sql.indices.c.name == name)).first() is None:
        raise NoSuchIndex(name)


def _alone(connection: Connection, indices: Sequence[str], after: int, before: int | None) -> Iterator[Found]:
    """Documents that are in no batch and came between two."""
    columns = sql.documents.c
    conditions = [columns.index_name.in_(indices), columns.number > after]
    if before is not None:
        conditions.append(columns.number < before)
    statement = select(columns.index_name, columns.document_id, columns.body, columns.number).where(*conditions)
    ordered = statement.order_by(columns.number).execution_options(yield_per=ROWS_AT_ONCE)
    for row in connection.execute(ordered):
        yield Found(row.index_name, row.document_id, 0, row.body.encode(), row.number)


def _numbers(connection: Connection, name: str, ids: Iterable[str]) -> dict[str, int]:
    columns = sql.documents.c
    found: dict[str, int] = {}
    if connection.execute(select(columns.number).where(columns.index_name == name).limit(1)).first() is None:
        return found  # all documents of the index came together
    for some in pieces(list(dict.fromkeys(ids))):
        statement = select(columns.document_id, columns.number).where(
            columns.index_name == name, columns.document_id.in_(some)
        )
        found.update((row.document_id, row.number) for row in connection.execute(statement))
    return found


def _remove(connection: Connection, numbers: list[int]) -> None:
    for some in pieces(numbers):
        connection.execute(delete(sql.moments).where(sql.moments.c.number.in_(some)))
        connection.execute(delete(sql.documents).where(sql.documents.c.number.in_(some)))


def _insert(connection: Connection, name: str, kept: dict[str, Change]) -> None:
    first = next_number(connection)
    rows = [
        {"number": number, "index_name": name, "document_id": change.document_id, "body": (change.body or b"").decode()}
        for number, change in enumerate(kept.values(), start=first)
    ]
    times = [
        {"index_name": name, "field": field_name, "time": time, "number": number}
        for number, change in enumerate(kept.values(), start=first)
        for field_name, time in change.moments.items()
    ]
    if rows:
        connection.execute(insert(sql.documents), rows)
    if times:
        connection.execute(insert(sql.moments), times)


def _within(stretch: Stretch) -> Iterator[ColumnElement[bool]]:
    columns = sql.moments.c
    yield columns.field == stretch.field
    if stretch.start_ms is not None:
        yield columns.time >= stretch.start_ms
    if stretch.end_ms is not None:
        yield columns.time < stretch.end_ms


def _last_time(connection: Connection, stretch: Stretch, name: str, size: int) -> int | None:
    """The time of the document with which one index alone would fill a page, None when it has fewer."""
    statement = (
        select(sql.moments.c.time)
        .where(sql.moments.c.index_name == name, *_within(stretch))
        .order_by(sql.moments.c.time, sql.moments.c.number)
        .offset(max(size, 1) - 1)
        .limit(1)
    )
    return connection.execute(statement).scalar_one_or_none()


def _found(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> list[Found]:
    documents, moments = sql.documents.c, sql.moments.c
    statement = (
        select(documents.index_name, documents.document_id, moments.time, documents.body, moments.number)
        .join_from(sql.moments, sql.documents, documents.number == moments.number)
        .where(*conditions)
        .order_by(moments.time, moments.number)
    )
    return [Found(*row)._replace(body=row[3].encode()) for row in connection.execute(statement)]
