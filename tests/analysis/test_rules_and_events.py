"""Rules and scheduled events at work: what gives no result, and what the models do not learn."""

import random

import pytest

from tests.analysis.given import SPAN, T, documents, engine, job, post
from unusual.analysis.control import Flush, Save, Schedule, ScheduledEvent
from unusual.analysis.engine import Engine, configuration_in

BUCKETS = 120
ODD = 100  # the bucket with the large value


def mean(*rules, **fields):
    return {"function": "mean", "field_name": "load", "custom_rules": list(rules), **fields}


def when(quantity, operator, value, *actions):
    rule = {"conditions": [{"applies_to": quantity, "operator": operator, "value": value}]}
    return rule | ({"actions": list(actions)} if actions else {})


def loads(odd=900.0, until=BUCKETS, **more):
    chance = random.Random(5)
    steady = [{"time": T + bucket * SPAN, "load": chance.gauss(100, 4), **more} for bucket in range(until)]
    steady[ODD]["load"] = odd
    return steady


def found(running, records):
    """Buckets (relative to T) with a record of score 25 or more."""
    results = post(running, records).results
    strong = (one for one in documents(results, "record") if one["record_score"] >= 25)
    return {(one["timestamp"] // 1000 - T) // SPAN for one in strong}


def scheduled(first, last, *, skip_result=True, skip_model_update=True, **lists):
    event = ScheduledEvent(T + int(first * SPAN), T + int(last * SPAN), "regatta", skip_result, skip_model_update)
    return Schedule((event,), lists)


def test_without_a_rule_the_odd_value_is_found():
    assert found(engine(mean()), loads()) == {ODD}


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (when("actual", "lt", 1000), set()),
        (when("actual", "gt", 1000), {ODD}),
        (when("diff_from_typical", "gte", 700), set()),
        (when("typical", "lte", 50), {ODD}),
        (when("time", "lt", T + ODD * SPAN), {ODD}),
        (when("time", "gte", T + ODD * SPAN), set()),
    ],
)
def test_a_value_that_a_rule_means_gives_no_record(rule, left):
    assert found(engine(mean(rule)), loads()) == left


def learnt(running):
    state = running.state()["course"]["detection"]["features"][0][0]["model"]["levels"]
    return state["n"].tolist()


@pytest.mark.parametrize("quantity", ["actual", "diff_from_typical"])
def test_a_value_that_must_not_be_learnt_is_judged_but_leaves_the_model_alone(quantity):
    running = engine(mean(when(quantity, "gt", 500, "skip_model_update")))
    assert found(running, loads()) == {ODD}
    assert learnt(running) == [BUCKETS - 2]  # all final buckets but one


@pytest.mark.parametrize("quantity", ["diff_from_typical", "typical"])
def test_a_value_of_which_nothing_was_expected_is_its_own_typical_one(quantity):
    running = engine(mean(when(quantity, "gt" if quantity == "diff_from_typical" else "lt", 50, "skip_model_update")))
    post(running, loads(odd=100))
    assert learnt(running) == [BUCKETS - 1]


def test_an_open_job_follows_changed_rules_from_the_next_bucket_on_and_its_snapshot_knows_them():
    running = engine(mean())
    records = loads(until=BUCKETS)
    records[60]["load"] = 900.0
    assert found(running, records[:80]) == {60}
    changed = job(mean(when("actual", "gt", 500)))
    running.handle(Schedule((), {}, changed))
    assert found(running, records[80:]) == set()
    assert configuration_in(running.handle(Save()).state) == changed


def sites_of_odd(running, records):
    found = documents(post(running, records).results, "record")
    return {one["partition_field_value"] for one in found if one["actual"][0] > 500}


def test_a_scope_exempts_the_listed_values_from_the_next_bucket_on():
    rule = {"scope": {"site": {"filter_id": "safe"}}}
    records = sorted(loads(site="quay") + loads(site="lock"), key=lambda one: one["time"])
    both, exempt = (engine(mean(rule, partition_field_name="site")) for _ in range(2))
    exempt.handle(Schedule((), {"safe": ("quay",)}))
    assert sites_of_odd(both, records) == {"quay", "lock"}
    assert sites_of_odd(exempt, records) == {"lock"}


def test_buckets_that_an_event_touches_name_it_and_have_no_score_and_no_record():
    running = engine(mean())
    running.handle(scheduled(ODD - 1.5, ODD + 0.5))
    results = post(running, loads()).results
    named = {
        (one["timestamp"] // 1000 - T) // SPAN: (one["scheduled_events"], one["anomaly_score"], one["event_count"])
        for one in documents(results, "bucket")
        if "scheduled_events" in one
    }
    assert named == {bucket: (["regatta"], 0.0, 1) for bucket in (ODD - 2, ODD - 1, ODD)}
    assert not [one for one in documents(results, "record") if one["timestamp"] // 1000 == T + ODD * SPAN]
    assert learnt(running) == [BUCKETS - 1 - 3]


def test_whatever_an_event_is_called_quiet_buckets_name_it_and_say_what_any_other_says():
    running, called = engine(mean()), '"timestamp":0,"event_count":0 %d {}'
    running.handle(Schedule((ScheduledEvent(T, T + 3 * SPAN, called, skip_result=True, skip_model_update=True),), {}))
    buckets = {
        (one["timestamp"] // 1000 - T) // SPAN: one for one in documents(post(running, loads()).results, "bucket")
    }
    quiet, later = buckets[0], buckets[ODD]
    assert quiet.pop("scheduled_events") == [called]
    assert list(quiet) == list(later)
    assert (quiet["timestamp"], quiet["event_count"], quiet["bucket_influencers"]) == (1000 * T, 1, [])


@pytest.mark.parametrize(("skip_result", "skip_model_update"), [(True, False), (False, True)])
def test_an_event_may_skip_only_results_or_only_learning(skip_result, skip_model_update):
    running = engine(mean())
    running.handle(scheduled(ODD, ODD + 1, skip_result=skip_result, skip_model_update=skip_model_update))
    assert found(running, loads()) == (set() if skip_result else {ODD})
    assert learnt(running) == [BUCKETS - 1 - skip_model_update]


def test_a_long_event_does_not_spoil_the_model():
    running = engine("count")
    running.handle(scheduled(40, 60))
    rows = [{"time": T + bucket * SPAN} for bucket in range(100) for _ in range(500 if 40 <= bucket < 60 else 20)]
    results = post(running, rows).results
    assert max(one["anomaly_score"] for one in documents(results, "bucket")) < 25


def test_interim_results_of_a_bucket_in_an_event_are_silent_too():
    running = engine("count")
    running.handle(scheduled(ODD, ODD + 1))
    post(running, [{"time": T + bucket * SPAN} for bucket in range(ODD)])
    post(running, [{"time": T + ODD * SPAN}] * 900)
    (interim,) = documents(running.handle(Flush(calc_interim=True)).results, "bucket")
    assert (interim["event_count"], interim["anomaly_score"], interim["scheduled_events"]) == (900, 0.0, ["regatta"])


def test_a_restored_job_still_knows_its_events_and_lists():
    rule = {"scope": {"site": {"filter_id": "safe"}}}
    wanted = job(mean(rule, partition_field_name="site"))
    lived = Engine(wanted)
    records = loads(site="quay")
    lived.handle(scheduled(ODD + 5, ODD + 7, safe=("quay",)))
    post(lived, records[:50])
    restored = Engine.restore(wanted, lived.handle(Save()).state)
    assert post(restored, records[50:]).results == post(lived, records[50:]).results
