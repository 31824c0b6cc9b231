"""What a job does when memory is scarce, and with series that are seen no more; bytes are taken from the stats."""

import numpy as np
import pytest

from tests.analysis.given import SPAN, T, documents, engine, job, post, text
from unusual.analysis.control import Flush, Post, Proceed, Save
from unusual.analysis.engine import Engine
from unusual.analysis.memory import expected

MIB = 1 << 20
BY_HOST = {"function": "mean", "field_name": "value", "by_field_name": "host"}
LITTLE = {"analysis_limits": {"model_memory_limit": "1mb"}}


def rows(bucket, hosts):
    """One record of each host in a bucket."""
    return [{"time": T + bucket * SPAN, "host": host, "value": 5.0 + len(host) % 3} for host in hosts]


def fed(running, records):
    """The last answer to records, however much came of them."""
    answer = post(running, records)
    results = list(answer.results)
    while answer.unfinished:
        answer = running.handle(Proceed())
        results += answer.results
    return answer, results


def hosts(first, until):
    return [f"host-{number}" for number in range(first, until)]


def test_a_job_with_room_enough_is_ok_and_refuses_nothing():
    answer, _ = fed(engine(BY_HOST), rows(0, hosts(0, 50)) + rows(1, hosts(0, 50)))
    size = answer.model_size
    assert size["memory_status"] == "ok"
    assert size["bucket_allocation_failures_count"] == 0
    assert "allocation_failure_fields" not in size
    assert 0 < size["model_bytes"] < size["model_bytes_memory_limit"]


def test_series_that_find_no_room_are_left_out_and_that_is_told():
    running = engine(BY_HOST, **LITTLE)
    many = [record for bucket in range(4) for record in rows(bucket, hosts(0, 1000))]
    answer, results = fed(running, [*many, *rows(4, ["host-0"])])
    size = answer.model_size
    assert size["memory_status"] == "hard_limit"
    assert size["bucket_allocation_failures_count"] == 4
    assert size["allocation_failure_fields"] == ["host"]
    left_out = 1000 - size["total_by_field_count"]
    assert size["allocation_failure_record_count"] == 4 * left_out
    assert size["allocation_failure_values"]["host"] == pytest.approx(left_out, rel=0.1)
    assert size["model_bytes"] < size["reserved_model_bytes"]
    assert 0.9 * MIB < size["reserved_model_bytes"] <= size["model_bytes_memory_limit"] == MIB
    assert 100 < size["total_by_field_count"] < 1000
    assert [bucket["event_count"] for bucket in documents(results, "bucket")] == [1000] * 4


def test_those_that_came_first_are_in_and_go_on_as_if_memory_were_plenty():
    crowd = [record for bucket in range(60) for record in rows(bucket, [*hosts(0, 20), *hosts(20, 800)[: 40 * bucket]])]
    strange = [{"time": T + 60 * SPAN, "host": "host-3", "value": 5000.0}, *rows(61, ["host-0"])]
    _, scarce = fed(engine(BY_HOST, **LITTLE), crowd + strange)
    _, plenty = fed(engine(BY_HOST), crowd + strange)
    found, expected_ = (
        [one for one in documents(some, "record") if one["by_field_value"] == "host-3"] for some in (scarce, plenty)
    )
    assert [one["typical"] for one in found] == [one["typical"] for one in expected_] != []
    assert found[0]["probability"] == expected_[0]["probability"]


def test_memory_is_called_tight_before_it_is_at_its_end():
    running = engine(BY_HOST, **LITTLE)
    each = fed(engine(BY_HOST), rows(0, hosts(0, 100)))[0].model_size["reserved_model_bytes"] / 100
    answer, _ = fed(running, rows(0, hosts(0, int(0.8 * MIB / each))))
    assert answer.model_size["memory_status"] == "soft_limit"
    assert answer.model_size["bucket_allocation_failures_count"] == 0


def test_influencers_and_counted_values_need_room_as_well():
    counting = {"function": "distinct_count", "field_name": "page"}
    running = engine(counting, analysis={"influencers": ["user"]}, **LITTLE)
    records = [
        {"time": T + number // 4000 * SPAN, "page": f"page {number % 4}", "user": f"user {number}"}
        for number in range(12_000)
    ]
    size = fed(running, records)[0].model_size
    assert size["memory_status"] == "hard_limit"
    assert size["allocation_failure_fields"] == ["user"]


def test_a_larger_limit_lets_new_series_in_again():
    running = engine(BY_HOST, **LITTLE)
    fed(running, rows(0, hosts(0, 1000)))
    state = running.handle(Save()).state
    same = Engine.restore(job(BY_HOST, **LITTLE), state)
    wider = Engine.restore(job(BY_HOST, analysis_limits={"model_memory_limit": "64mb"}), state)
    again = rows(1, hosts(0, 1000))
    assert fed(same, again)[0].model_size["memory_status"] == "hard_limit"
    size = fed(wider, again)[0].model_size
    assert (size["memory_status"], size["total_by_field_count"]) == ("ok", 1000)


def test_series_not_seen_for_long_are_forgotten_and_make_room():
    running = engine(BY_HOST, analysis={"model_prune_window": "100m"}, **LITTLE)
    answer = None
    for bucket in range(400):  # a host lives for ten buckets: some thirty of 400 are there at a time
        answer, _ = fed(running, rows(bucket, ["host-0", *hosts(1 + bucket, 11 + bucket)]))
    size = answer.model_size
    assert size["bucket_allocation_failures_count"] == 0
    assert size["total_by_field_count"] < 60
    assert size["pruned_series_count"] == 400 + 10 - size["total_by_field_count"]
    assert size["peak_model_bytes"] < 60 * 10_000


def test_room_is_made_by_those_that_were_seen_longest_ago():
    """Hosts live for a day; memory holds some 140 of them, the window of 30 days would keep all."""
    running, steady = engine(BY_HOST, bucket_span="1h", **LITTLE), hosts(0, 20)
    told, known = [], []
    for hour in range(30 * 24):
        day = hour // 24
        records = [
            {"time": T + hour * 3600, "host": host, "value": 5.0 + hour % 3}
            for host in [*steady, *(f"host {number} of day {day}" for number in range(40))]
        ]
        told.append(fed(running, records)[0].model_size)
        known.append(sum(f"of day {day}" in name for name in running._course.detection.dictionaries["host"].values))
    assert set(steady) <= set(running._course.detection.dictionaries["host"].values)
    assert max(size["model_bytes"] for size in told) < 1.01 * MIB
    assert told[-1]["pruned_series_count"] > 20 * 40
    late = range(10 * 24, 30 * 24)  # after the first look that found memory short
    assert sum(known[hour] == 40 for hour in late) > 0.9 * len(late)
    assert {size["memory_status"] for size in told} == {"ok", "soft_limit", "hard_limit"}


def test_a_series_that_returns_after_being_forgotten_begins_anew():
    def typical_of(window):
        running = engine(BY_HOST, analysis={"model_prune_window": window})
        history = [record for bucket in range(40) for record in rows(bucket, ["old", "steady"])]
        pause = [record for bucket in range(40, 140) for record in rows(bucket, ["steady"])]
        fed(running, history + pause + rows(140, ["old", "steady"]))
        return running.state()["course"]["detection"]["features"][0][0]["model"]["levels"]["n"].tolist()

    assert sorted(typical_of("30d")) == [40, 140]
    assert sorted(typical_of("4h")) == [0, 140]


def test_what_the_others_have_learnt_stays_when_some_are_forgotten():
    chance = np.random.default_rng(5)
    steady = [
        {"time": T + bucket * SPAN, "host": host, "value": float(chance.normal(50, 3))}
        for bucket in range(120)
        for host in ("a", "b", *((f"passing {bucket}",) if bucket % 3 == 0 else ()))
    ]

    def learnt(window):
        running = engine(BY_HOST, analysis={"model_prune_window": window})
        fed(running, steady)
        detection = running._course.detection
        names = detection.dictionaries["host"].values
        model = running.state()["course"]["detection"]["features"][0][0]["model"]
        return {name: [part[names.index(name)].tobytes() for part in model.values()] for name in ("a", "b")}, len(names)

    (kept, few), (all_, many) = learnt("50m"), learnt("30d")
    assert few < many == 42
    assert kept == all_


def test_rare_values_are_forgotten_but_not_how_often_new_ones_come():
    """New values every bucket surprise nobody, whether the old ones are still known or not."""

    def worst(window):
        rare = {"function": "rare", "by_field_name": "host"}
        running = engine(rare, analysis={"model_prune_window": window})
        records = [r for bucket in range(300) for r in rows(bucket, ["steady", f"new {bucket}"])]
        answer, results = fed(running, records)
        return answer.model_size["total_by_field_count"], len(documents(results, "record"))

    assert worst("30d") == (300 + 1, 0)
    known, alarms = worst("50m")
    assert known < 30
    assert alarms == 0


def test_the_basis_of_assignment_is_the_limit_until_the_models_have_ceased_to_grow():
    times = {"function": "time_of_day", "by_field_name": "host"}
    running, bases = engine(times, analysis={"model_prune_window": "10h"}), []
    for bucket in range(300):
        crowd = hosts(0, 40) if bucket < 30 else hosts(0, 5)
        bases.append(fed(running, rows(bucket, crowd))[0].model_size["assignment_memory_basis"])
    assert bases[0] == "model_memory_limit"
    assert bases[25] == "current_model_bytes"
    assert bases[-1] == "peak_model_bytes"  # most were forgotten, and may come back


@pytest.mark.parametrize(
    ("detectors", "influencers", "series"),
    [
        ([{"function": "mean", "field_name": "value"}], [], 1),
        ([{"function": "count", "by_field_name": "host"}], [], 500),
        ([{"function": "mean", "field_name": "value", "partition_field_name": "host"}], ["host", "dc"], 2000),
        ([{"function": "metric", "field_name": "value", "by_field_name": "host"}, "count"], ["dc"], 300),
        ([{"function": "rare", "by_field_name": "host"}], ["dc"], 3000),
    ],
)
def test_what_is_expected_is_what_is_taken(detectors, influencers, series):
    configured = job(*detectors, bucket_span="15m", analysis={"influencers": influencers})
    told = expected(configured, {"host": series, "dc": 20})
    running = Engine(configured)
    records = [
        {"time": T + bucket * 900, "host": f"host-{host:05}", "dc": f"dc-{host % 20}", "value": 1.0 + host}
        for bucket in range(3)
        for host in range(series)
    ]
    size = fed(running, records)[0].model_size
    assert 1 / 1.5 < told / size.get("reserved_model_bytes", size["model_bytes"]) < 1.5


def test_the_stats_say_when_data_came_last_whatever_was_asked_since():
    running = engine(BY_HOST)
    running.handle(Post(text(rows(0, ["a"]) + rows(1, ["a"])), now_ms=1_700_000_000_000))
    size = running.handle(Flush()).model_size
    assert (size["log_time"], size["timestamp"]) == (1_700_000_000_000, T * 1000)
