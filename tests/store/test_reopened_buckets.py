"""Results of buckets that late records have opened again: new ones in the place of all that were there."""

import pytest

from tests.store.outputs import bucket, outputs, read, record, rescorable
from unusual.analysis.control import Rescoring, Result
from unusual.jobs.ports import Selection, StoredJob

MINUTE = 60_000


def plot(timestamp):
    return Result("model_plot", timestamp, "0:0", 0.0, is_interim=False, body=b"{}")


def times(store, kind, job_id="farequote"):
    return [one.get("timestamp") for one in read(store, Selection(kind), job_id)]


@pytest.fixture
def told(store, job):
    """Four buckets with a record in each."""
    results = [one for at in range(4) for one in (bucket(at * MINUTE), record("a", 50.0, at * MINUTE))]
    store.results.commit([(job, outputs(*results, bucket(4 * MINUTE, interim=True)))])
    return store


def test_only_what_was_told_anew_is_there(told, job):
    told.results.commit(
        [(job, outputs(bucket(MINUTE, revision=1), bucket(2 * MINUTE, revision=1), reopened=(60, 180)))]
    )
    assert times(told, "bucket") == [at * MINUTE for at in range(5)]
    assert times(told, "record") == [0, 3 * MINUTE]
    revisions = [one.get("revision") for one in read(told, Selection("bucket"))]
    assert revisions == [None, 1, 1, None, None]


def test_every_kind_of_result_of_a_bucket_goes_and_no_other_does(told, job):
    category = Result("category_definition", MINUTE, "1", 0.0, is_interim=False, body=b"{}")
    told.results.commit([(job, outputs(plot(MINUTE), rescorable("influencer", MINUTE, 9.0, 3.0), category))])
    told.results.write("farequote", "1", {"result_type": "bucket", "timestamp": MINUTE})
    told.results.commit([(job, outputs(reopened=(60, 300)))])
    assert [len(times(told, kind)) for kind in ("model_plot", "influencer", "record")] == [0, 0, 1]
    assert len(times(told, "category_definition")) == 1
    assert times(told, "bucket") == [0, MINUTE, 4 * MINUTE]  # a client's own, and an interim one


def test_results_of_other_jobs_stay(told, job):
    other = StoredJob({"job_id": "other"}, job.state)
    told.jobs.add(other)
    told.results.commit([(other, outputs(bucket(MINUTE)))])
    told.results.commit([(job, outputs(reopened=(0, 300)))])
    assert times(told, "bucket", "other") == [MINUTE]


def test_scores_follow_what_was_told_anew(told, job):
    curve = Rescoring("record", 0, 240_000, (0.0, 10.0), (0.0, 50.0))
    anew = rescorable("record", MINUTE, 90.0, 8.0)
    told.results.commit([(job, outputs(anew, reopened=(60, 120), rescorings=[curve]))])
    assert sorted(one["record_score"] for one in read(told, Selection("record"))) == [40.0, 50.0, 50.0, 50.0]
