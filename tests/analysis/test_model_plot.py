"""Model plots: what was expected of every value of the chosen series, told bucket by bucket."""

import random

import numpy as np
import pytest

from tests.analysis.given import SPAN, T, documents, engine, job, post, stream
from unusual.analysis.control import Flush, Proceed, Schedule

BY_HOST = {"function": "mean", "field_name": "value", "by_field_name": "host"}
BUCKETS = 200


def loads(hosts=("ash", "elm"), buckets=BUCKETS):
    chance = random.Random(3)
    return [
        {"time": T + bucket * SPAN, "host": host, "value": chance.gauss(50, 5)}
        for bucket in range(buckets)
        for host in hosts
    ]


def plotted(results):
    return documents(results, "model_plot")


def plot_of(*detectors, records, **settings):
    return plotted(post(engine(*detectors, **settings), records).results)


def test_every_value_that_could_be_judged_has_bounds():
    found = plot_of(BY_HOST, records=loads(), model_plot_config={"enabled": True})
    assert len(found) == 2 * (BUCKETS - 3)  # the last bucket is open, and of two values nothing is known
    assert found[0] == {
        "job_id": "tested",
        "result_type": "model_plot",
        "timestamp": (T + 2 * SPAN) * 1000,
        "bucket_span": SPAN,
        "detector_index": 0,
        "model_feature": "mean(value)",
        "by_field_name": "host",
        "by_field_value": "ash",
        **{name: found[0][name] for name in ("model_lower", "model_upper", "model_median", "actual")},
    }
    assert all(one["model_lower"] <= one["model_median"] <= one["model_upper"] for one in found)


def test_nineteen_values_of_twenty_lie_within_the_bounds():
    found = plot_of("count", {"function": "mean", "field_name": "value"}, records=loads(("ash",), 3000))
    assert found == []
    found = plot_of({"function": "mean", "field_name": "value"}, records=loads(("ash",), 3000), model_plot_config={})
    inside = [one["model_lower"] <= one["actual"] <= one["model_upper"] for one in found]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("terms", "hosts"),
    [("elm", {"elm"}), (" elm , oak,nobody", {"elm", "oak"}), ("", {"ash", "elm", "oak"}), ("nobody", set())],
)
def test_terms_choose_series_by_any_of_their_values(terms, hosts):
    records = loads(("ash", "elm", "oak"), 20)
    found = plot_of(BY_HOST, records=records, model_plot_config={"enabled": True, "terms": terms})
    assert {one["by_field_value"] for one in found} == hosts


def test_a_count_has_no_bound_below_zero_and_is_plotted_when_nothing_comes():
    records = [one for one in loads(("ash",), 60) if (one["time"] - T) // SPAN % 7]
    found = plot_of("count", records=records, model_plot_config={"enabled": True})
    assert min(one["model_lower"] for one in found) >= 0.0
    assert {one["actual"] for one in found} == {0.0, 1.0}


def test_each_feature_of_a_detector_is_told_apart():
    detector = {"function": "metric", "field_name": "value", "partition_field_name": "host"}
    found = plot_of(detector, records=loads(("ash",), 10), model_plot_config={"enabled": True})
    assert {one["model_feature"] for one in found} == {"min(value)", "max(value)", "mean(value)"}
    assert {one["partition_field_value"] for one in found} == {"ash"}


def test_members_of_a_population_have_bounds_among_their_peers():
    members = [f"h{number}" for number in range(12)]
    detector = {"function": "mean", "field_name": "value", "over_field_name": "host"}
    found = plot_of(detector, records=loads(members, 60), model_plot_config={"enabled": True, "terms": "h3,h4"})
    assert {(one["over_field_name"], one["over_field_value"]) for one in found} == {("host", "h3"), ("host", "h4")}
    assert len(found) == 2 * (60 - 4)  # the last bucket is open, and of the first three nothing is known
    assert all(one["model_lower"] <= one["model_median"] <= one["model_upper"] for one in found)
    inside = [one["model_lower"] <= one["actual"] <= one["model_upper"] for one in found]
    assert np.mean(inside) > 0.85


def test_what_is_plotted_changes_nothing_else():
    def rest(**settings):
        results = post(engine(BY_HOST, "count", **settings), stream(5)).results
        return [result for result in results if result.kind != "model_plot"]

    assert rest(model_plot_config={"enabled": True}) == rest()


def test_results_come_in_time_order():
    results = post(engine("count", model_plot_config={"enabled": True}), loads()).results
    times = [result.timestamp for result in results]
    assert times == sorted(times)


def test_buckets_that_are_not_over_are_not_plotted():
    running = engine("count", model_plot_config={"enabled": True})
    post(running, loads(("ash",), 10))
    assert plotted(running.handle(Flush(calc_interim=True)).results) == []


def test_an_open_job_follows_a_change_from_the_next_bucket_on():
    running = engine("count")
    records = loads(("ash",), 30)
    assert plotted(post(running, records[:10]).results) == []
    running.handle(Schedule((), {}, job("count", model_plot_config={"enabled": True})))
    assert len(plotted(post(running, records[10:20]).results)) == 10
    running.handle(Schedule((), {}, job("count", model_plot_config={"enabled": False})))
    assert plotted(post(running, records[20:]).results) == []


def test_a_long_gap_comes_in_pieces():
    hosts = [f"h{number}" for number in range(50)]
    running = engine({"function": "count", "by_field_name": "host"}, model_plot_config={"enabled": True})
    outputs = post(running, [*loads(hosts, 3), {"time": T + 5000 * SPAN, "host": "h0"}])
    sizes = [len(plotted(outputs.results))]
    while outputs.unfinished:
        outputs = running.handle(Proceed())
        sizes.append(len(plotted(outputs.results)))
    assert max(sizes) <= 50_000
    assert sum(sizes) == 50 * (5000 - 2)


def test_a_job_says_how_it_was_configured():
    assert job(model_plot_config={"enabled": True}).model_plot_config.annotations_enabled
