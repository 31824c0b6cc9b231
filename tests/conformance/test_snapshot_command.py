"""The command `unusual snapshot` as a user runs it: a job from one running server to another."""

import json
import subprocess

import pytest

from tests.analysis import kept
from tests.conformance.serving import COMMAND, serving
from tests.conformance.speaking import JOBS, ok, refusal

JOB = {
    "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "mean", "field_name": "load"}]},
    "data_description": {"time_format": "epoch"},
}


def run(*words) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "snapshot", *map(str, words)], capture_output=True, text=True, timeout=60, check=False
    )


def feed(http, job_id, start, until):
    """Open the job, send one record for each five minutes, close it."""
    records = [
        {"time": bucket * 300, "load": 900.0 if bucket == 150 else 50 + bucket % 7} for bucket in range(start, until)
    ]
    ok(http.post(f"{JOBS}/{job_id}/_open"))
    ok(http.post(f"{JOBS}/{job_id}/_data", content="\n".join(map(json.dumps, records))))
    ok(http.post(f"{JOBS}/{job_id}/_close"))


def buckets(http, job_id, start):
    found = ok(http.get(f"{JOBS}/{job_id}/results/buckets", params={"start": start * 300_000, "size": 1000}))
    hidden = {"job_id", "processing_time_ms", "bucket_influencers"}
    return [{name: one[name] for name in one.keys() - hidden} for one in found["buckets"]]


@pytest.fixture
def job(http):
    """A closed job that has learnt something."""
    ok(http.put(f"{JOBS}/pump", json=JOB))
    feed(http, "pump", 0, 100)
    return "pump"


def test_a_job_is_carried_to_another_server(server, http, job, tmp_path):
    file = tmp_path / "pump.snapshot"
    written = run("export", job, file, "--url", server.url)
    assert written.returncode == 0, written.stderr
    assert f"of job [{job}]: {file.stat().st_size:,} bytes" in written.stdout
    told = json.loads(run("show", file, "--output", "json").stdout)
    assert (told["job_id"], told["detectors"]) == (job, ["mean(load)"])
    assert told["counts"]["processed_record_count"] == 100
    assert "mean(load)" in run("show", file).stdout
    with serving(tmp_path / "other", workers=1) as other:
        made = run("import", file, "--job-id", "pump-2", "--url", other.url)
        assert made.returncode == 0, made.stderr
        assert "job [pump-2] is there, closed" in made.stdout
        feed(http, job, 100, 200)
        feed(other.http, "pump-2", 100, 200)
        assert buckets(other.http, "pump-2", 99) == buckets(http, job, 99)
        assert max(one["anomaly_score"] for one in buckets(http, job, 99)) > 50
        again = run("import", file, "--job-id", "pump-2", "--url", other.url)
        assert (again.returncode, again.stdout) == (2, "")
        assert "The job cannot be created with the Id 'pump-2'. The Id is already used." in again.stderr


def test_what_cannot_be_done_is_told_in_one_line(server, http, tmp_path):
    ok(http.put(f"{JOBS}/fresh", json=JOB))
    (tmp_path / "notes").write_text("no snapshot")
    for words, said in (
        (("show", tmp_path / "nothing"), "cannot be read"),
        (("show", tmp_path / "notes"), "this is not a model snapshot"),
        (("import", tmp_path / "notes", "--job-id", "x", "--url", server.url), "this is not a model snapshot"),
        (("export", "nobody", tmp_path / "x", "--url", server.url), "No known job with id 'nobody'"),
        (("export", "fresh", tmp_path / "x", "--url", server.url), "has no model snapshot yet"),
        (("export", "fresh", tmp_path / "x", "--snapshot", "7", "--url", server.url), "No model snapshot with id [7]"),
        (("export", "fresh", tmp_path / "x", "--url", "ftp://there"), "is no address of a server"),
    ):
        refused = run(*words)
        assert refused.returncode == 2
        assert said in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_a_model_of_an_earlier_layout_goes_on_in_a_job_of_today(server, http):
    made = run("import", kept.FOLDER / "layout-1.snapshot", "--url", server.url)
    assert made.returncode == 0, made.stderr
    [job] = ok(http.get(JOBS))["jobs"]
    assert job["job_id"] == "tested"
    records = [json.dumps(record) for record in kept.records(kept.BUCKETS, kept.BUCKETS + 8)]
    ok(http.post(f"{JOBS}/tested/_open"))
    ok(http.post(f"{JOBS}/tested/_data", content="\n".join(records)))
    counts = ok(http.get(f"{JOBS}/tested/_stats"))["jobs"][0]["data_counts"]
    assert counts["processed_record_count"] == 4 * (kept.BUCKETS + 8)


def test_a_snapshot_of_today_needs_no_upgrade(http, job):
    path = f"{JOBS}/{job}/model_snapshots"
    [snapshot] = ok(http.get(path))["model_snapshots"]
    one = f"{path}/{snapshot['snapshot_id']}"
    assert "quantiles" not in snapshot
    assert "quantile_state" in ok(http.post(f"{one}/_update", json={"retain": True}))["model"]["quantiles"]
    for options in ({}, {"wait_for_completion": "true", "timeout": "5m"}):
        assert refusal(http.post(f"{one}/_upgrade", params=options), 409).endswith("is of the present version already")
    assert "[9]" in refusal(http.post(f"{path}/9/_upgrade"), 404)
    assert ok(http.get(f"{JOBS}/_all/model_snapshots/_all/_upgrade/_stats")) == {
        "count": 0,
        "model_snapshot_upgrades": [],
    }
    refusal(http.get(f"{JOBS}/_all/model_snapshots/_all/_upgrade/_stats", params={"allow_no_match": "false"}), 404)
    refusal(http.get(f"{one}/_upgrade/_stats"), 404)
