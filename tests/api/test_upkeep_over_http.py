"""Filters, calendars, settings, memory, estimates and upgrade mode as clients meet them."""

import pytest

from tests.api.conftest import COUNT_JOB

PREFIXES = ("/_ml", "/_xpack/ml")
LIMIT = "xpack.ml.max_model_memory_limit"


@pytest.fixture
def tidy(client):
    """The server as if none of these had been used before."""
    yield client
    for kind, key in (("calendars", "calendar_id"), ("filters", "filter_id")):
        for found in client.get(f"/_ml/{kind}").json()[kind]:
            client.delete(f"/_ml/{kind}/{found[key]}")
    client.put("/_cluster/settings", {"persistent": {LIMIT: None}, "transient": {LIMIT: None}})
    client.post("/_ml/set_upgrade_mode?enabled=false")


def reason(response, status, kind):
    error = response.json()["error"]
    assert (response.status_code, error["type"]) == (status, kind)
    return error["reason"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_filter_lives_under_both_prefixes(tidy, prefix):
    assert tidy.put(f"{prefix}/filters/known", {"items": ["b", "a"]}).json() == {
        "filter_id": "known",
        "items": ["a", "b"],
    }
    assert tidy.post(f"{prefix}/filters/known/_update", {"add_items": "c"}).json()["items"] == ["a", "b", "c"]
    for other in PREFIXES:
        assert tidy.get(f"{other}/filters?size=5").json()["filters"][0]["items"] == ["a", "b", "c"]
    assert tidy.delete(f"{prefix}/filters/known").json() == {"acknowledged": True}


def test_filters_are_refused_in_the_words_clients_expect(tidy):
    tidy.put("/_ml/filters/known", {"items": []})
    taken = reason(tidy.put("/_ml/filters/known", {"items": []}), 400, "resource_already_exists_exception")
    assert taken == "A filter with id [known] already exists"
    assert reason(tidy.get("/_ml/filters/other"), 404, "resource_not_found_exception")
    reason(tidy.request("PUT", "/_ml/filters/other"), 400, "parse_exception")
    unknown = reason(tidy.post("/_ml/filters/known/_update", {"itms": []}), 400, "x_content_parse_exception")
    assert unknown.startswith("[1:1] [filter_update] unknown field [itms]")
    negative = reason(tidy.get("/_ml/filters?from=-1"), 400, "illegal_argument_exception")
    assert negative == "Parameter [from] cannot be < 0"


def test_a_filter_in_use_is_a_conflict(tidy):
    rules = [{"scope": {"harbour": {"filter_id": "known"}}}]
    detector = {"function": "count", "by_field_name": "harbour", "custom_rules": rules}
    tidy.put("/_ml/anomaly_detectors/pump", COUNT_JOB | {"analysis_config": {"detectors": [detector]}})
    tidy.put("/_ml/filters/known", {"items": []})
    told = reason(tidy.delete("/_ml/filters/known"), 409, "status_exception")
    assert told == "Cannot delete filter [known] currently used by jobs [pump]"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_calendar_lives_under_both_prefixes(tidy, prefix):
    assert tidy.request("PUT", f"{prefix}/calendars/year").json() == {"calendar_id": "year", "job_ids": []}
    assert tidy.request("PUT", f"{prefix}/calendars/year/jobs/pump,valve").json()["job_ids"] == ["pump", "valve"]
    assert tidy.delete(f"{prefix}/calendars/year/jobs/pump").json()["job_ids"] == ["valve"]
    event = {"description": "dock", "start_time": 1000, "end_time": "1970-01-02"}
    assert len(tidy.post(f"{prefix}/calendars/year/events", {"events": [event]}).json()["events"]) == 1
    listed = tidy.post("/_ml/calendars", {"page": {"from": 0, "size": 1}}).json()
    assert listed == {"count": 1, "calendars": [{"calendar_id": "year", "job_ids": ["valve"]}]}
    [found] = tidy.get(f"{prefix}/calendars/_all/events?job_id=valve&start=0").json()["events"]
    assert (found["start_time"], found["end_time"]) == (1000, 86_400_000)
    assert tidy.delete(f"{prefix}/calendars/year/events/{found['event_id']}").json() == {"acknowledged": True}
    assert tidy.delete(f"{prefix}/calendars/year").json() == {"acknowledged": True}


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], "At least 1 event is required"),
        ([{"start_time": 1, "end_time": 2}], "Field [description] cannot be null"),
        ([{"description": "d", "end_time": 2}], "Field [start_time] cannot be null"),
        ([{"description": "d", "start_time": 1, "end_time": None}], "Field [end_time] cannot be null"),
        (
            [{"description": "d", "start_time": 2, "end_time": 2}],
            "Event start time [2] must come before end time [2]",
        ),
        (
            [{"description": "d", "start_time": 1, "end_time": 2, "calendar_id": "other"}],
            "Inconsistent calendar_id; 'other' specified in the body differs from 'year' specified as a URL argument",
        ),
    ],
)
def test_events_are_checked_before_their_calendar_is_looked_for(tidy, events, told):
    response = tidy.post("/_ml/calendars/year/events", {"events": events})
    assert response.status_code == 400
    assert response.json()["error"]["root_cause"][0]["reason"] == told
    assert tidy.post("/_ml/calendars/year/events", {}).status_code == 400


def test_events_of_an_unknown_calendar_are_not_found(tidy):
    event = {"description": "d", "start_time": 1, "end_time": 2}
    for response in (
        tidy.post("/_ml/calendars/year/events", {"events": [event]}),
        tidy.get("/_ml/calendars/year/events"),
        tidy.delete("/_ml/calendars/year/events/some"),
        tidy.delete("/_ml/calendars/year"),
        tidy.get("/_ml/calendars/year"),
    ):
        assert reason(response, 404, "resource_not_found_exception") == "No calendar with id [year]"


def test_a_limit_of_the_server_is_shown_and_kept_to(tidy):
    told = tidy.put("/_cluster/settings", {"persistent": {LIMIT: "512mb"}}).json()
    nested = {"xpack": {"ml": {"max_model_memory_limit": "512mb"}}}
    assert told == {"acknowledged": True, "persistent": nested, "transient": {}}
    assert tidy.get("/_cluster/settings").json() == {"persistent": nested, "transient": {}}
    flat = tidy.get("/_cluster/settings?flat_settings=true&include_defaults=true").json()
    assert flat == {"persistent": {LIMIT: "512mb"}, "transient": {}, "defaults": {LIMIT: "0b"}}
    info = tidy.get("/_ml/info").json()
    assert info["limits"]["max_model_memory_limit"] == "512mb"
    assert info["defaults"]["anomaly_detectors"]["model_memory_limit"] == "512mb"
    wanted = COUNT_JOB | {"analysis_limits": {"model_memory_limit": "1gb"}}
    refused = tidy.put("/_ml/anomaly_detectors/pump", wanted)
    assert "must be less than the value of the xpack.ml.max_model_memory_limit setting [512mb]" in refused.text
    tidy.put("/_cluster/settings", {"persistent": {LIMIT: None}})
    assert "max_model_memory_limit" not in tidy.get("/_ml/info").json()["limits"]


@pytest.mark.parametrize("nodes", ["", "/node-1", "/ml:true"])
def test_memory_stats_are_told_for_the_nodes_meant(tidy, nodes):
    stats = tidy.get(f"/_ml/memory{nodes}/_stats?human&timeout=5s&master_timeout=5s").json()
    assert stats["_nodes"] == {"total": 1, "successful": 1, "failed": 0}
    assert stats["nodes"]["node-1"]["mem"]["total"] == "4gb"
    assert "total" not in tidy.get("/_ml/memory/_stats").json()["nodes"]["node-1"]["mem"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_upgrade_mode_is_a_switch(tidy, open_job, prefix):
    for _ in range(2):
        switched = tidy.post(f"{prefix}/set_upgrade_mode?enabled=true&timeout=30s")
        assert switched.json() == {"acknowledged": True}
    assert tidy.get(f"{prefix}/info").json()["upgrade_mode"] is True
    refused = tidy.post(f"/_ml/anomaly_detectors/{open_job}/_open")
    assert reason(refused, 429, "status_exception").startswith("Cannot perform cluster:admin/xpack/ml/job/open action")
    [stats] = tidy.get("/_ml/anomaly_detectors/_stats").json()["jobs"]
    assert stats["state"] == "opened"
    assert stats["assignment_explanation"] == "persistent task cannot be assigned while upgrade mode is enabled."
    tidy.post(f"{prefix}/set_upgrade_mode")
    [stats] = tidy.get("/_ml/anomaly_detectors/_stats").json()["jobs"]
    assert (stats["state"], stats["assignment_explanation"]) == ("opened", "")


def test_expired_data_goes_on_request(tidy, job):
    tidy.post(f"/_ml/anomaly_detectors/{job}/_update", {"results_retention_days": 1})
    for day in range(4):
        bucket = {"result_type": "bucket", "timestamp": day * 86_400_000}
        tidy.put(f"/.ml-anomalies-{job}/_doc/{day}", bucket)
    body = {"timeout": "45m", "requests_per_second": 2500.5}
    assert tidy.request("DELETE", "/_ml/_delete_expired_data", json=body).json() == {"deleted": True}
    assert tidy.get(f"/_ml/anomaly_detectors/{job}/results/buckets").json()["count"] == 2
    assert tidy.delete(f"/_xpack/ml/_delete_expired_data/{job}?timeout=3m").json() == {"deleted": True}
    unknown = tidy.delete("/_ml/_delete_expired_data/nobody")
    assert reason(unknown, 404, "resource_not_found_exception") == "No known job with id 'nobody'"


def test_memory_is_estimated_and_what_lacks_is_named(tidy):
    path = "/_ml/anomaly_detectors/_estimate_model_memory"
    analysis = {"bucket_span": "15m", "detectors": [{"function": "count", "by_field_name": "valve"}]}
    body = {"analysis_config": analysis, "overall_cardinality": {"valve": 30}}
    told = tidy.post(path, body).json()
    assert told["model_memory_estimate"] == "11mb"
    assert 0 < told["expected_model_bytes"] < 11 << 20
    lacking = reason(tidy.post(path, {"analysis_config": analysis}), 400, "illegal_argument_exception")
    assert lacking == "[Overall] cardinality estimate required for [by_field_name] [valve] but not supplied"
    assert tidy.post(path, {}).status_code == 400
    reason(tidy.post(path), 400, "parse_exception")
    reason(tidy.post(path, body | {"colour": 1}), 400, "x_content_parse_exception")


def test_a_job_larger_than_the_server_is_refused_or_waits_if_it_may_be_lazy(tidy):
    total = int(tidy.get("/_ml/info").json()["limits"]["total_ml_memory"].removesuffix("mb"))
    jobs, giant = "/_ml/anomaly_detectors", {"analysis_limits": {"model_memory_limit": f"{total + 1}mb"}}
    tidy.put(f"{jobs}/giant", COUNT_JOB | giant)
    wanted = "Could not open job because no ML nodes with sufficient capacity were found"
    assert reason(tidy.post(f"{jobs}/giant/_open"), 429, "status_exception") == wanted
    assert tidy.get(f"{jobs}/giant/_stats").json()["jobs"][0]["state"] == "closed"
    tidy.post(f"{jobs}/giant/_update", {"allow_lazy_open": True})
    assert tidy.post(f"{jobs}/giant/_open").json() == {"opened": True, "node": ""}
    [stats] = tidy.get(f"{jobs}/giant/_stats").json()["jobs"]
    assert (stats["state"], "node" in stats, "open_time" in stats) == ("opening", False, False)
    assert f"of [{total // 1024}gb] are free" in stats["assignment_explanation"]
    assert tidy.post(f"{jobs}/giant/_flush").status_code == 409
    assert tidy.post(f"{jobs}/giant/_close").json() == {"closed": True}
