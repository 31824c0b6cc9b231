"""Which documents a query means."""

import orjson
import pytest

from unusual.jobs.ports import Found
from unusual.jobs.search.columns import piece_of
from unusual.jobs.search.matching import mask
from unusual.schema.mappings import fields_of
from unusual.schema.queries import parse_query

FIELDS = fields_of(
    {
        "properties": {
            "at": {"type": "date"},
            "pier": {"type": "keyword"},
            "riders": {"type": "integer"},
            "late": {"type": "boolean"},
            "line": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
            "crew": {"properties": {"size": {"type": "long"}}},
        }
    }
)
DOCUMENT = {
    "at": "2021-01-01T06:00:00Z",
    "pier": ["north", "west"],
    "riders": 30,
    "late": True,
    "line": "Rope broke, again",
    "crew": {"size": 4},
}
NOW_MS = 1_609_488_000_000  # 2021-01-01T08:00Z


def meets(query, document=DOCUMENT) -> bool:
    piece = piece_of(FIELDS, [Found("ferry-log", "id-1", 0, orjson.dumps(document))])
    return mask(parse_query(query), piece, NOW_MS).to_list() == [True]


@pytest.mark.parametrize(
    "query",
    [
        {"match_all": {}},
        {"term": {"pier": "west"}},
        {"term": {"pier": {"value": "north", "boost": 2}}},
        {"term": {"riders": "30"}},
        {"term": {"late": "true"}},
        {"term": {"at": "2021-01-01T06:00:00.000Z"}},
        {"terms": {"pier": ["south", "north"]}},
        {"range": {"riders": {"gte": 30, "lt": 31}}},
        {"range": {"at": {"gte": "now-2h", "lt": "now"}}},
        {"range": {"at": {"gte": "01/01/2021", "format": "dd/MM/yyyy"}}},
        {"exists": {"field": "crew"}},
        {"exists": {"field": "crew.size"}},
        {"match": {"line": "ROPE storm"}},
        {"match": {"line": {"query": "broke rope", "operator": "and"}}},
        {"match_phrase": {"line": "rope broke"}},
        {"term": {"line": "rope"}},
        {"term": {"line.raw": "Rope broke, again"}},
        {"prefix": {"pier": "no"}},
        {"wildcard": {"pier": {"value": "N?rth", "case_insensitive": True}}},
        {"ids": {"values": ["id-1"]}},
        {"constant_score": {"filter": {"term": {"pier": "west"}}}},
        {"bool": {}},
        {"bool": {"filter": {"term": {"pier": "west"}}, "should": [{"term": {"pier": "south"}}]}},
        {"bool": {"must_not": [{"term": {"pier": "south"}}]}},
    ],
)
def test_a_document_meets(query) -> None:
    assert meets(query)


@pytest.mark.parametrize(
    "query",
    [
        {"match_none": {}},
        {"term": {"pier": "nor"}},
        {"term": {"unmapped": "x"}},
        {"term": {"riders": "many"}},
        {"range": {"riders": {"gt": 30}}},
        {"range": {"at": {"lt": "2021-01-01T06:00:00Z"}}},
        {"range": {"at": {"lt": "dawn"}}},
        {"exists": {"field": "fare"}},
        {"match": {"line": {"query": "rope storm", "operator": "and"}}},
        {"match_phrase": {"line": "broke rope"}},
        {"term": {"line": "Rope"}},
        {"prefix": {"pier": "orth"}},
        {"ids": {"values": ["id-2"]}},
        {"bool": {"should": [{"term": {"pier": "south"}}]}},
        {"bool": {"should": [{"term": {"pier": "west"}}, {"term": {"riders": 1}}], "minimum_should_match": 2}},
        {"bool": {"must": [{"term": {"pier": "west"}}], "must_not": {"term": {"riders": 30}}}},
    ],
)
def test_a_document_does_not_meet(query) -> None:
    assert not meets(query)


@pytest.mark.timeout(10)
def test_a_wildcard_made_to_take_long_does_not():
    assert not meets({"wildcard": {"pier": "*a" * 30 + "b"}}, {"pier": "a" * 5000})


@pytest.mark.parametrize(("pattern", "held"), [("n*t?", True), ("[n]*", False), ("*", True), ("nort", False)])
def test_a_wildcard_is_made_of_stars_and_question_marks_alone(pattern, held):
    assert meets({"wildcard": {"pier": pattern}}, {"pier": "north"}) is held
