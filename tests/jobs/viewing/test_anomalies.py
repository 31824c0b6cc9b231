"""Anomalies by page, order and filter; one by its key; values to choose from."""

from dataclasses import replace

import pytest

from tests.jobs.viewing.conftest import CONFIG, SPAN_MS, record, result
from unusual.errors import Missing
from unusual.jobs.ports import Page
from unusual.jobs.viewing.anomalies import Question, anomalies, anomaly, category, entities, neighbours
from unusual.jobs.viewing.windows import Window

WHOLE = Window(0, 1000 * SPAN_MS)
ALL = Page(0, 100)
INFLUENCED = [{"influencer_field_name": "host", "influencer_field_values": ["h1", "h2"]}]


@pytest.fixture(autouse=True)
def records(keep):
    keep(
        record(0, 10.0, "a"),
        record(1, 80.0, "b", influencers=INFLUENCED),
        record(2, 80.0, "a"),
        record(3, 30.0, detector=1),
        record(4, 0.0, "z"),
    )


def keys(kept, question: Question, page: Page = ALL) -> list[str]:
    return [one["key"].removesuffix(":0") for one in anomalies(kept, [CONFIG], question, page)[1]]


def test_the_highest_scores_come_first_and_of_equal_ones_the_newest(kept):
    assert keys(kept, Question(WHOLE)) == ["120000:0:a", "60000:0:b", "180000:1", "0:0:a"]
    assert anomalies(kept, [CONFIG], Question(WHOLE), Page(1, 2))[0] == 4
    assert keys(kept, Question(WHOLE), Page(1, 2)) == ["60000:0:b", "180000:1"]


def test_they_come_by_time_either_way(kept):
    assert keys(kept, Question(WHOLE, by="timestamp", desc=False)) == ["0:0:a", "60000:0:b", "120000:0:a", "180000:1"]
    assert keys(kept, Question(WHOLE, by="timestamp"), Page(0, 2)) == ["180000:1", "120000:0:a"]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"least": 30.0}, {"120000:0:a", "60000:0:b", "180000:1"}),
        ({"window": Window(SPAN_MS, 2 * SPAN_MS)}, {"60000:0:b"}),
        ({"detector": 1}, {"180000:1"}),
        ({"function": "mean"}, {"120000:0:a", "60000:0:b", "0:0:a"}),
        ({"entities": (("pump", "a"),)}, {"120000:0:a", "0:0:a"}),
        ({"entities": (("host", "h2"),)}, {"60000:0:b"}),
        ({"entities": (("pump", "a"), ("host", "h2"))}, set()),
    ],
)
def test_they_are_narrowed(kept, narrowed, expected):
    assert {*keys(kept, replace(Question(WHOLE), **narrowed))} == expected


def test_those_of_several_jobs_come_in_one_order(kept, keep, valves):
    split = {"partition_field_name": "host", "partition_field_value": "h2"}
    keep(record(2, 50.0, **split, job_id="valves"), job=valves)
    configs = [CONFIG, valves.config]
    count, found = anomalies(kept, configs, Question(WHOLE), Page(1, 2))
    assert (count, [one["record_score"] for one in found]) == (5, [80.0, 50.0])
    _, found = anomalies(kept, configs, Question(WHOLE, entities=(("host", "h2"),)), ALL)
    assert [(one["job_id"], one["record_score"]) for one in found] == [("pumps", 80.0), ("valves", 50.0)]
    _, found = anomalies(kept, configs, Question(WHOLE, entities=(("pump", "b"),)), ALL)
    assert [one["job_id"] for one in found] == ["pumps"]


def test_one_is_found_by_its_key(kept):
    assert anomaly(kept, "pumps", "60000:0:b")["record_score"] == 80.0
    for wrong in ("60000:0:nobody", "soon", ""):
        with pytest.raises(Missing, match="has no anomaly"):
            anomaly(kept, "pumps", wrong)


def test_neighbours_are_of_the_same_detector_and_near_in_time(kept, keep):
    keep(record(500, 99.0, "far"))
    chosen = anomaly(kept, "pumps", "60000:0:b")
    assert [one["key"] for one in neighbours(kept, CONFIG, chosen)] == ["120000:0:a", "60000:0:b", "0:0:a"]


def test_values_to_choose_from_are_the_most_anomalous_then_others_that_were_plotted(kept, keep):
    keep(*(result("model_plot", 0, entity=f"0:0:{pump}", by_field_name="pump", by_field_value=pump) for pump in "abxy"))
    assert entities(kept, CONFIG, "pump", "", WHOLE, 9) == ["a", "b", "x", "y"]
    assert entities(kept, CONFIG, "pump", "", WHOLE, 3) == ["a", "b", "x"]
    assert entities(kept, CONFIG, "pump", "Y", WHOLE, 9) == ["y"]


def test_a_category_is_found_by_its_number(kept, keep):
    keep(*(result("category_definition", 0, entity=str(n), category_id=n, examples=[f"line {n}"]) for n in (1, 11)))
    assert category(kept, "pumps", 1)["examples"] == ["line 1"]
    assert category(kept, "pumps", 7) is None
