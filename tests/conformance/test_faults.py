"""Workers and servers that die, stops in the middle, many clients at once: nothing hangs, nothing mixes."""

import gzip
import os
import resource
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.conformance.serving import COMMAND, serving
from tests.conformance.speaking import (
    JOBS,
    MEAN,
    T0,
    closed,
    create,
    flush,
    lines,
    ok,
    opened,
    post,
    refusal,
    results,
    stats,
    ticks,
)

SPAN = 300
COUNTING = {
    "analysis_config": {"detectors": [{"function": "count"}]},
    "data_description": {"time_field": "stamp"},
}


def noisy(first: int, count: int) -> list[dict]:
    """One record for each bucket, with a spike in every hundredth. first: number of the bucket."""
    return [
        {"stamp": T0 + step * SPAN, "load": 500 if step % 100 == 90 else 20 + step * 7 % 5}
        for step in range(first, first + count)
    ]


def watched(http, *job_ids: str) -> None:
    for job_id in job_ids:
        create(http, job_id, MEAN)
        opened(http, job_id)


def told(http, job_id: str) -> dict:
    """All results of a job, without what a clock has put into them."""
    kinds = {kind: results(http, job_id, kind, sort="timestamp") for kind in ("buckets", "records")}
    return {kind: [{**one, "processing_time_ms": 0} for one in documents] for kind, documents in kinds.items()}


def until(holds, within_s: float = 15.0) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it has not come about in time"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def undisturbed(server):
    """The results of a job that was left in peace, after 200 and after all 400 buckets."""
    watched(server.http, "peace")
    post(server.http, "peace", noisy(0, 400))
    whole = told(server.http, "peace")
    ok(server.http.delete(f"{JOBS}/peace?force=true"))
    assert len(whole["records"]) >= 3
    return whole


def test_the_jobs_of_a_killed_worker_go_on_as_if_nothing_had_been(tmp_path, undisturbed):
    with serving(tmp_path / "store") as server:
        http, jobs = server.http, ["peace", "pump", "valve"]
        watched(http, *jobs)
        for first in range(0, 400, 50):
            for job in jobs:
                assert post(http, job, noisy(first, 50))["processed_record_count"] == 50
            os.kill(server.workers()[first % 2], signal.SIGKILL)
        assert told(http, "peace") == undisturbed
        for job in jobs:
            assert stats(http, job)["state"] == "opened"
            assert stats(http, job)["data_counts"]["processed_record_count"] == 400
            assert len(results(http, job)) == 399
        until(lambda: len(server.workers()) == 2)


def test_a_killed_server_comes_back_with_its_jobs_and_their_results(tmp_path, undisturbed):
    with serving(tmp_path / "store") as server:
        watched(server.http, "kept", "peace")
        create(server.http, "never-opened")
        for job in ("kept", "peace"):
            post(server.http, job, noisy(0, 200))
        closed(server.http, "kept")
        before = {job: told(server.http, job) for job in ("kept", "peace")}
        server.kill()
    with serving(tmp_path / "store") as server:
        http = server.http
        assert {job: told(http, job) for job in before} == before
        until(lambda: stats(http, "peace")["state"] == "opened")
        states = {job: stats(http, job)["state"] for job in ("kept", "peace", "never-opened")}
        assert states == {"kept": "closed", "peace": "opened", "never-opened": "closed"}
        assert stats(http, "peace")["assignment_explanation"] == ""
        opened(http, "kept")
        post(http, "kept", noisy(200, 20))
        post(http, "peace", noisy(200, 200))
        assert told(http, "peace") == undisturbed


def test_a_stopped_server_goes_on_with_its_open_jobs_as_if_nothing_had_been(tmp_path, undisturbed):
    with serving(tmp_path / "store") as server:
        watched(server.http, "river", "lake")
        for job in ("river", "lake"):
            post(server.http, job, noisy(0, 151))
        server.stop()
    with serving(tmp_path / "store") as server:
        for job in ("river", "lake"):
            until(lambda: stats(server.http, job)["state"] == "opened")  # noqa: B023 - called at once
            assert stats(server.http, job)["data_counts"]["processed_record_count"] == 151
            post(server.http, job, noisy(151, 249))
            whole = told(server.http, job)
            expected = [{**one, "job_id": job} for one in undisturbed["buckets"]]
            found = [
                {**one, "bucket_influencers": [{**each, "job_id": "peace"} for each in one["bucket_influencers"]]}
                for one in whole["buckets"]
            ]
            assert found == expected
            assert whole["records"] == [{**one, "job_id": job} for one in undisturbed["records"]]


def test_close_and_open_change_no_result(http, undisturbed):
    watched(http, "peace")
    for first in range(0, 400, 80):
        post(http, "peace", noisy(first, 80))
        closed(http, "peace")
        opened(http, "peace")
    assert told(http, "peace") == undisturbed
    ok(http.post(f"{JOBS}/peace/_close"))


def test_a_directory_serves_one_server_at_a_time(tmp_path):
    with serving(tmp_path / "store") as server:
        again = [COMMAND, "serve", "--port", "0", "--data-dir", tmp_path / "store"]
        second = subprocess.run(again, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 2
        assert f"the data directory [{tmp_path / 'store'}] is in use by another server" in second.stderr
        assert "Traceback" not in second.stderr
        assert ok(server.http.get("/"))["tagline"]


def test_many_clients_at_once_each_have_all_they_sent_counted(http):
    jobs = [f"crowd-{number}" for number in range(12)]
    watched(http, *jobs)

    def send(turn: tuple[str, int]) -> int:
        job, number = turn
        return post(http, job, ticks(number, 500, every=0, load=number))["processed_record_count"]

    turns = [(job, number) for number in range(8) for job in jobs]
    with ThreadPoolExecutor(24) as crowd:
        assert list(crowd.map(send, turns)) == [500] * len(turns)
    for job in jobs:
        assert flush(http, job, calc_interim=True)["flushed"]
        assert stats(http, job)["data_counts"]["processed_record_count"] == 4000
        assert [bucket["event_count"] for bucket in results(http, job)] == [4000]


def test_an_upload_may_arrive_packed_and_piece_by_piece(http):
    watched(http, "stream")
    records = lines(noisy(0, 50_000))
    packed = gzip.compress(records)

    def slowly():
        for start in range(0, len(packed), 10_000):
            yield packed[start : start + 10_000]

    answer = http.post(f"{JOBS}/stream/_data", content=slowly(), headers={"content-encoding": "gzip"})
    counts = ok(answer)
    assert counts["processed_record_count"] == 50_000
    assert counts["input_bytes"] == len(records)
    assert counts["bucket_count"] == 49_999


def test_the_server_answers_while_every_worker_is_busy(http):
    jobs = ["busy-0", "busy-1", "busy-2"]
    watched(http, *jobs)
    load = lines(noisy(0, 150_000))
    with ThreadPoolExecutor(3) as crowd:
        under_way = [crowd.submit(http.post, f"{JOBS}/{job}/_data", content=load) for job in jobs]
        waits = []
        while not all(each.done() for each in under_way):
            began = time.perf_counter()
            ok(http.get("/_ml/info"))
            waits.append(time.perf_counter() - began)
            time.sleep(0.01)
        assert [ok(each.result())["processed_record_count"] for each in under_way] == [150_000] * 3
    assert sorted(waits)[len(waits) * 9 // 10] < 1


def test_a_full_disk_is_told_and_loses_nothing(tmp_path, undisturbed):
    with serving(tmp_path / "store") as server:
        http = server.http
        watched(http, "peace")
        post(http, "peace", noisy(0, 200))
        with no_larger_file(server.process.pid):
            answer = http.post(f"{JOBS}/peace/_data", content=lines(noisy(200, 100)))
            assert "cannot be written" in refusal(answer, 503)
            assert "cannot be written" in refusal(http.put(f"{JOBS}/other", json=COUNTING), 503)
            assert stats(http, "peace")["state"] == "opened"
            assert stats(http, "peace")["data_counts"]["processed_record_count"] == 200
        post(http, "peace", noisy(200, 200))
        assert told(http, "peace") == undisturbed


@contextmanager
def no_larger_file(pid: int):
    """A time in which no file of a process can grow, as if the disk were full."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
