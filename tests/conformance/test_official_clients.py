"""The official clients, unchanged and of every living version, drive a job from its creation to its removal."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError

from tests.conformance import main_job
from tests.conformance.speaking import COUNT, create

SCRIPT = Path(main_job.__file__)
SPIKE_MS = (main_job.T0 + main_job.SPIKE * main_job.SPAN) * 1000
RECORDS = main_job.STEPS * len(main_job.HOSTS)


@pytest.fixture(scope="module", params=["7.17", "8.19", "9"])
def answers(request, server, root):
    """What the server answered a client of this version, by call."""
    python = sys.executable if request.param == "9" else interpreter(root / ".venv" / "clients", request.param)
    job = f"birch-{request.param}"
    ran = subprocess.run([python, SCRIPT, server.url, job], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["version"].startswith(request.param)
    return told


def interpreter(cache: Path, version: str) -> Path:
    """The interpreter of an environment that has the client of this version; made when there is none yet."""
    python = cache / version / "bin" / "python"
    done = cache / version / "installed"
    if not done.exists():
        major = version.split(".", 1)[0]
        wanted = f"elasticsearch>={version},<{int(major) + 1}"
        making = [sys.executable, "-m", "venv", "--clear", cache / version]
        installing = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", wanted]
        for step in (making, installing):
            made = subprocess.run(step, capture_output=True, text=True, check=False)
            if made.returncode:
                pytest.skip(f"the client {wanted} cannot be installed: {made.stderr.strip().splitlines()[-1:]}")
        done.touch()
    return python


def test_the_client_takes_the_server_for_its_own(answers):
    assert answers["ping"] is True
    assert answers["hello"]["tagline"] == "You Know, for Search"
    assert answers["info"]["defaults"]["anomaly_detectors"]["model_snapshot_retention_days"] == 10


def test_a_job_is_checked_created_found_by_its_group_and_changed(answers):
    assert answers["validate"] == answers["validate_detector"] == {"acknowledged": True}
    assert answers["get_jobs"] == {"count": 1, "jobs": [answers["put_job"]]}
    assert answers["put_job"]["analysis_config"]["bucket_span"] == "15m"
    assert (answers["update_job"]["description"], answers["update_job"].get("groups")) == ("renamed", None)


def test_all_that_is_posted_is_counted(answers):
    assert answers["open_job"]["opened"] is True
    assert answers["post_data"]["processed_record_count"] == RECORDS
    assert answers["opened"]["jobs"][0]["state"] == "opened"
    job = answers["get_job_stats"]["jobs"][0]
    assert job["state"] == "closed"
    assert job["data_counts"]["processed_record_count"] == RECORDS
    assert job["data_counts"]["bucket_count"] == main_job.STEPS - 1


def test_a_flush_shows_the_open_bucket_which_close_does_not_finish(answers):
    last_ms = (main_job.T0 + (main_job.STEPS - 1) * main_job.SPAN) * 1000
    assert answers["flush_job"] == {"flushed": True, "last_finalized_bucket_end": last_ms}
    (newest,) = answers["interim"]["buckets"]
    assert (answers["interim"]["count"], newest["timestamp"], newest["is_interim"]) == (main_job.STEPS, last_ms, True)
    assert answers["close_job"] == {"closed": True}
    final = answers["get_buckets"]["buckets"]
    assert (len(final), final[-1]["timestamp"]) == (main_job.STEPS - 1, last_ms - main_job.SPAN * 1000)


def test_the_spike_is_the_first_of_the_records_and_has_a_name_to_blame(answers):
    record = answers["get_records"]["records"][0]
    assert (record["timestamp"], record["by_field_value"], record["actual"]) == (SPIKE_MS, "elm", [900.0])
    assert record["record_score"] > 75
    assert record["typical"][0] == pytest.approx(53, abs=3)
    why = record["anomaly_score_explanation"]
    impacts = [why[f"{part}_impact"] for part in ("single_bucket", "multi_bucket", "anomaly_characteristics")]
    assert sum(impacts) == round(record["initial_record_score"])
    assert (why["anomaly_type"], why["anomaly_length"], why["typical_value"]) == ("spike", 1, record["typical"][0])
    assert why["lower_confidence_bound"] < why["typical_value"] < why["upper_confidence_bound"] < 900.0
    assert -5.0 <= record["multi_bucket_impact"] < 0.0
    blamed = answers["get_influencers"]["influencers"][0]
    assert (blamed["timestamp"], blamed["influencer_field_value"]) == (SPIKE_MS, "elm")
    assert answers["get_categories"] == {"count": 0, "categories": []}


def test_the_bucket_of_the_spike_stands_out_alone_and_in_the_whole(answers):
    (bucket,) = answers["one_bucket"]["buckets"]
    assert bucket["anomaly_score"] > 75
    assert [record["by_field_value"] for record in bucket["records"]] == ["elm"]
    assert [each["timestamp"] for each in answers["get_overall_buckets"]["overall_buckets"]] == [SPIKE_MS]


def test_the_model_that_was_kept_is_described_left_and_removed(answers):
    (snapshot,) = answers["get_model_snapshots"]["model_snapshots"]
    assert answers["update_job"]["model_snapshot_id"] == snapshot["snapshot_id"]
    changed = answers["update_model_snapshot"]["model"]
    assert (changed["description"], changed["retain"]) == ("good", True)
    assert answers["revert_model_snapshot"]["model"]["snapshot_id"] == "empty"
    assert answers["delete_model_snapshot"] == {"acknowledged": True}


def test_a_reset_job_is_as_new_and_a_deleted_one_is_gone(answers):
    assert answers["reset_job"] == answers["delete_job"] == {"acknowledged": True}
    counts = answers["after_reset"]["jobs"][0]["data_counts"]
    assert counts["processed_record_count"] == counts["bucket_count"] == 0
    assert answers["left"] == {"count": 0, "jobs": []}


def test_a_refusal_reaches_the_caller_as_the_exception_of_its_kind(server, http):
    create(http, "oak", COUNT)
    with Elasticsearch(server.url) as client:
        with pytest.raises(NotFoundError, match="No known job with id 'nobody'"):
            client.ml.get_jobs(job_id="nobody")
        with pytest.raises(BadRequestError, match="resource_already_exists_exception"):
            client.ml.put_job(job_id="oak", analysis_config={"detectors": [COUNT]}, data_description={})
        with pytest.raises(ConflictError, match="is not open"):
            client.ml.flush_job(job_id="oak")
