"""Results written by a client, read in every way."""

import pytest

from tests.api.conftest import COUNT_JOB

JOBS = "/_ml/anomaly_detectors"
HOUR = 3_600_000


def write(client, job, key, **document):
    response = client.put(f"/.ml-anomalies-{job}/_doc/{key}?refresh=true", document)
    assert response.status_code in {200, 201}
    return response.json()["result"]


@pytest.fixture
def results(client, job) -> str:
    """Where the results of a job are read that has four buckets, three records, an influencer and two categories."""
    for hour, score in enumerate([10, 70, 0, 40]):
        influencers = [{"influencer_field_name": "bucket_time"}] if score > 50 else []
        document = {"anomaly_score": score, "bucket_influencers": influencers, "is_interim": hour == 3}
        write(client, job, f"b{hour}", result_type="bucket", timestamp=hour * HOUR, bucket_span=300, **document)
    for number, score in enumerate([20, 90, 60]):
        write(
            client,
            job,
            f"r{number}",
            result_type="record",
            timestamp=HOUR,
            record_score=score,
            by_field_value="ab"[number % 2],
        )
    write(client, job, "i", result_type="influencer", timestamp="1970-01-01T01:00:00Z", influencer_score=5)
    for number, partition in ((2, "x"), (1, "y")):
        write(client, job, f"c{number}", category_id=number, partition_field_value=partition)
    write(client, job, "c4", category_id=4, partition_field_value="y", merged_into=1, examples=['"merged_into":'])
    return f"{JOBS}/{job}/results"


def scores(client, path, key, field, **more):
    answer = client.get(path, **more).json()
    return answer["count"], [document[field] for document in answer[key]]


def test_buckets_are_sorted_filtered_and_paged(client, results):
    def buckets(**params):
        return scores(client, f"{results}/buckets", "buckets", "anomaly_score", params=params)

    assert buckets() == (4, [10, 70, 0, 40])
    assert buckets(sort="anomaly_score", desc="") == (4, [70, 40, 10, 0])
    assert buckets(anomaly_score=40) == (2, [70, 40])
    assert buckets(exclude_interim="true") == (3, [10, 70, 0])
    assert buckets(start=HOUR, end="1970-01-01T03:00:00Z") == (2, [70, 0])
    assert buckets(**{"from": 1, "size": 2}) == (4, [70, 0])
    assert buckets(size=0) == (4, [])


def test_one_bucket_is_asked_for_by_its_start(client, results):
    assert scores(client, f"{results}/buckets/{HOUR}", "buckets", "anomaly_score") == (1, [70])
    assert client.post(f"{results}/buckets", {"timestamp": str(HOUR)}).json()["count"] == 1
    missing = client.get(f"{results}/buckets/17").json()
    assert missing["error"]["reason"] == "Could not find requested buckets"
    assert "incompatible with" in client.get(f"{results}/buckets/{HOUR}?size=3").json()["error"]["reason"]


def test_expanded_buckets_carry_their_records_where_something_influenced_them(client, results):
    buckets = client.get(f"{results}/buckets?expand=true").json()["buckets"]
    assert [[record["record_score"] for record in bucket.get("records", ())] for bucket in buckets] == [
        [], [90, 60, 20], [], [],
    ]  # fmt: skip
    assert ["records" in bucket for bucket in buckets] == [False, True, False, False]


def test_records_come_highest_first(client, results):
    assert scores(client, f"{results}/records", "records", "record_score") == (3, [90, 60, 20])
    assert scores(client, f"{results}/records?desc=false", "records", "record_score") == (3, [20, 60, 90])
    assert scores(client, f"{results}/records?record_score=60", "records", "record_score") == (2, [90, 60])
    assert client.get(f"{results}/records").json()["records"][0]["is_interim"] is False


def test_influencers_have_times_in_milliseconds(client, results):
    assert scores(client, f"{results}/influencers", "influencers", "timestamp") == (1, [HOUR])
    assert client.get(f"{results}/influencers?influencer_score=6").json() == {"count": 0, "influencers": []}


def test_categories_come_by_number(client, results):
    def categories(path):
        return scores(client, f"{results}/categories{path}", "categories", "category_id")

    assert categories("") == (2, [1, 2])
    assert categories("/2") == (1, [2])
    assert categories("/3") == (0, [])
    assert categories("/4") == (1, [4])  # what others have taken the place of is found by its number only
    assert categories("?from=1&size=1") == (2, [2])
    assert categories("?partition_field_value=y") == (1, [1])
    assert client.get(f"{results}/categories/2?size=1").status_code == 400
    assert client.get(f"{results}/categories/two").status_code == 400


@pytest.mark.usefixtures("results")
def test_overall_buckets_draw_jobs_together(client):
    client.put(f"{JOBS}/valve", COUNT_JOB)
    write(client, "valve", "b", result_type="bucket", timestamp=HOUR, anomaly_score=30, bucket_span=300)
    path = f"{JOBS}/pump,valve/results/overall_buckets"
    assert scores(client, f"{path}?top_n=2&overall_score=40", "overall_buckets", "overall_score") == (2, [50, 40])
    assert client.get(f"{path}?bucket_span=1m").status_code == 400
    assert client.get(f"{JOBS}/no*/results/overall_buckets").json() == {"count": 0, "overall_buckets": []}


def test_a_document_is_replaced_by_one_of_its_id(client, job):
    assert write(client, job, "b", result_type="bucket", timestamp=0, anomaly_score=1) == "created"
    assert write(client, f".write-{job}", "b", result_type="bucket", timestamp=0, anomaly_score=2) == "updated"
    path = f"{JOBS}/{job}/results/buckets"
    assert scores(client, path, "buckets", "anomaly_score") == (1, [2])


def test_a_document_without_an_id_gets_one(client, job):
    path = f"/.ml-anomalies-{job}/_doc"
    document = {"result_type": "influencer", "timestamp": 0, "influencer_score": 1}
    assert client.post(path, document).json()["_id"] != client.post(path, document).json()["_id"]
    assert client.get(f"{JOBS}/{job}/results/influencers").json()["count"] == 2


def test_a_snapshot_is_written_and_described_anew(client, job):
    for text, result in (("winter", "created"), ("summer", "updated")):
        assert write(client, job, "s", snapshot_id="s", timestamp="2021-02-01", description=text) == result
    (snapshot,) = client.get(f"{JOBS}/{job}/model_snapshots").json()["model_snapshots"]
    assert snapshot["description"] == "summer"
    assert snapshot["timestamp"] == 1_612_137_600_000
    assert snapshot["retain"] is False


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"result_type": "bucket"},
        {"result_type": 5},
        {"result_type": "bucket", "timestamp": "soon"},
        {"result_type": "record", "timestamp": 0, "record_score": "high"},
        {"snapshot_id": 5, "timestamp": 0},
        {"category_id": "first"},
    ],
)
def test_a_document_that_readers_could_not_understand_is_refused(client, job, document):
    assert client.put(f"/.ml-anomalies-{job}/_doc/x", document).status_code == 400


def test_a_document_of_an_unknown_job_is_refused(client):
    assert client.put("/.ml-anomalies-nobody/_doc/x", {"result_type": "unknown"}).status_code == 404
