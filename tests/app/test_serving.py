"""The command `unusual serve`, from its start to its end, as its own process."""

import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx
import pytest

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
