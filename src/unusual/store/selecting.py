"""From a selection of results to the statements that count and read them; knows no transaction."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.sql.elements import TextClause

from unusual.analysis.rescoring import SCORES
from unusual.jobs.ports import Selection
from unusual.store.database import Database
from unusual.store.sql import ANOMALOUS, results
from unusual.store.ways import Along

Conditions: TypeAlias = list[ColumnElement[bool] | TextClause]

_KEY: Final = tuple(results.primary_key.columns)


def matching(job_id: str, selection: Selection, along: Along = Along.TIME) -> Conditions:
    """The conditions a result must meet; of positive scores only when it is walked along them."""
    times, scores = along.columns["timestamp"], along.columns["score"]
    conditions: Conditions = [results.c.job_id == job_id, results.c.kind == selection.kind]
    if selection.start_ms is not None:
        conditions.append(times >= selection.start_ms)
    if selection.end_ms is not None:
        conditions.append(times < selection.end_ms)
    if selection.timestamps_ms is not None:
        conditions.append(times.in_(selection.timestamps_ms))
    if selection.exclude_interim:
        conditions.append(results.c.is_interim.is_(False))
    if selection.least_score is not None:
        conditions.append(scores >= selection.least_score)
    return [*conditions, ANOMALOUS] if along is Along.SCORE else conditions


def count(conditions: Conditions) -> Select[Any]:
    """How many results meet the conditions."""
    return select(func.count()).select_from(results).where(*conditions)


def is_scored(selection: Selection) -> bool:
    """Whether only results with positive scores are selected, which have an index."""
    return selection.least_score is not None and selection.least_score > 0


def sorted_by(selection: Selection) -> str | None:
    """The column that a selection is sorted by first, None when that is a field of the documents."""
    if selection.sort == SCORES.get(selection.kind):
        return "score"
    return "timestamp" if selection.sort == "timestamp" else None


def places(conditions: Conditions, selection: Selection, column: ColumnElement[Any]) -> Select[Any]:
    """The values of the page, in order, of the column that it is sorted by first."""
    ordered = select(column).where(*conditions).order_by(_directed(column, selection).nulls_last())
    return ordered.offset(selection.page.start).limit(selection.page.size)


def ahead(column: ColumnElement[Any], value: float | None, selection: Selection) -> ColumnElement[bool]:
    """Whether a result comes before all that have a value."""
    if value is None:
        return column.is_not(None)
    return column > value if selection.desc else column < value


def between(
    column: ColumnElement[Any], first: float | None, last: float | None, selection: Selection
) -> list[ColumnElement[bool]]:
    """Whether a result has one of the values from the first to the last one."""
    if first is None:
        return [column.is_(None)]
    low, high = (last, first) if selection.desc else (first, last)
    if last is not None:
        return [column >= low, column <= high]
    return [or_(column <= first if selection.desc else column >= first, column.is_(None))]


def page(database: Database, conditions: Conditions, selection: Selection, skipped: int) -> Select[Any]:
    """The bodies of the page, in order, of which so many are skipped; the conditions are met by keys first."""
    keys = select(*_KEY).where(*conditions)
    ordered = select(results.c.body).where(tuple_(*_KEY).in_(keys)).order_by(*_order(database, selection))
    return ordered.offset(skipped).limit(selection.page.size)


def _order(database: Database, selection: Selection) -> Iterator[ColumnElement[Any]]:
    """Sort, ties, and at last the entity, which makes pages follow each other without gaps or repeats."""
    for name in dict.fromkeys((selection.sort, *selection.ties)):
        yield _directed(_value(database, selection, name), selection).nulls_last()
    for column in (results.c.timestamp, results.c.entity):
        yield _directed(column, selection)


def _directed(value: ColumnElement[Any], selection: Selection) -> ColumnElement[Any]:
    return value.desc() if selection.desc else value.asc()


def _value(database: Database, selection: Selection, name: str) -> ColumnElement[Any]:
    if name == "timestamp":
        return results.c.timestamp
    if name == SCORES.get(selection.kind):
        return results.c.score
    return database.extreme(results.c.body, name, greatest=selection.desc)
