"""By which index results are walked through, and how a statement says so; knows no job and no kind.

SQLite takes an index for whatever condition fits one: a column that must not choose it stands in an expression.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from sqlalchemy import ColumnElement, String

from unusual.store.sql import results

# So many results are looked through sooner than they are sought among all scores of the job.
FEW: Final = 20_000


class Along(Enum):
    """In which order results are walked through: of their times, their scores, or those of the interim ones."""

    TIME = "time"
    SCORE = "score"
    INTERIM = "interim"

    @property
    def columns(self) -> Mapping[str, ColumnElement[Any]]:
        """Times and scores as conditions and orders have to call them."""
        return _COLUMNS[self]


def aside(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value, for which no index is used."""
    return column.concat("") if isinstance(column.type, String) else column + 0


_BY_TIME: Final = {"timestamp": results.c.timestamp, "score": aside(results.c.score)}
_COLUMNS: Final[Mapping[Along, Mapping[str, ColumnElement[Any]]]] = {
    Along.TIME: _BY_TIME,
    Along.SCORE: {"timestamp": aside(results.c.timestamp), "score": results.c.score},
    Along.INTERIM: _BY_TIME,
}
