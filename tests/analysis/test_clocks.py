"""Clocks that events and rules set: the daily rhythm is looked for so much earlier or later, once and for good."""

import math
import random

import pytest

from tests.analysis.given import documents, engine, job, post
from unusual.analysis.control import Flush, Save, Schedule, ScheduledEvent
from unusual.analysis.engine import Engine

DAY, HOUR, SPAN = 86_400, 3_600, 900
CHANGE = 30 * DAY  # from then on everything happens an hour later
MEAN = {"function": "mean", "field_name": "load"}


def loads(**more):
    chance = random.Random(2)
    records = []
    for time in range(20 * DAY, CHANGE + 3 * DAY, SPAN):
        phase = (time - (HOUR if time >= CHANGE else 0)) % DAY / DAY
        records.append({"time": time, "load": 100 + 50 * math.sin(4 * math.pi * phase) + chance.gauss(0, 1), **more})
    return records


def shifting(*conditions, seconds=-HOUR, **scope):
    return {
        "actions": ["force_time_shift"],
        "params": {"force_time_shift": {"time_shift_amount": seconds}},
        "conditions": [{"applies_to": "time", "operator": o, "value": v} for o, v in conditions],
        **scope,
    }


def event(first, until, *, seconds=-HOUR, skip_result=False):
    return ScheduledEvent(first, until, "clocks change", skip_result, skip_result, seconds)


def alarms(running, records):
    results = documents(post(running, records).results, "record")
    late = [one for one in results if one["timestamp"] >= CHANGE * 1000 and one["record_score"] > 25]
    return len(late)


def made(*rules, analysis=None, **fields):
    return engine({**MEAN, "custom_rules": list(rules), **fields}, bucket_span="15m", analysis=analysis)


def test_without_it_the_changed_clock_is_unusual():
    assert alarms(made(), loads()) > 3


@pytest.mark.parametrize(
    "conditions",
    [
        [("gte", CHANGE), ("lt", CHANGE + SPAN)],
        [("gt", CHANGE - SPAN), ("lte", CHANGE)],
        [("gte", CHANGE - 100), ("lt", CHANGE + 5 * SPAN)],
        [("gte", CHANGE)],
    ],
)
def test_a_rule_shifts_once_where_it_begins_to_hold(conditions):
    running = made(shifting(*conditions))
    assert alarms(running, loads()) == 0
    assert shifts(running) == [-HOUR]


def shifts(running):
    return running.state()["course"]["detection"]["features"][0][0]["model"]["levels"]["shift"].tolist()


@pytest.mark.parametrize("length", [SPAN, 6 * HOUR])
@pytest.mark.parametrize("skip_result", [False, True])
def test_an_event_shifts_once_where_it_begins(length, skip_result):
    running = made()
    running.handle(Schedule((event(CHANGE, CHANGE + length, skip_result=skip_result),), {}))
    assert alarms(running, loads()) == 0
    assert shifts(running) == [-HOUR]


def test_an_event_that_is_told_late_still_shifts():
    running, records = made(), loads()
    early = [one for one in records if one["time"] < CHANGE + 2 * SPAN]
    post(running, early)
    running.handle(Schedule((event(CHANGE, CHANGE + 6 * HOUR),), {}))
    assert alarms(running, records[len(early) :]) == 0
    assert shifts(running) == [-HOUR]


def test_an_event_of_the_past_shifts_nothing():
    running, records = made(), loads()
    post(running, records[:200])
    running.handle(Schedule((event(20 * DAY, 20 * DAY + HOUR),), {}))
    post(running, records[200:400])
    assert shifts(running) == [0]


def test_a_scope_shifts_only_the_series_it_means():
    rule = shifting(("gte", CHANGE), ("lt", CHANGE + SPAN), scope={"site": {"filter_id": "moved"}})
    running = made(rule, partition_field_name="site")
    running.handle(Schedule((), {"moved": ("north",)}))
    both = sorted(loads(site="north") + loads(site="south"), key=lambda one: one["time"])
    both = [one for one in both if one["time"] < CHANGE + 4 * HOUR]  # a day later the other has found out by itself
    found = documents(post(running, both).results, "record")
    late = {
        one["partition_field_value"] for one in found if one["timestamp"] >= CHANGE * 1000 and one["record_score"] > 25
    }
    assert late == {"south"}
    assert sorted(shifts(running)) == [-HOUR, 0]


def test_interim_results_are_judged_by_the_shifted_clock_but_do_not_set_it():
    running = made(shifting(("gte", CHANGE), ("lt", CHANGE + SPAN)))
    post(running, [one for one in loads() if one["time"] <= CHANGE])
    before = shifts(running)
    running.handle(Flush(calc_interim=True))
    assert shifts(running) == before == [0]


def test_a_restored_job_does_not_shift_twice():
    wanted = job({**MEAN, "custom_rules": [shifting(("gte", CHANGE))]}, bucket_span="15m")
    running, records = Engine(wanted), loads()
    at = next(n for n, one in enumerate(records) if one["time"] > CHANGE + 5 * SPAN)
    post(running, records[:at])
    restored = Engine.restore(wanted, running.handle(Save()).state)
    assert post(restored, records[at:]).results == post(running, records[at:]).results
    assert shifts(restored) == [-HOUR]


def test_times_of_the_day_follow_the_clock_too():
    hours = [day * DAY + 9 * HOUR + n * SPAN for day in range(20) for n in range(20)]
    hours += [20 * DAY + 7 * HOUR + n * SPAN for n in range(20)]
    records = [{"time": time} for time in [*hours, 21 * DAY]]
    for seconds, alarmed in ((2 * HOUR, False), (0, True)):
        running = engine({"function": "time_of_day"}, bucket_span="15m")
        running.handle(Schedule((event(20 * DAY, 20 * DAY + HOUR, seconds=seconds),), {}))
        late = documents(post(running, records).results, "record")
        assert any(one["record_score"] > 50 and one["timestamp"] < 21 * DAY * 1000 for one in late) == alarmed


def large(bound, *conditions, quantity="diff_from_typical", **more):
    """A rule that shifts when a value is far from its typical one."""
    rule = shifting(*conditions, **more)
    return rule | {"conditions": [*rule["conditions"], {"applies_to": quantity, "operator": "gt", "value": bound}]}


def test_a_rule_that_asks_for_values_shifts_after_the_first_one_that_meets_it():
    running, records = made(large(15, ("gte", CHANGE))), loads()
    late = documents(post(running, records).results, "record")
    late = [one["timestamp"] // 1000 - CHANGE for one in late if one["timestamp"] >= CHANGE * 1000]
    assert shifts(running) == [-HOUR]
    assert max(late) < HOUR


def test_a_rule_shifts_a_series_once_however_often_its_values_meet_it():
    running = made(large(140, quantity="actual"))
    post(running, loads()[: 3 * 96])
    assert shifts(running) == [-HOUR]


def test_a_rule_waits_until_its_conditions_on_the_time_hold():
    running, records = made(large(140, ("gte", CHANGE), ("lt", CHANGE + DAY), quantity="actual")), loads()
    until = [one for one in records if one["time"] < CHANGE]
    post(running, until)
    assert shifts(running) == [0]
    post(running, records[len(until) :])
    assert shifts(running) == [-HOUR]


def test_only_series_in_scope_are_shifted_by_their_values_each_by_its_own():
    rule = large(140, quantity="actual", scope={"site": {"filter_id": "moved"}})
    running = made(rule, partition_field_name="site")
    running.handle(Schedule((), {"moved": ("north", "east")}))
    some = [one for one in loads(site="north") if one["time"] < 22 * DAY]
    quiet = [one | {"site": "east", "load": 100} for one in some]
    every = [*some, *quiet, *(one | {"site": "south"} for one in some)]
    post(running, sorted(every, key=lambda one: one["time"]))
    assert shifts(running) == [-HOUR, 0, 0]


def test_a_value_of_which_nothing_was_expected_shifts_nothing():
    steady = [{"time": 20 * DAY + n * SPAN, "load": 100} for n in range(50)]
    running = made(large(50))
    post(running, steady)
    assert shifts(running) == [0]
    post(running, [{"time": 20 * DAY + 50 * SPAN, "load": 200}, {"time": 20 * DAY + 51 * SPAN, "load": 100}])
    assert shifts(running) == [-HOUR]


def test_the_clock_of_a_population_is_shifted_once_for_all_its_members():
    rule = large(15 * HOUR, quantity="actual")
    running = engine({"function": "time_of_day", "over_field_name": "who", "custom_rules": [rule]}, bucket_span="15m")
    post(running, [{"time": 20 * DAY + n * SPAN, "who": f"w{n % 7}"} for n in range(3 * 96)])
    rows = running.state()["course"]["detection"]["features"][0][0]["model"]["rows"]
    assert rows["shift"].tolist() == [-HOUR]


def test_what_is_forgotten_and_comes_again_is_shifted_again_and_nothing_else():
    running = made(large(140, quantity="actual"), partition_field_name="site", analysis={"model_prune_window": "1d"})
    gone = [one for one in loads(site="gone") if one["time"] < 21 * DAY]
    stays = [one for one in loads(site="stays") if one["time"] < 26 * DAY]
    post(running, sorted(gone + stays, key=lambda one: one["time"]))
    assert shifts(running) == [-HOUR]
    again = [one for one in loads(site="gone") if 26 * DAY <= one["time"] < 27 * DAY]
    post(running, again)
    assert shifts(running) == [-HOUR, -HOUR]


def test_a_rule_that_an_open_job_is_given_shifts_from_the_next_bucket_on_and_once():
    running, records = made(), loads()
    early = [one for one in records if one["time"] < CHANGE]
    post(running, early)
    changed = job({**MEAN, "custom_rules": [shifting(("gte", CHANGE))]}, bucket_span="15m")
    for _ in range(2):
        running.handle(Schedule((), {}, changed))
        post(running, records[len(early) : len(early) + 20])
    assert shifts(running) == [-HOUR]
    assert Engine.restore(changed, running.handle(Save()).state).state()["course"]["clocks"]["rules"]
