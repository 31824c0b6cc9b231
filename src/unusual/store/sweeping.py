"""Removal of many rows of a job in short transactions; knows nothing of why they go."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, select, tuple_

from unusual.store import sql
from unusual.store.database import Database

ROWS_AT_ONCE = 200  # few enough for other writers not to wait for long, and more at once would not be faster
PARTS_AT_ONCE = 1

_PLACE: Final = (sql.results.c.timestamp, sql.results.c.entity)  # where a result is among those of its job and kind


def sweep(database: Database, job_id: str) -> Iterator[int]:
    """Remove the job's results, snapshots and states, some at a time: how many each time.

    Descriptions go before states: a snapshot that is still listed is always whole.
    """
    yield from sweep_results(database, job_id)
    yield from _sweep(database, sql.snapshots, sql.snapshots.c.job_id == job_id, at_once=ROWS_AT_ONCE)
    yield from _sweep(database, sql.states, sql.states.c.job_id == job_id, at_once=PARTS_AT_ONCE)


def sweep_results(database: Database, job_id: str, after_ms: int | None = None) -> Iterator[int]:
    """Remove the job's results, or those later than `after_ms`, some at a time: how many each time."""
    columns = sql.results.c
    if after_ms is None:
        yield from _sweep(database, sql.results, columns.job_id == job_id, at_once=ROWS_AT_ONCE)
        return
    with database.reading() as connection:
        kinds = [*connection.execute(select(columns.kind).where(columns.job_id == job_id).distinct()).scalars()]
    for kind in kinds:  # within a kind the later results are one stretch of the key: what stays is not looked at
        later = (columns.job_id == job_id, columns.kind == kind, columns.timestamp > after_ms)
        yield from _sweep(database, sql.results, *later, at_once=ROWS_AT_ONCE)


def sweep_earlier(database: Database, job_id: str, kind: str, before_ms: int) -> Iterator[int]:
    """Remove the job's results of one kind that are earlier than a time, some at a time: how many each time."""
    columns = sql.results.c
    earlier = (columns.job_id == job_id, columns.kind == kind, columns.timestamp < before_ms)
    return _sweep(database, sql.results, *earlier, at_once=ROWS_AT_ONCE)


def sweep_matching(database: Database, job_id: str, kind: str, name: str, value: str) -> Iterator[int]:
    """Remove the job's results of one kind whose field `name` is `value`, some at a time: how many each time.

    They are looked for outside the transactions that write, each time from where the last one ended.
    """
    columns = sql.results.c
    found = database.extreme(columns.body, name, greatest=False) == value
    matching = select(*_PLACE).where(columns.job_id == job_id, columns.kind == kind, found)
    matching = matching.order_by(*_PLACE).limit(ROWS_AT_ONCE)
    # One by one along the key: a list of keys would be compared with every result there is.
    same = [column == bindparam(f"known_{column.name}") for column in _PLACE]
    removal = delete(sql.results).where(columns.job_id == job_id, columns.kind == kind, *same)
    some = _places(database, matching)
    while some:
        with database.writing() as connection:
            removed = connection.execute(
                removal, [{"known_timestamp": at, "known_entity": of} for at, of in some]
            ).rowcount
        yield removed
        some = _places(database, matching.where(tuple_(*_PLACE) > tuple_(*some[-1])))


def _places(database: Database, statement: Select[tuple[int, str]]) -> list[tuple[int, str]]:
    with database.reading() as connection:
        return [(row.timestamp, row.entity) for row in connection.execute(statement)]


def _sweep(database: Database, table: Table, *conditions: ColumnElement[bool], at_once: int) -> Iterator[int]:
    key = tuple(table.primary_key.columns)
    some = select(*key).where(*conditions).limit(at_once)
    statement = delete(table).where(tuple_(*key).in_(some))
    removed = at_once
    while removed == at_once:
        with database.writing() as connection:
            removed = connection.execute(statement).rowcount
        yield removed
