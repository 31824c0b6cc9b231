"""The `Jobs` port."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from tests.store.outputs import bucket, outputs
from unusual.errors import NoSuchJob, Taken
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Selection, Snapshot, StoredJob
from unusual.store.bundle import Store


def test_a_stored_job_comes_back_as_it_was(store: Store) -> None:
    job = StoredJob(
        config={"job_id": "a", "custom_settings": {"é": [1, None, 2.5, "\u2028"]}, "create_time": 1_700_000_000_000},
        state=State.FAILED,
        reason="out of memory",
        stats={"data_counts": {"input_bytes": 2**53}, "finalized_end": None},
        opened_ms=1_700_000_000_123,
    )
    store.jobs.add(job)
    assert store.jobs.get("a") == job


def test_an_id_is_given_once(store: Store, job: StoredJob) -> None:
    with pytest.raises(Taken, match=r"Id 'farequote'\. The Id is already used"):
        store.jobs.add(replace(job, reason="second"))
    assert store.jobs.get("farequote") == job


def test_of_many_threads_that_add_the_same_id_one_wins(store: Store) -> None:
    start, outcomes = Barrier(8), []

    def add(number: int) -> None:
        start.wait()
        try:
            store.jobs.add(StoredJob({"job_id": "a", "by": number}, State.CLOSED))
            outcomes.append(number)
        except Taken:
            outcomes.append(None)

    threads = [Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str)[1:] == [None] * 7
    assert store.jobs.get("a").config["by"] in outcomes


def test_all_jobs_are_sorted_by_id(store: Store) -> None:
    for job_id in ("b", "a-2", "a", "c"):
        store.jobs.add(StoredJob({"job_id": job_id}, State.CLOSED))
    assert [job.job_id for job in store.jobs.all()] == ["a", "a-2", "b", "c"]


def test_put_replaces_the_whole_job(store: Store, job: StoredJob) -> None:
    changed = replace(job, config={"job_id": "farequote"}, state=State.OPENED, stats={"x": 1}, opened_ms=5)
    store.jobs.put(changed)
    assert store.jobs.get("farequote") == changed


@pytest.mark.parametrize("call", ["get", "put"])
def test_an_unknown_job_is_a_problem(store: Store, call: str) -> None:
    argument = {"get": "nobody", "put": StoredJob({"job_id": "nobody"}, State.CLOSED)}[call]
    with pytest.raises(NoSuchJob, match="nobody"):
        getattr(store.jobs, call)(argument)


def test_deleting_a_job_takes_everything_of_it_and_nothing_of_others(store: Store, job: StoredJob) -> None:
    other = StoredJob({"job_id": "farequote-2"}, State.CLOSED)
    store.jobs.add(other)
    for each in (job, other):
        store.results.commit([(each, outputs(*(bucket(time) for time in range(5_000))))])
        store.snapshots.save(each.job_id, Snapshot({"snapshot_id": "1"}, b"learnt"))
    [*store.jobs.delete("farequote")]
    [*store.jobs.delete("farequote")]
    store.jobs.add(job)
    assert store.results.read("farequote", Selection("bucket")) == (0, [])
    assert store.snapshots.list("farequote") == []
    assert store.results.read("farequote-2", Selection("bucket"))[0] == 5_000
    assert store.snapshots.load("farequote-2", "1").state == b"learnt"
