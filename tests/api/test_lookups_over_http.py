"""Documents and results looked up by their ids, and results written as documents of their index."""

import json

import pytest

BUCKET = {"result_type": "bucket", "timestamp": 0, "anomaly_score": 7.0}
ALIAS = ".ml-anomalies-pump"
SHARED = ".ml-anomalies-shared"


@pytest.fixture
def pump(client, open_job):
    """A job with one bucket of its own analysis and one that a client wrote."""
    client.post(f"/_ml/anomaly_detectors/{open_job}/_data", {"stamp": 0})
    client.put(f"/{ALIAS}/_doc/mine", BUCKET | {"timestamp": 300_000})
    return open_job


@pytest.fixture
def tide(client):
    client.put("/tide/_doc/a", {"height": 3, "pier": {"name": "north", "side": "lee"}})
    yield "tide"
    client.delete("/tide")


@pytest.mark.usefixtures("pump")
@pytest.mark.parametrize("name", [ALIAS, SHARED])
def test_every_result_is_found_under_the_id_that_a_search_tells(client, name):
    hits = client.post(f"/{ALIAS}/_search", {"size": 10}).json()["hits"]["hits"]
    assert {hit["_id"] for hit in hits} == {"pump_bucket_0", "mine"}
    for hit in hits:
        told = client.get(f"/{name}/_doc/{hit['_id']}").json()
        assert told == {"_index": SHARED, "_id": hit["_id"], "found": True, "_source": hit["_source"]}


@pytest.mark.usefixtures("pump")
def test_what_is_not_there_is_told_apart_from_an_index_that_is_not(client):
    for path in (f"/{ALIAS}/_doc/pump_bucket_9", f"/{ALIAS}/_doc/other"):
        assert client.get(path).json()["found"] is False
        assert client.request("HEAD", path).status_code == client.get(path).status_code == 404
    assert client.get(f"/{ALIAS}/_source/other").json()["error"]["type"] == "resource_not_found_exception"
    assert client.get("/.ml-anomalies-none/_doc/x").json()["error"]["type"] == "index_not_found_exception"


@pytest.mark.usefixtures("tide")
def test_a_document_is_shown_by_itself_and_in_parts(client):
    assert client.request("HEAD", "/tide/_source/a").status_code == 200
    assert client.get("/tide/_source/a?_source_includes=pier.*&_source_excludes=*.side").json() == {
        "pier": {"name": "north"}
    }
    assert "_source" not in client.get("/tide/_doc/a?_source=false").json()


@pytest.mark.usefixtures("pump", "tide")
def test_several_are_looked_up_at_once_each_in_an_index_of_its_own(client):
    docs = [{"_index": "tide", "_id": "a", "_source": ["height"]}, {"_id": "mine"}, {"_index": "none", "_id": "x"}]
    first, second, third = client.post(f"/{ALIAS}/_mget", {"docs": docs}).json()["docs"]
    assert (first["_source"], second["_source"]["timestamp"]) == ({"height": 3}, 300_000)
    assert third["error"]["type"] == "index_not_found_exception"
    assert [one["found"] for one in client.post("/tide/_mget", {"ids": ["a", "b"]}).json()["docs"]] == [True, False]


@pytest.mark.parametrize("body", [{}, {"ids": ["a"]}])
def test_a_lookup_of_nothing_or_nowhere_is_refused(client, body):
    error = client.post("/_mget", body).json()["error"]
    assert error["type"] == "action_request_validation_exception"


def test_results_come_in_bulk_and_by_the_index_that_they_share(client, pump):
    lines = [
        *({"index": {"_index": ALIAS, "_id": "b"}}, BUCKET | {"timestamp": 600_000}),
        *({"create": {"_index": SHARED}}, BUCKET | {"timestamp": 900_000, "job_id": pump}),
        *({"index": {"_index": SHARED}}, BUCKET),
        *({"index": {"_index": ".ml-anomalies-nobody"}}, BUCKET),
        {"delete": {"_index": ALIAS, "_id": "b"}},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    items = client.post("/_bulk", content=text, headers={"content-type": "application/x-ndjson"}).json()["items"]
    assert [next(iter(item.values()))["status"] for item in items] == [201, 201, 400, 404, 404]
    buckets = client.get(f"/_ml/anomaly_detectors/{pump}/results/buckets").json()["buckets"]
    assert [bucket["timestamp"] for bucket in buckets] == [0, 300_000, 600_000, 900_000]
    assert client.get("/.ml-anomalies-nobody").status_code == 404


def test_the_data_counts_of_a_job_are_a_document_once_it_has_seen_data(client, open_job):
    path = f"/{ALIAS}/_doc/{open_job}_data_counts"
    assert client.get(path).status_code == 404
    client.post(f"/_ml/anomaly_detectors/{open_job}/_data", {"stamp": 0})
    assert (
        client.get(path).json()["_source"]
        == client.get(f"/_ml/anomaly_detectors/{open_job}/_stats").json()["jobs"][0]["data_counts"]
    )
