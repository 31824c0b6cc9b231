"""The `Lanes` port against plain loops over the same results, and what keeps its columns true to the documents."""

import random
from dataclasses import replace

import orjson
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from tests.store.outputs import bucket, outputs, rescorable
from unusual.analysis.control import Rescoring, Result
from unusual.analysis.subjects import named, subject, subjects_of
from unusual.jobs.lanes import Cell, Lane, Scope
from unusual.jobs.ports import Sought
from unusual.store import lanes
from unusual.store.sqlite import FILE, open_store

SPAN = 60_000
SCOPE = Scope("farequote", "record", 10 * SPAN, 90 * SPAN, 20.0)
FIELDS = {"partition_field": ("shop", "s"), "by_field": ("till", "t"), "over_field": ("shop", "s")}


def split_record(number: int, score: float, timestamp: int, **values: str) -> Result:
    document = {"record_score": score, "timestamp": timestamp}
    for role, value in values.items():
        document |= {f"{role}_name": FIELDS[role][0], f"{role}_value": value}
    body, subjects = orjson.dumps(document), subjects_of(document)
    return Result("record", timestamp, f"0:{number}", score, is_interim=False, body=body, subjects=subjects)


@pytest.fixture
def records(store, job) -> list[Result]:
    """Records of shops and tills; some shops stand for a member of a population instead."""
    noise = random.Random(5)
    made = []
    for number in range(600):
        values = {"partition_field": f"s{noise.randrange(6)}", "by_field": f"T{noise.randrange(30)}"}
        if noise.random() < 0.3:
            values = {"over_field": f"s{noise.randrange(8)}"}
        made.append(
            split_record(number, noise.choice([0.0, 100 * noise.random()]), noise.randrange(100) * SPAN, **values)
        )
    store.results.commit([(job, outputs(*made))])
    return made


def inside(result: Result) -> bool:
    return SCOPE.start_ms <= result.timestamp < SCOPE.end_ms and result.score >= max(SCOPE.least, 1e-9)


def of_field(field: str, result: Result) -> list[str]:
    return [one for one in result.subjects if named(one)[0] == field]


@pytest.mark.parametrize("field", ["shop", "till"])
@pytest.mark.parametrize(("few", "walk"), [(lanes.FEW, 0), (0, 1000), (0, 5), (0, 0)])
def test_the_subjects_with_the_highest_scores_come_first(store, records, field, few, walk, monkeypatch):
    monkeypatch.setattr(lanes, "FEW", few)
    monkeypatch.setattr(lanes, "_WALK", walk)
    monkeypatch.setattr(lanes, "_STEP", 4)
    best: dict[str, float] = {}
    for result in filter(inside, records):
        for one in of_field(field, result):
            best[one] = max(best.get(one, 0.0), result.score)
    expected = sorted((Lane(*pair) for pair in best.items()), key=lambda lane: (-lane.highest, lane.subject))
    assert [store.results.lanes.highest(SCOPE, field, most) for most in (1, 5)] == [expected[:1], expected[:5]]
    assert store.results.lanes.highest(SCOPE, field, 1000) == expected


@pytest.mark.usefixtures("records")
def test_a_subject_is_found_by_any_part_of_its_value(store):
    found = store.results.lanes.highest(SCOPE, "till", 100, "t1")
    assert {named(lane.subject)[1] for lane in found} == {"T1", *(f"T1{number}" for number in range(10))}
    assert store.results.lanes.highest(SCOPE, "till", 100, "%") == []


def test_a_cell_has_the_highest_score_of_its_subject_and_time(store, records):
    width = 7 * SPAN
    wanted = [subject("shop", "s1"), subject("shop", "s3"), subject("shop", "nobody")]
    expected: dict[tuple[str, int], float] = {}
    for result in filter(inside, records):
        for one in {*result.subjects} & {*wanted}:
            key = one, (result.timestamp - SCOPE.start_ms) // width
            expected[key] = max(expected.get(key, 0.0), result.score)
    found = store.results.lanes.cells(SCOPE, width, wanted)
    assert found == [Cell(*key, score) for key, score in sorted(expected.items())]
    assert store.results.lanes.cells(SCOPE, width, []) == []


def test_the_cells_of_all_results_are_those_with_positive_scores(store, job):
    store.results.commit(
        [(job, outputs(*(bucket(number * SPAN, score) for number, score in enumerate([5, 0, 7, 3, 9]))))]
    )
    scope = Scope("farequote", "bucket", 0, 5 * SPAN, 4.0)
    assert store.results.lanes.whole(scope, 2 * SPAN) == [Cell("", 0, 5), Cell("", 1, 7), Cell("", 2, 9)]
    assert store.results.lanes.whole(replace(scope, start_ms=SPAN, end_ms=3 * SPAN), 2 * SPAN) == [Cell("", 0, 7)]


def test_known_subjects_are_told_in_order_whatever_their_scores(store, records):
    every = sorted({one for result in records for one in of_field("till", result)})
    assert store.results.lanes.known("farequote", "record", "till", 100) == every
    assert (
        store.results.lanes.known("farequote", "record", "till", 3, "T2") == [one for one in every if "T2" in one][:3]
    )
    assert store.results.lanes.known("farequote", "bucket", "till", 100) == []


def test_results_are_found_by_all_their_subjects_at_once(store, records):
    wanted = (subject("shop", "s1"), subject("till", "T7"))
    found = store.results.first(Sought(("farequote",), "record", subjects=wanted), [("score", True)], 1000)
    expected = {result.entity for result in records if {*wanted} <= {*result.subjects}}
    assert {one.entity for one in found} == expected != set()


def test_a_result_that_is_rescored_is_still_about_the_same(store, job):
    result = rescorable("influencer", 0, 50.0, 5.0, "shop:s1")._replace(subjects=(subject("shop", "s1"),))
    store.results.commit([(job, outputs(result))])
    store.results.commit([(job, outputs(rescorings=[Rescoring("influencer", 0, SPAN, (0.0, 10.0), (0.0, 20.0))]))])
    scope = Scope("farequote", "influencer", 0, SPAN)
    assert store.results.lanes.highest(scope, "shop", 9) == [Lane(subject("shop", "s1"), 10.0)]


@pytest.mark.usefixtures("job")
def test_documents_of_clients_have_lanes_too(store):
    document = {"result_type": "record", "timestamp": 0, "record_score": 42.0, "by_field_name": "till"}
    store.results.write("farequote", "1", document | {"by_field_value": "T1"})
    found = store.results.lanes.highest(Scope("farequote", "record", 0, SPAN), "till", 9)
    assert found == [Lane(subject("till", "T1"), 42.0)]


def test_results_of_an_earlier_version_get_lanes_when_the_store_is_opened(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / FILE}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "unusual.store:migrations")
        command.upgrade(config, "0003")
        rows = [
            split_record(number, 9.0, number * SPAN, by_field=f"T{number % 2}", partition_field="s")
            for number in range(2100)
        ]
        insert = (
            "INSERT INTO results (job_id, kind, timestamp, entity, score, is_interim, body)"
            " VALUES ('a', 'record', ?, ?, ?, 0, ?)"
        )
        for row in rows:
            connection.exec_driver_sql(insert, (row.timestamp, row.entity, row.score, row.body.decode()))
    engine.dispose()
    store = open_store(tmp_path)
    everything = Scope("a", "record", 0, 3000 * SPAN)
    assert store.results.lanes.highest(everything, "till", 9) == [
        Lane(subject("till", "T0"), 9.0),
        Lane(subject("till", "T1"), 9.0),
    ]
    assert len(store.results.lanes.cells(everything, SPAN, [subject("shop", "s")])) == len(rows)
    store.close()
