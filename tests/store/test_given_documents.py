"""The `Results` port: documents that clients write."""

from dataclasses import replace

import pytest

from tests.store.outputs import bucket, outputs, read
from unusual.jobs.ports import Selection, StoredJob
from unusual.store.bundle import Store

pytestmark = pytest.mark.usefixtures("job")

RECORDS = Selection("record", sort="record_score", desc=True)


@pytest.mark.parametrize(
    ("kind", "field"), [("bucket", "anomaly_score"), ("record", "record_score"), ("influencer", "influencer_score")]
)
def test_a_given_document_is_read_like_one_of_the_analysis(store: Store, kind: str, field: str) -> None:
    document = {"result_type": kind, "timestamp": 60_000, field: 55.5}
    assert store.results.write("farequote", "1", document)
    matching = Selection(kind, start_ms=60_000, end_ms=60_001, least_score=55.5, exclude_interim=True)
    assert read(store, matching) == [document | {"is_interim": False}]
    assert read(store, replace(matching, least_score=55.6)) == []


def test_a_given_document_may_be_interim_until_the_analysis_supersedes_it(store: Store, job: StoredJob) -> None:
    store.results.write("farequote", "1", {"result_type": "bucket", "timestamp": 0, "is_interim": True})
    assert read(store, Selection("bucket", exclude_interim=True)) == []
    store.results.commit([(job, outputs(interim_before=1))])
    assert read(store, Selection("bucket")) == []


def test_a_second_write_of_an_id_replaces_the_first_even_elsewhere(store: Store) -> None:
    assert store.results.write("farequote", "1", {"result_type": "bucket", "timestamp": 0})
    assert not store.results.write("farequote", "1", {"result_type": "record", "timestamp": 5, "record_score": 3})
    assert read(store, Selection("bucket")) == []
    assert [each["timestamp"] for each in read(store, RECORDS)] == [5]


def test_given_documents_stand_beside_each_other_and_those_of_the_analysis(store: Store, job: StoredJob) -> None:
    store.results.commit([(job, outputs(bucket(0, 1.0)))])
    for document_id in ("1", "2"):
        assert store.results.write("farequote", document_id, {"result_type": "bucket", "timestamp": 0})
    assert store.results.read("farequote", Selection("bucket"))[0] == 3


@pytest.mark.parametrize("desc", [True, False])
def test_a_document_without_score_sorts_last_and_passes_no_threshold(store: Store, *, desc: bool) -> None:
    store.results.write("farequote", "none", {"result_type": "record", "timestamp": 0})
    store.results.write("farequote", "zero", {"result_type": "record", "timestamp": 1, "record_score": 0})
    assert [each["timestamp"] for each in read(store, replace(RECORDS, desc=desc))] == [1, 0]
    assert [each["timestamp"] for each in read(store, replace(RECORDS, least_score=0.0))] == [1]


def test_categories_have_no_time_and_no_finality(store: Store) -> None:
    categories = [{"result_type": "category_definition", "category_id": number} for number in (10, 9)]
    for document in categories:
        store.results.write("farequote", str(document["category_id"]), document)
    assert read(store, Selection("category_definition", sort="category_id", ties=())) == categories[::-1]
