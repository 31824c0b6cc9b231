"""Forecasts of a job in memory: which documents come, from when on, in which pieces, and what they leave alone."""

import json

import pytest

from tests.analysis.given import SPAN, T, documents, engine, post, stream
from unusual.analysis import outlook
from unusual.analysis.control import Forecast, Proceed, Save

REQUEST = {"job_id": "tested", "forecast_id": "f1", "timestamp": 0, "forecast_start_timestamp": 1000}
ENOUGH = 1 << 30


def asked(running, buckets=12, memory_bytes=ENOUGH):
    """All results of a forecast, and how many pieces they came in."""
    outputs = running.handle(Forecast(REQUEST, buckets, memory_bytes))
    results, pieces = list(outputs.results), 1
    while outputs.unfinished:
        outputs = running.handle(Proceed())
        results, pieces = results + outputs.results, pieces + 1
    return results, pieces


def forecasts(results):
    return documents(results, "model_forecast")


def stats(results):
    """The last word on the request."""
    return documents(results, "model_forecast_request_stats")[-1]


def fed(*detectors, buckets=60, **settings):
    running = engine(*detectors, **settings)
    post(running, stream(3, buckets=buckets))
    return running


MEAN = {"function": "mean", "field_name": "value", "by_field_name": "host", "partition_field_name": "user"}


def test_there_is_a_document_for_each_bucket_from_the_last_final_one_on():
    running = fed("count")
    results, _ = asked(running)
    end = running.handle(Save()).finalized_end
    found = forecasts(results)
    assert [one["timestamp"] // 1000 for one in found] == [end - SPAN + SPAN * i for i in range(12)]
    assert found[0].keys() == {
        *("job_id", "result_type", "forecast_id", "timestamp", "bucket_span", "detector_index", "model_feature"),
        *("forecast_lower", "forecast_upper", "forecast_prediction"),
    }
    assert all(one["forecast_lower"] <= one["forecast_prediction"] <= one["forecast_upper"] for one in found)
    assert all(one["forecast_lower"] >= 0.0 for one in found)
    assert {one["model_feature"] for one in found} == {"count"}


def test_every_series_of_every_detector_goes_on_under_its_name():
    results, _ = asked(fed(MEAN, "low_count"), buckets=2)
    found = forecasts(results)
    named = {(one.get("partition_field_value"), one.get("by_field_value")) for one in found}
    assert {("a", "h0"), ("", "h3"), (None, None)} <= named
    assert {(one["partition_field_name"], one["by_field_name"]) for one in found if one["detector_index"] == 0} == {
        ("user", "host")
    }
    assert {one["model_feature"] for one in found} == {"mean(value)", "count"}
    told = [result for result in results if result.kind == "model_forecast"]
    assert len({(result.timestamp, result.entity) for result in told}) == len(told)


def test_a_function_that_watches_several_features_continues_each():
    results, _ = asked(fed({"function": "metric", "field_name": "value"}), buckets=1)
    assert [one["model_feature"] for one in forecasts(results)] == ["min(value)", "max(value)", "mean(value)"]


def test_the_request_tells_what_came_of_it():
    ticks = iter(range(100))
    running = fed("count")
    running._stopwatch = lambda: next(ticks)
    results, _ = asked(running)
    assert stats(results) == REQUEST | {
        "forecast_status": "finished",
        "forecast_progress": 1.0,
        "forecast_messages": [],
        "forecast_memory_bytes": running._course.detection.features[0][0].model.bytes_each,
        "processed_record_count": 12,
        "processing_time_ms": 1000,
        "forecast_end_timestamp": 2000,
    }


def test_a_long_forecast_comes_in_pieces_that_make_one_whole(monkeypatch):
    whole, _ = asked(fed(MEAN), buckets=30)
    monkeypatch.setattr(outlook, "A_PIECE", 7)
    parted, pieces = asked(fed(MEAN), buckets=30)
    assert pieces > 5
    assert sorted(map(json.dumps, forecasts(parted))) == sorted(map(json.dumps, forecasts(whole)))
    progress = [one["forecast_progress"] for one in documents(parted, "model_forecast_request_stats")]
    assert progress == sorted(set(progress))
    assert progress[-1] == 1.0


@pytest.mark.parametrize("before", [0, 1])
def test_a_forecast_changes_nothing(before):
    plain, foretold = fed(MEAN, "count"), fed(MEAN, "count")
    for _ in range(before + 1):
        asked(foretold)
    assert foretold.handle(Save()).state == plain.handle(Save()).state
    more = stream(4, buckets=10, start=T + 60 * SPAN)
    assert post(foretold, more).results == post(plain, more).results


def test_series_that_find_no_memory_are_left_out_and_it_is_said():
    running = fed({"function": "count", "by_field_name": "host"})
    each = running._course.detection.features[0][0].model.bytes_each
    results, _ = asked(running, memory_bytes=2 * each + 1)
    assert len(forecasts(results)) == 2 * 12
    told = stats(results)
    assert told["forecast_status"] == "finished"
    assert told["forecast_messages"][0].startswith("[2] series were left out")
    assert told["forecast_memory_bytes"] == 2 * each


def test_more_results_than_a_forecast_may_have_are_left_out(monkeypatch):
    monkeypatch.setattr(outlook, "MOST", 30)
    results, _ = asked(fed({"function": "count", "by_field_name": "host"}))
    assert len(forecasts(results)) == 2 * 12


@pytest.mark.parametrize("buckets", [0, 2])
def test_a_job_that_knows_too_little_fails_to_forecast(buckets):
    results, _ = asked(fed(MEAN, buckets=buckets))
    told = stats(results)
    assert (told["forecast_status"], told["processed_record_count"]) == ("failed", 0)
    assert told["forecast_messages"] == ["no series has seen enough values to be continued"]


def test_a_detector_that_follows_no_value_is_left_out_and_it_is_said():
    running = fed("count", {"function": "rare", "by_field_name": "host"})
    results, _ = asked(running)
    assert {one["detector_index"] for one in forecasts(results)} == {0}
    assert stats(results)["forecast_messages"] == ["detector [1] follows no value that could be continued"]
