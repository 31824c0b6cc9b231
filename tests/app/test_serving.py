"""The command `unusual serve`, from its start to its end, as its own process."""

import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import httpx
import pytest

from tests.jobs.world import add_job
from unusual.app import WallClock
from unusual.jobs.ports import Ports, Selection
from unusual.store.sqlite import FILE, open_store

UNUSUAL = [sys.executable, "-c", "from unusual.cli import main; main()"]


@contextmanager
def serving(folder):
    """A server on a free port; its process and its address."""
    command = [*UNUSUAL, "serve", "--port", "0", "--data-dir", folder, "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            yield process, re.fullmatch(r"unusual is ready at (http://\S+)\n", line)[1]
        finally:
            process.terminate()


JOB = {
    "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "count"}]},
    "data_description": {"time_field": "stamp", "time_format": "epoch"},
}


def test_an_open_job_goes_on_after_the_server_was_ended_and_started(tmp_path):
    path = "/_ml/anomaly_detectors/pump"
    with serving(tmp_path) as (process, url), httpx.Client(base_url=url, timeout=60) as http:
        uuid = http.get("/").json()["cluster_uuid"]
        assert http.put(path, json=JOB).status_code == 200
        assert http.post(f"{path}/_open").status_code == 200
        assert http.post(f"{path}/_data", content=b'{"stamp": 0} {"stamp": 300}').status_code == 202
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    with serving(tmp_path) as (_, url), httpx.Client(base_url=url, timeout=60) as http:
        assert http.get("/").json()["cluster_uuid"] == uuid
        while (state := http.get(f"{path}/_stats").json()["jobs"][0]["state"]) == "opening":
            time.sleep(0.05)
        assert state == "opened"
        http.post(f"{path}/_data", content=b'{"stamp": 310} {"stamp": 600}')
        buckets = http.get(f"{path}/results/buckets").json()["buckets"]
        assert [bucket["event_count"] for bucket in buckets] == [1, 2]


MANY = """
    INSERT INTO results (job_id, kind, timestamp, entity, score, is_interim, body)
    WITH RECURSIVE counted(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < ?)
    SELECT ?, 'bucket', number * 1000, '', 1.0, 0, '{"timestamp": 0}' FROM counted
"""


def fill(folder, **numbers):
    """Closed jobs with so many results."""
    with closing(open_store(folder)) as store:
        kept = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
        for job_id in numbers:
            add_job(Ports(*kept, None, WallClock()), job_id)
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        connection.executemany(MANY, [(number, job_id) for job_id, number in numbers.items()])


def left(folder, job_id):
    with closing(open_store(folder)) as store:
        return store.results.read(job_id, Selection("bucket"))[0]


def test_a_large_deletion_ends_with_the_server_and_goes_on_at_its_next_start(tmp_path):
    fill(tmp_path, pump=100_000, valve=500)
    path = "/_ml/anomaly_detectors/pump"
    answers = []
    with serving(tmp_path) as (process, url), httpx.Client(base_url=url, timeout=60) as http:
        asking = threading.Thread(target=lambda: answers.append(httpx.delete(url + path, timeout=60)))
        asking.start()
        while "deleting" not in http.get(path).json()["jobs"][0]:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        asking.join(30)
    [answer] = answers
    assert (answer.status_code, answer.json()["status"]) == (503, 503)
    assert "the server is being stopped" in answer.json()["error"]["reason"]
    assert 0 < left(tmp_path, "pump") < 100_000
    with serving(tmp_path) as (_, url), httpx.Client(base_url=url, timeout=60) as http:
        while (found := http.get(path)).status_code == 200:
            assert found.json()["jobs"][0]["deleting"]
            time.sleep(0.05)
        assert found.status_code == 404
        assert http.get("/_ml/anomaly_detectors/valve").json()["count"] == 1
    assert (left(tmp_path, "pump"), left(tmp_path, "valve")) == (0, 500)


def test_two_servers_cannot_share_a_data_directory(tmp_path):
    with serving(tmp_path):
        command = [*UNUSUAL, "serve", "--port", "0", "--data-dir", tmp_path]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode != 0
    assert "is in use by another server" in second.stderr
    assert second.stdout == ""


@pytest.mark.parametrize("port", ["70000", "many"])
def test_a_wrong_argument_is_named(port):
    command = [*UNUSUAL, "serve", "--port", port]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 2
    assert "port" in refused.stderr
