"""Rows of a database, page by page by their time; knows any database that SQLAlchemy knows, and no run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import polars as pl
import sqlalchemy as sa
from sqlalchemy import exc

from unusual.analysis.control import Document
from unusual.errors import Refused, Unreachable
from unusual.feeds.connections import Sql
from unusual.feeds.times import LARGEST_SECONDS, times_ms
from unusual.feeds.wanting import PLAIN, Wanted
from unusual.jobs.sources import Portion

PAGE: Final = 10_000
_DAY_MS: Final = 86_400_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The question is wrong, not the moment.
_MISTAKES: Final = (exc.ProgrammingError, exc.DataError, exc.NotSupportedError, exc.ArgumentError)


class Bounds(NamedTuple):
    """How moments are told to a database: `value` of whole multiples of `grain_ms`, for which its order is true."""

    value: Callable[[int], object]
    grain_ms: int = 1

    def start(self, time_ms: int) -> object:
        """What is not greater than any time that is not earlier."""
        return self.value(time_ms - time_ms % self.grain_ms)

    def end(self, time_ms: int) -> object:
        """What is greater than any time that is earlier."""
        return self.value(-(-time_ms // self.grain_ms) * self.grain_ms)


class Rows:
    """The `Source` port over the rows of a query, each a record with its columns as fields."""

    def __init__(self, connection: Sql, query: str, wanted: Wanted) -> None:
        self._connection = connection
        self._wanted = wanted
        columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in wanted.names]
        # Colons in the query are its own; SQLAlchemy would see parameters.
        self._rows = sa.text(query.strip().rstrip(";").replace(":", "\\:")).columns(*columns).subquery("feed")
        self._time = self._rows.c[wanted.time]
        self._engine: sa.Engine | None = None
        self._bounds: Bounds | None = None

    def check(self) -> None:
        """`errors.Refused` when the database does not take the query, or has not all fields."""
        self._ask(sa.select(sa.literal(1)))
        try:
            self._ask(sa.select(self._rows).limit(1))
        except Unreachable as problem:  # it has just been reached: some drivers make no difference
            raise Refused(problem.reason) from None

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """A page of rows; those of its last moment, unless it is the last page, are left to the next one."""
        size = self._wanted.page_of(PAGE)
        while True:
            rows = self._page(start_ms, end_ms, size)
            records = self._records(rows, start_ms, end_ms)
            if len(rows) < size:
                return Portion(records, None)
            last = self._wanted.grain_of(records[-1][self._wanted.time]) if records else None
            whole = [record for record in records if last is not None and record[self._wanted.time] < last]
            if whole:
                return Portion(whole, last)
            size *= 2  # all at one moment

    def close(self) -> None:
        """Let go of the database."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _page(self, start_ms: int | None, end_ms: int | None, size: int) -> Sequence[sa.Row[Any]]:
        bounds = self._bounds
        if bounds is None:
            found = self._ask(sa.select(self._time).where(self._time.is_not(None)).limit(1))
            if not found:
                return []
            bounds = self._bounds = _bounds_of(found[0][0])
        asked = sa.select(self._rows).where(self._time.is_not(None)).order_by(self._time).limit(size)
        if start_ms is not None:
            asked = asked.where(self._time >= bounds.start(start_ms))
        if end_ms is not None:
            asked = asked.where(self._time < bounds.end(end_ms))
        return self._ask(asked)

    def _ask(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with self._told():
            if self._engine is None:
                self._engine = sa.create_engine(self._connection.url, pool_pre_ping=True, hide_parameters=True)
            with self._engine.connect() as connection:
                return connection.execute(statement).all()

    def _records(self, rows: Sequence[sa.Row[Any]], start_ms: int | None, end_ms: int | None) -> list[Document]:
        """Rows as records in time order; texts compare a little differently from the times they tell."""
        times: list[int | None] = times_ms(pl.Series([row[0] for row in rows], strict=False)).to_list()
        first, last = -1 << 62 if start_ms is None else start_ms, 1 << 62 if end_ms is None else end_ms
        time, names = self._wanted.time, self._wanted.fields
        records: list[Document] = [
            {time: ms} | _filled(names, row[1:])
            for ms, row in zip(times, rows, strict=True)
            if ms is not None and first <= ms < last
        ]
        records.sort(key=itemgetter(time))
        return records

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong, without the statement and without secrets."""
        try:
            yield
        except ModuleNotFoundError as error:
            extra = "pip install 'unusual[postgres]'" if error.name == "psycopg" else f"install [{error.name}]"
            raise Refused(f"the database needs a driver: {extra}") from None
        except ValueError:  # of the URL: what stands in it is not repeated
            raise Refused("the URL of the database cannot be read") from None
        except exc.SQLAlchemyError as error:
            cause = error.orig if isinstance(error, exc.DBAPIError) else error
            told = self._connection.hidden(f"the database answers: {cause}".strip())
            raise Refused(told) if isinstance(error, _MISTAKES) else Unreachable(told) from None


def _filled(names: Sequence[str], values: Sequence[object]) -> Document:
    """What a row says, without its nulls."""
    return {
        name: value if value.__class__ in PLAIN else _plain(value)
        for name, value in zip(names, values, strict=True)
        if value is not None
    }


def _bounds_of(sample: object) -> Bounds:
    """How the database compares its times, by one of them."""
    match sample:
        case datetime():
            zone = sample.tzinfo
            return Bounds(lambda ms: _moment(ms) if zone is not None else _moment(ms).replace(tzinfo=None))
        case date():
            return Bounds(lambda ms: _moment(ms).date(), _DAY_MS)
        case int() | float() | Decimal() if abs(float(sample)) > LARGEST_SECONDS:
            return Bounds(lambda ms: ms)
        case int() | float() | Decimal():
            return Bounds(lambda ms: ms // 1000, 1000)  # whole numbers, for which an index is used
        case str():
            between = "T" if "T" in sample else " "
            return Bounds(lambda ms: f"{_moment(ms):%Y-%m-%d{between}%H:%M:%S}", 1000)
    raise Refused(f"the time is of a type that has no order by time: {type(sample).__name__}")


def _moment(ms: int) -> datetime:
    # The first and the last moment of a datafeed may be ones that no calendar has.
    return _EPOCH + timedelta(milliseconds=min(max(ms, -62_135_596_800_000), 253_402_300_799_999))


def _plain(value: object) -> object:
    """A value as JSON has it."""
    match value:
        case str() | int() | float():
            return value
        case Decimal():
            return float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
    return value
