"""The embedded store: one SQLite file in a data directory that one server at a time may use.

Knows SQLite's way of transactions, durability and JSON; knows no table.
"""

import fcntl
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from sqlite3 import Connection as Driver
from typing import IO, Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, event, func, null, select
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import DatabaseError

from unusual.errors import Conflict, Invalid, Unwritable
from unusual.store.bundle import Store
from unusual.store.database import Database, Row
from unusual.store.journals import FileJournals
from unusual.store.revision import is_newest
from unusual.store.snapshots import drop_torn

FILE = "unusual.db"
JOURNALS = "journals"
LOCK = "lock"
SYNCHRONOUS = "synchronous"

# WAL lets readers go on beside the writer. Large pages keep a document whole on one page. The page size counts only
# before the file has content, so it comes first.
PRAGMAS = {
    "page_size": 8192,
    "journal_mode": "WAL",
    "busy_timeout": 30_000,  # ms
    "cache_size": -16_384,  # KiB per connection when negative
    "wal_autocheckpoint": 4_000,  # pages
    "journal_size_limit": 64 << 20,
}


def open_store(path: Path, *, durable: bool = True) -> Store:
    """The store in a data directory, made or brought up to date as needed.

    durable  whether what is written outlasts a power cut, or only the end of the server

    `errors.Conflict` when it is in use, or of a newer version; `errors.Invalid` when it cannot be a data directory.
    """
    with ExitStack() as opened:
        opened.enter_context(_claimed(path))
        engine = _engine(path / FILE)
        opened.callback(engine.dispose)
        database = Database(engine, upsert, extreme, durable=durable)
        try:
            with database.writing() as connection:
                if not is_newest(connection):
                    from unusual.store.migrating import upgrade  # noqa: PLC0415 - few starts need it

                    upgrade(connection)
                drop_torn(connection)
        except (DatabaseError, Unwritable) as fault:
            raise Invalid(f"data_dir [{path}] cannot be used: [{FILE}]: {fault.__cause__}") from None
        journals = FileJournals(path / JOURNALS, durable=durable)
        opened.callback(journals.close)
        return Store.over(database, journals, opened.pop_all().close)


def upsert(table: Table, rows: Sequence[Row]) -> Insert:
    """A statement that inserts rows or replaces those of the same key."""
    statement = insert(table).values(rows)
    changed = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=table.primary_key.columns, set_=changed)


def extreme(body: ColumnElement[str], name: str, *, greatest: bool) -> ColumnElement[Any]:
    """The least or greatest value that a document's field holds, be it one value or a list; NULL when absent.

    A dotted name means the field of that very name or, without one, the field of an inner document.
    """
    if '"' in name or "\\" in name:  # cannot be written in a path
        return null()
    choose: Callable[[Any], Any] = func.max if greatest else func.min
    paths = dict.fromkeys((f'$."{name}"', "$" + "".join(f'."{part}"' for part in name.split("."))))
    found = [select(choose(func.json_each(body, path).table_valued("atom").c.atom)).scalar_subquery() for path in paths]
    return found[0] if len(found) == 1 else func.coalesce(*found)


def _claimed(path: Path) -> IO[str]:
    """The lock of a directory, which is made when it is not there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        return _lock(path)
    except OSError as error:
        raise Invalid(f"data_dir [{path}] cannot be used: {error}") from None


def _lock(path: Path) -> IO[str]:
    """An open file that marks the directory as in use for as long as it is open, even if the process is killed."""
    file = (path / LOCK).open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with file:
            file.seek(0)
            owner = file.read().strip()
        problem = f"the data directory [{path}] is in use by another server (process {owner}); stop that one"
        raise Conflict(f"{problem} or choose another directory") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _engine(file: Path) -> Engine:
    # Any number of threads may read: a thread that waits for a connection could be the one that holds up the rest.
    engine = create_engine(f"sqlite:///{file}", pool_size=8, max_overflow=-1, pool_use_lifo=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(driver: Driver, _: object) -> None:
    driver.isolation_level = None  # the driver begins no transaction by itself; `_begin` does
    for name, value in PRAGMAS.items():
        driver.execute(f"PRAGMA {name} = {value}")


def _begin(connection: Connection) -> None:
    """A writer takes the database at once: waiting to become one in the middle cannot be resolved, only refused."""
    durable = connection.get_execution_options().get("writes")
    if durable is None:
        connection.exec_driver_sql("BEGIN")
        return
    # FULL makes a commit outlast a power cut; after NORMAL the database is whole, but may lack the last ones.
    wanted = "FULL" if durable else "NORMAL"
    if connection.info.get(SYNCHRONOUS) != wanted:
        connection.exec_driver_sql(f"PRAGMA {SYNCHRONOUS} = {wanted}")
        connection.info[SYNCHRONOUS] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE")
