"""One page of the results of a job: found by an index, so that of a million documents only its own are read."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from sqlalchemy import Connection

from unusual.jobs.ports import Selection
from unusual.store import selecting
from unusual.store.counting import counted
from unusual.store.database import Database
from unusual.store.ways import FEW, Along

Numbering: TypeAlias = Callable[[Connection, str, Selection], int]


def read(database: Database, job_id: str, selection: Selection, number: Numbering) -> tuple[int, list[bytes]]:
    """How many documents match in all, and those of the page as JSON.

    number  counts the results of a job that match
    """
    with database.reading() as connection:
        every = number(connection, job_id, replace(selection, least_score=None))
        many = every > FEW
        count = every
        if selection.least_score is not None:
            count = (number if many else counted)(connection, job_id, selection)
        for along in _ways(selection, count, many=many):
            bodies = _bodies(database, connection, job_id, selection, along, count)
            if len(bodies) == min(selection.page.size, max(0, count - selection.page.start)):
                break
        return count, bodies


def _ways(selection: Selection, count: int, *, many: bool) -> list[Along]:
    """By what the page is sought: the next way only if the one before it has not all that belongs on the page.

    many  whether a lot of results lie in the time that is selected, whatever their scores
    """
    if not many:
        return [Along.TIME]
    by_score = selecting.sorted_by(selection) == "score"
    if selecting.is_scored(selection):
        return [Along.SCORE if by_score or count <= FEW else Along.TIME]
    # Those without a positive score come after all others.
    return [Along.SCORE, Along.TIME] if by_score and selection.desc else [Along.TIME]


def _bodies(
    database: Database, connection: Connection, job_id: str, selection: Selection, along: Along, count: int
) -> list[bytes]:
    """The page among the results that are walked through; of how many results it is, is known."""
    conditions = selecting.matching(job_id, selection, along)
    name, start, skipped = selecting.sorted_by(selection), selection.page.start, selection.page.start
    if name is not None and (start > 0 or selection.page.size < count):
        column = along.columns[name]
        places = [*connection.execute(selecting.places(conditions, selection, column)).scalars()]
        if not places:
            return []
        if start > 0:
            before = selecting.count([selecting.ahead(column, places[0], selection), *conditions])
            skipped -= connection.execute(before).scalar_one()
        conditions = [*selecting.between(column, places[0], places[-1], selection), *conditions]
    statement = selecting.page(database, conditions, selection, skipped)
    return [body.encode() for body in connection.execute(statement).scalars()]
