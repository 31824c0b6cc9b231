"""What holds for every route: one registration under both prefixes, one error shape, headers, media types."""

import re

import pytest

from tests.api.conftest import COUNT_JOB
from unusual.api.calls import calls_of
from unusual.app import create_app

ROUTES = [
    (route.method, re.sub(r"\{\w+\}", "some", re.sub(r"\{(timestamp|category_id)\}", "1", route.path)))
    for call in calls_of(create_app(lambda: None))
    for route in (*call.routes, *call.older)
]
LEARNING = [(method, path) for method, path in ROUTES if path.startswith(("/_ml", "/_xpack"))]


def is_envelope(answer) -> bool:
    error = answer["error"]
    facts = {"type", "reason"}
    return (
        answer.keys() == {"error", "status"}
        and facts | {"root_cause"} <= error.keys() <= facts | {"root_cause", "caused_by"}
        and [cause.keys() for cause in error["root_cause"]] == [facts]
    )


def test_every_route_of_jobs_exists_under_both_prefixes():
    current = {(method, path.removeprefix("/_ml")) for method, path in LEARNING if path.startswith("/_ml")}
    older = {(method, path.removeprefix("/_xpack/ml")) for method, path in LEARNING if path.startswith("/_xpack")}
    assert current == older
    assert len(current) > 25


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[0] != "HEAD"])
def test_every_route_refuses_what_it_does_not_know_in_one_shape(client, method, path):
    response = client.request(method, path, params={"colour": "red", "taste": "sour", "pretty": ""})
    answer = response.json()
    assert response.status_code == answer["status"] == 400
    assert is_envelope(answer)
    reason = f"request [{path}] contains unrecognized parameters: [colour], [taste]"
    assert answer["error"]["root_cause"] == [{"type": "illegal_argument_exception", "reason": reason}]
    assert response.headers["x-elastic-product"] == "Elasticsearch"
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("method", "path"), [route for route in LEARNING if "/anomaly_detectors/some/" in route[1]])
def test_every_route_of_a_job_tells_in_one_shape_that_it_is_unknown(client, method, path):
    body = {"json": {}} if path.endswith("_update") else {}
    response = client.request(method, path, **body)
    told = response.json()
    assert is_envelope(told)
    assert told["status"] == response.status_code
    assert response.status_code == (
        409 if method == "POST" and path.endswith(("_data", "_flush", "_forecast")) else 404
    )
    assert "some" in told["error"]["reason"]


def test_a_job_made_under_one_prefix_is_seen_under_the_other(client):
    client.put("/_xpack/ml/anomaly_detectors/pump", COUNT_JOB)
    assert client.get("/_ml/anomaly_detectors/pump").json()["count"] == 1


def test_an_unknown_route_is_named_with_its_query(client):
    response = client.post("/_ml/nonsense?a=1")
    assert response.status_code == 400
    assert response.json() == {"error": "no handler found for uri [/_ml/nonsense?a=1] and method [POST]"}
    assert response.headers["x-elastic-product"] == "Elasticsearch"


def test_a_wrong_method_is_told_all_right_ones(client):
    response = client.post("/_ml/anomaly_detectors/pump", {})
    assert response.status_code == response.json()["status"] == 405
    assert response.headers["allow"] == "DELETE,GET,PUT"


def test_a_slash_at_the_end_changes_nothing(client):
    assert client.get("/_ml/anomaly_detectors/").json() == {"count": 0, "jobs": []}


def test_a_close_name_is_proposed(client):
    reason = client.get("/_ml/anomaly_detectors?allow_no_mtch=true").json()["error"]["reason"]
    assert reason.endswith("unrecognized parameter: [allow_no_mtch] -> did you mean [allow_no_match]?")


def test_a_flag_is_true_false_or_empty(client):
    assert client.get("/_ml/anomaly_detectors?exclude_generated").status_code == 200
    answer = client.get("/_ml/anomaly_detectors?exclude_generated=maybe").json()
    assert answer["error"]["type"] == "illegal_argument_exception"
    assert answer["error"]["reason"] == "Failed to parse value [maybe] as only [true] or [false] are allowed."


def test_with_a_body_only_the_body_is_read(client, job):
    path = f"/_ml/anomaly_detectors/{job}/results/buckets"
    assert client.get(f"{path}?from=-1").status_code == 400
    assert client.post(f"{path}?from=-1", {"page": {"from": 0}}).status_code == 200


@pytest.mark.parametrize("call", ["_update", "_open", "_close", "results/buckets"])
def test_a_body_may_repeat_the_id_of_the_url_but_not_name_another(client, job, call):
    path = f"/_ml/anomaly_detectors/{job}/{call}"
    assert client.post(path, {"job_id": job}).status_code == 200
    answer = client.post(path, {"job_id": "other"})
    assert answer.status_code == 400
    told = f"Inconsistent job_id; 'other' specified in the body differs from '{job}' specified as a URL argument"
    assert answer.json()["error"]["reason"] == told


def test_a_body_may_come_as_the_parameter_source(client, job):
    path = f"/_ml/anomaly_detectors/{job}/results/buckets"
    source = {"source": '{"page": {"from": -1}}', "source_content_type": "application/json"}
    assert client.get(path, params=source).status_code == 400


def test_a_missing_body_is_a_parse_exception(client):
    answer = client.request("PUT", "/_ml/anomaly_detectors/pump").json()
    assert answer["error"]["root_cause"] == [{"type": "parse_exception", "reason": "request body is required"}]


@pytest.mark.parametrize("text", ["{", "nonsense", '{"a": 1} {"b": 2}', "\xff"])
def test_broken_json_tells_its_place(client, text):
    answer = client.request("PUT", "/_ml/anomaly_detectors/pump", content=text.encode("latin-1")).json()
    assert answer["error"]["type"] == "x_content_parse_exception"
    assert re.match(r"\[1:\d+\] ", answer["error"]["reason"])


@pytest.mark.parametrize("version", [8, 9])
def test_the_versioned_media_type_is_taken_and_given(client, version):
    media = f"application/vnd.elasticsearch+json; compatible-with={version}"
    headers = {"accept": media, "content-type": media}
    response = client.put("/_ml/anomaly_detectors/pump", COUNT_JOB, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == media.replace("; ", ";")


def test_other_media_types_are_refused(client):
    response = client.request("PUT", "/_ml/anomaly_detectors/pump", content=b"{}", headers={"content-type": "text/csv"})
    assert response.status_code == 406
    assert response.json() == {"error": "Content-Type header [text/csv] is not supported", "status": 406}


def test_an_error_nobody_foresaw_is_told_without_its_text(client):
    class Broken:
        """A store whose file has gone."""

        def all(self):
            raise RuntimeError("the password is swordfish")

    with client.ports(jobs=Broken()):
        response = client.get("/_ml/anomaly_detectors")
    assert response.status_code == 500
    assert is_envelope(response.json())
    assert "swordfish" not in response.text
    assert response.headers["x-elastic-product"] == "Elasticsearch"
