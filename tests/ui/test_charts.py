"""What charts show, told by their options; no browser."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.jobs.viewing.metrics import Remark, Told
from unusual.jobs.viewing.swimlanes import Swimlane
from unusual.jobs.viewing.thinning import Curves
from unusual.jobs.viewing.windows import Grid, Window
from unusual.ui.charts import evidence, lanes, series, waterfall
from unusual.ui.charts.style import ink
from unusual.ui.explorer import stretches
from unusual.ui.severity import BANDS, band_of

INK = ink(dark=False)
HOUR = 3_600_000
RECORD = {
    "timestamp": 5 * HOUR,
    "bucket_span": 3600,
    "is_interim": False,
    "record_score": 80.0,
    "initial_record_score": 92.0,
    "function": "mean",
    "field_name": "load",
    "actual": [9.0],
    "typical": [2.0],
    "key": "18000000:0:1",
}
EXPLAINED = RECORD | {
    "anomaly_score_explanation": {
        "single_bucket_impact": 90,
        "multi_bucket_impact": 6,
        "anomaly_characteristics_impact": -4,
    }
}


def named(options, name):
    return next(one for one in options["series"] if one.get("name") == name)


def test_lanes_tell_each_score_by_colour_and_by_number():
    options = lanes.options(Swimlane("", {0: 2.0}), [Swimlane("a", {1: 99.0})], Grid(0, HOUR, 3), INK)
    cells = options["series"][0]["data"]
    assert [cell["value"] for cell in cells] == [[0, 0, 2.0, ""], [1, 1, 99.0, "99"]]
    assert cells[1]["name"] == "a · 1970-01-01 01:00 to 1970-01-01 02:00 · score 99"
    assert options["yAxis"]["data"] == ["Overall", "a"]
    assert lanes.stretch((1.0, 2.0))["areas"][0]["coordRange"] == [1.0, 2.0]
    assert [piece["color"] for piece in options["visualMap"]["pieces"]] == [band.colour for band in BANDS]


@pytest.mark.parametrize(
    ("places", "expected"),
    [((0.4, 1.6), Window(0, 2 * HOUR)), ((-9, 99), Window(0, 4 * HOUR)), ((5, 9), None)],
)
def test_a_stretch_of_lanes_is_a_stretch_of_time(places, expected):
    assert stretches.brushed(Grid(0, HOUR, 4), *places) == expected
    if expected is not None:
        assert stretches.brushed(Grid(0, HOUR, 4), *stretches.places(Grid(0, HOUR, 4), expected)) == expected


@pytest.mark.parametrize(
    ("before", "steps", "extend", "after"),
    [
        (None, 1, False, (0, 1)),
        (None, -1, True, (3, 4)),
        ((1, 2), 1, False, (2, 3)),
        ((2, 4), 1, False, (2, 4)),
        ((0, 1), -1, False, (0, 1)),
        ((1, 2), 1, True, (1, 3)),
        ((1, 3), -1, True, (1, 2)),
        ((1, 2), -1, True, (1, 2)),
    ],
)
def test_a_stretch_is_moved_and_extended_by_cells_within_the_lanes(before, steps, extend, after):
    window = None if before is None else Window(*(place * HOUR for place in before))
    moved = stretches.moved(Grid(0, HOUR, 4), window, steps, extend=extend)
    assert moved == Window(*(place * HOUR for place in after))


SCORES = st.floats(0, 100)


@given(st.integers(-100, 100), st.integers(-100, 100), st.integers(0, 100), SCORES)
def test_the_steps_of_a_score_add_up_to_it(single, multi, first, current):
    explanation = {
        "single_bucket_impact": single,
        "multi_bucket_impact": multi,
        "anomaly_characteristics_impact": first - single - multi,
    }
    record = {"initial_record_score": float(first), "record_score": current, "anomaly_score_explanation": explanation}
    told = waterfall.steps(record)
    parts = sum(step.points for step in told if not step.is_sum)
    assert parts == told[-1].points == round(current)
    assert sum(step.points for step in told[:3]) == told[3].points == first


def test_a_bar_begins_where_the_one_before_ended():
    options = waterfall.options(EXPLAINED, INK)
    below, above = (one["data"] for one in options["series"])
    assert options["xAxis"]["data"][3:] == ["first score", "seen since", "score now"]
    assert below == [0, 90, 92, 0, 80, 0]
    assert [bar["value"] for bar in above] == [90, 6, 4, 92, 12, 80]
    assert [bar["label"]["formatter"] for bar in above] == ["+90", "+6", "-4", "92", "-12", "80"]


def test_a_score_without_parts_begins_with_the_first_score():
    assert [step.points for step in waterfall.steps(RECORD)] == [92, -12, 80]


def told(**known) -> Told:
    times = np.arange(3) * HOUR
    actual = Curves(times, np.array([1.0, np.nan, 3.0]), np.array([0.0, 1.0, 2.0]), np.array([2.0, 3.0, 5.0]))
    return Told(Window(0, 10 * HOUR), **{"actual": actual, "forecast": None, **known})


def test_a_metric_shows_values_with_gaps_and_the_interval_that_was_expected():
    options = series.options(told(), INK, "mean(load)")
    assert named(options, "actual")["data"] == [[0, 1.0], [HOUR, None], [2 * HOUR, 3.0]]
    assert [wide for _, wide in named(options, "expected")["data"]] == [2.0, 2.0, 3.0]
    assert "NaN" not in json.dumps(options)


def test_the_widest_intervals_get_no_room_that_values_do_not_need():
    times, values = np.arange(100) * HOUR, np.linspace(1.0, 3.0, 100)
    wide = np.where(times == 0, 1000.0, 4.0)
    options = series.options(told(actual=Curves(times, values, -wide, wide)), INK, "mean(load)")
    assert max(width for _, width in named(options, "expected")["data"]) == 8.0


def test_where_only_anomalies_are_known_they_tell_what_was_typical():
    options = series.options(told(actual=None, anomalies=[RECORD]), INK, "x")
    assert [point["value"] for point in named(options, "typical")["data"]] == [[5 * HOUR, 2.0]]
    assert not any(one.get("name") == "typical" for one in series.options(told(anomalies=[RECORD]), INK, "x")["series"])


def test_anomalies_show_their_severity_whether_many_buckets_show_them_and_whether_they_are_final():
    records = [RECORD, RECORD | {"multi_bucket_impact": 4.0}, RECORD | {"is_interim": True}]
    interim, lasting, plain = named(series.options(told(anomalies=records), INK, "x"), "anomalies")["data"]
    assert plain["value"] == [5 * HOUR, 9.0]
    assert plain["itemStyle"]["color"] == band_of(80.0).colour
    assert lasting["symbol"] != plain["symbol"]
    assert "seen over many buckets" in lasting["name"]
    assert interim["itemStyle"]["color"] == "transparent"
    assert "interim" in interim["name"]


def test_the_axis_of_time_goes_on_to_the_end_of_the_forecast():
    times = np.arange(10, 14) * HOUR
    ahead = Curves(times, np.ones(4), np.zeros(4), np.full(4, 2.0))
    options = series.options(told(forecast=ahead), INK, "x")
    assert options["xAxis"]["max"] == 13 * HOUR
    assert named(options, "forecast")["lineStyle"]["type"] == "dashed"


def test_stretches_that_something_is_said_of_are_marked():
    remarks = {"events": [Remark("sale", Window(HOUR, 2 * HOUR))], "interim": Window(9 * HOUR, 10 * HOUR)}
    options = series.options(told(**remarks), INK, "x")
    assert named(options, "scheduled events")["markArea"]["data"] == [
        [{"name": "sale", "xAxis": HOUR}, {"xAxis": 2 * HOUR}]
    ]
    assert named(options, "interim results")["markArea"]["data"][0][0]["name"] == "interim"
    assert all(one.get("name") != "annotations" for one in options["series"])


PLACES = {"geo_results": {"actual_point": "10,20", "typical_point": "50,7"}}
CAUSE = {"actual": [7.0], "typical": [1.0]}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "series"),
        ({"by_field_name": "mlcategory", "by_field_value": "3"}, "series"),
        ({"over_field_name": "user", "over_field_value": "a", "causes": [CAUSE]}, "population"),
        ({"function": "rare", "by_field_name": "user", "by_field_value": "a"}, "rare"),
        ({"function": "freq_rare", "over_field_name": "user", "over_field_value": "a"}, "rare"),
        (PLACES, "map"),
        ({"over_field_name": "user", "over_field_value": "a", "causes": [PLACES]}, "map"),
    ],
)
def test_a_record_has_the_chart_of_its_kind(fields, kind):
    assert evidence.kind_of(RECORD | fields) == kind


def test_a_category_is_known_by_its_number():
    assert evidence.category_of({"by_field_name": "mlcategory", "by_field_value": "3"}) == 3
    assert evidence.category_of({"by_field_name": "host", "by_field_value": "3"}) is None


def test_a_population_shows_its_unusual_members_among_all():
    record = {key: value for key, value in RECORD.items() if key not in {"actual", "typical"}}
    record |= {"over_field_name": "user", "over_field_value": "eve", "causes": [CAUSE]}
    members = Curves(np.array([0, HOUR]), np.array([1.0, 2.0]), np.zeros(2), np.zeros(2))
    options = evidence.options(record, [record], INK, members)
    assert named(options, "anomalies")["data"][0]["value"] == [5 * HOUR, 7.0]
    assert named(options, "anomalies")["data"][0]["name"].startswith("eve · ")
    assert named(options, "typical")["data"][0]["value"] == [5 * HOUR, 1.0]
    assert named(options, "all members")["data"] == [(0, 1.0), (HOUR, 2.0)]


def test_rare_values_have_a_strip_each_the_chosen_one_first():
    rare = RECORD | {"function": "rare", "by_field_name": "process"}
    records = [rare | {"by_field_value": name, "key": name} for name in ("cron", "miner", "cron")]
    options = evidence.options(records[1], records, INK)
    assert options["yAxis"]["data"] == ["miner", "cron"]
    points = named(options, "anomalies")["data"]
    assert [point["value"][1] for point in points] == [1, 0, 1]
    assert [point["itemStyle"]["borderWidth"] for point in points] == [1, 3, 1]


def test_a_map_joins_each_unusual_place_to_the_usual_one():
    record = RECORD | PLACES | {"by_field_value": "dora"}
    options = evidence.options(record, [record], INK)
    assert options["series"][0]["data"] == [{"coords": [[7.0, 50.0], [20.0, 10.0]]}]
    assert named(options, "anomalies")["data"][0]["value"] == [20.0, 10.0]


@pytest.mark.parametrize("dark", [True, False])
def test_every_chart_is_told_to_those_who_do_not_see_it(dark):
    of = ink(dark=dark)
    charts = [
        waterfall.options(EXPLAINED, of),
        series.options(told(), of, "mean(load)"),
        lanes.options(Swimlane("", {}), [], Grid(0, HOUR, 1), of),
        evidence.options(RECORD | PLACES, [RECORD | PLACES], of),
    ]
    assert all(chart["aria"]["label"]["description"].endswith(".") for chart in charts)
