"""The configured jobs in a database; knows neither lifecycle nor what a configuration means."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import orjson
from sqlalchemy import Connection, Row, Text, delete, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from unusual.analysis.control import Document
from unusual.errors import JobIdTaken, NoSuchJob
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.store import sql, sweeping
from unusual.store.counting import Counts
from unusual.store.database import Database

# Jobs are often read all at once, and seldom changed: a configuration is decoded once, and no reader changes it.
_KEPT: Final = 10_000
_CONFIG, _STATS = (type_coerce(sql.jobs.c[name], Text) for name in ("config", "stats"))
_EVERY: Final = select(_CONFIG, sql.jobs.c.state, sql.jobs.c.reason, _STATS, sql.jobs.c.opened_ms).order_by(
    sql.jobs.c.job_id
)


@lru_cache(_KEPT)
def _known(written: str) -> Document:
    document: Document = orjson.loads(written)
    return document


def require(connection: Connection, job_id: str) -> None:
    """Let a writer go on only for a job that exists: a deleted one must not leave new rows behind."""
    if connection.execute(select(sql.jobs.c.job_id).where(sql.jobs.c.job_id == job_id)).first() is None:
        raise NoSuchJob(job_id)


class SqlJobs:
    """The `Jobs` port."""

    def __init__(self, database: Database, counts: Counts) -> None:
        self._database = database
        self._counts = counts

    def add(self, job: StoredJob) -> None:
        """Store a new job; `errors.Taken` when the id is in use."""
        try:
            with self._database.writing() as connection:
                connection.execute(insert(sql.jobs).values(job_id=job.job_id, **_columns(job)))
        except IntegrityError:
            raise JobIdTaken(job.job_id) from None

    def get(self, job_id: str) -> StoredJob:
        """The job; `errors.NoSuchJob` when unknown."""
        with self._database.reading() as connection:
            row = connection.execute(select(sql.jobs).where(sql.jobs.c.job_id == job_id)).first()
        if row is None:
            raise NoSuchJob(job_id)
        return _stored(row)

    def all(self) -> list[StoredJob]:
        """Every job, sorted by id."""
        with self._database.reading() as connection:
            return [
                StoredJob(_known(config), State(state), reason, orjson.loads(stats), opened_ms)
                for config, state, reason, stats, opened_ms in connection.execute(_EVERY)
            ]

    def put(self, job: StoredJob) -> None:
        """Replace a stored job as a whole; `errors.NoSuchJob` when unknown."""
        statement = update(sql.jobs).where(sql.jobs.c.job_id == job.job_id).values(**_columns(job))
        with self._database.writing() as connection:
            if connection.execute(statement).rowcount == 0:
                raise NoSuchJob(job.job_id)

    def delete(self, job_id: str) -> Iterator[int]:
        """Remove the job with its results, snapshots and states, some at a time; nothing when unknown.

        What takes long goes first, in short transactions. The last one removes the job and whatever was
        written in the meantime, so a deletion that was cut off leaves a job that can be deleted again.
        """
        with self._counts.sweeping(job_id):
            yield from sweeping.sweep(self._database, job_id)
            with self._database.writing() as connection:
                for table in (sql.results, sql.snapshots, sql.states, sql.jobs):
                    connection.execute(delete(table).where(table.c.job_id == job_id))


def _columns(job: StoredJob) -> dict[str, object]:
    return {
        "config": job.config,
        "state": job.state.value,
        "reason": job.reason,
        "stats": job.stats,
        "opened_ms": job.opened_ms,
    }


def _stored(row: Row[tuple[object, ...]]) -> StoredJob:
    return StoredJob(
        config=row.config, state=State(row.state), reason=row.reason, stats=row.stats, opened_ms=row.opened_ms
    )
