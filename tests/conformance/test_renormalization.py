"""Scores that follow what comes later, as the official client reads them; the score first given stays."""

import random

import pytest
from elasticsearch import Elasticsearch

from tests.conformance.speaking import T0

pytestmark = pytest.mark.filterwarnings("ignore:Posting data directly")

SPAN = 300
HOSTS = [f"h{number}" for number in range(6)]
SPIKES = {(300 + 60 * number, host): 500.0 * 3.0**number for number, host in enumerate(HOSTS)}  # one for each
FIRST_MS = (T0 + 300 * SPAN) * 1000
WHEN = {"start": str(FIRST_MS), "end": str(FIRST_MS + 1)}
KINDS = {
    "buckets": ("anomaly_score", lambda ml, job: ml.get_buckets(job_id=job, timestamp=str(FIRST_MS))),
    "records": ("record_score", lambda ml, job: ml.get_records(job_id=job, **WHEN)),
    "influencers": (
        "influencer_score",
        lambda ml, job: ml.get_influencers(job_id=job, **WHEN),
    ),
}


def records(first, until):
    chance = random.Random(first)
    return [
        {"time": T0 + at * SPAN, "host": host, "load": chance.gauss(50.0, 5.0) + SPIKES.get((at, host), 0.0)}
        for at in range(first, until)
        for host in HOSTS
    ]


@pytest.fixture(scope="module")
def ml(server):
    with Elasticsearch(server.url, request_timeout=120) as client:
        yield client.ml


def first_score(name):
    return lambda document: document[f"initial_{name}"]


def watched(ml, job, **settings):
    """What is said of the first spike when it is newest, and after others; the job is closed in between."""
    ml.put_job(
        job_id=job,
        analysis_config={
            "bucket_span": "5m",
            "detectors": [{"function": "mean", "field_name": "load", "by_field_name": "host"}],
            "influencers": ["host"],
        },
        data_description={"time_field": "time", "time_format": "epoch"},
        **settings,
    )
    seen = []
    for first, until in ((0, 310), (310, 700)):
        ml.open_job(job_id=job)
        ml.post_data(job_id=job, data=records(first, until))
        ml.close_job(job_id=job)
        seen.append({kind: max(read(ml, job)[kind], key=first_score(name)) for kind, (name, read) in KINDS.items()})
    return seen


@pytest.fixture(scope="module")
def told(ml):
    return watched(ml, "elder")


@pytest.mark.parametrize("kind", KINDS)
def test_a_score_falls_when_larger_anomalies_follow_elsewhere(told, kind):
    name, (before, after) = KINDS[kind][0], [seen[kind] for seen in told]
    assert before[name] == pytest.approx(before[f"initial_{name}"], abs=1.0)
    assert after[f"initial_{name}"] == before[f"initial_{name}"] > 75.0
    assert after[name] < before[name] - 5.0


def test_filters_and_overall_buckets_go_by_the_current_score(ml, told):
    current = told[1]["buckets"]["anomaly_score"]
    for least, expected in ((current - 0.5, 1), (current + 0.5, 0)):
        found = ml.get_buckets(job_id="elder", anomaly_score=least, **WHEN)
        assert found["count"] == expected
    (overall,) = ml.get_overall_buckets(job_id="elder", start=str(FIRST_MS), end=str(FIRST_MS + SPAN * 1000))[
        "overall_buckets"
    ]
    assert overall["overall_score"] == current


def test_a_window_of_no_days_keeps_every_score_until_it_is_changed(ml):
    for seen in watched(ml, "holly", renormalization_window_days=0):
        for kind, (name, _) in KINDS.items():
            assert seen[kind][name] == seen[kind][f"initial_{name}"]
    assert ml.update_job(job_id="holly", renormalization_window_days=30)["renormalization_window_days"] == 30
