"""Searches in results over HTTP: envelopes, aggregations, errors."""

import json

import pytest

HOUR_MS = 3_600_000
RECORDS = [("north", 90.0, 0), ("south", 40.0, 0), ("north", 10.0, 1), ("east", 75.5, 3)]


@pytest.fixture
def results(client):
    """A job with four records and a bucket, made by a client."""
    config = {"bucket_span": "1h", "detectors": [{"function": "count"}]}
    body = {"analysis_config": config, "data_description": {"time_field": "at"}}
    client.put("/_ml/anomaly_detectors/ferry", body)
    for number, (pier, score, hour) in enumerate(RECORDS):
        record = {"result_type": "record", "timestamp": hour * HOUR_MS, "record_score": score, "pier": [pier]}
        record["influencers"] = [{"influencer_field_name": "pier", "influencer_field_values": [pier]}]
        client.put(f"/.ml-anomalies-ferry/_doc/r{number}", record)
    client.put("/.ml-anomalies-ferry/_doc/b", {"result_type": "bucket", "timestamp": 0, "anomaly_score": 90.0})
    yield ".ml-anomalies-*"
    client.delete("/_ml/anomaly_detectors/ferry")


def search(client, **body):
    return client.post("/.ml-anomalies-*/_search", body).json()


def ids(answer):
    return [hit["_id"] for hit in answer["hits"]["hits"]]


RECORD = {"term": {"result_type": "record"}}
HIGHEST = [{"record_score": {"order": "desc"}}]


@pytest.mark.usefixtures("results")
def test_the_answer_has_the_envelope_of_a_search(client) -> None:
    answer = search(client, query=RECORD, sort=HIGHEST, size=1, _source=["record_score"])
    hit = {"_index": ".ml-anomalies-shared", "_id": "r0", "_score": None, "_source": {"record_score": 90.0}}
    assert answer == {
        "took": 0,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "failed": 0, "skipped": 0},
        "hits": {"total": {"value": 4, "relation": "eq"}, "max_score": None, "hits": [hit | {"sort": [90.0]}]},
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("result_type:record AND record_score:>=75", ["r0", "r3"]),
        ("result_type:record AND NOT pier:north", ["r1", "r3"]),
        ("pier:(east OR south)", ["r1", "r3"]),
        ("+pier:n* -record_score:[50 TO *]", ["r2"]),
        ('job_id:"ferry" AND timestamp:[* TO 0]', ["b", "r0", "r1"]),
        ("_exists_:anomaly_score", ["b"]),
    ],
)
@pytest.mark.usefixtures("results")
def test_a_query_string_finds(client, query: str, found) -> None:
    assert sorted(ids(search(client, query={"query_string": {"query": query}}))) == found


@pytest.mark.usefixtures("results")
def test_objects_in_a_list_meet_a_nested_query_one_by_one(client) -> None:
    inner = {"bool": {"must": [{"match": {"influencers.influencer_field_values": "south"}}]}}
    assert ids(search(client, query={"nested": {"path": "influencers", "query": inner}})) == ["r1"]


@pytest.mark.parametrize(
    "index", [".ml-anomalies-ferry", ".ml-anomalies-shared", ".ml-anomalies-.write-ferry", ".ml-anom*"]
)
@pytest.mark.usefixtures("results")
def test_results_are_counted_under_each_of_their_names(client, index: str) -> None:
    assert client.get(f"/{index}/_count").json()["count"] == 5


@pytest.mark.usefixtures("results")
def test_results_are_hidden_from_all_and_unknown_names_are_refused(client) -> None:
    assert client.get("/_count").json()["count"] == 0
    assert client.get("/.ml-anomalies-none/_search").status_code == 404
    assert client.get("/.ml-anomalies-none/_search?ignore_unavailable=true").json()["hits"]["hits"] == []


@pytest.mark.usefixtures("results")
def test_a_histogram_shows_the_highest_records_of_each_stretch(client) -> None:
    top = {"top_hits": {"sort": HIGHEST, "size": 1, "_source": {"includes": ["pier"]}}}
    critical = {"filter": {"range": {"record_score": {"gte": 75}}}, "aggs": {"top": top}}
    inner = {"highest": {"max": {"field": "record_score"}}, "critical": critical}
    histogram = {"date_histogram": {"field": "timestamp", "fixed_interval": "1h"}, "aggs": inner}
    answer = search(client, size=0, query=RECORD, aggs={"slots": histogram})
    buckets = answer["aggregations"]["slots"]["buckets"]
    assert [(one["key"], one["doc_count"], one["highest"]["value"]) for one in buckets] == [
        (0, 2, 90.0),
        (HOUR_MS, 1, 10.0),
        (2 * HOUR_MS, 0, None),
        (3 * HOUR_MS, 1, 75.5),
    ]
    assert buckets[1]["key_as_string"] == "1970-01-01T01:00:00.000Z"
    tops = [one["critical"]["top"]["hits"]["hits"] for one in buckets]
    assert [[hit["_source"] for hit in hits] for hits in tops] == [[{"pier": ["north"]}], [], [], [{"pier": ["east"]}]]


@pytest.mark.usefixtures("results")
def test_values_are_grouped_in_the_order_of_a_metric(client) -> None:
    metrics = {"m": {"max": {"field": "record_score"}}, "s": {"stats": {"field": "record_score"}}}
    terms = {"terms": {"field": "pier", "size": 2, "order": {"m": "asc"}}, "aggs": metrics}
    told = search(client, size=0, aggs={"piers": terms, "kinds": {"cardinality": {"field": "pier"}}})["aggregations"]
    assert [(one["key"], one["doc_count"], one["m"]["value"]) for one in told["piers"]["buckets"]] == [
        ("south", 1, 40.0),
        ("east", 1, 75.5),
    ]
    assert told["piers"]["sum_other_doc_count"] == 2
    assert told["kinds"] == {"value": 3}
    assert told["piers"]["buckets"][0]["s"] == {"count": 1, "min": 40.0, "max": 40.0, "avg": 40.0, "sum": 40.0}


@pytest.mark.usefixtures("results")
def test_pages_of_a_composite_follow_each_other(client) -> None:
    sources = [{"slot": {"date_histogram": {"field": "timestamp", "fixed_interval": "1h"}}}]
    composite = {"size": 1, "sources": [*sources, {"pier": {"terms": {"field": "pier"}}}]}
    seen, after = [], {}
    while True:
        told = search(client, size=0, query=RECORD, aggs={"c": {"composite": composite | after}})["aggregations"]["c"]
        if not told["buckets"]:
            break
        seen += [(one["key"]["slot"], one["key"]["pier"], one["doc_count"]) for one in told["buckets"]]
        after = {"after": told["after_key"]}
    assert seen == [(0, "north", 1), (0, "south", 1), (HOUR_MS, "north", 1), (3 * HOUR_MS, "east", 1)]


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        ({"query": {"guess": {}}}, "parsing_exception", "unknown query [guess]"),
        ({"aggs": {"a": {"guess": {}}}}, "parsing_exception", "Unknown aggregation type [guess]"),
        ({"query": {"query_string": {"query": "a:("}}}, "parsing_exception", "Failed to parse query [a:(]"),
        ({"guess": 1}, "x_content_parse_exception", "[1:1] [search] unknown field [guess]"),
    ],
)
@pytest.mark.usefixtures("results")
def test_what_is_not_understood_is_refused(client, body, kind: str, reason: str) -> None:
    answer = search(client, **body)
    assert answer["status"] == 400
    assert (answer["error"]["type"], answer["error"]["reason"]) == (kind, reason)


@pytest.mark.usefixtures("results")
def test_several_searches_are_answered_each_by_itself(client) -> None:
    lines = [{"index": ".ml-anomalies-ferry"}, {"size": 0}, {"index": "none"}, {}, {}, {"query": {"guess": {}}}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    ndjson = {"content-type": "application/x-ndjson"}
    responses = client.post("/_msearch", content=text, headers=ndjson).json()["responses"]
    assert [one["status"] for one in responses] == [200, 404, 400]
    assert responses[0]["hits"]["total"]["value"] == 5


@pytest.mark.usefixtures("results")
def test_totals_are_counted_as_far_as_is_asked(client) -> None:
    assert search(client, query=RECORD, track_total_hits=2)["hits"]["total"] == {"value": 2, "relation": "gte"}
    assert "total" not in search(client, query=RECORD, track_total_hits=False)["hits"]
    assert client.get("/.ml-anomalies-*/_search?rest_total_hits_as_int=true").json()["hits"]["total"] == 5


@pytest.mark.usefixtures("results")
def test_fields_of_results_are_told(client) -> None:
    told = client.get("/.ml-anomalies-*/_mapping").json()[".ml-anomalies-shared"]["mappings"]["properties"]
    assert told["timestamp"] == {"type": "date"}
    caps = client.get("/.ml-anomalies-*/_field_caps?fields=record_score,time*").json()
    assert caps["fields"]["record_score"]["double"]["aggregatable"]
    assert set(caps["fields"]) == {"record_score", "timestamp"}
