"""Searches in the results of jobs find what looking at one document after the other finds."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jobs.world import world
from tests.oracles.queries import in_order, meets, values_of
from unusual.jobs import given_results
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.jobs.search.searching import count, search
from unusual.schema.searching import SearchOptions
from unusual.store.sqlite import open_store

KINDS = {
    "job_id": "keyword",
    "result_type": "keyword",
    "timestamp": "date",
    "record_score": "double",
    "anomaly_score": "double",
    "influencer_score": "double",
    "is_interim": "boolean",
    "probability": "double",
    "detector_index": "long",
    "pier": "keyword",
}
SCORE = {"record": "record_score", "bucket": "anomaly_score", "influencer": "influencer_score"}
JOBS = ("ferry", "ferry_record", "pump")
PIERS = ["north", "south", "9", "9.0", 'a "b"', "tide*", ""]
SCORES = [0, 0.5, 25, 50.5, 75, 100]
VALUES = {
    "job_id": st.sampled_from([*JOBS, "none"]),
    "result_type": st.sampled_from(["record", "bucket", "influencer", "category_definition", "odd"]),
    "timestamp": st.integers(0, 40),
    "record_score": st.sampled_from(SCORES),
    "anomaly_score": st.sampled_from(SCORES),
    "influencer_score": st.sampled_from(SCORES),
    "is_interim": st.booleans(),
    "probability": st.sampled_from([0.001, 0.5]),
    "detector_index": st.integers(0, 3),
    "pier": st.sampled_from(PIERS),
}


def document(chance: Random) -> dict:
    """A result that a client writes, of any job and kind."""
    kind = chance.choice(["record", "bucket", "influencer", "category_definition", "odd"])
    body = {"job_id": chance.choice(JOBS), "result_type": kind}
    pier = chance.choice([{}, {"pier": chance.choice(PIERS)}, {"pier": chance.choices(PIERS, k=chance.randint(0, 3))}])
    if kind == "category_definition":
        return body | pier | {"category_id": chance.randint(1, 5)}
    body |= {"timestamp": chance.randint(0, 40)} | chance.choice([{}, {"is_interim": chance.random() < 0.5}])
    body |= {SCORE[kind]: chance.choice(SCORES)} if kind in SCORE and chance.random() < 0.9 else {}
    body |= chance.choice([{}, {"probability": chance.choice([0.001, 0.5])}])
    return body | pier | chance.choice([{}, {"detector_index": chance.randint(0, 3)}])


@st.composite
def leaves(draw):
    """A condition on one field."""
    field = draw(st.sampled_from(sorted(VALUES)))
    value = VALUES[field]
    kinds = ["term", "terms", "exists", "match"]
    kinds += ["range"] if KINDS[field] in {"date", "double", "long"} else []
    kinds += ["prefix", "wildcard"] if KINDS[field] == "keyword" else []
    match draw(st.sampled_from(kinds)):
        case "terms":
            return {"terms": {field: draw(st.lists(value, min_size=1, max_size=3))}}
        case "exists":
            return {"exists": {"field": field}}
        case "range":
            bounds = draw(st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), value, min_size=1, max_size=2))
            return {"range": {field: bounds}}
        case "prefix":
            return {"prefix": {field: str(draw(value))[:2]}}
        case "wildcard":
            return {"wildcard": {field: draw(st.sampled_from(["*", "n?rth", "*r*", "?", "rec*", "a*"]))}}
        case kind:
            return {kind: {field: draw(value)}}


def joined(inner):
    some = st.lists(inner, max_size=3)
    parts = {"must": some, "filter": some, "must_not": some, "should": some}
    return st.fixed_dictionaries({}, optional=parts).flatmap(
        lambda body: (
            st.just({"bool": body})
            if not body.get("should")
            else st.integers(0, len(body["should"])).map(lambda least: {"bool": body | {"minimum_should_match": least}})
        )
    )


QUERIES = st.recursive(st.one_of(leaves(), st.just({"match_all": {}})), joined, max_leaves=8)
SORTS = st.lists(
    st.tuples(st.sampled_from(["timestamp", "record_score", "anomaly_score", "probability", "pier"]), st.booleans()),
    max_size=3,
    unique_by=lambda order: order[0],
)


@pytest.fixture(scope="module")
def ports(tmp_path_factory):
    """Ports of which results, jobs and documents are kept in a real store."""
    store = open_store(tmp_path_factory.mktemp("store"))
    for job_id in JOBS:
        store.jobs.add(StoredJob({"job_id": job_id, "results_index_name": "shared"}, State.CLOSED))
    yield replace(world(), jobs=store.jobs, results=store.results, documents=store.documents)
    store.close()


@pytest.fixture(scope="module")
def stored(ports):
    """The documents of the store, each with its id in a field of that name."""
    chance = Random(5)
    return [_keep(ports, f"id-{number}", document(chance)) for number in range(150)]


def _keep(ports, document_id, document):
    given_results.write(ports, document["job_id"], document_id, document)
    # What a writer leaves out is said for him, as it is for results of the analysis.
    finality = {"is_interim": False} if document["result_type"] in SCORE else {}
    return finality | document | {"id": document_id}


def ids(answer):
    return [hit["_id"] for hit in answer.hits]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(QUERIES, SORTS, st.integers(0, 5), st.integers(0, 8))
def test_a_page_is_that_of_a_plain_search(ports, stored, query, sort, start, size):
    found = [one for one in stored if meets(query, one, KINDS)]
    body = {"query": query, "sort": [{name: "desc" if desc else "asc"} for name, desc in sort]}
    answer = search(ports, ".ml-anomalies-*", SearchOptions.model_validate(body | {"from": start, "size": size}))
    assert (answer.total, answer.exact) == (len(found), True)
    assert count(ports, ".ml-anomalies-*", SearchOptions.model_validate(body).clause) == len(found)
    whole = search(ports, ".ml-anomalies-*", SearchOptions.model_validate(body | {"size": 200}))
    assert sorted(ids(whole)) == sorted(one["id"] for one in found)
    assert ids(answer) == ids(whole)[start : start + size]
    keys = [[_key(one, name, desc) for name, desc in sort] for one in in_order(found, sort, KINDS)]
    assert [hit.get("sort", []) for hit in whole.hits] == keys


def _key(document, name, desc):
    values = values_of(document, name, KINDS)
    return (max(values) if desc else min(values)) if values else None


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(QUERIES, SORTS.filter(len), st.integers(20, 60))
def test_pages_after_each_other_hold_every_place_in_the_order(ports, stored, query, sort, size):
    body = {"query": query, "sort": [{name: "desc" if desc else "asc"} for name, desc in sort], "size": size}
    found = [one for one in stored if meets(query, one, KINDS)]
    expected = []
    for one in in_order(found, sort, KINDS):
        place = [_key(one, name, desc) for name, desc in sort]
        expected += [] if place in expected else [place]
    seen, after = [], {}
    while hits := search(ports, ".ml-anomalies-*", SearchOptions.model_validate(body | after)).hits:
        for hit in hits:
            seen += [] if hit["sort"] in seen else [hit["sort"]]
        after = {"search_after": hits[-1]["sort"]}
    assert seen == expected
