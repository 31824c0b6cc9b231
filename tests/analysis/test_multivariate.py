"""by values judged beside each other: what records say, what rules do, and what stays as it is without the setting."""

import random

import pytest

from tests.analysis.given import SPAN, T, documents, engine, post
from unusual.analysis.control import Flush, Forecast

MEAN = {"function": "mean", "field_name": "load", "by_field_name": "pump"}
BUCKETS, BREAK = 400, 350
PUMPS = ("a", "b", "c", "d")


def loads(culprit="b", site=None, buckets=BUCKETS):
    """Four pumps that go up and down together but for one of them, in one bucket."""
    chance = random.Random(4)
    records = []
    for bucket in range(buckets):
        common = 15.0 if bucket == BREAK else chance.gauss(0, 10)
        for number, pump in enumerate(PUMPS, start=1):
            move = -common if bucket == BREAK and pump == culprit else common
            load = number * (100 + move + chance.gauss(0, 2))
            records.append({"time": T + bucket * SPAN, "pump": pump, "load": load} | ({"site": site} if site else {}))
    return records


def made(*detectors, on=True, **settings):
    return engine(*(detectors or (MEAN,)), analysis={"multivariate_by_fields": on}, **settings)


def strong(results):
    found = [one for one in documents(results, "record") if one["record_score"] >= 25]
    return [one for one in found if one["timestamp"] == (T + BREAK * SPAN) * 1000]


def test_a_value_that_breaks_with_the_others_has_a_record_that_names_one_of_them():
    assert strong(post(made(on=False), loads()).results) == []
    (record,) = strong(post(made(), loads()).results)
    assert record["by_field_value"] == "b"
    assert record["correlated_by_field_value"] in {"a", "c", "d"}
    assert record["probability"] < 1e-3
    told = record["anomaly_score_explanation"]
    impacts = ("single_bucket_impact", "multi_bucket_impact", "anomaly_characteristics_impact")
    assert sum(told[name] for name in impacts) == round(record["initial_record_score"])
    assert told["anomaly_characteristics_impact"] <= 0 < told["single_bucket_impact"]


def test_values_of_other_partitions_are_no_partners():
    detector = MEAN | {"partition_field_name": "site"}
    alone = [one | {"site": one["pump"]} for one in loads()]
    assert strong(post(made(detector), alone).results) == []
    both = sorted(loads(site="north") + loads(None, site="south"), key=lambda one: one["time"])
    (record,) = strong(post(made(detector), both).results)
    assert (record["partition_field_value"], record["by_field_value"]) == ("north", "b")


@pytest.mark.parametrize("field", [{}, {"partition_field_name": "pump"}])
def test_detectors_without_a_by_field_are_as_they_were(field):
    detector = {"function": "mean", "field_name": "load", **field}
    assert post(made(detector), loads()).results == post(made(detector, on=False), loads()).results


@pytest.mark.parametrize(
    "detector", [{"function": "rare", "by_field_name": "pump"}, MEAN | {"over_field_name": "load"}]
)
def test_what_does_not_follow_numbers_over_time_is_as_it_was(detector):
    assert post(made(detector), loads()).results == post(made(detector, on=False), loads()).results


def rule(*actions):
    return {"actions": list(actions), "conditions": [{"applies_to": "time", "operator": "gte", "value": T}]}


def test_rules_silence_it_too_and_what_is_not_learnt_is_not_learnt_here_either():
    assert strong(post(made(MEAN | {"custom_rules": [rule("skip_result")]}), loads()).results) == []
    running = made(MEAN | {"custom_rules": [rule("skip_model_update")]})
    post(running, loads())
    learnt = running.state()["course"]["detection"]["features"][0][0]["model"]["rows"]
    assert learnt["n"].tolist() == [0, 0, 0, 0]


def test_a_rule_that_silences_every_value_leaves_the_correlations_as_they_are():
    plain, silent = made(), made(MEAN | {"custom_rules": [rule("skip_result")]})
    for running in (plain, silent):
        post(running, loads())
    one, other = (r.state()["course"]["detection"]["features"][0][0]["model"] for r in (plain, silent))
    assert one["places"].tobytes() == other["places"].tobytes()


def test_an_interim_break_is_told_and_teaches_nothing():
    records = [one for one in loads() if one["time"] <= T + BREAK * SPAN]
    running = made()
    post(running, records)
    before = running.state()["course"]["detection"]["features"][0][0]["model"]["rows"].tobytes()
    (record,) = strong(running.handle(Flush(calc_interim=True)).results)
    assert (record["by_field_value"], record["is_interim"]) == ("b", True)
    assert running.state()["course"]["detection"]["features"][0][0]["model"]["rows"].tobytes() == before


def test_such_series_are_forecast_and_plotted_as_others_are():
    plain, together = (made(on=on, model_plot_config={"enabled": True}) for on in (False, True))
    told = []
    for running in (plain, together):
        plots = documents(post(running, loads()).results, "model_plot")
        outputs = running.handle(
            Forecast({"forecast_id": "f", "job_id": "tested", "forecast_start_timestamp": 0, "timestamp": 0}, 5, 10**7)
        )
        told.append((plots, documents(outputs.results, "model_forecast")))
    assert told[0] == told[1]
    assert len(told[0][1]) == 5 * len(PUMPS)
