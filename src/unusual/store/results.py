"""Result documents of all jobs in a database; knows nothing of how they came to be."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Final

import orjson
from sqlalchemy import Connection, Executable, bindparam, delete, select, update

from unusual.analysis.control import OF_BUCKETS, Document, Outputs, Result
from unusual.analysis.rescoring import SCORES
from unusual.analysis.subjects import subjects_of
from unusual.jobs.ports import FoundResult, Key, Selection, Sought, StoredJob
from unusual.store import counting, looking, paging, rescoring, sql, sweeping
from unusual.store.counting import Counts, Hour, Place, hours
from unusual.store.database import Database
from unusual.store.jobs import require
from unusual.store.lanes import SqlLanes
from unusual.store.upserting import Row, Upserts, padded

# How often a page is read again because something was written meanwhile, before all is counted anew.
_TRIES = 3

# What every commit says is made once: to put it together takes longer than to carry it out.
_PLACE: Final = (sql.results.c.kind, sql.results.c.timestamp)
_KEEP_STATS: Final = update(sql.jobs).where(sql.jobs.c.job_id == bindparam("job")).values(stats=bindparam("stats"))
# Every time is before this one; without such a condition the index of interim results would not be chosen.
_NEVER: Final = 1 << 62
_HAVE_INTERIM: Final = (
    select(sql.results.c.job_id)
    .where(sql.results.c.job_id.in_(bindparam("jobs", expanding=True)), sql.INTERIM)
    .where(sql.results.c.timestamp < _NEVER)
    .distinct()
)
_DROP_INTERIM: Final = (
    delete(sql.results).where(sql.results.c.job_id == bindparam("job"), sql.INTERIM).returning(*_PLACE)
)
_DROP_INTERIM_BEFORE: Final = _DROP_INTERIM.where(sql.results.c.timestamp < bindparam("before"))


class SqlResults:
    """The `Results` port."""

    def __init__(self, database: Database, counts: Counts) -> None:
        self._database = database
        self._counts = counts
        self._upserts = Upserts(database)
        self.lanes = SqlLanes(database)

    def commit(self, kept: Sequence[tuple[StoredJob, Outputs]], *, durable: bool = True) -> None:
        """For jobs, none of them twice: upsert results, drop superseded ones, rescore and keep the stats.

        In one transaction. Of a stored job only the stats change; `errors.NoSuchJob` when one was deleted meanwhile:
        then nothing is kept. durable: whether that outlasts a power cut.
        """
        with ExitStack() as counting:
            places = {job.job_id: counting.enter_context(self._counts.writing(job.job_id)) for job, _ in kept}
            with self._database.writing(durable=durable) as connection:
                _keep_stats(connection, [job for job, _ in kept])
                interim = set(connection.execute(_HAVE_INTERIM, {"jobs": [*places]}).scalars())
                for job, outputs in kept:
                    places[job.job_id].update(
                        self._keep(connection, job.job_id, outputs, interim=job.job_id in interim)
                    )

    def _keep(self, connection: Connection, job_id: str, outputs: Outputs, *, interim: bool) -> set[Hour]:
        """Keep what a job has told; where. interim: whether it has interim results."""
        dropped = _drop_interim(connection, job_id, outputs) if interim else []
        dropped += _drop_reopened(connection, job_id, outputs)
        self._upserts.put(connection, job_id, outputs.results)
        for one in outputs.rescorings:
            self._upserts.put(connection, job_id, rescoring.changes(connection, job_id, one))
        return hours(dropped) | hours(outputs.results)

    def read(self, job_id: str, selection: Selection) -> tuple[int, list[bytes]]:
        """How many documents match in all, and those of the page as JSON."""
        for _ in range(_TRIES):
            version = self._counts.version(job_id)
            if version is None:
                break
            found = paging.read(self._database, job_id, selection, self._counts.number)
            if version == self._counts.version(job_id):
                return found
        return paging.read(self._database, job_id, selection, counting.counted_through)

    def number(self, sought: Sought, most: int | None) -> int:
        """How many results there are, at most `most`."""
        return looking.number(self._database, sought, most)

    def first(
        self, sought: Sought, order: Sequence[tuple[str, bool]], most: int, after: Sequence[float | None] = ()
    ) -> list[FoundResult]:
        """The first `most` results of each job by columns and whether descending, later than the values `after`."""
        return looking.first(self._database, sought, order, most, after)

    def scan(self, sought: Sought, *, bodies: bool) -> Iterator[list[FoundResult]]:
        """Every result, some at a time, in no order."""
        return looking.scan(self._database, sought, bodies=bodies)

    def fetch(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Documents as JSON by their keys; those that are gone are left out."""
        return looking.fetch(self._database, keys)

    def add(self, job_id: str, results: Sequence[Result]) -> None:
        """Upsert results that do not come from the analysis of data; `errors.NoSuchJob`."""
        with self._counts.writing(job_id) as places, self._database.writing() as connection:
            require(connection, job_id)
            self._upserts.put(connection, job_id, results)
            places.update(hours(results))

    def remove(self, job_id: str, kind: str, name: str, value: str) -> Iterator[int]:
        """Remove the results of the job that are of a kind and have a value in their field `name`, some at a time."""
        return self._counted(job_id, sweeping.sweep_matching(self._database, job_id, kind, name, value))

    def write(self, job_id: str, document_id: str, document: Document) -> bool:
        """Store one document given by a client (its `timestamp` already in ms); True when it is new.

        A document of the same id is replaced, whatever its kind and time; `errors.NoSuchJob`.
        """
        entity = f"doc:{document_id}"
        same = delete(sql.results).where(sql.results.c.job_id == job_id, sql.results.c.entity == entity, sql.GIVEN)
        with self._counts.sweeping(job_id), self._database.writing() as connection:
            require(connection, job_id)
            replaced = connection.execute(same).rowcount
            self._upserts.put_rows(connection, job_id, [_given_row(entity, document)])
        return replaced == 0

    def clear(self, job_id: str, after_ms: int | None = None) -> Iterator[int]:
        """Remove the results of the job, some at a time: every one, or those whose time is later than `after_ms`."""
        with self._counts.sweeping(job_id):
            yield from sweeping.sweep_results(self._database, job_id, after_ms)

    def expire(self, job_id: str, kinds: Iterable[str], before_ms: int) -> Iterator[int]:
        """Remove the results of the job that are of these kinds and earlier than `before_ms`, some at a time."""
        for kind in kinds:
            yield from self._counted(job_id, sweeping.sweep_earlier(self._database, job_id, kind, before_ms))

    def _counted(self, job_id: str, steps: Iterator[int]) -> Iterator[int]:
        """Steps of a removal; between them, however long it rests there, the counts can be relied on."""
        while True:
            with self._counts.sweeping(job_id):
                removed = next(steps, None)
            if removed is None:
                return
            yield removed


def _keep_stats(connection: Connection, jobs: Sequence[StoredJob]) -> None:
    """Keep the stats of jobs; `NoSuchJob` names the first that is not there."""
    kept = connection.execute(_KEEP_STATS, [{"job": job.job_id, "stats": job.stats} for job in jobs])
    if kept.rowcount < len(jobs):
        for job in jobs:
            require(connection, job.job_id)


def _drop_interim(connection: Connection, job_id: str, outputs: Outputs) -> list[Place]:
    """Remove the interim results that are superseded; where they were."""
    if outputs.replaces_interim:
        return _removed(connection, _DROP_INTERIM, {"job": job_id})
    if outputs.interim_before is None:
        return []
    return _removed(connection, _DROP_INTERIM_BEFORE, {"job": job_id, "before": outputs.interim_before * 1000})


def _drop_reopened(connection: Connection, job_id: str, outputs: Outputs) -> list[Place]:
    """Remove the results of buckets that are told anew; where they were."""
    if outputs.reopened is None:
        return []
    start, end = outputs.reopened
    columns = sql.results.c
    conditions = [columns.job_id == job_id, columns.kind.in_(OF_BUCKETS)]
    conditions += [columns.timestamp >= start * 1000, columns.timestamp < end * 1000, columns.is_interim.is_(False)]
    return _removed(connection, delete(sql.results).where(*conditions, sql.ANALYSED).returning(*_PLACE))


def _removed(connection: Connection, removal: Executable, values: Document | None = None) -> list[Place]:
    return [(kind, timestamp) for kind, timestamp in connection.execute(removal, values)]


def _given_row(entity: str, document: Document) -> Row:
    kind = document["result_type"]
    if kind in SCORES:
        document = {"is_interim": False, **document}
    score = document.get(SCORES.get(kind, ""))
    is_interim, body = document.get("is_interim", False), orjson.dumps(document).decode()
    subjects = padded(subjects_of(document))
    return kind, document.get("timestamp", 0), entity, score, is_interim, body, None, *subjects
