"""Datafeeds over HTTP."""

import pytest

JOB = {
    "analysis_config": {
        "bucket_span": "1h",
        "detectors": [{"function": "sum", "field_name": "riders", "by_field_name": "pier"}],
    },
    "data_description": {"time_field": "at"},
}
MAPPINGS = {"properties": {"at": {"type": "date"}, "pier": {"type": "keyword"}, "riders": {"type": "integer"}}}
T0_MS = 1_609_459_200_000


@pytest.fixture
def deck(client) -> str:
    """An index of four sailings and a job that adds up their riders."""
    client.put("/deck", {"mappings": MAPPINGS})
    for minute, pier, riders in ((100, "north", 9), (0, "north", 10), (20, "north", 5), (60, "south", 7)):
        document = {"at": T0_MS + minute * 60_000, "pier": pier, "riders": riders, "spare": 1}
        client.post("/deck/_doc", document)
    client.put("/_ml/anomaly_detectors/riders", JOB)
    yield "deck"
    client.delete("/deck")


def feed(client, **more):
    return client.put("/_ml/datafeeds/ferry", {"job_id": "riders", "indices": ["deck"], **more})


def reason(answer) -> str:
    return answer.json()["error"]["reason"]


@pytest.mark.usefixtures("deck")
def test_a_datafeed_is_made_shown_changed_and_removed(client) -> None:
    made = feed(client).json()
    assert client.get("/_ml/datafeeds/fer*").json() == {"count": 1, "datafeeds": [made]}
    assert client.get("/_ml/anomaly_detectors/riders").json()["jobs"][0]["datafeed_config"] == made
    changed = client.post("/_ml/datafeeds/ferry/_update?ignore_unavailable=true", {"scroll_size": 7}).json()
    assert changed["scroll_size"] == 7
    assert changed["indices_options"]["ignore_unavailable"]
    given = client.get("/_ml/datafeeds?exclude_generated=true").json()["datafeeds"][0]
    assert set(given) == {"datafeed_id", "job_id", "indices", "scroll_size", "indices_options"}
    assert client.delete("/_ml/datafeeds/ferry").json() == {"acknowledged": True}
    assert reason(client.get("/_ml/datafeeds/ferry")) == "No datafeed with id [ferry] exists"


@pytest.mark.usefixtures("deck")
def test_a_job_has_one_datafeed_and_an_id_one_meaning(client) -> None:
    feed(client)
    second = client.put("/_ml/datafeeds/other", {"job_id": "riders", "indices": ["deck"]})
    assert (second.status_code, reason(second)) == (409, "A datafeed [ferry] already exists for job [riders]")
    client.put("/_ml/anomaly_detectors/second", JOB)
    same = client.put("/_ml/datafeeds/ferry", {"job_id": "second", "indices": ["deck"]})
    assert (same.status_code, reason(same)) == (400, "A datafeed with id [ferry] already exists")
    nobody = client.put("/_ml/datafeeds/other", {"job_id": "nobody", "indices": ["deck"]})
    assert (nobody.status_code, reason(nobody)) == (404, "No known job with id 'nobody'")


@pytest.mark.usefixtures("deck")
def test_a_job_is_made_with_its_datafeed_or_not_at_all(client) -> None:
    path = "/_ml/anomaly_detectors/both"
    made = client.put(path, JOB | {"datafeed_config": {"indices": ["deck"], "datafeed_id": "inner"}}).json()
    assert made["datafeed_config"]["datafeed_id"] == "inner"
    assert client.delete(path).json() == {"acknowledged": True}
    assert client.get("/_ml/datafeeds/inner").status_code == 404
    for config in ({"indices": []}, {"indices": ["deck"], "job_id": "other"}, {"indices": ["a"], "query": {"x": {}}}):
        assert client.put(path, JOB | {"datafeed_config": config}).status_code == 400
        assert client.get(path).status_code == 404


@pytest.mark.usefixtures("deck")
@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"scroll_size": 2}, 2),
        ({"scroll_size": 0}, 4),
        ({"chunking_config": {"mode": "off"}, "scroll_size": 3}, 3),
        ({"chunking_config": {"mode": "manual", "time_span": "30m"}}, 2),
    ],
)
def test_a_preview_is_one_page_or_one_chunk_at_most(client, more, count) -> None:
    feed(client, **more)
    assert len(client.get("/_ml/datafeeds/ferry/_preview").json()) == count


@pytest.mark.usefixtures("deck")
def test_a_preview_refuses_what_it_does_not_know(client) -> None:
    answer = client.post("/_ml/datafeeds/_preview", {"datafeed_confg": {}})
    assert answer.json()["error"]["type"] == "x_content_parse_exception"
    assert reason(answer) == "[1:1] [preview_datafeed_action] unknown field [datafeed_confg]"


@pytest.mark.usefixtures("deck")
def test_a_preview_shows_the_analysed_fields_in_time_order(client) -> None:
    feed(client)
    shown = client.get("/_ml/datafeeds/ferry/_preview").json()
    assert shown[0] == {"at": T0_MS, "pier": "north", "riders": 10}
    assert [record["riders"] for record in shown] == [10, 5, 7, 9]
    later = client.get(f"/_ml/datafeeds/ferry/_preview?start={T0_MS + 1}&end=2021-01-01T01:00:00Z").json()
    assert [record["riders"] for record in later] == [5]


@pytest.mark.usefixtures("deck")
def test_a_preview_of_summaries(client) -> None:
    aggregations = {
        "slots": {
            "date_histogram": {"field": "at", "fixed_interval": "1h"},
            "aggs": {
                "at": {"max": {"field": "at"}},
                "pier": {"terms": {"field": "pier"}, "aggs": {"riders": {"sum": {"field": "riders"}}}},
            },
        }
    }
    job = JOB | {"analysis_config": JOB["analysis_config"] | {"summary_count_field_name": "doc_count"}}
    body = {"job_config": job, "datafeed_config": {"indices": ["deck"], "aggregations": aggregations}}
    assert client.post("/_ml/datafeeds/_preview", body).json() == [
        {"at": T0_MS + 1_200_000, "pier": "north", "riders": 15, "doc_count": 2},
        {"at": T0_MS + 6_000_000, "pier": "north", "riders": 9, "doc_count": 1},
        {"at": T0_MS + 6_000_000, "pier": "south", "riders": 7, "doc_count": 1},
    ]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/_ml/datafeeds/ferry/_preview", {"job_config": JOB}, 400),
        ("/_ml/datafeeds/_preview", {"job_config": JOB}, 400),
        ("/_ml/datafeeds/_preview", {"guess": {}}, 400),
        ("/_ml/datafeeds/_preview", None, 400),
        ("/_ml/datafeeds/_preview", {"datafeed_config": {"indices": ["deck"]}}, 400),
        ("/_ml/datafeeds/_preview", {"datafeed_config": {"indices": ["deck"], "job_id": "riders"}}, 200),
        ("/_ml/datafeeds/_preview", {"datafeed_config": {"indices": ["gone"], "job_id": "riders"}}, 404),
        ("/_ml/datafeeds/_preview", {"datafeed_config": {"indices": ["deck"], "job_id": "nobody"}}, 404),
        ("/_ml/datafeeds/nobody/_preview", None, 404),
    ],
)
@pytest.mark.usefixtures("deck")
def test_what_is_previewed_must_be_clear(client, path: str, body, status: int) -> None:
    feed(client)
    assert client.post(path, body).status_code == status


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("start=dawn", 400, "Query param [start] with value [dawn]"),
        ("start=5&end=5", 400, "start [5] must be earlier than end [5]"),
        ("start=0", 409, "cannot start datafeed [ferry] because job [riders] is closed"),
        ("begin=0", 400, "unrecognized parameter: [begin]"),
    ],
)
@pytest.mark.usefixtures("deck")
def test_a_start_is_checked(client, query: str, status: int, words: str) -> None:
    feed(client)
    answer = client.post(f"/_ml/datafeeds/ferry/_start?{query}")
    assert answer.status_code == status
    assert words in reason(answer)


@pytest.mark.usefixtures("deck")
def test_a_datafeed_runs_until_it_is_stopped(client) -> None:
    feed(client)
    client.post("/_ml/anomaly_detectors/riders/_open")
    assert client.post("/_ml/datafeeds/ferry/_start", {"start": "2021-01-01"}).json()["started"]
    stats = client.get("/_ml/datafeeds/_stats").json()["datafeeds"][0]
    assert (stats["state"], stats["node"]["id"]) == ("started", "node-1")
    assert client.delete("/_ml/datafeeds/ferry").status_code == 409
    assert client.post("/_ml/datafeeds/_stop").json() == {"stopped": True}
    assert client.post("/_ml/datafeeds/ferry/_stop", {"close_job": True, "timeout": "5s"}).json() == {"stopped": True}
    assert client.get("/_ml/datafeeds/ferry/_stats").json()["datafeeds"][0]["state"] == "stopped"
    assert client.get("/_ml/anomaly_detectors/riders/_stats").json()["jobs"][0]["state"] == "closed"


def test_patterns_may_match_nothing_unless_told(client) -> None:
    assert client.get("/_ml/datafeeds/none-*").json() == {"count": 0, "datafeeds": []}
    assert client.get("/_ml/datafeeds/none-*/_stats?allow_no_datafeeds=false").status_code == 404
    assert client.post("/_ml/datafeeds/none-*/_stop?allow_no_match=false").status_code == 404
    assert client.post("/_ml/datafeeds/nobody/_stop").status_code == 404
