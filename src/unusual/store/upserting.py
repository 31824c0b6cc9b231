"""Result documents into their table, many rows a statement; knows no transaction.

What the rows of a statement share is bound once: to bind a value takes longer than to write it.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection

from unusual.analysis.control import Result
from unusual.store import sql
from unusual.store.database import Database

# Rows per statement, largest first. A driver gives up the interpreter's lock once per statement: row by row,
# writing would crawl whenever another thread is busy. Few sizes keep the prepared statements few.
STATEMENT_ROWS: Final = (512, 64, 8, 1)

Row: TypeAlias = tuple[Any, ...]
Names: TypeAlias = tuple[str, ...]

_NOBODY: Final = (None, None, None)

# One value per column that is not shared; the score is None in a client's document that has none.
_JOB: Final = ("job_id",)
_OWN: Final = tuple(column.name for column in sql.results.c if column.name not in _JOB)
# Nearly every result of a long series is the document of a bucket in which nothing happened.
_QUIET: Final = ("bucket", "", 0.0, False, None, ())
_QUIET_SHARED: Final = (*_JOB, "kind", "entity", "score", "is_interim", "surprise", *(s.name for s in sql.SUBJECTS))
_QUIET_OWN: Final = ("timestamp", "body")


class Upserts:
    """Inserts rows or replaces those of the same key, past the expression language, which costs more than writing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statement = cache(self._compiled)

    def put(self, connection: Connection, job_id: str, results: Iterable[Result]) -> None:
        """Write results of a job."""
        quiet: list[Row] = []
        others: list[Row] = []
        for kind, timestamp, entity, score, is_interim, body, surprise, subjects in results:
            if (kind, entity, score, is_interim, surprise, subjects) == _QUIET:
                quiet.append((timestamp, body.decode()))
            else:
                row = kind, timestamp, entity, score, is_interim, body.decode(), surprise
                others.append(row + padded(subjects))
        self._write(connection, _QUIET_SHARED, (job_id, *_QUIET[:-1], *_NOBODY), _QUIET_OWN, quiet)
        self.put_rows(connection, job_id, others)

    def put_rows(self, connection: Connection, job_id: str, rows: Sequence[Row]) -> None:
        """Write rows of a job: the values of all other columns, in their order."""
        self._write(connection, _JOB, (job_id,), _OWN, rows)

    def _write(self, connection: Connection, shared: Names, values: Row, own: Names, rows: Sequence[Row]) -> None:
        for some in _pieces(rows):
            statement = self._statement(shared, own, len(some))
            connection.exec_driver_sql(statement, (*values, *chain.from_iterable(some)))

    def _compiled(self, shared: Names, own: Names, rows: int) -> str:
        """The statement for so many rows: that of one with places for the values of more of them."""
        names = sql.results.c.keys()
        statement: Any = self._database.upsert(sql.results, [dict.fromkeys(names)])
        before, _, after = str(statement.compile(dialect=self._database.engine.dialect)).partition(
            f"({', '.join('?' * len(names))})"
        )
        places = []
        for row in range(rows):
            numbers = {name: 1 + at for at, name in enumerate(shared)}
            numbers |= {name: 1 + len(shared) + row * len(own) + at for at, name in enumerate(own)}
            places.append(f"({', '.join(f'?{numbers[name]}' for name in names)})")
        return before + ", ".join(places) + after


def padded(subjects: tuple[str, ...]) -> tuple[str | None, str | None, str | None]:
    """One value for each column of subjects."""
    first, second, third = (*subjects, *_NOBODY)[: len(_NOBODY)]
    return first, second, third


def _pieces(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    start = 0
    for size in STATEMENT_ROWS:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size
