"""From a selection of results to the statements that count and read them; knows no transaction."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.sql.elements import TextClause

from unusual.analysis.rescoring import SCORES
from unusual.jobs.ports import Selection
from unusual.store.database import Database
from unusual.store.sql import ANOMALOUS, results

Conditions: TypeAlias = list[ColumnElement[bool] | TextClause]


def matching(job_id: str, selection: Selection) -> Conditions:
    """The conditions a result must meet."""
    columns = results.c
    conditions: Conditions = [columns.job_id == job_id, columns.kind == selection.kind]
    if selection.start_ms is not None:
        conditions.append(columns.timestamp >= selection.start_ms)
    if selection.end_ms is not None:
        conditions.append(columns.timestamp < selection.end_ms)
    if selection.timestamp_ms is not None:
        conditions.append(columns.timestamp == selection.timestamp_ms)
    if selection.exclude_interim:
        conditions.append(columns.is_interim.is_(False))
    if selection.least_score is not None:
        conditions.append(columns.score >= selection.least_score)
        if selection.least_score > 0:
            conditions.append(ANOMALOUS)
    return conditions


def count(conditions: Conditions) -> Select[Any]:
    """How many results meet the conditions."""
    return select(func.count()).select_from(results).where(*conditions)


def nth(conditions: Conditions, number: int) -> Select[Any]:
    """Something unless fewer than `number` results meet the conditions; cheaper than to count all of them."""
    return select(results.c.score).where(*conditions).offset(max(0, number - 1)).limit(1)


def page(database: Database, conditions: Conditions, selection: Selection) -> Select[Any]:
    """The bodies of the page, in order."""
    return (
        select(results.c.body)
        .where(*conditions)
        .order_by(*_order(database, selection))
        .offset(selection.page.start)
        .limit(selection.page.size)
    )


def highest_first(selection: Selection) -> bool:
    """Whether the highest scores are asked for, so that ordinary results come only after all anomalous ones."""
    return selection.desc and selection.sort == SCORES.get(selection.kind) and selection.least_score is None


def _order(database: Database, selection: Selection) -> Iterator[ColumnElement[Any]]:
    """Sort, ties, and at last the entity, which makes pages follow each other without gaps or repeats."""
    for name in dict.fromkeys((selection.sort, *selection.ties)):
        value = _value(database, selection, name)
        yield (value.desc() if selection.desc else value.asc()).nulls_last()
    for column in (results.c.timestamp, results.c.entity):
        yield column.desc() if selection.desc else column.asc()


def _value(database: Database, selection: Selection, name: str) -> ColumnElement[Any]:
    if name == "timestamp":
        return results.c.timestamp
    if name == SCORES.get(selection.kind):
        return results.c.score
    return database.extreme(results.c.body, name, greatest=selection.desc)
