"""What clients of 5.x and 6.x send: the older prefix, options in the query or in a body, the names of that time."""

import json
import subprocess

import pytest

from tests.conformance.speaking import COUNT, MEAN, T0, closed, create, lines, ok, opened, refusal, results, ticks
from tests.conformance.test_official_clients import python

OLD = "/_xpack/ml/anomaly_detectors"
CONFIG = {
    "analysis_config": {"bucket_span": "5m", "detectors": [COUNT]},
    "data_description": {"time_field": "stamp", "time_format": "epoch", "format": "xcontent"},
}
T600 = (T0 + 600) * 1000


@pytest.fixture
def old(http):
    """An open job, made and filled under the older prefix."""
    assert ok(http.put(f"{OLD}/elder", json=CONFIG))["job_id"] == "elder"
    assert ok(http.post(f"{OLD}/elder/_open"))["opened"] is True
    sent = http.post(f"{OLD}/elder/_data", content=lines(ticks(0, 13)))
    assert (sent.status_code, sent.json()["processed_record_count"]) == (202, 13)
    return "elder"


def test_delimited_text_is_read_where_the_job_says_so(http):
    job = {
        "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "mean", "field_name": "load"}]},
        "data_description": {"time_format": "epoch", "format": "delimited", "field_delimiter": ";"},
    }
    assert ok(http.put(f"{OLD}/columns", json=job))["data_description"]["field_delimiter"] == ";"
    ok(http.post(f"{OLD}/columns/_open"))
    for kind in ("text/csv", "application/json"):
        sent = http.post(f"{OLD}/columns/_data", content=b"time;load\n0;1.5\n300;\n", headers={"content-type": kind})
        counts = sent.json()
        assert (sent.status_code, counts["input_record_count"], counts["missing_field_count"]) == (202, 2, 1)


@pytest.mark.parametrize(
    ("query", "body", "buckets"),
    [
        ({}, None, 2),
        ({"calc_interim": "true"}, None, 3),
        ({"calc_interim": ""}, None, 3),
        ({}, {"calc_interim": True}, 3),
        ({"calc_interim": "true"}, {"calc_interim": False}, 2),  # what stands in a body counts alone
        ({"advance_time": str(T0 + 1200)}, None, 4),
        ({}, {"advance_time": str(T0 + 1200)}, 4),
        ({}, {"calc_interim": True, "start": str(T0 + 600), "end": str(T0 + 900)}, 3),
    ],
)
def test_flush_takes_its_options_from_query_and_body(http, old, query, body, buckets):
    sent = {} if body is None else {"json": body}
    answer = ok(http.post(f"{OLD}/{old}/_flush", params=query, **sent))
    end = T600 + 600_000 if "advance_time" in {**query, **(body or {})} else T600
    assert answer == {"flushed": True, "last_finalized_bucket_end": end}
    found = ok(http.get(f"{OLD}/{old}/results/buckets"))
    assert (found["count"], found["buckets"]) == (buckets, results(http, old))


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({}, None),
        ({"force": "true"}, None),
        ({"timeout": "10s", "allow_no_jobs": "true"}, None),
        ({}, {"force": True}),
        ({}, {"timeout": "10s", "allow_no_jobs": True}),
    ],
)
def test_close_takes_its_options_from_query_and_body(http, old, query, body):
    sent = {} if body is None else {"json": body}
    assert ok(http.post(f"{OLD}/{old}/_close", params=query, **sent)) == {"closed": True}
    assert ok(http.get(f"{OLD}/{old}/_stats"))["jobs"][0]["state"] == "closed"
    forced = "force" in {**query, **(body or {})}
    assert ("model_snapshot_id" in ok(http.get(f"{OLD}/{old}"))["jobs"][0]) is not forced


def test_both_prefixes_refuse_alike(http, old):
    assert "[flish_time]" in refusal(http.post(f"{OLD}/{old}/_flush?flish_time=1"))
    assert "unexpected 'start'" in refusal(http.post(f"{OLD}/{old}/_flush", json={"start": "0"}))
    assert "already been opened" in refusal(http.post(f"{OLD}/{old}/_open"), 409)
    assert refusal(http.get(f"{OLD}/nobody"), 404) == "No known job with id 'nobody'"
    assert "is not open" in refusal(http.post(f"{OLD}/nobody/_data", content=b"{}"), 409)


def test_every_result_and_the_models_are_read_under_the_older_prefix(http):
    create(http, "reader", MEAN)
    opened(http, "reader")
    load = [{"stamp": T0 + step * 300, "load": 900 if step == 150 else 20 + step % 5} for step in range(200)]
    ok(http.post(f"{OLD}/reader/_data", content=lines(load)))
    closed(http, "reader")
    for kind in ("buckets", "records", "influencers", "categories", "overall_buckets"):
        found = ok(http.get(f"{OLD}/reader/results/{kind}"))
        assert found == ok(http.get(f"/_ml/anomaly_detectors/reader/results/{kind}"))
        assert kind in {"influencers", "categories"} or found["count"] > 0
    (snapshot,) = ok(http.get(f"{OLD}/reader/model_snapshots"))["model_snapshots"]
    reverted = ok(http.post(f"{OLD}/reader/model_snapshots/{snapshot['snapshot_id']}/_revert"))
    assert reverted["model"]["snapshot_id"] == snapshot["snapshot_id"]
    assert ok(http.post(f"{OLD}/reader/_update", json={"description": "read"}))["description"] == "read"
    assert ok(http.post(f"{OLD}/_validate", json=CONFIG)) == {"acknowledged": True}
    assert ok(http.get("/_xpack/ml/info")) == ok(http.get("/_ml/info"))
    assert ok(http.delete(f"{OLD}/reader")) == {"acknowledged": True}


SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
from elasticsearch import Elasticsearch
url, config, records = sys.argv[1:]
client = Elasticsearch([url])
def send(method, path, body=None, **params):
    return client.transport.perform_request(method, "/_xpack/ml/anomaly_detectors" + path, params=params, body=body)
answers = [
    send("PUT", "/ancient", json.loads(config)),
    send("POST", "/ancient/_open"),
    send("POST", "/ancient/_data", records),
    send("POST", "/ancient/_flush", {"calc_interim": True}),
    send("POST", "/ancient/_flush", advance_time="2021-01-01T00:20:00Z"),
    send("POST", "/ancient/_close", {"allow_no_jobs": False}),
    send("GET", "/ancient/results/buckets", exclude_interim="true"),
    send("GET", "/_all/_stats"),
    send("DELETE", "/ancient"),
]
print(json.dumps(answers))
"""


@pytest.mark.usefixtures("http")
def test_an_old_client_whose_paths_are_written_out_drives_a_job(server, root):
    interpreter, _ = python(root / ".venv" / "clients", "7.17")
    given = (json.dumps(CONFIG), lines(ticks(0, 13)).decode())
    ran = subprocess.run([interpreter, "-c", SCRIPT, server.url, *given], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    created, opening, counts, interim, advanced, closing, found, every, deleted = json.loads(ran.stdout)
    assert (created["job_id"], opening["opened"], counts["processed_record_count"]) == ("ancient", True, 13)
    assert interim["last_finalized_bucket_end"] == T600
    assert advanced["last_finalized_bucket_end"] == T600 + 600_000
    assert (closing, deleted) == ({"closed": True}, {"acknowledged": True})
    assert [bucket["event_count"] for bucket in found["buckets"]] == [5, 5, 3, 0]
    assert [job["state"] for job in every["jobs"]] == ["closed"]
