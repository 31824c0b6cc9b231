"""Scores of results side by side, by subject and time, read from indices alone; knows no document."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Integer, String, column, func, select, true, values

from unusual.analysis.subjects import subjects_between
from unusual.jobs.lanes import Cell, Lane, Scope
from unusual.store.database import Database
from unusual.store.sql import ANOMALOUS, SUBJECTS, results
from unusual.store.ways import aside

Condition: TypeAlias = ColumnElement[bool]


class SqlLanes:
    """The `Lanes` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def highest(self, scope: Scope, field: str, most: int, containing: str = "") -> list[Lane]:
        """The subjects of a field with the highest scores, those first."""
        first, until = subjects_between(field)
        found: dict[str, float] = {}
        with self._database.reading() as connection:
            for subject in SUBJECTS:
                highest = func.max(results.c.score)
                statement = (
                    select(subject, highest)
                    .where(*_of_job(scope.job_id, scope.kind), subject >= first, subject < until, *_scored(scope))
                    .group_by(subject)
                    .having(*_containing(subject, containing, field))
                    .order_by(highest.desc(), subject)
                    .limit(most)
                )
                for name, score in connection.execute(statement):  # one value can stand in several roles
                    found[name] = max(score, found.get(name, 0.0))
        return sorted(itertools.starmap(Lane, found.items()), key=lambda lane: (-lane.highest, lane.subject))[:most]

    def cells(self, scope: Scope, width_ms: int, subjects: Sequence[str]) -> list[Cell]:
        """Those of some subjects that have results; each cell of each subject is one short walk along an index."""
        if not subjects:
            return []
        numbers = range(-(-(scope.end_ms - scope.start_ms) // width_ms))
        bounds = [(n, scope.start_ms + n * width_ms, scope.start_ms + (n + 1) * width_ms) for n in numbers]
        slots = values(
            column("number", Integer), column("first", BigInteger), column("until", BigInteger), name="slots"
        )
        slot = slots.data(bounds).cte()
        wanted = values(column("name", String), name="wanted").data([(one,) for one in subjects]).cte()
        every = select(wanted.c.name, slot.c.number).join_from(wanted, slot, true())
        found: dict[tuple[str, int], float] = {}
        with self._database.reading() as connection:
            for subject in SUBJECTS:
                highest = (
                    select(func.max(results.c.score))
                    .where(*_of_job(scope.job_id, scope.kind), subject == wanted.c.name)
                    .where(results.c.timestamp >= slot.c.first, results.c.timestamp < slot.c.until)
                    .where(results.c.timestamp < scope.end_ms, aside(results.c.score) >= scope.least)
                    .scalar_subquery()
                )
                for name, number, score in connection.execute(every.add_columns(highest)):
                    if score:
                        found[name, number] = max(score, found.get((name, number), 0.0))
        return [Cell(name, number, score) for (name, number), score in sorted(found.items())]

    def whole(self, scope: Scope, width_ms: int) -> list[Cell]:
        """The cells of all results together; those with positive scores, which are few, have an index."""
        number = (aside(results.c.timestamp) - scope.start_ms) // width_ms
        statement = (
            select(number, func.max(results.c.score))
            .where(*_of_job(scope.job_id, scope.kind), ANOMALOUS, results.c.score >= scope.least)
            .where(aside(results.c.timestamp) >= scope.start_ms, aside(results.c.timestamp) < scope.end_ms)
            .group_by(number)
            .order_by(number)
        )
        with self._database.reading() as connection:
            return [Cell("", int(at), score) for at, score in connection.execute(statement)]

    def known(self, job_id: str, kind: str, field: str, most: int, containing: str = "") -> list[str]:
        """Some of the subjects of a field, in order: each is found by a step along the index from the one before."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for subject in SUBJECTS:
                first, until = subjects_between(field)
                least = select(func.min(subject).label("name")).where(*_of_job(job_id, kind), subject < until)
                walk = least.where(subject >= first).cte("walk", recursive=True)
                later = least.where(subject > walk.c.name).scalar_subquery()
                walk = walk.union_all(select(later).where(walk.c.name.is_not(None)))
                fitting = (walk.c.name.is_not(None), *_containing(walk.c.name, containing, field))
                found.update(connection.execute(select(walk.c.name).where(*fitting).limit(most)).scalars())
        return sorted(found)[:most]


def _of_job(job_id: str, kind: str) -> tuple[Condition, ...]:
    return results.c.job_id == job_id, results.c.kind == kind


def _scored(scope: Scope) -> tuple[Condition, ...]:
    """Said so that the walk goes along subjects, not along time or scores."""
    time, score = aside(results.c.timestamp), aside(results.c.score)
    return time >= scope.start_ms, time < scope.end_ms, score > 0, score >= scope.least


def _containing(subject: ColumnElement[Any], text: str, field: str) -> Iterable[Condition]:
    if text:
        value = func.substr(subject, len(field) + 2)
        yield func.lower(value).contains(text.lower(), autoescape=True)
