"""Summary records of a datafeed's aggregations, against sums made by hand."""

import orjson
import pytest

from unusual.jobs.ports import Found
from unusual.jobs.summaries import Summaries
from unusual.schema.aggregations import parse_aggregations
from unusual.schema.mappings import fields_of

FIELDS = fields_of(
    {
        "properties": {
            "at": {"type": "date"},
            "pier": {"type": "keyword"},
            "deck": {"type": "integer"},
            "wait": {"type": "double"},
        }
    }
)
HOUR_MS = 3_600_000
SAILINGS = [
    {"at": 0, "pier": "north", "deck": 1, "wait": 1.0},
    {"at": 10, "pier": "north", "deck": 2, "wait": 3.0},
    {"at": 20, "pier": "south", "deck": 1, "wait": 8.0},
    {"at": HOUR_MS + 5, "pier": "south", "deck": 1},
    {"at": 2 * HOUR_MS, "deck": 1, "wait": 5.0},
]
WANTED = ("at", "pier", "deck", "wait", "doc_count")


def summaries(inner, documents=SAILINGS, kind=None, **more):
    histogram = kind or {"date_histogram": {"field": "at", "fixed_interval": "1h"}}
    body = {"slots": histogram | {"aggs": {"at": {"max": {"field": "at"}}, **inner}}}
    aggregation = parse_aggregations(more.get("outer", lambda it: it)(body))
    held = [(FIELDS, Found("log", str(number), one["at"], orjson.dumps(one))) for number, one in enumerate(documents)]
    return Summaries(aggregation, WANTED).of(held, now_ms=0)


def test_without_inner_groups_an_interval_is_a_record() -> None:
    assert summaries({"wait": {"sum": {"field": "wait"}}}) == [
        {"doc_count": 3, "at": 20, "wait": 12.0},
        {"doc_count": 1, "at": HOUR_MS + 5, "wait": 0.0},
        {"doc_count": 1, "at": 2 * HOUR_MS, "wait": 5.0},
    ]


def test_inner_groups_are_records_with_the_time_of_their_interval() -> None:
    pier = {"terms": {"field": "pier"}, "aggs": {"wait": {"avg": {"field": "wait"}}}}
    assert summaries({"pier": pier}) == [
        {"doc_count": 2, "at": 20, "pier": "north", "wait": 2.0},
        {"doc_count": 1, "at": 20, "pier": "south", "wait": 8.0},
        {"doc_count": 1, "at": HOUR_MS + 5, "pier": "south"},
    ]


def test_groups_inside_groups_split_further_and_numbers_stay_numbers() -> None:
    deck = {"terms": {"field": "deck"}, "aggs": {"wait": {"max": {"field": "wait"}}}}
    found = summaries({"pier": {"terms": {"field": "pier"}, "aggs": {"deck": deck}}}, SAILINGS[:3])
    assert [(one["pier"], one["deck"], one["wait"]) for one in found] == [
        ("north", 1, 1.0),
        ("north", 2, 3.0),
        ("south", 1, 8.0),
    ]


def test_only_the_most_frequent_values_are_kept() -> None:
    found = summaries({"pier": {"terms": {"field": "pier", "size": 1}}})
    assert [(one["pier"], one["doc_count"]) for one in found] == [("north", 2), ("south", 1)]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ({"min": {"field": "wait"}}, 1.0),
        ({"value_count": {"field": "wait"}}, 3),
        ({"cardinality": {"field": "pier"}}, 2),
        ({"percentiles": {"field": "wait", "percents": [50]}}, 3.0),
    ],
)
def test_a_value_of_an_interval(statistic, expected) -> None:
    assert summaries({"wait": statistic})[0]["wait"] == expected


def test_a_composite_gives_the_same_as_nested_groups() -> None:
    sources = [
        {"slot": {"date_histogram": {"field": "at", "fixed_interval": "1h"}}},
        {"pier": {"terms": {"field": "pier"}}},
    ]
    wait = {"wait": {"avg": {"field": "wait"}}}
    composite = summaries(wait, kind={"composite": {"sources": sources}})
    nested = summaries({"pier": {"terms": {"field": "pier"}, "aggs": wait}})
    counts = [(one["pier"], one["doc_count"], one.get("wait")) for one in nested]
    assert [(one["pier"], one["doc_count"], one.get("wait")) for one in composite] == counts


def test_a_filter_around_the_histogram_leaves_documents_out() -> None:
    def only_south(body):
        return {"south": {"filter": {"term": {"pier": "south"}}, "aggs": body}}

    assert [one["doc_count"] for one in summaries({}, outer=only_south)] == [1, 1]


def test_groups_around_the_histogram_come_in_the_order_of_time() -> None:
    def by_pier(body):
        return {"pier": {"terms": {"field": "pier"}, "aggs": body}}

    found = summaries({}, outer=by_pier)
    assert [(one["pier"], one["at"]) for one in found] == [("north", 10), ("south", 20), ("south", HOUR_MS + 5)]


def test_nothing_gives_nothing() -> None:
    assert summaries({}, []) == []
