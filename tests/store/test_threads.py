"""Many threads over one store."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from tests.store.outputs import bucket, outputs
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Page, Selection, StoredJob
from unusual.store import sweeping
from unusual.store.bundle import Store
from unusual.store.database import Turns


def test_writers_of_many_threads_lose_nothing(store: Store) -> None:
    def live(number: int) -> int:
        job = StoredJob({"job_id": f"job-{number}"}, State.OPENED)
        store.jobs.add(job)
        for turn in range(20):
            store.results.commit([(job, outputs(*(bucket(time) for time in range(turn * 10, turn * 10 + 10))))])
            assert store.results.read(job.job_id, Selection("bucket"))[0] == turn * 10 + 10
        return store.results.read(job.job_id, Selection("bucket"))[0]

    with ThreadPoolExecutor(12) as threads:
        assert [*threads.map(live, range(12))] == [200] * 12


def test_a_reader_sees_each_commit_whole_or_not_at_all(store: Store, job: StoredJob) -> None:
    stop, torn = Event(), []

    def watch() -> None:
        while not stop.is_set():
            count, bodies = store.results.read("farequote", Selection("bucket", page=Page(0, 10_000)))
            if count % 600 or count != len(bodies):
                torn.append((count, len(bodies)))

    watcher = Thread(target=watch)
    watcher.start()
    for turn in range(10):
        store.results.commit([(job, outputs(*(bucket(turn * 600 + time) for time in range(600))))])
    stop.set()
    watcher.join()
    assert torn == []


def test_the_removal_of_very_many_results_lets_others_write_all_along(store: Store, job: StoredJob) -> None:
    many, step = 20_000, sweeping.ROWS_AT_ONCE
    for start in range(0, many, 10_000):
        store.results.commit([(job, outputs(*(bucket(time) for time in range(start, start + 10_000))))])
    other = StoredJob({"job_id": "other"}, State.OPENED)
    store.jobs.add(other)
    with ThreadPoolExecutor(1) as thread:
        removal = thread.submit(sum, store.jobs.delete(job.job_id))
        written = 0
        while not removal.done():
            store.results.commit([(other, outputs(bucket(written)))])
            written += 1
        removal.result()
    # Turns are given in the order of asking: between two steps of the removal there is one of the other writer.
    assert written >= many // step
    assert store.results.read("other", Selection("bucket"))[0] == written
    assert store.results.read(job.job_id, Selection("bucket"))[0] == 0


def test_writers_get_their_turn_in_the_order_of_asking() -> None:
    turns, order, threads = Turns(), [], []

    def take(number: int) -> None:
        with turns:
            order.append(number)

    with turns:
        for number in range(5):
            threads.append(Thread(target=take, args=(number,)))
            threads[-1].start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_a_turn_is_given_back_when_the_block_raises() -> None:
    turns = Turns()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns:
            1 / 0  # noqa: B018 - raises
    assert not turns._held
