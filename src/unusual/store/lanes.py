"""Scores of results side by side, by subject and time, read from indices alone; knows no document."""

from collections.abc import Collection, Iterable, Sequence
from itertools import starmap
from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Connection, Integer, String, column, func, select, true, values

from unusual.analysis.subjects import named, subjects_between
from unusual.jobs.lanes import Cell, Lane, Scope
from unusual.store.database import Database
from unusual.store.sql import ANOMALOUS, SUBJECTS, results
from unusual.store.ways import FEW, Along, aside

Condition: TypeAlias = ColumnElement[bool]

_WALK: Final = 2_000  # results, from the highest score down, among which most lanes are found
_STEP: Final = 100


class SqlLanes:
    """The `Lanes` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def highest(self, scope: Scope, field: str, most: int, containing: str = "") -> list[Lane]:
        """The subjects of a field with the highest scores, those first."""
        with self._database.reading() as connection:
            found = None if containing else _from_the_top(connection, scope, field, most)
            if found is None:
                found = _among_all(connection, scope, field, most, containing)
        return sorted(starmap(Lane, found.items()), key=lambda lane: (-lane.highest, lane.subject))[:most]

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
        """Some of the subjects of a field, in order."""
        with self._database.reading() as connection:
            return sorted(_known(connection, job_id, kind, field, most, containing))[:most]


def _from_the_top(connection: Connection, scope: Scope, field: str, most: int) -> dict[str, float] | None:
    """Subjects with their highest scores, the `most` highest among them; None when a walk along scores would be long.

    The first score of a subject is its highest. No other subject matters as soon as enough of them have higher scores
    than the result at hand, or all that there are were met.
    """
    few = _are_few(connection, scope)
    along, length = (Along.TIME, FEW) if few else (Along.SCORE, _WALK)
    score = along.columns["score"]
    conditions = (*_of_job(scope.job_id, scope.kind), *_during(scope, along), score >= scope.least)
    positive = score > 0 if few else ANOMALOUS
    walk = select(score, *SUBJECTS).where(*conditions, positive).order_by(score.desc()).limit(length)
    found: dict[str, float] = {}
    walked = 0
    for rows in connection.execute(walk.execution_options(yield_per=_STEP)).partitions():
        walked += len(rows)
        met = [(one, row[0]) for row in rows for one in row[1:] if one and named(one)[0] == field]
        found = dict(reversed(met)) | found
        lowest = rows[-1][0]
        if sum(highest > lowest for highest in found.values()) >= most or _are_all(connection, scope, field, found):
            return found
    return found if few or walked < length else None


def _are_few(connection: Connection, scope: Scope) -> bool:
    """Whether few results lie in the time that is looked at, so that all of them are looked through soon."""
    within = (*_of_job(scope.job_id, scope.kind), *_during(scope, Along.TIME))
    some = select(results.c.job_id).where(*within).limit(FEW + 1).subquery()
    number: int = connection.execute(select(func.count()).select_from(some)).scalar_one()
    return number <= FEW


def _are_all(connection: Connection, scope: Scope, field: str, found: Collection[str]) -> bool:
    """Whether there is no other subject of the field."""
    return len(_known(connection, scope.job_id, scope.kind, field, len(found) + 1)) <= len(found)


def _among_all(connection: Connection, scope: Scope, field: str, most: int, containing: str) -> dict[str, float]:
    """The subjects with the highest scores, after a look at every score of every subject."""
    first, until = subjects_between(field)
    found: dict[str, float] = {}
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
    return found


def _known(connection: Connection, job_id: str, kind: str, field: str, most: int, containing: str = "") -> set[str]:
    """The first subjects of a field in each role: each is found by a step along the index from the one before."""
    found: set[str] = set()
    for subject in SUBJECTS:
        first, until = subjects_between(field)
        least = select(func.min(subject).label("name")).where(*_of_job(job_id, kind), subject < until)
        walk = least.where(subject >= first).cte("walk", recursive=True)
        later = least.where(subject > walk.c.name).scalar_subquery()
        walk = walk.union_all(select(later).where(walk.c.name.is_not(None)))
        fitting = (walk.c.name.is_not(None), *_containing(walk.c.name, containing, field))
        found.update(connection.execute(select(walk.c.name).where(*fitting).limit(most)).scalars())
    return found


def _of_job(job_id: str, kind: str) -> tuple[Condition, ...]:
    return results.c.job_id == job_id, results.c.kind == kind


def _during(scope: Scope, along: Along) -> tuple[Condition, ...]:
    time = along.columns["timestamp"]
    return time >= scope.start_ms, time < scope.end_ms


def _scored(scope: Scope) -> tuple[Condition, ...]:
    """Said so that the walk goes along subjects, not along time or scores."""
    score = aside(results.c.score)
    return *_during(scope, Along.SCORE), score > 0, score >= scope.least


def _containing(subject: ColumnElement[Any], text: str, field: str) -> Iterable[Condition]:
    if text:
        value = func.substr(subject, len(field) + 2)
        yield func.lower(value).contains(text.lower(), autoescape=True)
