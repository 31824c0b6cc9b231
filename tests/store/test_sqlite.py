"""What is particular to the embedded store: its directory, its file and its plans."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, event

from tests.store.outputs import bucket, outputs
from unusual.analysis.control import Rescoring
from unusual.errors import Conflict
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Key, Page, Selection, StoredJob
from unusual.store import paging
from unusual.store.revision import is_newest
from unusual.store.sql import metadata
from unusual.store.sqlite import FILE, open_store


def test_what_was_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    job = StoredJob({"job_id": "a"}, State.OPENED)
    first = open_store(tmp_path)
    first.jobs.add(job)
    first.results.commit([(job, outputs(bucket(0)))])
    first.close()
    second = open_store(tmp_path)
    assert second.jobs.all() == [job]
    assert second.results.read("a", Selection("bucket"))[0] == 1
    second.close()


def test_a_directory_in_use_is_refused_until_it_is_free(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(Conflict, match=rf"\[{tmp_path}\] is in use by another server \(process {os.getpid()}\)"):
        open_store(tmp_path)
    store.close()
    open_store(tmp_path).close()


def test_a_killed_server_leaves_the_directory_free_and_its_commits_in_place(tmp_path: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from typing import Any
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.store.sqlite import open_store
open_store(Path(sys.argv[1])).jobs.add(StoredJob({"job_id": "a"}, State.OPENED))
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == -9
    store = open_store(tmp_path)
    assert store.jobs.get("a").state is State.OPENED
    store.close()


def test_the_migrations_make_the_tables_that_the_statements_mean(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.connect() as connection:
        assert is_newest(connection), "the last migration is the one that counts as such"
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        made = _definitions(connection.connection.driver_connection)
    engine.dispose()
    plain = create_engine("sqlite://")
    with plain.connect() as connection:
        metadata.create_all(connection)
        assert made == _definitions(connection.connection.driver_connection)
    plain.dispose()


def _definitions(driver: sqlite3.Connection) -> dict[str, str]:
    rows = driver.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_a_store_of_a_newer_version_is_refused_and_left_free(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as driver, driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")
    for _ in range(2):
        with pytest.raises(Conflict, match="written by another version of unusual"):
            open_store(tmp_path)


def test_no_statement_on_results_looks_at_more_than_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "FEW", 0)
    store, job = open_store(tmp_path), StoredJob({"job_id": "a"}, State.OPENED)
    store.jobs.add(job)
    with _statements() as seen:
        store.results.commit([(job, outputs(interim_before=60))])
        store.results.commit([(job, outputs(rescorings=[Rescoring("record", 0, 60_000, (0.0, 1.0), (0.0, 50.0))]))])
        store.results.write("a", "1", {"result_type": "record", "timestamp": 0})
        store.results.add("a", [bucket(time, 5.0, of="x") for time in range(9)])
        store.results.read("a", Selection("bucket", least_score=1.0))
        store.results.read("a", Selection("bucket", start_ms=0, page=Page(2, 3)))
        store.results.read("a", Selection("bucket", sort="anomaly_score", desc=True, page=Page(2, 3)))
        store.results.fetch([Key("a", "bucket", time, "") for time in range(9)])
        assert [*store.results.remove("a", "bucket", "of", "x")] == [9]
        [*store.results.clear("a", after_ms=0)]
    store.close()
    plans = [plan for plan in _plans(tmp_path / FILE, seen) if " results" in plan]
    assert not [plan for plan in plans if not plan.startswith("SEARCH results USING")]
    indices = ("results_by_time", "results_by_score", "results_interim", "results_given", "results_rescorable")
    assert [index for index in indices if index not in str(plans)] == []
    assert not [plan for plan in plans if "results_by" in plan and "COVERING INDEX" not in plan]


@contextmanager
def _statements() -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """Every statement that reaches a database within the block, with its values."""
    seen: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def _plans(file: Path, statements: list[tuple[str, tuple[object, ...]]]) -> Iterator[str]:
    with closing(sqlite3.connect(file)) as driver:
        for statement, values in statements:
            if statement.startswith(("SELECT", "DELETE", "WITH")):
                told = values[0] if isinstance(values, list) else values
                yield from (row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", told))
