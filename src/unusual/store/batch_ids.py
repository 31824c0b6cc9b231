"""Where the documents of batches are that came under ids of their clients' choice; knows no batch and no document.

Every call is a part of a transaction of the caller's.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from unusual.store import sql

PIECE: Final = 500  # ids in a statement

T = TypeVar("T")


class Place(NamedTuple):
    """Where a document of a batch is: the number of its row, and which of the row's documents it is."""

    number: int
    place: int


def keep(connection: Connection, name: str, ids: Sequence[str], number: int) -> dict[str, Place]:
    """Note the ids of all documents of a row; where those were that had been noted before."""
    # Past the expression language, which would cost more than the writing itself; in the order of the key it is fast.
    statement = str(insert(sql.batch_ids).compile(dialect=connection.dialect))
    rows = sorted((name, one, number, place) for place, one in enumerate(ids))
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement, rows)
    except IntegrityError:
        known = locate(connection, name, ids)
        forget(connection, name, known)
        connection.exec_driver_sql(statement, rows)
        return known
    return {}


def locate(connection: Connection, name: str, ids: Iterable[str]) -> dict[str, Place]:
    """Where documents are, of those ids that are known."""
    columns = sql.batch_ids.c
    found: dict[str, Place] = {}
    for some in pieces(list(ids)):
        statement = select(columns.document_id, columns.number, columns.place).where(
            columns.index_name == name, columns.document_id.in_(some)
        )
        found.update((row[0], Place(row[1], row[2])) for row in connection.execute(statement))
    return found


def forget(connection: Connection, name: str, ids: Iterable[str]) -> None:
    """Let ids be of no document; nothing for those that are unknown."""
    columns = sql.batch_ids.c
    for some in pieces(list(ids)):
        connection.execute(delete(sql.batch_ids).where(columns.index_name == name, columns.document_id.in_(some)))


def drop(connection: Connection, name: str) -> None:
    """Forget all ids of an index."""
    connection.execute(delete(sql.batch_ids).where(sql.batch_ids.c.index_name == name))


def pieces(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Items in portions that fit into a statement."""
    return (items[start : start + PIECE] for start in range(0, len(items), PIECE))
