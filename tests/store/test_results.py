"""The `Results` port: what is committed, and what is read back in which order."""

from dataclasses import replace
from itertools import cycle, islice

import orjson
import pytest

from tests.store.outputs import bucket, outputs, read, record
from unusual.analysis.control import Result
from unusual.errors import NoSuchJob
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Page, Selection, StoredJob
from unusual.store.bundle import Store

BUCKETS = Selection("bucket")
RECORDS = Selection("record", sort="record_score", desc=True, ties=("over_field_value", "function"))


def times(store: Store, selection: Selection = BUCKETS) -> list[int]:
    return [each["timestamp"] for each in read(store, selection)]


def names(store: Store, selection: Selection) -> list[str]:
    return [each["name"] for each in read(store, selection)]


def test_a_body_comes_back_byte_for_byte(store: Store, job: StoredJob) -> None:
    body = '{"timestamp":60000, "x":"ü\\u2028"}'.encode()
    store.results.commit([(job, outputs(Result("bucket", 60_000, "", 1.5, is_interim=False, body=body)))])
    assert store.results.read("farequote", BUCKETS) == (1, [body])


@pytest.mark.parametrize("amount", [0, 1, 7, 8, 583, 1_111])
def test_any_amount_of_results_is_kept_whole(store: Store, job: StoredJob, amount: int) -> None:
    store.results.commit([(job, outputs(*(bucket(time) for time in range(amount))))])
    assert times(store, replace(BUCKETS, page=Page(0, 2_000))) == [*range(amount)]


def test_a_result_of_the_same_kind_time_and_entity_is_replaced(store: Store, job: StoredJob) -> None:
    store.results.commit([(job, outputs(bucket(0, 5, interim=True), record("a", 5), record("b", 5)))])
    store.results.commit([(job, outputs(bucket(0, 70), record("a", 80)))])
    assert [(each["anomaly_score"], each["is_interim"]) for each in read(store, BUCKETS)] == [(70, False)]
    assert [(each["name"], each["record_score"]) for each in read(store, RECORDS)] == [("a", 80), ("b", 5)]
    assert times(store, replace(BUCKETS, least_score=70.0, exclude_interim=True)) == [0]


def test_superseded_interim_results_go_and_final_ones_stay(store: Store, job: StoredJob) -> None:
    old = [bucket(0), *(bucket(time, interim=True) for time in (60_000, 119_999, 120_000))]
    store.results.commit([(job, outputs(*old))])
    store.results.commit([(job, outputs(bucket(180_000), interim_before=120))])
    assert times(store) == [0, 120_000, 180_000]


def test_interim_results_of_a_flush_replace_all_earlier_ones(store: Store, job: StoredJob) -> None:
    store.results.commit([(job, outputs(bucket(0), bucket(60_000, interim=True), bucket(120_000, interim=True)))])
    store.results.commit([(job, outputs(bucket(120_000, 9, interim=True), replaces_interim=True))])
    assert [(each["timestamp"], each["anomaly_score"]) for each in read(store, BUCKETS)] == [(0, 0), (120_000, 9)]


def test_a_commit_keeps_the_stats_and_nothing_else_of_the_job(store: Store, job: StoredJob) -> None:
    moved = replace(job, state=State.OPENED, config={"job_id": "farequote", "description": "changed"})
    store.jobs.put(moved)
    store.results.commit([(replace(job, stats={"finalized_end": 60}), outputs())])
    assert store.jobs.get("farequote") == replace(moved, stats={"finalized_end": 60})


def test_a_deleted_job_gets_no_results(store: Store) -> None:
    gone = StoredJob({"job_id": "gone"}, State.OPENED)
    with pytest.raises(NoSuchJob):
        store.results.commit([(gone, outputs(bucket(0)))])
    with pytest.raises(NoSuchJob):
        store.results.write("gone", "1", {"result_type": "bucket", "timestamp": 0})
    store.jobs.add(gone)
    assert store.results.read("gone", BUCKETS) == (0, [])


def test_a_commit_that_fails_leaves_nothing(store: Store, job: StoredJob) -> None:
    store.results.commit([(job, outputs(bucket(0, interim=True)))])
    broken = Result("bucket", 60_000, "", 0.0, is_interim=False, body=b"\xff")
    with pytest.raises(UnicodeDecodeError):
        store.results.commit(
            [(replace(job, stats={"x": 1}), outputs(*map(bucket, range(600)), broken, replaces_interim=True))]
        )
    assert times(store) == [0]
    assert store.jobs.get("farequote").stats == {}


def test_results_are_chosen_by_time_score_and_finality(store: Store, job: StoredJob) -> None:
    all_buckets = [bucket(0), bucket(1, 50.0), bucket(2, 49.9), bucket(3, 90, interim=True)]
    store.results.commit([(job, outputs(*all_buckets, record("a", 99, timestamp=1)))])
    assert times(store, replace(BUCKETS, start_ms=1, end_ms=3)) == [1, 2]
    assert times(store, replace(BUCKETS, timestamps_ms=(2,))) == [2]
    assert times(store, replace(BUCKETS, least_score=50.0)) == [1, 3]
    assert times(store, replace(BUCKETS, least_score=0.0)) == [0, 1, 2, 3]
    assert times(store, replace(BUCKETS, exclude_interim=True)) == [0, 1, 2]
    assert times(store, replace(BUCKETS, exclude_interim=True, least_score=50.0)) == [1]
    assert store.results.read("other", BUCKETS) == (0, [])


def test_the_count_is_that_of_all_matches_and_pages_join(store: Store, job: StoredJob) -> None:
    store.results.commit([(job, outputs(*(bucket(time) for time in range(25))))])
    pages = [store.results.read("farequote", replace(BUCKETS, page=Page(start, 10))) for start in (0, 10, 20, 30)]
    assert [count for count, _ in pages] == [25] * 4
    assert [orjson.loads(body)["timestamp"] for _, bodies in pages for body in bodies] == [*range(25)]
    assert store.results.read("farequote", replace(BUCKETS, page=Page(0, 0))) == (25, [])


def test_records_come_by_score_then_by_ties_in_the_same_direction(store: Store, job: StoredJob) -> None:
    store.results.commit(
        [
            (
                job,
                outputs(
                    record("a", 10, over_field_value="x", function="mean"),
                    record("b", 10, over_field_value="y", function="mean"),
                    record("c", 10, over_field_value="y", function="sum"),
                    record("d", 10),
                    record("e", 20),
                ),
            )
        ]
    )
    assert names(store, RECORDS) == ["e", "c", "b", "a", "d"]
    assert names(store, replace(RECORDS, desc=False)) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("size", [1, 3, 4, 7, 100])
@pytest.mark.parametrize("desc", [True, False])
def test_sorting_by_score_agrees_with_plain_sorting(store: Store, job: StoredJob, size: int, *, desc: bool) -> None:
    scores = [*islice(cycle([1.0, 0.0, 2.5, 0.0, 1.0]), 12)]
    store.results.commit([(job, outputs(*(bucket(time, score) for time, score in enumerate(scores))))])
    expected = sorted(((score, time) for time, score in enumerate(scores)), reverse=desc)
    sort = replace(BUCKETS, sort="anomaly_score", desc=desc)
    for start in range(0, 12, size):
        found = read(store, replace(sort, page=Page(start, size)))
        assert [(each["anomaly_score"], each["timestamp"]) for each in found] == expected[start : start + size]


@pytest.mark.parametrize(
    ("fields", "ascending"),
    [
        pytest.param([{"x": 10}, {"x": 9.5}, {"x": -1}], [2, 1, 0], id="numbers by value"),
        pytest.param([{"x": "b"}, {"x": "B"}, {"x": "a"}], [1, 2, 0], id="words"),
        pytest.param([{"x": True}, {"x": False}], [1, 0], id="flags"),
        pytest.param([{"x": [10.0]}, {"x": [9.0]}, {"x": 9.5}], [1, 2, 0], id="lists of one"),
        pytest.param([{"a.b": 2}, {"a": {"b": 3}}, {"a.b": 1}], [2, 0, 1], id="dotted"),
        pytest.param([{'q"': 2}, {'q"': 1}], [0, 1], id="a name no path can hold counts as absent"),
    ],
)
def test_any_field_sorts(store: Store, job: StoredJob, fields: list[dict[str, object]], ascending: list[int]) -> None:
    store.results.commit([(job, outputs(*(bucket(time, **each) for time, each in enumerate(fields))))])
    field = "a.b" if "a" in fields[1] else next(iter(fields[0]))
    assert times(store, replace(BUCKETS, sort=field)) == ascending
    assert times(store, replace(BUCKETS, sort=field, desc=True)) == ascending[::-1]


def test_a_list_sorts_by_its_least_or_greatest_value(store: Store, job: StoredJob) -> None:
    store.results.commit([(job, outputs(bucket(0, x=[1, 9]), bucket(1, x=[2, 3]), bucket(2, x=[])))])
    assert times(store, replace(BUCKETS, sort="x")) == [0, 1, 2]
    assert times(store, replace(BUCKETS, sort="x", desc=True)) == [0, 1, 2]


@pytest.mark.parametrize("desc", [True, False])
def test_absent_and_null_fields_come_last_in_both_directions(store: Store, job: StoredJob, *, desc: bool) -> None:
    store.results.commit([(job, outputs(bucket(0), bucket(1, x=5), bucket(2, x=None), bucket(3, x=5)))])
    found = times(store, replace(BUCKETS, sort="x", desc=desc))
    assert found == ([3, 1, 2, 0] if desc else [1, 3, 0, 2])


def test_clear_removes_the_results_of_one_job(store: Store, job: StoredJob) -> None:
    other = StoredJob({"job_id": "other"}, State.OPENED)
    store.jobs.add(other)
    for each in (job, other):
        store.results.commit([(each, outputs(*(bucket(time) for time in range(4_001)), record("a", 5)))])
    [*store.results.clear("farequote")]
    assert store.results.read("farequote", BUCKETS)[0] == store.results.read("farequote", RECORDS)[0] == 0
    assert store.results.read("other", BUCKETS)[0] == 4_001
    assert store.jobs.get("farequote") == job


def test_clear_after_a_time_keeps_what_is_not_later(store: Store, job: StoredJob) -> None:
    later = [record(f"r{number}", 5, timestamp=2_000) for number in range(4_100)]
    store.results.commit(
        [(job, outputs(bucket(0), bucket(1_000), bucket(1_001), record("a", 5, timestamp=1_000), *later))]
    )
    [*store.results.clear("farequote", after_ms=1_000)]
    assert times(store) == [0, 1_000]
    assert names(store, RECORDS) == ["a"]


def test_added_results_replace_their_like_and_leave_the_stats_alone(store: Store, job: StoredJob) -> None:
    store.results.commit([(replace(job, stats={"seen": 1}), outputs(bucket(0, interim=True)))])
    store.results.add("farequote", [bucket(0), bucket(60_000)])
    assert times(store) == [0, 60_000]
    assert [each["is_interim"] for each in read(store, BUCKETS)] == [False, False]
    assert store.jobs.get("farequote").stats == {"seen": 1}
    with pytest.raises(NoSuchJob):
        store.results.add("nobody", [bucket(0)])


def test_results_are_removed_by_kind_and_the_value_of_a_field(store: Store, job: StoredJob) -> None:
    store.results.commit([(job, outputs(bucket(0), record("a", 5), record("b", 5)))])
    [*store.results.remove("farequote", "record", "name", "a")]
    [*store.results.remove("farequote", "bucket", "name", "b")]
    [*store.results.remove("nobody", "record", "name", "b")]
    assert names(store, RECORDS) == ["b"]
    assert times(store) == [0]


def test_what_several_jobs_commit_at_once_is_as_if_each_had_by_itself(store: Store) -> None:
    jobs = [StoredJob({"job_id": name}, State.OPENED) for name in "abc"]
    for job in jobs:
        store.jobs.add(job)
        store.results.commit([(job, outputs(bucket(0, interim=True), bucket(60_000, interim=True), record("a", 5)))])
    told = [outputs(bucket(0), interim_before=60), outputs(bucket(120_000)), outputs(replaces_interim=True)]
    moved = [replace(job, stats={"finalized_end": place}) for place, job in enumerate(jobs)]
    store.results.commit(list(zip(moved, told, strict=True)))
    assert [store.jobs.get(name).stats for name in "abc"] == [job.stats for job in moved]
    assert [store.results.read(name, BUCKETS)[0] for name in "abc"] == [2, 3, 0]


def test_where_one_of_several_jobs_was_deleted_nothing_is_kept(store: Store, job: StoredJob) -> None:
    gone = StoredJob({"job_id": "gone"}, State.OPENED)
    with pytest.raises(NoSuchJob, match="gone"):
        store.results.commit([(replace(job, stats={"seen": 1}), outputs(bucket(0))), (gone, outputs(bucket(0)))])
    assert store.jobs.get(job.job_id) == job
    assert store.results.read(job.job_id, BUCKETS) == (0, [])
