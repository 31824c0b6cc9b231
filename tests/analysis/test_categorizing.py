"""Jobs over log lines: categories as documents, counts by category, filters, and what goes on after a restart."""

import random

import pytest

from tests.analysis.given import SPAN, T, documents, engine, job, post
from unusual.analysis.control import Flush, Save
from unusual.analysis.engine import Engine
from unusual.errors import Refused

BY_CATEGORY = {"function": "count", "by_field_name": "mlcategory"}


def settings(**analysis):
    return {"analysis": {"categorization_field_name": "line", **analysis}}


def records(seed=3, buckets=60, odd=50):
    chance = random.Random(seed)
    found = []
    for bucket in range(buckets):
        pumps = [f"Pump {chance.randrange(100)} tripped on overload" for _ in range(chance.randint(8, 12))]
        valves = 300 if bucket == odd else chance.randint(3, 5)
        told = pumps + [f"Valve controller rebooted after update to build {chance.randrange(999)}"] * valves
        found += [{"time": T + bucket * SPAN, "line": line} for line in told]
    return found


def latest(results):
    """The newest definition of each category."""
    return {one["category_id"]: one for one in documents(results, "category_definition")}


def test_a_burst_of_one_kind_of_line_is_found_and_names_its_category():
    found = documents(post(engine(BY_CATEGORY, **settings()), records()).results, "record")
    worst = max(found, key=lambda one: one["record_score"])
    assert ((worst["timestamp"] // 1000 - T) // SPAN, worst["by_field_value"], worst["actual"]) == (50, "2", [300.0])
    assert worst["record_score"] > 50


def test_definitions_count_every_line_and_show_the_first_different_ones():
    given = records()
    told = latest(post(engine(BY_CATEGORY, **settings()), given).results)
    pumps = [one["line"] for one in given if one["line"].startswith("Pump")]
    assert sorted(told) == [1, 2]
    assert told[1]["terms"] == "Pump tripped on overload"
    assert told[1]["num_matches"] == len(pumps)
    assert told[1]["examples"] == list(dict.fromkeys(pumps))[:4]
    assert told[1]["max_matching_length"] >= max(map(len, pumps))
    assert told[1]["mlcategory"] == "1"


def test_a_definition_is_told_again_only_when_it_changed():
    running = engine(BY_CATEGORY, **settings())
    post(running, [{"time": T, "line": "Pump 1 tripped"}, {"time": T, "line": "Disk full on node"}])
    again = latest(post(running, [{"time": T, "line": "Disk full on node"}]).results)
    assert set(again) == {2}
    assert not latest(running.handle(Flush()).results)


def test_filters_cut_text_out_before_lines_are_compared_but_not_out_of_the_examples():
    given = [f"Cannot moor vessel <<{reason}>>" for reason in ("wind from north east", "captain asleep", "no rope")]
    running = engine(BY_CATEGORY, **settings(categorization_filters=["<<.*>>"]))
    told = latest(post(running, [{"time": T, "line": line} for line in given]).results)
    assert [(one["terms"], one["num_matches"], one["examples"]) for one in told.values()] == [
        ("Cannot moor vessel", 3, given)
    ]


def test_a_restored_job_knows_its_categories_and_their_examples():
    wanted = job(BY_CATEGORY, **settings(categorization_filters=["<.*>"]))
    given = [{**one, "line": one["line"] + " <x>"} for one in records()]
    lived = Engine(wanted)
    post(lived, given[:300])
    restored = Engine.restore(wanted, lived.handle(Save()).state)
    ahead, behind = (post(one, given[300:]).results for one in (lived, restored))
    assert latest(ahead).items() <= latest(behind).items()  # after a restart all are told once more
    assert [r for r in ahead if r.timestamp] == [r for r in behind if r.timestamp]


def test_a_record_without_a_line_is_left_out_of_counts_by_category():
    results = post(engine(BY_CATEGORY, **settings()), [{"time": T}, {"time": T, "line": "Disk full"}]).results
    assert [one["num_matches"] for one in latest(results).values()] == [1]


@pytest.mark.parametrize(
    "more",
    [
        {"categorization_analyzer": "whitespace"},
        {"categorization_analyzer": {"tokenizer": "ml_classic"}},
        {"categorization_filters": ["(?=look)ahead"]},
    ],
)
def test_what_would_be_ignored_is_refused(more):
    with pytest.raises(Refused, match="this version"):
        engine(BY_CATEGORY, **settings(**more))


def test_categories_of_their_own_per_partition_are_refused():
    detector = BY_CATEGORY | {"partition_field_name": "host"}
    with pytest.raises(Refused, match="per_partition_categorization"):
        engine(detector, **settings(per_partition_categorization={"enabled": True}))
