"""What tables say, and the links that lead back to a view; no browser."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.errors import Invalid
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.jobs.viewing.windows import Window
from unusual.ui.anomaly.singlemetric import View as MetricView
from unusual.ui.anomaly.wording import COLUMNS, FILE_COLUMNS, facts
from unusual.ui.explorer.view import View
from unusual.ui.links import read
from unusual.ui.tables import as_csv

DETECTORS = [{"detector_index": 4, "by_field_name": "pump", "partition_field_name": "site", "function": "mean"}]
JOB = StoredJob({"job_id": "pumps", "analysis_config": {"detectors": DETECTORS}}, State.CLOSED)
RECORD = {
    "job_id": "pumps",
    "timestamp": 1_609_459_200_000,
    "bucket_span": 900,
    "is_interim": False,
    "detector_index": 4,
    "record_score": 80.3,
    "initial_record_score": 92.0,
    "probability": 1e-9,
    "function": "mean",
    "field_name": "load",
    "by_field_name": "pump",
    "by_field_value": "p1",
    "partition_field_name": "site",
    "partition_field_value": "north",
    "actual": [9.0],
    "typical": [2.0],
}
VIEWS = st.builds(
    View,
    job=st.text(),
    start=st.none() | st.integers(0, 10**13),
    by=st.text(),
    value=st.text(),
    least=st.sampled_from([0.0, 3.0, 75.0]),
    desc=st.booleans(),
    open=st.text(),
)


def query(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


@given(VIEWS)
def test_a_link_leads_back_to_its_view(view):
    assert read(View, query(view.link)) == view


def test_what_is_as_usual_is_left_out_of_a_link():
    assert View().link == "/explorer"
    assert View(job="a b", lanes=2).link == "/explorer?job=a+b&lanes=2"


@pytest.mark.parametrize("wrong", [{"start": "soon"}, {"least": "bad"}, {"desc": "perhaps"}])
def test_a_link_that_tells_no_view_is_refused_by_name(wrong):
    with pytest.raises(Invalid, match=rf"\[{next(iter(wrong))}\] cannot be \[{next(iter(wrong.values()))}\]"):
        read(View, wrong)
    assert read(View, {"unknown": "1", "job": "a"}) == View(job="a")


def test_a_view_asks_for_the_part_of_its_time_that_is_picked():
    view = View(by="pump", value="p1", first=20, until=30, least=3.0, function="mean")
    question = view.question(Window(0, 100))
    assert (question.window, question.entities, question.function) == (Window(20, 30), (("pump", "p1"),), "mean")
    assert View(value="lost").question(Window(0, 100)).entities == ()


def test_a_record_leads_to_its_metric():
    view = MetricView.of_record(JOB, RECORD)
    assert view.chosen == ["p1", "north"]
    assert view.metric(JOB).entities == (("pump", "p1"), ("site", "north"))
    assert view.start < RECORD["timestamp"] < view.end
    assert read(MetricView, query(view.link)) == view


@pytest.mark.parametrize("values", ["", "{}", "[1]", '"p1"'])
def test_values_that_are_no_list_of_texts_are_refused(values):
    with pytest.raises(Invalid, match="must be a list of texts in JSON"):
        _ = MetricView(values=values).chosen


def test_a_row_says_what_was_unusual():
    assert [column.cell(RECORD) for column in COLUMNS] == [
        "2021-01-01 00:00",
        "80 critical",
        "mean(load) by pump partition site",
        "p1 / north",
        "9",
        "2",
        "4.5x higher",
        "–",  # noqa: RUF001 - a dash in the place of a value
    ]


def test_a_place_and_a_cause_are_told_where_a_value_would_be():
    places = {"geo_results": {"actual_point": "10,20", "typical_point": "50,7"}}
    cells = {column.title: column.cell(RECORD | places) for column in COLUMNS}
    assert (cells["Actual"], cells["Typical"]) == ("10,20", "50,7")
    bare = {key: value for key, value in RECORD.items() if key not in {"actual", "typical"}}
    cells = {column.title: column.cell(bare | {"causes": [{"actual": [1.0], "typical": [4.0]}]}) for column in COLUMNS}
    assert (cells["Actual"], cells["Departure"]) == ("1", "4x lower")


def test_a_file_tells_numbers_as_they_are():
    titles, row, _ = as_csv(FILE_COLUMNS, [RECORD]).decode().split("\r\n")
    assert titles.startswith("timestamp,time,record_score,")
    assert (
        row
        == "1609459200000,2021-01-01 00:00,80.3,92.0,false,mean(load) by pump partition site,p1 / north,9.0,2.0,1e-09,"
        ",pumps"
    )


def test_facts_say_what_the_explanation_knows():
    told = {"lower_confidence_bound": 1.0, "upper_confidence_bound": 3.0, "anomaly_length": 1, "anomaly_type": "spike"}
    said = dict(facts(RECORD | {"anomaly_score_explanation": told | {"incomplete_bucket_penalty": True}}))
    assert said["Normal from"] == "1 to 3"
    assert said["Unusual for"] == "1 bucket"
    assert said["Kind"] == "spike"
    assert said["Few samples"] == "yes"
    assert "Few samples" not in dict(facts(RECORD | {"anomaly_score_explanation": told}))
