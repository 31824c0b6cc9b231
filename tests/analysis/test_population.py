"""Members of populations as clients see them: which records there are, what they say, and who is forgotten."""

import random

import pytest

from tests.analysis.given import SPAN, T, documents, engine, post
from unusual.analysis.control import Flush

COUNT = {"function": "high_count", "over_field_name": "user"}
MEMBERS = 12


def steady(*extra, buckets=80):
    """Records of twelve users of two sites, some in every bucket, and extra ones."""
    chance = random.Random(7)
    usual = [
        {"time": T + bucket * SPAN + at, "user": f"u{user}", "site": "ns"[user % 2], "page": "home"}
        | {"load": chance.random()}
        for bucket in range(buckets)
        for user in range(MEMBERS)
        for at in range(chance.randint(1, 4))
    ]
    return sorted([*usual, *extra], key=lambda record: record["time"])


def at(bucket, count, **record):
    whole = {"user": "u3", "site": "s", "page": "home", "load": 40.0} | record
    return [{"time": T + bucket * SPAN + one % SPAN, **whole} for one in range(count)]


def told(detector, records, **analysis):
    found = post(engine(detector, analysis=analysis), records).results
    return sorted(documents(found, "record"), key=lambda one: -one["record_score"])


def test_a_record_names_the_member_and_its_cause_holds_the_values():
    one, *_ = told(COUNT, steady(*at(70, 200, ip="i1")), influencers=["ip", "user"])
    assert one["timestamp"] == (T + 70 * SPAN) * 1000
    assert (one["function"], one["function_description"]) == ("high_count", "count")
    assert (one["over_field_name"], one["over_field_value"], one["user"]) == ("user", "u3", ["u3"])
    assert "actual" not in one
    assert "typical" not in one
    (cause,) = one["causes"]
    (actual,), (typical,) = cause.pop("actual"), cause.pop("typical")
    assert 200 < actual < 205
    assert 1 < typical < 4
    assert cause == {
        "probability": one["probability"],
        "function": "high_count",
        "function_description": "count",
        "over_field_name": "user",
        "over_field_value": "u3",
    }
    named = {each["influencer_field_name"]: each["influencer_field_values"] for each in one["influencers"]}
    assert named == {"user": ["u3"], "ip": ["i1"]}


def test_all_three_splits_are_named_in_a_record_and_in_its_cause():
    detector = {
        "function": "max",
        "field_name": "load",
        "partition_field_name": "site",
        "by_field_name": "page",
        "over_field_name": "user",
    }
    one, *_ = told(detector, steady(*at(70, 1)))
    splits = {
        "partition_field_name": "site",
        "partition_field_value": "s",
        "by_field_name": "page",
        "by_field_value": "home",
        "over_field_name": "user",
        "over_field_value": "u3",
    }
    assert splits.items() <= one.items()
    assert splits.items() <= one["causes"][0].items()
    assert (one["causes"][0]["field_name"], one["causes"][0]["actual"]) == ("load", [40.0])


def test_every_rare_value_of_a_member_is_a_cause():
    detector = {"function": "freq_rare", "by_field_name": "page", "over_field_name": "user"}
    crowd = [{**record, "user": f"{record['user']}-{record['time'] % 10}"} for record in steady()]
    odd = [*at(70, 30, page="admin", user="u3-0"), *at(70, 3, page="keys", user="u3-0")]
    one, *_ = told(detector, sorted([*crowd, *odd], key=lambda record: record["time"]))
    assert one["over_field_value"] == "u3-0"
    assert (one["by_field_value"], one["page"]) == ("admin", ["admin"])
    causes = [(cause["by_field_value"], cause["actual"]) for cause in one["causes"]]
    assert causes == [("admin", [30.0]), ("keys", [3.0])]


def test_a_member_without_records_in_a_bucket_is_not_judged():
    quiet = [record for record in steady() if record["user"] != "u3" or record["time"] < T + 60 * SPAN]
    both = {**COUNT, "function": "count"}
    assert [one for one in told(both, quiet) if one["over_field_value"] == "u3"] == []


def test_members_of_a_partition_are_not_peers_of_those_of_another():
    detector = {"function": "mean", "field_name": "load", "over_field_name": "user", "partition_field_name": "site"}
    records = [record | {"load": record["load"] + 1000.0 * (record["site"] == "n")} for record in steady()]
    one, *_ = told(detector, sorted([*records, *at(70, 9, load=1000.5)], key=lambda record: record["time"]))
    assert (one["over_field_value"], one["partition_field_value"]) == ("u3", "s")


def test_interim_results_are_told_and_not_learnt():
    running = engine({**COUNT, "function": "count"})
    post(running, steady(*at(79, 200)))
    found = documents(running.handle(Flush(calc_interim=True)).results, "record")
    assert [(one["over_field_value"], one["is_interim"]) for one in found] == [("u3", True)]
    assert documents(running.handle(Flush(calc_interim=True)).results, "record") == found


@pytest.mark.parametrize(("bound", "records"), [(100, 0), (1000, 1)])
def test_a_rule_keeps_a_member_from_being_told(bound, records):
    condition = {"applies_to": "actual", "operator": "gt", "value": bound}
    rules = [{"actions": ["skip_result"], "conditions": [condition]}]
    found = told({**COUNT, "custom_rules": rules}, steady(*at(70, 200)))
    assert len([one for one in found if one["record_score"] > 50]) == records


def test_the_size_of_the_models_tells_how_many_members_there_are():
    assert post(engine(COUNT), steady()).model_size["total_over_field_count"] == MEMBERS


def test_memory_stays_bounded_when_members_come_and_go():
    running = engine(COUNT, bucket_span="1h", analysis={"model_prune_window": "2d"})
    sizes, members = [], []
    for day in range(12):
        records = [
            {"time": T + day * 86_400 + hour * 3600 + 7 * at, "user": f"u{day * 40 + at + hour}"}
            for hour in range(24)
            for at in range(200)
        ]
        stats = post(running, records).model_size
        sizes.append(stats["model_bytes"])
        members.append(stats["total_over_field_count"])
    assert max(sizes[4:]) < 1.3 * sizes[3]
    assert max(members) < 450
