"""One job from its creation to its deletion, over HTTP."""

import gzip

import pytest

from tests.api.conftest import COUNT_JOB

JOBS = "/_ml/anomaly_detectors"


def stats(client, job) -> dict:
    return client.get(f"{JOBS}/{job}/_stats").json()["jobs"][0]


def test_a_created_job_is_answered_as_it_will_be_shown(client):
    created = client.put(f"{JOBS}/pump", COUNT_JOB).json()
    assert client.get(f"{JOBS}/pump").json() == {"count": 1, "jobs": [created]}


def test_a_job_can_be_changed_checked_and_deleted(client, job):
    assert client.post(f"{JOBS}/{job}/_update", {"description": "hot"}).json()["description"] == "hot"
    assert client.post(f"{JOBS}/_validate", COUNT_JOB).json() == {"acknowledged": True}
    assert client.post(f"{JOBS}/_validate/detector", {"function": "count"}).json() == {"acknowledged": True}
    assert client.post(f"{JOBS}/_validate/detector", {"function": "mean"}).status_code == 400
    assert client.delete(f"{JOBS}/{job}").json() == {"acknowledged": True}
    assert client.get(JOBS).json() == {"count": 0, "jobs": []}


def test_a_job_takes_data_only_while_it_is_open(client, job):
    assert client.post(f"{JOBS}/{job}/_data").status_code == 409
    assert client.post(f"{JOBS}/{job}/_open").json() == {"opened": True, "node": "node-1"}
    posted = client.post(f"{JOBS}/{job}/_data", content=b'{"stamp": 1}\n{"stamp": 2}\n')
    assert posted.status_code == 202
    assert posted.json()["processed_record_count"] == 2
    assert posted.headers["warning"].startswith("299 ")
    assert client.post(f"{JOBS}/{job}/_flush").json() == {"flushed": True, "last_finalized_bucket_end": 300_000}
    assert stats(client, job)["state"] == "opened"
    assert client.post(f"{JOBS}/{job}/_close").json() == {"closed": True}
    assert stats(client, job)["state"] == "closed"
    assert client.get(f"{JOBS}/{job}/results/buckets").json()["buckets"][0]["event_count"] == 2


def test_a_long_packed_upload_is_one_upload(client, open_job):
    lines = 200_000
    packed = gzip.compress(b'{"stamp": 1609459200, "load": 17}\n' * lines)
    headers = {"content-encoding": "gzip", "content-type": "application/x-ndjson"}
    counts = client.post(f"{JOBS}/{open_job}/_data", content=packed, headers=headers).json()
    assert counts["processed_record_count"] == lines


def test_the_window_of_an_upload_is_checked_before_its_body(client, open_job):
    answer = client.post(f"{JOBS}/{open_job}/_data?reset_start=yesterday").json()
    assert answer["error"]["type"] == "parse_exception"
    assert "[start] with value [yesterday]" in answer["error"]["reason"]


def test_options_come_in_the_query_or_in_the_body(client, open_job):
    for more in ({"params": {"end": "1"}}, {"json": {"end": "1"}}):
        answer = client.request("POST", f"{JOBS}/{open_job}/_flush", **more).json()
        assert answer["error"]["reason"] == "Invalid flush parameters: unexpected 'end'."
    answer = client.post(f"{JOBS}/{open_job}/_flush", {"calc_interims": True}).json()
    assert "unknown field [calc_interims]" in answer["error"]["reason"]


@pytest.mark.usefixtures("open_job")
def test_jobs_are_closed_by_expression(client):
    client.put(f"{JOBS}/valve", COUNT_JOB)
    assert client.post(f"{JOBS}/pu*,valve/_close").json() == {"closed": True}
    assert [job["state"] for job in client.get(f"{JOBS}/_stats").json()["jobs"]] == ["closed", "closed"]
    assert client.post(f"{JOBS}/x*/_close", {"allow_no_jobs": False}).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("DELETE", ""), ("POST", "/_reset")])
def test_what_need_not_be_waited_for_is_told_as_a_task(client, job, method, path):
    waiting = client.request(method, f"{JOBS}/{job}{path}?wait_for_completion=false").json()
    assert "task" in waiting, waiting
    node, number = waiting["task"].split(":")
    assert (node, number.isdecimal()) == ("node-1", True)
    assert client.get(f"/_tasks/{waiting['task']}?wait_for_completion").json()["completed"] is True


def test_an_open_job_is_protected_unless_forced(client, open_job):
    assert client.delete(f"{JOBS}/{open_job}").status_code == 409
    assert client.post(f"{JOBS}/{open_job}/_reset").status_code == 409
    assert client.delete(f"{JOBS}/{open_job}?force").json() == {"acknowledged": True}


def test_snapshots_are_listed_described_gone_back_to_and_removed(client, open_job):
    path = f"{JOBS}/{open_job}/model_snapshots"
    client.post(f"{JOBS}/{open_job}/_data", content=b"{}\n")
    client.post(f"{JOBS}/{open_job}/_close")
    (snapshot,) = client.get(path).json()["model_snapshots"]
    one = f"{path}/{snapshot['snapshot_id']}"
    assert client.post(f"{one}/_update", {"retain": True}).json()["model"]["retain"] is True
    assert client.post(f"{one}/_update").status_code == 400
    assert client.post(f"{one}/_revert").json()["model"]["snapshot_id"] == snapshot["snapshot_id"]
    assert client.delete(one).status_code == 400
    assert client.post(f"{path}/empty/_revert").status_code == 200
    assert client.delete(one).json() == {"acknowledged": True}
    assert client.get(path).json() == {"count": 0, "model_snapshots": []}


def test_the_root_page_is_what_official_clients_look_for(client):
    page = client.get("/").json()
    assert page["tagline"] == "You Know, for Search"
    assert page["version"]["build_flavor"] == "default"
    assert tuple(map(int, page["version"]["number"].split("."))) >= (7, 14)
    assert client.request("HEAD", "/").status_code == 200


def test_the_limits_follow_the_setting_of_the_cluster(client):
    class Configured:
        """Settings in which an administrator capped the memory of jobs."""

        def get(self, *_):
            return {"persistent": {"xpack.ml.max_model_memory_limit": "512mb"}}

    assert "max_model_memory_limit" not in client.get("/_ml/info").json()["limits"]
    with client.ports(configs=Configured()):
        capped = client.get("/_ml/info").json()
    assert capped["defaults"]["anomaly_detectors"]["model_memory_limit"] == "512mb"
    assert capped["limits"] == {
        "max_model_memory_limit": "512mb",
        "effective_max_model_memory_limit": "512mb",
        "total_ml_memory": "4096mb",
    }
