"""Removal of many rows of a job in short transactions; knows nothing of why they go."""

from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from unusual.store import sql
from unusual.store.database import Database

ROWS_AT_ONCE = 2_000
PARTS_AT_ONCE = 1


def sweep(database: Database, job_id: str) -> None:
    """Remove the job's results, snapshots and states, letting other writers in between.

    Descriptions go before states: a snapshot that is still listed is always whole.
    """
    sweep_results(database, job_id)
    _sweep(database, sql.snapshots, sql.snapshots.c.job_id == job_id, at_once=ROWS_AT_ONCE)
    _sweep(database, sql.states, sql.states.c.job_id == job_id, at_once=PARTS_AT_ONCE)


def sweep_results(database: Database, job_id: str, after_ms: int | None = None) -> None:
    """Remove the job's results, or those later than `after_ms`, letting other writers in between."""
    columns = sql.results.c
    if after_ms is None:
        _sweep(database, sql.results, columns.job_id == job_id, at_once=ROWS_AT_ONCE)
        return
    with database.reading() as connection:
        kinds = [*connection.execute(select(columns.kind).where(columns.job_id == job_id).distinct()).scalars()]
    for kind in kinds:  # within a kind the later results are one stretch of the key: what stays is not looked at
        later = (columns.job_id == job_id, columns.kind == kind, columns.timestamp > after_ms)
        _sweep(database, sql.results, *later, at_once=ROWS_AT_ONCE)


def sweep_earlier(database: Database, job_id: str, kind: str, before_ms: int) -> None:
    """Remove the job's results of one kind that are earlier than a time, letting other writers in between."""
    columns = sql.results.c
    earlier = (columns.job_id == job_id, columns.kind == kind, columns.timestamp < before_ms)
    _sweep(database, sql.results, *earlier, at_once=ROWS_AT_ONCE)


def sweep_matching(database: Database, job_id: str, kind: str, name: str, value: str) -> None:
    """Remove the job's results of one kind whose field `name` is `value`, letting other writers in between."""
    columns = sql.results.c
    found = database.extreme(columns.body, name, greatest=False) == value
    _sweep(database, sql.results, columns.job_id == job_id, columns.kind == kind, found, at_once=ROWS_AT_ONCE)


def _sweep(database: Database, table: Table, *conditions: ColumnElement[bool], at_once: int) -> None:
    key = tuple(table.primary_key.columns)
    some = select(*key).where(*conditions).limit(at_once)
    statement = delete(table).where(tuple_(*key).in_(some))
    removed = at_once
    while removed == at_once:
        with database.writing() as connection:
            removed = connection.execute(statement).rowcount
