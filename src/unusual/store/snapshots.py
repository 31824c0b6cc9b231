"""Learnt states of jobs in a database; knows nothing of what a state holds."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select, update

from unusual.analysis.control import Document
from unusual.errors import NoSuchSnapshot
from unusual.jobs.ports import Snapshot
from unusual.store import sql
from unusual.store.database import Database
from unusual.store.jobs import require

PART_BYTES = 16 << 20


class SqlSnapshots:
    """The `Snapshots` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, job_id: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under `description["snapshot_id"]`, replacing one of that id; `errors.NoSuchJob`."""
        key = {"job_id": job_id, "snapshot_id": snapshot.description["snapshot_id"]}
        row = key | _columns(snapshot.description)
        with self._database.writing() as connection:
            require(connection, job_id)
            connection.execute(delete(sql.states).where(_is(sql.states, **key)))
            for part, content in enumerate(_parts(snapshot.state)):
                connection.execute(insert(sql.states).values(**key, part=part, content=content))
            connection.execute(self._database.upsert(sql.snapshots, [row]))

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


def _is(table: Table, job_id: str, snapshot_id: str) -> ColumnElement[bool]:
    return and_(table.c.job_id == job_id, table.c.snapshot_id == snapshot_id)


def _columns(description: Document) -> dict[str, Any]:
    return {"timestamp": description.get("timestamp", 0), "description": description}


def _parts(state: bytes) -> Iterator[bytes]:
    return (state[start : start + PART_BYTES] for start in range(0, len(state), PART_BYTES))


def _state(connection: Connection, job_id: str, snapshot_id: str) -> bytes:
    parts = select(sql.states.c.content).where(_is(sql.states, job_id, snapshot_id)).order_by(sql.states.c.part)
    return b"".join(connection.execute(parts).scalars())
