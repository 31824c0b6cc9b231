"""Searches in indices of documents find what looking at each document finds, whatever is kept of their times."""

from dataclasses import replace
from random import Random

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.jobs.world import world
from tests.oracles.queries import in_order, meets, values_of
from unusual.jobs.indexing import Many, Write, append, write
from unusual.jobs.indices import create, describe, find
from unusual.jobs.search import holdings
from unusual.jobs.search.searching import count, search
from unusual.schema.searching import SearchOptions
from unusual.store.sqlite import open_store

KINDS = {"at": "date", "seen": "date", "bytes": "long", "pier": "keyword"}
PROPERTIES = {name: {"type": kind} for name, kind in KINDS.items()}
BOUNDS = st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), st.integers(-2, 42), max_size=2)
RANGES = st.builds(lambda field, bounds: {"range": {field: bounds}}, st.sampled_from(["at", "seen"]), BOUNDS)
OTHERS = st.sampled_from(
    [{"match_all": {}}, {"term": {"pier": "north"}}, {"range": {"bytes": {"gte": 50}}}, {"exists": {"field": "seen"}}]
)
QUERIES = st.builds(
    lambda parts, never: {"bool": {"filter": parts, "must_not": never}},
    st.lists(st.one_of(RANGES, OTHERS), max_size=3),
    st.lists(RANGES, max_size=1),
)
SORTS = st.sampled_from([["at"], ["seen"], ["at", "bytes"], ["at", "-bytes"], ["-at"], ["bytes"], []])
COUNTED = st.sampled_from([True, False, 10_000])


def documents(*, several: bool) -> list[dict]:
    chance = Random(4)

    def times():
        return [[chance.randrange(40) for _ in range(chance.choice([1, 2] if several else [1]))], []][
            chance.random() < 0.1
        ]

    return [
        {"at": times(), "bytes": chance.randrange(90), "pier": chance.choice(["north", "south"]), "name": f"d{number}"}
        | ({"seen": chance.randrange(40)} if chance.random() < 0.7 else {})
        for number in range(120)
    ]


@pytest.fixture(scope="module", params=["single", "several", "old"])
def ferry(request, tmp_path_factory):
    """Ports over a real store, and the documents that are in its index, in the order in which they came.

    single, several  whether documents hold more than one moment
    old              the index was made by a version that did not note which
    """
    store = open_store(tmp_path_factory.mktemp("store"))
    ports = replace(world(), documents=store.documents)
    create(ports, "ferry", {"mappings": {"properties": PROPERTIES}})
    if request.param == "old":
        (index,) = find(ports, "ferry")
        definition = {name: part for name, part in index.definition.items() if name != "timed"}
        store.documents.put(replace(index, definition=definition))
    made = documents(several=request.param != "single")
    for together, alone in ((made[:50], made[50:70]), (made[70:110], made[110:])):
        if append(ports, "ferry", Many([orjson.dumps(one) for one in together], together)) is None:
            write(ports, "ferry", [Write(one["name"], one) for one in together])
        write(ports, "ferry", [Write(one["name"], one) for one in alone])
    write(ports, "ferry", [Write("d55", None), Write("d57", made[57])])
    kept = [one for one in made if one["name"] not in {"d55", "d57"}]
    yield ports, [*kept, made[57]]
    store.close()


def asked(query, sort, **more):
    orders = [{name.removeprefix("-"): "desc" if name[0] == "-" else "asc"} for name in sort]
    return {"query": query, "sort": orders} | more


def names(answer):
    return [hit["_source"]["name"] for hit in answer.hits]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(QUERIES, SORTS, COUNTED, st.integers(0, 9), st.integers(0, 30))
def test_a_page_is_that_of_a_plain_search(ferry, query, sort, counted, start, size):
    ports, stored = ferry
    found = [one for one in stored if meets(query, one, KINDS)]
    body = asked(query, sort, size=size, track_total_hits=counted) | {"from": start}
    answer = search(ports, "ferry", SearchOptions.model_validate(body))
    assert answer.total == (None if counted is False else len(found))
    assert count(ports, "ferry", SearchOptions.model_validate({"query": query}).clause) == len(found)
    pairs = [(name.removeprefix("-"), name[0] == "-") for name in sort]
    # Ties go on in the direction of the first field.
    expected = in_order(found[::-1] if pairs and pairs[0][1] else found, pairs, KINDS)
    assert names(answer) == [one["name"] for one in expected][start : start + size]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(QUERIES, SORTS.filter(len), st.integers(5, 40), st.integers(1, 60))
def test_pages_at_a_point_in_time_hold_every_document_once(ferry, query, sort, size, least):
    ports, stored = ferry
    body, seen = asked(query, sort, size=size, track_total_hits=False), []
    holdings._LEAST, known = least, holdings._LEAST
    while hits := search(ports, "ferry", SearchOptions.model_validate(body).placed()).hits:
        seen += [hit["_source"]["name"] for hit in hits]
        body["search_after"] = hits[-1]["sort"]
    holdings._LEAST = known
    assert sorted(seen) == sorted(one["name"] for one in stored if meets(query, one, KINDS))
    first = (sort[0].removeprefix("-"), sort[0][0] == "-")
    assert [place(stored, name, *first) for name in seen] == [
        place(stored, one["name"], *first)
        for one in in_order([one for one in stored if one["name"] in seen], [first], KINDS)
    ]


def place(stored, name, field, desc):
    values = values_of(next(one for one in stored if one["name"] == name), field, KINDS)
    return (max(values) if desc else min(values)) if values else None


def test_only_fields_whose_moments_are_all_kept_are_trusted():
    ports = world()
    create(ports, "log", {"mappings": {"properties": {"at": {"type": "date"}}}})
    write(ports, "log", [Write("1", {"at": 5, "new": "2021-01-01"})])
    assert find(ports, "log")[0].timed == {"at", "new"}
    describe(ports, "log", {"properties": {"late": {"type": "date"}}})
    write(ports, "log", [Write("2", {"at": [5, 6]})])
    assert find(ports, "log")[0].timed == {"new"}
    describe(ports, "log", {"properties": {"new": {"type": "date", "format": "yyyy"}}})
    assert find(ports, "log")[0].timed == set()
    create(ports, "empty", None)
    describe(ports, "empty", {"properties": {"late": {"type": "date"}}})
    assert find(ports, "empty")[0].timed == {"late"}
