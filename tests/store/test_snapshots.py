"""The `Snapshots` port."""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from unusual.errors import Missing, NoSuchJob
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Snapshot, StoredJob
from unusual.store import snapshots, sql
from unusual.store.bundle import Store
from unusual.store.snapshots import PART_BYTES
from unusual.store.sqlite import open_store


class Cut(Exception):
    """The power went."""


def parts(store: Store) -> int:
    with store.snapshots._database.reading() as connection:
        return connection.execute(select(func.count()).select_from(sql.states)).scalar_one()


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, 2 * PART_BYTES + 1])
def test_a_state_comes_back_byte_for_byte(store: Store, job: StoredJob, size: int) -> None:
    saved = Snapshot({"snapshot_id": "1", "timestamp": 5, "retain": False}, os.urandom(size))
    store.snapshots.save(job.job_id, saved)
    assert store.snapshots.load(job.job_id, "1") == saved


def test_saving_an_id_again_replaces_description_and_state(store: Store, job: StoredJob) -> None:
    store.snapshots.save(job.job_id, Snapshot({"snapshot_id": "1"}, bytes(PART_BYTES + 1)))
    store.snapshots.save(job.job_id, Snapshot({"snapshot_id": "1", "description": "new"}, b"small"))
    assert store.snapshots.load(job.job_id, "1") == Snapshot({"snapshot_id": "1", "description": "new"}, b"small")


def test_descriptions_are_listed_oldest_first(store: Store, job: StoredJob) -> None:
    for snapshot_id, timestamp in (("b", 3), ("a", 3), ("9", 1), ("10", 2)):
        store.snapshots.save(job.job_id, Snapshot({"snapshot_id": snapshot_id, "timestamp": timestamp}, b""))
    assert [each["snapshot_id"] for each in store.snapshots.list(job.job_id)] == ["9", "10", "a", "b"]
    assert store.snapshots.list("other") == []


def test_a_description_is_replaced_without_touching_the_state(store: Store, job: StoredJob) -> None:
    store.snapshots.save(job.job_id, Snapshot({"snapshot_id": "1", "retain": False}, b"learnt"))
    store.snapshots.describe(job.job_id, {"snapshot_id": "1", "retain": True})
    assert store.snapshots.load(job.job_id, "1") == Snapshot({"snapshot_id": "1", "retain": True}, b"learnt")


def test_deleted_snapshots_are_gone_and_unknown_ids_are_ignored(store: Store, job: StoredJob) -> None:
    for snapshot_id in ("1", "2", "3"):
        store.snapshots.save(job.job_id, Snapshot({"snapshot_id": snapshot_id}, b"learnt"))
    store.snapshots.delete(job.job_id, ["1", "nothing", "3"])
    assert [each["snapshot_id"] for each in store.snapshots.list(job.job_id)] == ["2"]


def test_an_unknown_snapshot_is_a_problem(store: Store, job: StoredJob) -> None:
    with pytest.raises(Missing, match=r"No model snapshot with id \[7\] exists for job \[farequote\]"):
        store.snapshots.load(job.job_id, "7")
    with pytest.raises(Missing):
        store.snapshots.describe(job.job_id, {"snapshot_id": "7"})


def test_a_deleted_job_gets_no_snapshot(store: Store) -> None:
    with pytest.raises(NoSuchJob):
        store.snapshots.save("gone", Snapshot({"snapshot_id": "1"}, b""))


@pytest.mark.parametrize("before", [[], [b"before"]])
def test_a_snapshot_that_was_cut_short_leaves_what_there_was(tmp_path: Path, monkeypatch, before: list[bytes]) -> None:
    store = open_store(tmp_path)
    store.jobs.add(StoredJob({"job_id": "pump"}, State.CLOSED))
    for state in before:
        store.snapshots.save("pump", Snapshot({"snapshot_id": "1"}, state))
    cut_short = Snapshot({"snapshot_id": "1"}, os.urandom(2 * PART_BYTES))
    monkeypatch.setattr(snapshots, "_columns", lambda _: (_ for _ in ()).throw(Cut))
    with pytest.raises(Cut):
        store.snapshots.save("pump", cut_short)
    assert parts(store) == 1, "what nobody knows of, or what there was"
    store.close()
    again = open_store(tmp_path)
    assert parts(again) == len(before)
    assert [again.snapshots.load("pump", "1").state for _ in again.snapshots.list("pump")] == before
    again.close()
