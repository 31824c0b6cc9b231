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
        {"categorization_analyzer": {"tokenizer": {"type": "pattern", "group": 2}}},
        {"categorization_analyzer": {"tokenizer": "ml_standard", "filter": [{"type": "stop", "stopwords": "_thai_"}]}},
        {"categorization_filters": [r"(?=look)\p{L}"]},
    ],
)
def test_what_would_be_ignored_is_refused(more):
    with pytest.raises(Refused, match="this version"):
        engine(BY_CATEGORY, **settings(**more))


@pytest.mark.parametrize(
    ("analyzer", "expected"),
    [
        pytest.param(None, ["Pump tripped"], id="the default"),
        pytest.param("whitespace", ["Pump tripped", "pump tripped!", "pump tripped"], id="whitespace"),
        pytest.param("simple", ["pump tripped"], id="letters in lower case"),
        pytest.param({"tokenizer": "standard", "filter": ["lowercase"]}, ["pump tripped"], id="standard, lower case"),
        pytest.param(
            {"tokenizer": "ml_classic", "filter": [{"type": "stop", "stopwords": ["Pump", "pump"]}]},
            ["tripped"],
            id="the own cut without some words",
        ),
        pytest.param(
            {"char_filter": [{"type": "pattern_replace", "pattern": "^[Pp]ump"}], "tokenizer": "letter"},
            ["tripped"],
            id="text cut out",
        ),
    ],
)
def test_an_analyzer_says_what_is_compared(analyzer, expected):
    more = {} if analyzer is None else {"categorization_analyzer": analyzer}
    given = ["Pump 1 tripped", "pump 2 tripped!", "pump 3 tripped", "Pump 4 tripped"]
    told = latest(post(engine(BY_CATEGORY, **settings(**more)), [{"time": T, "line": line} for line in given]).results)
    assert {one["terms"] for one in told.values()} >= {*expected}
    assert told[1]["examples"][0] == given[0]


def by_host(**more):
    apart = {"per_partition_categorization": {"enabled": True, **more}}
    return job(BY_CATEGORY | {"partition_field_name": "host"}, **settings(**apart))


def test_each_partition_has_categories_of_its_own_with_numbers_unique_in_the_job():
    given = [("x", "Disk full"), ("y", "Disk full"), ("x", "Disk full"), ("y", "Fan stopped"), (None, "Disk full")]
    rows = [{"time": T, "host": host, "line": line} for host, line in given]
    told = latest(post(Engine(by_host()), rows).results)
    assert [(n, one["partition_field_value"], one["terms"], one["num_matches"]) for n, one in told.items()] == [
        (1, "x", "Disk full", 2),
        (2, "y", "Disk full", 1),
        (3, "y", "Fan stopped", 1),
        (4, "", "Disk full", 1),
    ]
    assert {one["partition_field_name"] for one in told.values()} == {"host"}


def noisy(count=400, seed=7):
    """Lines of two hosts in turn: of a few kinds from x, each one of a kind from y."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        odd = "".join(chance.choices("abcdefghijkl", k=9))
        x, y = chance.choice(["Disk full", "Fan stopped", "Pump tripped"]), f"{odd} {odd[::-1]}"
        rows += [{"time": T + 10 * number, "host": host, "line": line} for host, line in (("x", x), ("y", y))]
    return rows


def stats(results):
    return {one["partition_field_value"]: one for one in documents(results, "categorizer_stats")}


def test_a_partition_with_unfit_lines_is_warned_of_and_goes_on():
    outputs = post(Engine(by_host()), noisy())
    told = stats(outputs.results)
    assert [told[host]["categorization_status"] for host in "xy"] == ["ok", "warn"]
    assert [told[host]["categorized_doc_count"] for host in "xy"] == [400, 400]
    assert outputs.model_size["categorization_status"] == "warn"
    assert outputs.model_size["categorized_doc_count"] == 800
    (said,) = [one for one in outputs.annotations if one.event == "categorization_status_change"]
    assert said.fields == {"partition_field_name": "host", "partition_field_value": "y"}
    assert "more than 90% of categories are rare" in said.text


def test_a_partition_with_unfit_lines_is_stopped_if_wanted():
    outputs = post(Engine(by_host(stop_on_warn=True)), noisy())
    told = stats(outputs.results)
    assert [told[host]["categorized_doc_count"] for host in "xy"] == [400, 100]
    assert told["y"]["rare_category_count"] == told["y"]["total_category_count"] == 100
    assert max(latest(outputs.results)) <= 103


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_a_partition_stops_does_not_depend_on_how_the_records_came(seed):
    chance = random.Random(seed)
    rows, running, whole = noisy(), Engine(by_host(stop_on_warn=True)), Engine(by_host(stop_on_warn=True))
    edges = sorted(chance.sample(range(len(rows)), 7))
    pieces = [post(running, rows[a:b]) for a, b in zip([0, *edges], [*edges, len(rows)], strict=True)]
    once = post(whole, rows)
    results = [result for one in pieces for result in one.results]
    assert latest(results) == latest(once.results)
    assert stats(results) == stats(once.results)
    assert sum((one.annotations for one in pieces), ()) == once.annotations
    assert pieces[-1].model_size["categorization_status"] == once.model_size["categorization_status"]


def test_a_merged_category_keeps_its_definition_and_names_the_one_it_is_part_of():
    names = ["ash", "birch", "cedar", "elm", "fir", "larch", "oak"]
    given = [{"time": T, "line": f"copy of folder {name} has begun"} for name in names]
    outputs = post(engine(BY_CATEGORY, **settings()), given)
    told = latest(outputs.results)
    assert told[1]["terms"] == "copy of folder has begun"
    assert told[1]["num_matches"] == len(names)
    assert told[1]["history"] == ["copy of folder ash has begun"]
    assert told[1]["preferred_to_categories"] == list(told)[1:]
    assert [told[number]["merged_into"] for number in told[1]["preferred_to_categories"]] == [1] * (len(told) - 1)
    assert told[2]["examples"] == [given[1]["line"]]
    assert outputs.model_size["dead_category_count"] == len(told) - 1


def test_values_are_named_for_log_shippers():
    told = latest(post(engine(BY_CATEGORY, **settings()), [{"time": T, "line": "Pump 17 at 10.0.0.1 tripped"}]).results)
    assert told[1]["grok_pattern"] == r".*?Pump.*?%{NUMBER:number}.*?at.*?%{IP:ipaddress}.*?tripped.*"


def test_categories_that_find_no_memory_are_one_and_counted():
    chance = random.Random(5)
    rows = [
        {"time": T + n, "line": " ".join("".join(chance.choices("abcdefgh", k=60)) for _ in "abcd")}
        for n in range(2500)
    ]
    rarely = {"function": "rare", "by_field_name": "mlcategory"}
    running = engine(BY_CATEGORY, rarely, **settings(), analysis_limits={"model_memory_limit": "1mb"})
    outputs = post(running, rows)
    told = latest(outputs.results)
    rest = told[max(told)]
    assert (rest["terms"], rest["regex"], rest["num_matches"]) == (
        "",
        ".*",
        outputs.model_size["failed_category_count"],
    )
    assert outputs.model_size["categorized_doc_count"] == 2500
    assert rest["num_matches"] > 500
    assert rest["num_matches"] + max(told) - 1 == 2500
    assert outputs.model_size["model_bytes"] <= 1.05 * (1 << 20)
