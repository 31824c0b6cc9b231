"""Rare values as clients see them: which records there are and what they say."""

from tests.analysis.given import SPAN, T, documents, engine, post

QUIET = 400
RARE = {"function": "rare", "by_field_name": "status"}


def steady(*extra, buckets=QUIET):
    """Records of two sites with the same few states in every bucket, and extra ones."""
    usual = [
        {"time": T + bucket * SPAN + at, "site": site, "status": status, "user": "u1"}
        for bucket in range(buckets)
        for at, (site, status) in enumerate([("north", "ok"), ("north", "slow"), ("south", "ok"), ("south", "late")])
    ]
    return sorted([*usual, *extra], key=lambda record: record["time"])


def at(bucket, **record):
    return {"time": T + bucket * SPAN + 9, "site": "north", "user": "u9", **record}


def told(detector, records, **analysis):
    found = post(engine(detector, analysis=analysis), records).results
    return [one for one in documents(found, "record") if one["record_score"] > 5]


def test_a_record_names_the_value_and_how_often_it_was_met():
    (one,) = told(RARE, steady(at(300, status="lost"), at(300, status="lost")))
    assert one["timestamp"] == (T + 300 * SPAN) * 1000
    assert (one["function"], one["function_description"]) == ("rare", "rare")
    assert (one["by_field_name"], one["by_field_value"], one["status"]) == ("status", "lost", ["lost"])
    assert (one["actual"], one["typical"]) == ([1.0], [0.0])
    assert "field_name" not in one
    assert 0.002 < one["probability"] < 0.005


def test_a_value_is_rare_in_its_partition_though_common_in_another():
    by_site = {**RARE, "partition_field_name": "site"}
    (one,) = told(by_site, steady(at(300, status="late")))
    assert (one["partition_field_value"], one["by_field_value"]) == ("north", "late")
    assert told(RARE, steady(at(300, status="late"))) == []


def test_a_value_that_comes_back_surprises_less():
    first, *later = told(RARE, steady(*(at(bucket, status="lost") for bucket in range(300, 400, 10))))
    assert first["record_score"] > max([one["record_score"] for one in later], default=0.0)
    assert len(later) < 4


def test_the_entities_of_a_rare_value_influence_it():
    (one,) = told(RARE, steady(at(300, status="lost")), influencers=["user", "status"])
    named = {each["influencer_field_name"]: each["influencer_field_values"] for each in one["influencers"]}
    assert named == {"status": ["lost"], "user": ["u9"]}


def test_an_empty_value_is_a_value_only_where_nulls_count():
    extra = {"time": T + 300 * SPAN + 9, "site": "north"}
    assert told(RARE, steady(extra)) == []
    (one,) = told({**RARE, "use_null": True}, steady(extra))
    assert one["by_field_value"] == ""


def test_nothing_is_told_while_little_is_known():
    assert told(RARE, steady(at(15, status="lost"), buckets=17)) == []


def test_a_rule_keeps_a_time_from_being_told_and_learnt():
    rule = {
        "actions": ["skip_result", "skip_model_update"],
        "conditions": [{"applies_to": "time", "operator": "lt", "value": T + 301 * SPAN}],
    }
    (one,) = told({**RARE, "custom_rules": [rule]}, [*steady(at(200, status="lost")), *later(at(700, status="lost"))])
    assert one["timestamp"] == (T + 700 * SPAN) * 1000
    assert one["typical"] == [0.0]


def later(*extra):
    """The steady records of buckets 400 to 799, and extra ones."""
    return [record for record in steady(*extra, buckets=2 * QUIET) if record["time"] >= T + QUIET * SPAN]
