"""Learnt states of jobs in a database; knows nothing of what a state holds."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, insert, literal, select, update

from unusual.analysis.control import Document
from unusual.errors import NoSuchSnapshot
from unusual.jobs.ports import Snapshot
from unusual.store import sql
from unusual.store.database import Database
from unusual.store.jobs import require

PART_BYTES = 4 << 20  # small enough for other writers not to wait for one part to be written


class SqlSnapshots:
    """The `Snapshots` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, job_id: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under `description["snapshot_id"]`, replacing one of that id; `errors.NoSuchJob`.

        A new one is written part by part, and listed once it is whole: other writers get their turns in between.
        """
        snapshot_id = snapshot.description["snapshot_id"]
        parts = [*_parts(snapshot.state)] or [b""]
        steps = [parts] if self._is_known(job_id, snapshot_id) else [[part] for part in parts]
        for number, step in enumerate(steps):
            with self._database.writing() as connection:
                require(connection, job_id)
                if number == 0:
                    connection.execute(delete(sql.states).where(_is(sql.states, job_id, snapshot_id)))
                for part, content in enumerate(step, number):
                    row = {"job_id": job_id, "snapshot_id": snapshot_id, "part": part, "content": content}
                    connection.execute(insert(sql.states).values(row))
                if number == len(steps) - 1:
                    row = {"job_id": job_id, "snapshot_id": snapshot_id} | _columns(snapshot.description)
                    connection.execute(self._database.upsert(sql.snapshots, [row]))

    def _is_known(self, job_id: str, snapshot_id: str) -> bool:
        with self._database.reading() as connection:
            return (
                connection.execute(select(literal(1)).where(_is(sql.snapshots, job_id, snapshot_id))).first()
                is not None
            )

    def load(self, job_id: str, snapshot_id: str) -> Snapshot:
        """The snapshot; `errors.NoSuchSnapshot` when unknown."""
        with self._database.reading() as connection:
            description = connection.execute(
                select(sql.snapshots.c.description).where(_is(sql.snapshots, job_id, snapshot_id))
            ).scalar_one_or_none()
            if description is None:
                raise NoSuchSnapshot(job_id, snapshot_id)
            return Snapshot(description, _state(connection, job_id, snapshot_id))

    def list(self, job_id: str) -> list[Document]:
        """Descriptions of all snapshots of the job, oldest first."""
        table = sql.snapshots
        statement = (
            select(table.c.description).where(table.c.job_id == job_id).order_by(table.c.timestamp, table.c.snapshot_id)
        )
        with self._database.reading() as connection:
            return [*connection.execute(statement).scalars()]

    def describe(self, job_id: str, description: Document) -> None:
        """Replace the description of the snapshot of that id; `errors.NoSuchSnapshot` when unknown."""
        snapshot_id = description["snapshot_id"]
        statement = update(sql.snapshots).where(_is(sql.snapshots, job_id, snapshot_id)).values(**_columns(description))
        with self._database.writing() as connection:
            if connection.execute(statement).rowcount == 0:
                raise NoSuchSnapshot(job_id, snapshot_id)

    def delete(self, job_id: str, snapshot_ids: Iterable[str]) -> None:
        """Remove snapshots; unknown ids are ignored."""
        for snapshot_id in snapshot_ids:
            with self._database.writing() as connection:
                for table in (sql.snapshots, sql.states):
                    connection.execute(delete(table).where(_is(table, job_id, snapshot_id)))


def drop_torn(connection: Connection) -> None:
    """Remove the parts of snapshots that the end of the server cut short: nobody knows of them."""
    same = and_(sql.snapshots.c.job_id == sql.states.c.job_id, sql.snapshots.c.snapshot_id == sql.states.c.snapshot_id)
    connection.execute(delete(sql.states).where(~exists().where(same)))


def _is(table: Table, job_id: str, snapshot_id: str) -> ColumnElement[bool]:
    return and_(table.c.job_id == job_id, table.c.snapshot_id == snapshot_id)


def _columns(description: Document) -> dict[str, Any]:
    return {"timestamp": description.get("timestamp", 0), "description": description}


def _parts(state: bytes) -> Iterator[bytes]:
    return (state[start : start + PART_BYTES] for start in range(0, len(state), PART_BYTES))


def _state(connection: Connection, job_id: str, snapshot_id: str) -> bytes:
    parts = select(sql.states.c.content).where(_is(sql.states, job_id, snapshot_id)).order_by(sql.states.c.part)
    return b"".join(connection.execute(parts).scalars())
