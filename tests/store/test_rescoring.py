"""Scores of stored results that follow what became known later."""

import pytest

from tests.store.outputs import bucket, outputs, read, record, rescorable
from unusual.analysis.control import Rescoring, Result
from unusual.analysis.rescoring import SCORES
from unusual.jobs.ports import Selection

MINUTE = 60_000
LOWER = (0.0, 10.0), (0.0, 50.0)  # five points for each decade


def rescoring(kind, start_ms=0, end_ms=10 * MINUTE, curve=LOWER):
    return Rescoring(kind, start_ms, end_ms, *curve)


@pytest.mark.parametrize("kind", SCORES)
def test_the_score_changes_in_the_document_and_wherever_it_is_searched_by(store, job, kind):
    name = SCORES[kind]
    store.results.commit([(job, outputs(rescorable(kind, 0, 90.0, 8.0), rescorable(kind, MINUTE, 95.0, 9.0)))])
    store.results.commit([(job, outputs(rescorings=[rescoring(kind)]))])
    found = read(store, Selection(kind, sort=name, desc=True))
    assert [(one[name], one[f"initial_{name}"]) for one in found] == [(45.0, 95.0), (40.0, 90.0)]
    assert [one[name] for one in read(store, Selection(kind, least_score=45.0))] == [45.0]
    assert read(store, Selection(kind, least_score=46.0)) == []


def test_results_of_the_same_piece_of_work_are_rescored_as_well_and_the_last_word_counts(store, job):
    later = rescoring("record", start_ms=MINUTE, curve=((0.0, 10.0), (0.0, 20.0)))
    results = [rescorable("record", at * MINUTE, 90.0, 8.0) for at in range(2)]
    store.results.commit([(job, outputs(*results, rescorings=[rescoring("record"), later]))])
    assert [one["record_score"] for one in read(store, Selection("record"))] == [40.0, 16.0]


def test_only_results_of_that_job_kind_and_time_change(store, job):
    records = [rescorable("record", at * MINUTE, 90.0, 8.0) for at in range(4)]
    store.results.commit([(job, outputs(*records, rescorable("influencer", MINUTE, 90.0, 8.0)))])
    store.results.commit([(job, outputs(rescorings=[rescoring("record", MINUTE, 3 * MINUTE)]))])
    assert [one["record_score"] for one in read(store, Selection("record"))] == [90.0, 40.0, 40.0, 90.0]
    assert [one["influencer_score"] for one in read(store, Selection("influencer"))] == [90.0]


def test_interim_results_and_documents_given_by_clients_stay(store, job):
    store.results.commit([(job, outputs(bucket(0, 90.0, interim=True), record("a", 90.0)))])
    store.results.write("farequote", "1", {"result_type": "record", "timestamp": 0, "record_score": 80.0})
    store.results.commit([(job, outputs(rescorings=[rescoring(kind) for kind in SCORES]))])
    assert [one["anomaly_score"] for one in read(store, Selection("bucket"))] == [90.0]
    assert sorted(one["record_score"] for one in read(store, Selection("record"))) == [80.0, 90.0]


def test_influencers_inside_of_a_bucket_follow_their_own_kind(store, job):
    parts = [
        {"influencer_field_name": name, "initial_anomaly_score": 90.0, "anomaly_score": 90.0, "raw_anomaly_score": 8.0}
        for name in ("bucket_time", "host")
    ]
    store.results.commit([(job, outputs(rescorable("bucket", 0, 90.0, 8.0, bucket_influencers=parts)))])

    def scores():
        (found,) = read(store, Selection("bucket"))
        return [found["anomaly_score"], *(part["anomaly_score"] for part in found["bucket_influencers"])]

    store.results.commit([(job, outputs(rescorings=[rescoring("influencer")]))])
    assert scores() == [90.0, 90.0, 40.0]
    store.results.commit([(job, outputs(rescorings=[rescoring("bucket")]))])
    assert scores() == [40.0, 40.0, 40.0]


def test_a_result_whose_score_fell_to_nothing_can_rise_again(store, job):
    store.results.commit([(job, outputs(rescorable("record", 0, 90.0, 8.0)))])
    nothing = rescoring("record", curve=((0.0, 10.0), (0.0, 0.0)))
    store.results.commit([(job, outputs(rescorings=[nothing]))])
    assert [one["record_score"] for one in read(store, Selection("record"))] == [0.0]
    store.results.commit([(job, outputs(rescorings=[rescoring("record")]))])
    assert [one["record_score"] for one in read(store, Selection("record"))] == [40.0]


def test_if_rescoring_fails_nothing_of_the_piece_of_work_is_kept(store, job):
    broken = Result("record", 0, "", 1.0, is_interim=False, body=b"{", surprise=8.0)
    with pytest.raises(ValueError, match="unexpected"):
        store.results.commit([(job, outputs(broken, rescorings=[rescoring("record")]))])
    assert read(store, Selection("record")) == []
