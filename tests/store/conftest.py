"""The stores the suite runs over: one per database. No test asks which one it has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store

OPENERS = {"sqlite": open_store}


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = OPENERS[request.param](tmp_path / "place")
    yield opened
    opened.close()


@pytest.fixture
def job(store: Store) -> StoredJob:
    """A stored, fresh job."""
    fresh = StoredJob({"job_id": "farequote", "description": "fares"}, State.CLOSED)
    store.jobs.add(fresh)
    return fresh
