"""Results of several jobs at once, for searches: counted, the first of them, or all; knows no query."""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, and_, column, func, or_, select, values
from sqlalchemy.sql.elements import TextClause

from unusual.jobs.ports import FoundResult, Key, Sought
from unusual.store.database import Database
from unusual.store.sql import ANOMALOUS, SUBJECTS, results
from unusual.store.ways import Along, aside

ROWS_AT_ONCE: Final = 20_000
_KEYS_AT_ONCE: Final = 500
_JOBS_AT_ONCE: Final = 10_000  # a database takes no more than so many values in a statement
# When so many results have the score that is asked for, walking through time finds a page of them soon enough.
_MANY: Final = 10_000
_EARLIEST: Final = -(1 << 62)
_COMPARE: Final[dict[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_KEY: Final = (results.c.job_id, results.c.kind, results.c.timestamp, results.c.entity)
_FIELDS: Final = tuple(results.c[name] for name in FoundResult._fields)


Order: TypeAlias = Sequence[tuple[str, bool]]
Condition: TypeAlias = ColumnElement[bool] | TextClause


def number(database: Database, sought: Sought, most: int | None) -> int:
    """How many results there are, at most `most`."""
    with database.reading() as connection:
        return _number(connection, sought, most)


def first(
    database: Database, sought: Sought, order: Order, most: int, after: Sequence[float | None] = ()
) -> list[FoundResult]:
    """The first `most` results of each job by columns and whether descending, later than the values `after`."""
    later = [*_later(order, after)] if after else []
    found: list[FoundResult] = []
    with database.reading() as connection:
        for job_id in sought.job_ids:
            found += _first(connection, replace(sought, job_ids=(job_id,)), order, later, most)
    return found


def scan(database: Database, sought: Sought, *, bodies: bool) -> Iterator[list[FoundResult]]:
    """Every result, some at a time; without `bodies` their documents stay where they are."""
    fields = _FIELDS if bodies else _FIELDS[:-1]
    with database.reading() as connection:
        streaming = connection.execution_options(yield_per=ROWS_AT_ONCE)
        for begin in range(0, len(sought.job_ids), _JOBS_AT_ONCE):
            some_jobs = replace(sought, job_ids=sought.job_ids[begin : begin + _JOBS_AT_ONCE])
            statement = select(*fields).where(*_conditions(some_jobs, Along.TIME))
            for some in streaming.execute(statement).partitions():
                yield [FoundResult._make(row if bodies else (*row, None)) for row in some]


def fetch(database: Database, keys: Iterable[Key]) -> dict[Key, bytes]:
    """Documents as JSON by their keys, one by one: SQLite would compare a list of them with every result."""
    found: dict[Key, bytes] = {}
    waiting = iter(keys)
    columns = [column(one.name, one.type) for one in _KEY]
    with database.reading() as connection:
        while some := list(islice(waiting, _KEYS_AT_ONCE)):
            wanted = values(*columns, name="wanted").data(some).cte()
            same = and_(*(one == wanted.c[one.name] for one in _KEY))
            rows = connection.execute(select(*_KEY, results.c.body).join_from(wanted, results, same))
            found.update((Key(*row[:4]), row[4].encode()) for row in rows)
    return found


def _number(connection: Connection, sought: Sought, most: int | None) -> int:
    if sought.is_interim is False:
        # The few interim ones have an index of their own, and no other index knows of them: all but those are counted.
        interim = _counted(connection, replace(sought, is_interim=True), None, Along.INTERIM)
        whole = _counted(connection, replace(sought, is_interim=None), None if most is None else most + interim)
        return whole - interim
    return _counted(connection, sought, most)


def _counted(connection: Connection, sought: Sought, most: int | None, along: Along | None = None) -> int:
    if along is None:
        along = Along.SCORE if _is_scored(sought) and _is_wide(connection, sought) else Along.TIME
    some = select(results.c.job_id).where(*_conditions(sought, along)).limit(most).subquery()
    counted: int = connection.execute(select(func.count()).select_from(some)).scalar_one()
    return counted


def _is_wide(connection: Connection, sought: Sought) -> bool:
    """Whether so many results lie in the time that is sought that looking at all of them would take long."""
    times = tuple(bound for bound in sought.bounds if bound[0] == "timestamp")
    window = replace(sought, bounds=times, is_interim=None, texts=())
    return not times or _counted(connection, window, _MANY, Along.TIME) == _MANY


def _first(
    connection: Connection, sought: Sought, order: Order, later: list[ColumnElement[bool]], most: int
) -> list[FoundResult]:
    wide, scored = _is_wide(connection, sought), _is_scored(sought)
    if order and order[0] == ("score", True):
        ways = [Along.SCORE if wide else Along.TIME] if scored or not wide else [Along.SCORE, Along.TIME]
    else:
        whole = replace(sought, is_interim=None)
        rare = wide and scored and _counted(connection, whole, _MANY, Along.SCORE) < _MANY
        ways = [Along.SCORE if rare else Along.TIME]
    found: list[FoundResult] = []
    for along in ways:
        statement = _page([*_conditions(sought, along), *later], order, most, along)
        found = [FoundResult(*row) for row in connection.execute(statement)]
        if len(found) == most:
            break
    return found


def _page(conditions: list[Condition], order: Order, most: int, along: Along) -> Select[Any]:
    """Keys first, then the documents of those alone."""
    desc = bool(order) and order[0][1]
    sorting = [(along.columns[name].desc() if down else along.columns[name].asc()).nulls_last() for name, down in order]
    ties = [column.desc() if desc else column.asc() for column in (along.columns["timestamp"], results.c.entity)]
    keys = select(*_KEY).where(*conditions).order_by(*sorting, *ties).limit(most).subquery()
    same = [column == keys.c[column.name] for column in _KEY]
    return select(*_FIELDS).join_from(keys, results, and_(*same))


def _conditions(sought: Sought, along: Along) -> list[Condition]:
    """What results must meet, said so that they are looked for in one way."""
    columns = results.c
    conditions = [*_whose(sought, along)]
    conditions += [_COMPARE[bound](along.columns[name], value) for name, bound, value in sought.bounds]
    if sought.is_interim is not None:
        conditions.append(columns.is_interim.is_(sought.is_interim))
    conditions += [or_(*(func.instr(columns.body, text) > 0 for text in texts)) for texts in sought.texts]
    conditions += [or_(*(column == subject for column in SUBJECTS)) for subject in sought.subjects]
    if along is Along.SCORE:
        return [*conditions, ANOMALOUS]
    # A stretch of time, even without an end, is what makes the index of interim results the one to use.
    return [*conditions, columns.timestamp >= _EARLIEST] if along is Along.INTERIM else conditions


def _whose(sought: Sought, along: Along) -> Iterator[Condition]:
    """The conditions on jobs and kinds."""
    columns = results.c
    kind = aside(columns.kind) if along is Along.INTERIM else columns.kind
    only = sought.job_ids[0] if len(sought.job_ids) == 1 else None
    yield columns.job_id.in_(sought.job_ids) if only is None else columns.job_id == only
    if sought.kind is not None:
        yield kind == sought.kind
        return
    low, high = sought.between
    yield kind > low
    if high is not None:
        yield kind < high


def _is_scored(sought: Sought) -> bool:
    """Whether only positive scores are sought, which have an index."""
    least = [value for name, bound, value in sought.bounds if name == "score" and bound in {"gt", "gte"}]
    return any(value > 0 for value in least)


def _later(order: Order, after: Sequence[float | None]) -> Iterator[ColumnElement[bool]]:
    """The results whose columns come after some values; what has no value comes last."""
    ways: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for (name, desc), value in zip(order, after, strict=True):
        column = results.c[name]
        if value is None:
            same.append(column.is_(None))
            continue
        beyond = column < value if desc else column > value
        ways.append(and_(*same, beyond if name == "timestamp" else or_(beyond, column.is_(None))))
        same.append(column == value)
    yield or_(*ways) if ways else and_(results.c.score.is_(None), results.c.score.is_not(None))
    if order[0][0] == "timestamp" and after[0] is not None:
        # Said once more so that a walk along time begins there.
        yield results.c.timestamp <= after[0] if order[0][1] else results.c.timestamp >= after[0]
