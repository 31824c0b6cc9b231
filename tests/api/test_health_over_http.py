"""The health of the server and of its jobs over HTTP, and messages found by a search."""

import pytest


class NoWorkers:
    """A pool in which nobody is left."""

    def standing(self):
        return 0, 2


def test_a_server_that_works_is_known_by_its_status(client):
    answer = client.get("/_health")
    assert answer.status_code == 200
    assert answer.json()["status"] in {"green", "yellow"}
    assert answer.json()["components"].keys() == {"store", "workers", "jobs"}


def test_a_server_that_cannot_do_its_work_is_taken_out_of_service(client, monkeypatch):
    parts = client._app.state.parts
    monkeypatch.setattr(parts.health, "_fresh_s", -1.0)
    monkeypatch.setattr(parts.ports.workers.__class__, "standing", NoWorkers.standing)
    answer = client.get("/_health")
    assert (answer.status_code, answer.json()["components"]["workers"]["alive"]) == (503, 0)


@pytest.mark.parametrize("prefix", ["/_ml", "/_xpack/ml"])
def test_the_health_of_jobs_names_what_is_wrong(client, open_job, prefix):
    [found] = client.get(f"{prefix}/anomaly_detectors/{open_job}/_health").json()["jobs"]
    assert found == {"job_id": open_job, "state": "opened", "status": "green", "issues": []}
    assert client.get(f"{prefix}/anomaly_detectors/_health").json()["count"] == 1
    assert client.get(f"{prefix}/anomaly_detectors/nobody/_health").status_code == 404


def test_messages_are_searched_like_any_documents(client, open_job):
    client.post(f"/_ml/anomaly_detectors/{open_job}/_update", {"description": "new"})
    query = {"bool": {"filter": [{"term": {"job_id": open_job}}, {"term": {"level": "info"}}]}}
    body = {"query": query, "size": 1000, "sort": [{"timestamp": "desc"}]}
    found = client.post("/.ml-notifications*/_search", body).json()["hits"]["hits"]
    assert {"Job created", "Job opened", "Job updated: [description]"} <= {hit["_source"]["message"] for hit in found}
    assert found[0]["_index"].startswith(".ml-notifications-")
    assert client.post("/.ml-notifications*/_search", {"query": {"match": {"message": "updated"}}}).json()["hits"][
        "hits"
    ]
