"""Annotations over HTTP: documents of an index that clients know by its aliases."""

import pytest

READ, WRITE = "/.ml-annotations-read", "/.ml-annotations-write"


def annotated(client, job_id="pump"):
    """event → what is said of a job."""
    query = {"query": {"term": {"job_id": job_id}}, "size": 100, "sort": [{"timestamp": "asc"}]}
    hits = client.post(f"{READ}/_search", query).json()["hits"]["hits"]
    return {hit["_source"]["event"]: hit["_source"] for hit in hits}


def note(client, job_id="pump", **more):
    body = {"annotation": "deployed", "job_id": job_id, "timestamp": 5000, "type": "comment", "event": "user"}
    return client.post(f"{WRITE}/_doc?refresh=wait_for", body | more).json()


def learn(client, job_id):
    client.post(f"/_ml/anomaly_detectors/{job_id}/_open")
    lines = "\n".join(f'{{"stamp": {stamp}}}' for stamp in range(0, 3000, 100))
    client.post(f"/_ml/anomaly_detectors/{job_id}/_data", content=lines)
    client.post(f"/_ml/anomaly_detectors/{job_id}/_close")


def test_the_index_is_there_and_known_by_its_aliases(client):
    for name in (READ, WRITE):
        assert client.request("HEAD", name).status_code == 200
        [(index, shown)] = client.get(name).json().items()
        assert index.startswith(".ml-annotations-")
        assert {READ[1:], WRITE[1:]} <= set(shown["aliases"])
        assert shown["mappings"]["properties"]["timestamp"] == {"type": "date"}


def test_a_user_annotation_is_kept_changed_and_removed(client, job):
    made = note(client, timestamp="1970-01-01T00:00:05Z")
    assert made["result"] == "created"
    assert made["_index"].startswith(".ml-annotations-")
    path = f"{WRITE}/_doc/{made['_id']}"
    assert annotated(client, job)["user"]["annotation"] == "deployed"
    assert client.get(path).json()["_source"]["job_id"] == job
    changed = {"annotation": "rolled back", "job_id": job, "timestamp": 5000, "event": "user"}
    assert client.put(path, changed).json()["result"] == "updated"
    assert annotated(client, job)["user"]["annotation"] == "rolled back"
    assert client.delete(path).json()["result"] == "deleted"
    assert annotated(client, job) == {}


def test_the_aliases_serve_bulk_requests_and_counts(client, job):
    lines = [
        '{"index": {"_index": ".ml-annotations-write"}}',
        '{"job_id": "pump", "event": "user", "timestamp": 1}',
        "",
    ]
    headers = {"content-type": "application/x-ndjson"}
    [item] = client.post("/_bulk", content="\n".join(lines), headers=headers).json()["items"]
    assert item["index"]["_index"].startswith(".ml-annotations-0")
    assert client.post(f"{READ}/_count", {"query": {"term": {"job_id": job}}}).json()["count"] == 1
    client.delete(f"{WRITE}/_doc/{item['index']['_id']}")


def test_annotations_are_hidden_from_searches_over_everything(client):
    made = note(client)
    hits = client.post("/_search", {"size": 1000}).json()["hits"]["hits"]
    assert made["_id"] not in {hit["_id"] for hit in hits}
    client.delete(f"{WRITE}/_doc/{made['_id']}")


def test_a_stored_snapshot_is_annotated(client, job):
    learn(client, job)
    [snapshot] = client.get(f"/_ml/anomaly_detectors/{job}/model_snapshots").json()["model_snapshots"]
    told = annotated(client, job)["model_snapshot_stored"]
    assert snapshot["snapshot_id"] in told["annotation"]
    assert told["type"] == "annotation"
    assert told["timestamp"] == told["end_timestamp"] == snapshot["timestamp"]


@pytest.mark.parametrize("act", ["delete", "reset"])
@pytest.mark.parametrize("users", ["false", "true"])
def test_user_annotations_outlive_a_job_unless_told_otherwise(client, job, act, users):
    learn(client, job)
    note(client)
    path = f"/_ml/anomaly_detectors/{job}"
    query = f"delete_user_annotations={users}"
    answer = client.delete(f"{path}?{query}") if act == "delete" else client.post(f"{path}/_reset?{query}")
    assert answer.json() == {"acknowledged": True}
    assert set(annotated(client, job)) == (set() if users == "true" else {"user"})
    client.post(f"{path}/_reset?delete_user_annotations=true")
    client.delete(f"{path}?delete_user_annotations=true")
    for hit in client.post(f"{READ}/_search", {"size": 1000}).json()["hits"]["hits"]:
        client.delete(f"{WRITE}/_doc/{hit['_id']}")


def test_an_alias_cannot_be_removed_like_an_index(client):
    answer = client.delete(READ)
    assert answer.status_code == 400
    assert "matches an alias" in answer.json()["error"]["reason"]
