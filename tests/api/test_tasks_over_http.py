"""Calls that go on after their answer, and what is told of jobs meanwhile."""

import threading

import pytest

JOBS = "/_ml/anomaly_detectors"


@pytest.fixture
def held(client, monkeypatch):
    """Deletions and resets wait in the middle until this is set."""
    gate = threading.Event()

    def held_back(_, job_id, *more):
        assert gate.wait(30), job_id
        return plain(job_id, *more)

    plain = _ports(client).results.clear
    monkeypatch.setattr(type(_ports(client).results), "clear", held_back)
    yield gate
    gate.set()


def _ports(client):
    return client._app.state.parts.ports


def test_a_reset_goes_on_while_the_job_tells_that_it_is_blocked(client, job, held):
    task = client.post(f"{JOBS}/{job}/_reset?wait_for_completion=false").json()["task"]
    told = client.get(f"/_tasks/{task}?wait_for_completion=true&timeout=50ms").json()
    assert (told["completed"], told["task"]["action"]) == (False, "cluster:admin/xpack/ml/job/reset")
    [shown] = client.get(f"{JOBS}/{job}").json()["jobs"]
    assert shown["blocked"] == {"reason": "reset", "task_id": task}
    assert "blocked" not in client.get(f"{JOBS}/{job}?exclude_generated=true").json()["jobs"][0]
    assert client.post(f"{JOBS}/{job}/_open").status_code == 409
    held.set()
    told = client.get(f"/_tasks/{task}?wait_for_completion=true").json()
    assert (told["completed"], told["response"]) == (True, {"acknowledged": True})
    assert "blocked" not in client.get(f"{JOBS}/{job}").json()["jobs"][0]


def test_what_failed_in_the_background_is_told_by_its_task(client, open_job):
    task = client.delete(f"{JOBS}/{open_job}?wait_for_completion=false").json()["task"]
    told = client.get(f"/_tasks/{task}?wait_for_completion").json()
    assert told["error"]["reason"] == f"Cannot delete job [{open_job}] because the job is opened"
    assert client.delete(f"{JOBS}/{open_job}").json()["error"]["reason"] == told["error"]["reason"]


def test_an_unknown_task_is_missing(client):
    answer = client.get("/_tasks/node-1:999999")
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "resource_not_found_exception")


@pytest.mark.parametrize("call", ["DELETE /nobody", "POST /nobody/_reset"])
def test_an_unknown_job_starts_no_task(client, call):
    method, path = call.split()
    assert client.request(method, f"{JOBS}{path}?wait_for_completion=false").status_code == 404
