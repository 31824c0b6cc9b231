"""A store in a bad place: full, read-only, locked, damaged, old. Each is told in clear words, and nothing is lost."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from tests.store.outputs import bucket, outputs
from unusual.errors import Invalid, Unwritable
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Selection, StoredJob
from unusual.store import sqlite
from unusual.store.sqlite import FILE, open_store

NOBODY = 65_534


def buckets(store, job_id: str) -> int:
    return store.results.read(job_id, Selection("bucket"))[0]


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path):
    with closing(open_store(tmp_path)) as store:
        job = StoredJob({"job_id": "a"}, State.OPENED)
        store.jobs.add(job)
        store.results.commit([(job, outputs(bucket(0)))])
        with _no_page_more(store), pytest.raises(Unwritable, match=r"cannot be written: .*full"):
            store.results.commit([(job, outputs(*(bucket(60 * place) for place in range(1, 50_000))))])
        assert buckets(store, "a") == 1
        store.results.commit([(job, outputs(bucket(60)))])
        assert buckets(store, "a") == 2


@contextmanager
def _no_page_more(store) -> Iterator[None]:
    """As if the disk were full, for the one connection of this thread."""
    engine = store.jobs._database.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    yield
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")


def test_a_database_that_another_program_holds_is_told_and_used_again_when_it_is_free(tmp_path, monkeypatch):
    monkeypatch.setitem(sqlite.PRAGMAS, "busy_timeout", 50)
    with closing(open_store(tmp_path)) as store:
        job = StoredJob({"job_id": "a"}, State.OPENED)
        store.jobs.add(job)
        with closing(sqlite3.connect(tmp_path / FILE)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unwritable, match="database is locked"):
                store.results.commit([(job, outputs(bucket(0)))])
            assert store.jobs.get("a") == job, "reading goes on"
            other.rollback()
        store.results.commit([(job, outputs(bucket(0)))])
        assert buckets(store, "a") == 1


def test_a_directory_that_cannot_be_written_is_refused_by_its_name(tmp_path):
    place = tmp_path / "place"
    open_store(place).close()
    for path in (*place.iterdir(), place):
        path.chmod(0o555 if path.is_dir() else 0o444)
    told = _as_nobody(lambda: open_store(place))
    assert told.startswith(f"Invalid: data_dir [{place}] cannot be used: "), told
    for path in (place, *place.iterdir()):
        path.chmod(0o755)
    open_store(place).close()


def _as_nobody(act) -> str:
    """What an act raises when it is done by a user without rights, in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setuid(NOBODY)
            act()
            os.write(writing, b"nothing")
        except BaseException as fault:  # noqa: BLE001 - told to the parent
            os.write(writing, f"{type(fault).__name__}: {fault}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with open(reading, "rb") as told:  # noqa: PTH123 - a descriptor
        text = told.read().decode()
    os.waitpid(child, 0)
    return text


@pytest.mark.parametrize("content", [b"something else " * 1000, None])
def test_a_file_that_is_no_database_is_refused_by_its_name(tmp_path, content):
    if content is None:
        (tmp_path / FILE).mkdir()
    else:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Invalid, match=rf"data_dir \[{tmp_path}\] cannot be used: \[{FILE}\]: "):
        open_store(tmp_path)
    if content is not None:
        assert (tmp_path / FILE).read_bytes() == content, "it is left as it is"


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", "unusual.store:migrations")
    return sorted(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


@pytest.mark.parametrize("revision", revisions())
def test_a_store_of_each_earlier_version_is_brought_up_to_date_with_all_that_is_in_it(tmp_path, revision):
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "unusual.store:migrations")
        command.upgrade(config, revision)
        connection.exec_driver_sql("INSERT INTO jobs VALUES ('a', '{\"job_id\": \"a\"}', 'opened', '', '{}', 5)")
        rows = [("a", "bucket", 60_000 * place, "", 0.5, 0, f'{{"timestamp": {60_000 * place}}}') for place in range(3)]
        for row in rows:
            connection.exec_driver_sql(
                "INSERT INTO results (job_id, kind, timestamp, entity, score, is_interim, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        description = '{"snapshot_id": "1", "timestamp": 1}'
        connection.exec_driver_sql("INSERT INTO snapshots VALUES ('a', '1', 1, ?)", (description,))
        connection.exec_driver_sql("INSERT INTO states VALUES ('a', '1', 0, ?)", (b"state",))
        connection.exec_driver_sql("INSERT INTO configs VALUES ('filter', 'f', '{\"items\": []}')")
    engine.dispose()
    with closing(open_store(tmp_path)) as store:
        assert store.jobs.all() == [StoredJob({"job_id": "a"}, State.OPENED, opened_ms=5)]
        assert buckets(store, "a") == 3
        assert store.snapshots.load("a", "1").state == b"state"
        assert store.configs.get("filter", "f") == {"items": []}
        store.results.commit([(store.jobs.get("a"), outputs(bucket(180)))])
        assert buckets(store, "a") == 4
    open_store(tmp_path).close()
