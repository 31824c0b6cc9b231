"""One metric over time: which documents are of it, and what is said of it."""

import numpy as np
import pytest

from tests.jobs.viewing.conftest import CONFIG, SPAN_MS, record, result
from unusual.analysis.control import Annotation
from unusual.errors import Missing
from unusual.jobs import annotations, calendars, configure, datafeeds
from unusual.jobs.indexing import Write, write
from unusual.jobs.indices import create
from unusual.jobs.viewing.metrics import Metric, Remark, detector_of, members, splits, told
from unusual.jobs.viewing.windows import Window

WINDOW = Window(0, 10 * SPAN_MS)
PUMP = {"type": "text", "fields": {"keyword": {"type": "keyword"}}}
ONE = {"lang": "expression", "source": "1"}


@pytest.fixture
def metric(stored) -> Metric:
    return Metric(stored, 0, (("pump", "a"),))


def plot(bucket: int, pump: str, actual: float, detector: int = 0):
    bounds = {"model_lower": actual - 1, "model_upper": actual + 1, "model_median": actual}
    split = {"by_field_name": "pump", "by_field_value": pump, "detector_index": detector, "model_feature": "mean(load)"}
    return result("model_plot", bucket, entity=f"{detector}:0:{pump}", actual=actual, **bounds, **split)


def forecast(bucket: int, pump: str, forecast_id: str):
    values = {"forecast_lower": 1.0, "forecast_upper": 3.0, "forecast_prediction": 2.0}
    split = {"by_field_name": "pump", "by_field_value": pump, "detector_index": 0, "forecast_id": forecast_id}
    return result("model_forecast", bucket, entity=f"{forecast_id}:{pump}", **values, **split)


def test_its_values_are_those_of_its_own_series_in_the_window(kept, keep, metric):
    keep(*(plot(bucket, pump, bucket + ord(pump)) for bucket in range(12) for pump in "ab"), plot(0, "a", 0.0, 1))
    actual = told(kept, metric, WINDOW).actual
    assert actual.times.tolist() == [bucket * SPAN_MS for bucket in range(10)]
    assert actual.actual.tolist() == [bucket + ord("a") for bucket in range(10)]
    assert (actual.upper - actual.lower == 2.0).all()


def test_without_a_model_plot_only_a_count_of_everything_has_values(kept, keep, metric, stored):
    keep(*(result("bucket", bucket, event_count=bucket * 2) for bucket in range(3)))
    assert told(kept, metric, WINDOW).actual is None
    counted = told(kept, Metric(stored, 1), WINDOW).actual
    assert counted.actual.tolist() == [0.0, 2.0, 4.0]
    assert np.isnan(counted.lower).all()


@pytest.fixture
def fed(kept):
    """The job with a datafeed over an index; what its pumps did is told by a function, as a metric of it."""
    create(kept, "log", {"mappings": {"properties": {"at": {"type": "date"}, "pump": PUMP}}})
    loads = [(0, "a b", 1.0), (0, "a b", 5.0), (0, "a", 9.0), (3, "a b", 2.0), (12, "a b", 7.0)]
    documents = [{"at": bucket * SPAN_MS + 5, "pump": pump, "load": load} for bucket, pump, load in loads]
    write(kept, "log", [Write(None, document) for document in documents])

    def metric(function: str, *entities, feed: dict | None = None, **field) -> Metric:
        detector = {"function": function, "by_field_name": "pump", **field}
        body = {"analysis_config": {"bucket_span": "1m", "detectors": [detector]}}
        configure.create(kept, "fed", body | {"data_description": {"time_field": "at"}})
        datafeeds.create(kept, "fed", {"job_id": "fed", "indices": ["log"], **(feed or {})})
        return Metric(kept.jobs.get("fed"), 0, entities)

    return metric


@pytest.mark.parametrize(
    ("function", "times", "values"),
    [
        ("high_mean", [0, 3], [3.0, 2.0]),
        ("median", [0, 3], [3.0, 2.0]),
        ("max", [0, 3], [5.0, 2.0]),
        ("sum", [0, 1, 2, 3], [6.0, 0.0, 0.0, 2.0]),
        ("non_null_sum", [0, 3], [6.0, 2.0]),
        ("distinct_count", [0, 1, 2, 3], [2.0, 0.0, 0.0, 1.0]),
    ],
)
def test_without_a_model_plot_values_are_read_again_where_the_datafeed_reads(kept, fed, function, times, values):
    found = told(kept, fed(function, ("pump", "a b"), field_name="load"), WINDOW)
    assert found.read_from == "log"
    assert not found.expects
    assert (found.actual.times // SPAN_MS).tolist() == times
    assert found.actual.actual.tolist() == pytest.approx(values)


def test_of_what_a_datafeed_reads_only_what_it_asks_for_counts(kept, fed):
    asked = {"query": {"range": {"load": {"gte": 2.0}}}}
    found = told(kept, fed("count", ("pump", "a b"), feed=asked), WINDOW)
    assert found.actual.actual.tolist() == [1.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("function", "feed", "field"),
    [
        ("info_content", {}, {"field_name": "pump"}),
        ("rare", {}, {}),
        (
            "mean",
            {"script_fields": {"load": {"script": {"lang": "expression", "source": "1"}}}},
            {"field_name": "load"},
        ),
        ("mean", {"indices": ["elsewhere:log"]}, {"field_name": "load"}),
        ("mean", {"query": {"term": {"pump": "nobody"}}}, {"field_name": "load"}),
    ],
)
def test_values_that_cannot_be_read_again_are_told_to_be_unknown(kept, fed, function, feed, field):
    found = told(kept, fed(function, ("pump", "a b"), feed=feed, **field), WINDOW)
    assert (found.actual, found.read_from) == (None, "")


def test_its_anomalies_are_its_own(kept, keep, metric):
    keep(record(1, 10.0, "a"), record(2, 90.0, "a"), record(2, 90.0, "b"), record(3, 50.0, detector=1))
    assert [one["timestamp"] for one in told(kept, metric, WINDOW).anomalies] == [2 * SPAN_MS, SPAN_MS]


def test_its_forecast_is_the_newest(kept, keep, metric):
    for forecast_id, made in (("old", 1), ("new", 2)):
        keep(
            result(
                "model_forecast_request_stats",
                9,
                entity=forecast_id,
                forecast_id=forecast_id,
                forecast_create_timestamp=made,
            ),
            *(forecast(bucket + made, pump, forecast_id) for bucket in range(10, 12) for pump in "ab"),
        )
    found = told(kept, metric, WINDOW).forecast
    assert found.times.tolist() == [12 * SPAN_MS, 13 * SPAN_MS]
    assert (found.lower[0], found.actual[0], found.upper[0]) == (1.0, 2.0, 3.0)


def test_the_end_that_is_not_final_is_told(kept, keep, metric):
    keep(result("bucket", 7), result("bucket", 8, interim=True), result("bucket", 9, interim=True))
    assert told(kept, metric, WINDOW).interim == Window(8 * SPAN_MS, 10 * SPAN_MS)


def test_events_and_remarks_that_touch_the_window_are_told_but_for_those_of_other_metrics(kept, metric):
    events = [
        {"description": name, "start_time": start * SPAN_MS, "end_time": end * SPAN_MS}
        for name, start, end in (("sale", 2, 4), ("before", -5, -1))
    ]
    kept.configs.put(calendars.KIND, "c", {"calendar_id": "c", "job_ids": ["pumps"], calendars.EVENTS: events})
    said = [
        Annotation(
            annotations.MODEL_CHANGE, text, 3 * SPAN_MS, 3 * SPAN_MS, {"by_field_name": "pump", "by_field_value": pump}
        )
        for text, pump in (("mine", "a"), ("other", "b"))
    ]
    annotations.keep(kept, "pumps", said)
    found = told(kept, metric, WINDOW)
    assert found.events == [Remark("sale", Window(2 * SPAN_MS, 4 * SPAN_MS))]
    assert [one.text for one in found.annotations] == ["mine"]


def test_the_members_of_a_population_are_all_that_were_plotted(kept, keep):
    keep(*(plot(0, pump, ord(pump)) for pump in "abc"), plot(0, "z", 0.0, 1))
    chosen = {"job_id": "pumps", "detector_index": 0}
    assert sorted(members(kept, chosen, WINDOW).actual) == [ord(pump) for pump in "abc"]
    assert members(kept, chosen, Window(500 * SPAN_MS, 501 * SPAN_MS)) is None


def test_a_detector_is_split_by_the_finest_field_first():
    detector = {"partition_field_name": "site", "by_field_name": "pump", "over_field_name": None}
    assert splits(detector) == ["pump", "site"]
    with pytest.raises(Missing, match="no detector"):
        detector_of(CONFIG, 7)
