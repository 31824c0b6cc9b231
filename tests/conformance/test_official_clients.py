"""The official clients, unchanged and of every living version, drive a job from its creation to its removal."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError

from tests.conformance import calling, main_job
from tests.conformance.speaking import COUNT, create

HERE = Path(calling.__file__).parent
SPIKE_MS = (main_job.T0 + main_job.SPIKE * main_job.SPAN) * 1000
RECORDS = main_job.STEPS * len(main_job.HOSTS)
ACKNOWLEDGED = {"acknowledged": True}


@pytest.fixture(scope="module", params=["python-7.17", "python-8.19", "python-9", "javascript-8.19", "javascript-9"])
def answers(request, server, root, tmp_path_factory):
    """What the server answered a client of this version, by call."""
    language, version = request.param.split("-")
    cache = root / ".venv" / "clients"
    program = javascript(cache, version) if language == "javascript" else python(cache, version)
    steps = tmp_path_factory.mktemp("steps") / "steps.json"
    steps.write_text(json.dumps(main_job.life(f"birch-{request.param}")))
    ran = subprocess.run([*program, server.url, steps], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["version"].startswith(version)
    return told


def python(cache: Path, version: str) -> list[str | Path]:
    """The driver in an environment that has the client of this version; made when there is none yet."""
    if version == "9":
        return [sys.executable, HERE / "calling.py"]
    folder = cache / version
    interpreter = folder / "bin" / "python"
    making = [sys.executable, "-m", "venv", "--clear", folder]
    installing = [interpreter, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    installed(folder, making, [*installing, f"elasticsearch>={version},<{below(version)}"])
    return [interpreter, HERE / "calling.py"]


def javascript(cache: Path, version: str) -> list[str | Path]:
    """The driver for a folder that has the client of this version; skips without Node.js and its package manager."""
    lacking = [name for name in ("node", "npm") if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"the clients for JavaScript need {' and '.join(lacking)}")
    folder = cache / f"javascript-{version}"
    wanted = f"@elastic/elasticsearch@>={version} <{below(version)}"
    installed(folder, ["npm", "install", "--prefix", folder, "--silent", "--no-audit", "--no-fund", wanted])
    return ["node", HERE / "calling.mjs", folder]


def below(version: str) -> int:
    return int(version.split(".", 1)[0]) + 1


def installed(folder: Path, *commands: list[str | Path]) -> None:
    """Run what installs something into a folder, unless that is done; skips when it cannot be installed."""
    done = folder / "installed"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for command in commands:
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"not installed by {command}: {(made.stderr or made.stdout).strip().splitlines()[-1:]}")
    done.touch()


def test_every_call_of_anomaly_detection_that_the_client_has_was_made(answers):
    assert answers["uncalled"] == []


def test_the_client_takes_the_server_for_its_own(answers):
    assert answers["ping"] is True
    assert answers["hello"]["tagline"] == "You Know, for Search"
    assert answers["info"]["defaults"]["anomaly_detectors"]["model_snapshot_retention_days"] == 10


def test_a_job_is_checked_created_found_by_its_group_and_changed(answers):
    assert answers["validate"] == answers["validate_detector"] == ACKNOWLEDGED
    assert answers["estimate_model_memory"]["model_memory_estimate"].endswith("mb")
    assert answers["get_jobs"] == {"count": 1, "jobs": [answers["put_job"]]}
    assert answers["put_job"]["analysis_config"]["bucket_span"] == "15m"
    assert (answers["update_job"]["description"], answers["update_job"].get("groups")) == ("renamed", None)


def test_all_that_is_posted_is_counted(answers):
    assert answers["open_job"]["opened"] is True
    assert answers["post_data"]["processed_record_count"] == RECORDS
    assert answers["opened"]["jobs"][0]["state"] == "opened"
    [row] = answers["ml_jobs"]
    assert row["state"] == "opened"
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


def test_filters_and_calendars_live_and_go(answers):
    assert answers["get_filters"]["filters"][0]["items"] == ["ash", "elm"]
    [calendar] = answers["get_calendars"]["calendars"]
    assert calendar["job_ids"] == [answers["put_job"]["job_id"], "forest"]
    assert answers["delete_calendar_job"]["job_ids"] == calendar["job_ids"][:1]
    [event] = answers["get_calendar_events"]["events"]
    assert (event["description"], event["start_time"]) == ("felling", main_job.T0 * 1000)
    gone = ("filter", "calendar", "calendar_event")
    assert [answers[f"delete_{name}"] for name in gone] == [ACKNOWLEDGED] * len(gone)


def test_a_forecast_is_made_counted_and_removed(answers):
    assert answers["forecast"]["acknowledged"] is True
    assert answers["forecasted"]["jobs"][0]["forecasts_stats"]["records"]["total"] == 4 * len(main_job.HOSTS)
    assert answers["delete_forecast"] == ACKNOWLEDGED


def test_a_datafeed_reads_all_there_is_and_closes_its_job(answers):
    [feed] = answers["get_datafeeds"]["datafeeds"]
    assert feed == answers["update_datafeed"]
    assert feed["scroll_size"] == len(answers["preview_datafeed"]) + 40 == 100
    assert answers["start_datafeed"]["started"] is True
    assert answers["fed"]["jobs"][0]["data_counts"]["processed_record_count"] == 60
    assert answers["get_datafeed_stats"]["datafeeds"][0]["state"] == "stopped"
    assert answers["ml_datafeeds"][0]["buckets.count"] == "3"
    assert answers["stop_datafeed"] == {"stopped": True}
    assert answers["delete_datafeed"] == answers["delete_fed_job"] == ACKNOWLEDGED


def test_the_model_that_was_kept_is_described_left_and_removed(answers):
    snapshot, first = answers["get_model_snapshots"]["model_snapshots"]
    assert (snapshot["job_id"], first["job_id"]) == (answers["put_job"]["job_id"],) * 2
    assert answers["update_job"]["model_snapshot_id"] == first["snapshot_id"]
    changed = answers["update_model_snapshot"]["model"]
    assert (changed["snapshot_id"], changed["description"], changed["retain"]) == (
        snapshot["snapshot_id"],
        "good",
        True,
    )
    assert answers["upgrade_job_snapshot"] == {"status": 409, "type": "status_exception"}
    assert answers["get_model_snapshot_upgrade_stats"] == {"count": 0, "model_snapshot_upgrades": []}
    assert answers["revert_model_snapshot"]["model"]["snapshot_id"] == "empty"
    assert answers["delete_model_snapshot"] == ACKNOWLEDGED


def test_the_server_as_a_whole_is_looked_after(answers):
    nodes = answers.get("get_memory_stats", {"_nodes": {"total": 1}})["_nodes"]  # not there before 8.2
    assert nodes["total"] == 1
    assert answers["set_upgrade_mode"] == answers["unset_upgrade_mode"] == ACKNOWLEDGED
    assert answers["delete_expired_data"] == {"deleted": True}


def test_a_reset_job_is_as_new_and_a_deleted_one_is_gone(answers):
    assert answers["reset_job"] == answers["delete_job"] == ACKNOWLEDGED
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
