"""What a record says of how its score came about."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.given import SPAN, T, documents, engine, post, stream
from unusual.analysis.control import Flush
from unusual.analysis.explaining import explained
from unusual.detect.features import Blame, Judged
from unusual.detect.functions import READINGS
from unusual.kernels.novelty import DEPARTURE, SUSTAINED, worth
from unusual.kernels.ranking import RARITIES, SCORES

MEAN = {"function": "mean", "field_name": "value"}
IMPACTS = ("single_bucket_impact", "multi_bucket_impact", "anomaly_characteristics_impact")
CALM = 400
(READING,) = READINGS["mean"]


def found(running, records, buckets):
    """Records of a job, the last of so many buckets included."""
    results = post(running, records).results + running.handle(Flush(advance_time=T + buckets * SPAN)).results
    return documents(results, "record")


def of_values(values, detector=MEAN, **settings):
    """Records of one number per bucket, by the number of their bucket."""
    records = [{"time": T + at * SPAN, "value": float(value)} for at, value in enumerate(values)]
    told = found(engine(detector, **settings), records, len(records))
    return {(one["timestamp"] // 1000 - T) // SPAN: one for one in told}


def noise(seed, size=CALM):
    return np.random.default_rng(seed).normal(100.0, 5.0, size)


def explanation(record):
    return record["anomaly_score_explanation"]


def judged(single, lasting):
    """One value with strengths of the channels."""
    nobody = np.zeros(0, np.int64)
    blame = Blame(nobody, nobody.astype(np.int32), nobody.astype(np.int32), np.zeros(0))
    one = np.ones(1)
    strengths = np.array([[*single, lasting]])
    return Judged(one.astype(np.int64), one.astype(np.int64), one, one, one, blame, strengths=strengths)


def use(at, code, host="h0"):
    return {"time": T + at * SPAN, "code": code, "host": host}


CODES = sorted(
    [use(at, "often", f"h{host}") for at in range(300) for host in range(10)]
    + [use(at, code, "h3") for at, code in ((100, "seldom"), (250, "seldom"), (280, "never"))],
    key=lambda one: one["time"],
)
SECRETS = sorted(
    [use(at, "often", f"h{host}") for at in range(80) for host in range(40)]
    + [use(70, code, "h5") for code in ("secret", "deeper")] * 5,
    key=lambda one: one["time"],
)
SUMMED = {  # judged by the past of their own series
    "count": {"function": "count"},
    "metric": {"function": "metric", "field_name": "value", "by_field_name": "host"},
    "sum": {"function": "sum", "field_name": "value", "partition_field_name": "user"},
}
SINGLE = {  # judged one bucket at a time
    "population": {"function": "mean", "field_name": "value", "over_field_name": "host"},
    "times": {"function": "time_of_day", "by_field_name": "user"},
    "places": {"function": "lat_long", "field_name": "place"},
    "rare": {"function": "rare", "by_field_name": "code"},
    "rare of members": {"function": "freq_rare", "by_field_name": "code", "over_field_name": "host"},
}


def records_of(name):
    """Records of one job, some 400 buckets of all sorts."""
    records = {"rare": CODES, "rare of members": SECRETS}.get(name) or stream(2, buckets=400)
    told = found(engine({**SUMMED, **SINGLE}[name]), records, 401)
    assert told
    return told


@pytest.mark.parametrize("name", [*SUMMED, *SINGLE])
def test_the_impacts_add_up_to_the_score_as_first_given(name):
    for one in records_of(name):
        assert sum(explanation(one)[name] for name in IMPACTS) == round(one["initial_record_score"])


def test_buckets_give_points_and_the_past_of_the_job_takes_them():
    impacts = np.array([[explanation(one)[name] for name in IMPACTS] for one in records_of("metric")])
    assert impacts[:, :2].min() >= 0
    assert impacts[:, 2].max() <= 0
    assert impacts[:, 2].min() < 0


@pytest.mark.parametrize("name", SUMMED)
def test_what_is_typical_is_the_same_all_over_the_record_and_lies_within_the_bounds(name):
    records = records_of(name)
    for one in records:
        told = explanation(one)
        assert [told["typical_value"]] == one["typical"]
        assert told["anomaly_type"] == ("spike" if one["actual"] > one["typical"] else "dip")
        if "lower_confidence_bound" in told:
            assert told["lower_confidence_bound"] <= told["typical_value"] <= told["upper_confidence_bound"]
    assert any("lower_confidence_bound" in explanation(one) for one in records)


def test_a_member_is_told_between_which_values_its_peers_would_have_been():
    records = records_of("population")
    for one in records:
        told = explanation(one)
        if "lower_confidence_bound" in told:
            assert told["lower_confidence_bound"] <= told["typical_value"] <= told["upper_confidence_bound"]
            actual = one["causes"][0]["actual"][0]
            assert not told["lower_confidence_bound"] <= actual <= told["upper_confidence_bound"]
    assert any("lower_confidence_bound" in explanation(one) for one in records)


@pytest.mark.parametrize("name", SINGLE)
def test_models_that_know_one_bucket_at_a_time_say_so(name):
    told = [(one["multi_bucket_impact"], explanation(one)["multi_bucket_impact"]) for one in records_of(name)]
    assert set(told) == {(-5.0, 0)}


@pytest.mark.parametrize(("value", "kind"), [(200.0, "spike"), (0.0, "dip")])
@pytest.mark.parametrize("seed", range(3))
def test_one_bucket_alone_far_from_the_others(value, kind, seed):
    values = noise(seed)
    values[-1] = value
    record = of_values(values)[CALM - 1]
    told = explanation(record)
    assert record["multi_bucket_impact"] < -3.0
    assert told["single_bucket_impact"] > told["multi_bucket_impact"]
    assert (told["anomaly_type"], told["anomaly_length"]) == (kind, 1)
    assert not told["lower_confidence_bound"] <= value <= told["upper_confidence_bound"]


@pytest.mark.parametrize("seed", range(4))
def test_a_small_shift_that_lasts_shows_in_many_buckets_only(seed):
    values = noise(seed, 1000)
    values[-16:] = 105.0  # one deviation
    late = [one for bucket, one in of_values(values).items() if bucket >= 988]
    assert late
    strongest = max(late, key=lambda one: one["record_score"])
    assert strongest["multi_bucket_impact"] > 0.0
    assert explanation(strongest)["multi_bucket_impact"] > explanation(strongest)["single_bucket_impact"]


def test_the_length_counts_unusual_buckets_up_to_this_one():
    values = noise(1)
    values[[300, 301, 302, 350]] = [200.0, 900.0, 5000.0, 90_000.0]
    records = of_values(values)
    assert [explanation(records[at])["anomaly_length"] for at in (300, 301, 302, 350)] == [1, 2, 3, 1]


def test_buckets_that_must_not_be_learnt_count_all_the_same():
    rule = {"actions": ["skip_model_update"], "conditions": [{"applies_to": "actual", "operator": "gt", "value": 150}]}
    values = noise(1)
    values[300:304] = 200.0
    records = of_values(values, MEAN | {"custom_rules": [rule]})
    assert [explanation(records[at])["anomaly_length"] for at in range(300, 304)] == [1, 2, 3, 4]


def test_a_bucket_that_is_not_over_is_explained_as_the_final_one():
    values = noise(1)
    values[-3:] = [200.0, 900.0, 5000.0]
    records = [{"time": T + at * SPAN, "value": float(value)} for at, value in enumerate(values)]
    running = engine(MEAN)
    post(running, records)
    (interim,) = documents(running.handle(Flush(calc_interim=True)).results, "record")
    (final,) = documents(running.handle(Flush(advance_time=T + CALM * SPAN)).results, "record")
    assert interim["is_interim"]
    assert explanation(interim) == explanation(final)
    assert explanation(final)["anomaly_length"] == 3


@pytest.mark.parametrize(("rows", "penalty"), [(1, True), (2, True), (10, False), (30, False)])
def test_a_bucket_with_less_than_half_of_the_usual_records_is_incomplete(rows, penalty):
    chance = np.random.default_rng(2)
    records = [
        {"time": T + at * SPAN + row, "value": float(chance.normal(100.0, 5.0))}
        for at in range(200)
        for row in range(10)
    ]
    records += [{"time": T + 200 * SPAN + row, "value": 1000.0} for row in range(rows)]
    *_, last = found(engine(MEAN), records, 201)
    assert explanation(last)["incomplete_bucket_penalty"] is penalty


def test_a_count_is_never_expected_below_zero():
    chance = np.random.default_rng(4)
    records = [
        {"time": T + at * SPAN} for at in range(600) for _ in range(int(chance.poisson(0.5)) + 40 * (at % 100 == 99))
    ]
    told = [explanation(one) for one in found(engine("count"), records, 600)]
    assert told
    assert min(min(one["typical_value"], one.get("lower_confidence_bound", 0.0)) for one in told) >= 0.0


def test_a_value_never_met_before_is_told_from_one_that_is_only_rare():
    running = engine({"function": "rare", "by_field_name": "code"})
    told = {one["timestamp"] // 1000: explanation(one) for one in found(running, CODES, 301)}
    first = {at: told[T + at * SPAN]["by_field_first_occurrence"] for at in (100, 250, 280)}
    assert first == {100: True, 250: False, 280: True}
    assert not any("typical_value" in one for one in told.values())


def test_no_time_or_place_is_a_spike():
    records = [{"time": T + at * 3600, "place": "50,13"} for at in range(400)]
    records += [{"time": T + 400 * 3600 + 1800, "place": "-30,100"}]
    running = engine("time_of_day", {"function": "lat_long", "field_name": "place"})
    told = found(running, records, 402 * 12)
    assert {one["function"] for one in told} == {"time_of_day", "lat_long"}
    for one in told:
        assert "anomaly_type" not in explanation(one)
        assert ("typical_value" in explanation(one)) == (one["function"] == "time_of_day")


@given(st.lists(st.floats(0.0, 3.0), min_size=3, max_size=3), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_that_lasts_never_leans_less_to_many_buckets(single, lasting, more):
    less = explained(judged(single, lasting), 0, READING, 0.0)["multi_bucket_impact"]
    leaning = explained(judged(single, lasting + more), 0, READING, 0.0)["multi_bucket_impact"]
    assert -5.0 <= less <= leaning <= 5.0


@given(st.floats(0.35, 0.45))
def test_an_impact_is_even_where_one_bucket_and_many_are_worth_the_same(strength):
    decades, low, high = worth(DEPARTURE, strength), 0.0, 1.0
    while high - low > 1e-9:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if worth(SUSTAINED, middle) < decades else (low, middle)
    even = explained(judged([strength, 0.0, 0.0], high), 0, READING, 0.0)
    assert even["multi_bucket_impact"] == pytest.approx(0.0, abs=1e-4)
    one, many = (explanation(even)[name] for name in IMPACTS[:2])
    assert abs(one - many) <= 1  # whole points
    assert one + many == round(float(np.interp(decades, RARITIES, SCORES)))
