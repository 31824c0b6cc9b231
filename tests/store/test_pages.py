"""Every page of results beside plain sorting, whether they are few or so many that they are walked through by score."""

import random
from itertools import product

import orjson
import pytest

from tests.store.outputs import outputs
from unusual.analysis.control import Result
from unusual.jobs.ports import Page, Selection
from unusual.store import paging

SPAN = 60_000
TIES = ("by_field_value", "function")
SELECTIONS = [
    Selection(
        "record", *window, exclude_interim=final, least_score=least, sort=sort, desc=desc, ties=TIES, page=Page(*page)
    )
    for window, final, least, sort, desc, page in product(
        [(None, None), (3 * SPAN, 30 * SPAN)],
        [False, True],
        [None, 0.0, 20.0],
        ["record_score", "timestamp", "actual"],
        [False, True],
        [(0, 7), (40, 9), (290, 200), (0, 1000)],
    )
]


@pytest.fixture
def documents(store, job) -> list[dict]:
    """Records of few times and scores, some of which have none; with the order of entities as the last resort."""
    noise = random.Random(9)
    made = []
    for number in range(400):
        timestamp, entity = noise.randrange(40) * SPAN, f"0:{number:03}"
        document = {
            "timestamp": timestamp,
            "record_score": noise.choice([None, 0.0, 0.0, *(float(score) for score in range(10, 90, 5))]),
            "is_interim": noise.random() < 0.1,
            "actual": noise.choice([[noise.randrange(9)], [3, 1], []]),
            "function": noise.choice(["mean", "max"]),
            "entity": entity,
        }
        if noise.random() < 0.7:
            document["by_field_value"] = noise.choice("abc")
        made.append(document)
    store.results.commit([(job, outputs(*map(result, made)))])
    return made


def result(document: dict) -> Result:
    score, is_interim = document["record_score"], document["is_interim"]
    body = orjson.dumps(document)
    return Result("record", document["timestamp"], document["entity"], score, is_interim=is_interim, body=body)


def fits(document: dict, asked: Selection) -> bool:
    score, timestamp = document["record_score"], document["timestamp"]
    inside = asked.start_ms is None or asked.start_ms <= timestamp < asked.end_ms
    final = not (asked.exclude_interim and document["is_interim"])
    return inside and final and (asked.least_score is None or (score is not None and score >= asked.least_score))


def in_order(documents: list[dict], asked: Selection) -> list[dict]:
    for name in ("entity", "timestamp", *reversed(TIES), asked.sort):
        valued = [one for one in documents if value(one, name, asked) is not None]
        valued.sort(key=lambda one, name=name: value(one, name, asked), reverse=asked.desc)
        documents = valued + [one for one in documents if value(one, name, asked) is None]
    return documents


def value(document: dict, name: str, asked: Selection):
    found = document.get(name)
    if isinstance(found, list):
        return (max if asked.desc else min)(found, default=None)
    return found


@pytest.mark.parametrize("few", [paging.FEW, 0])
def test_a_page_is_what_plain_sorting_says(store, documents, monkeypatch, few):
    monkeypatch.setattr(paging, "FEW", few)
    for asked in SELECTIONS:
        expected = in_order([one for one in documents if fits(one, asked)], asked)
        count, bodies = store.results.read("farequote", asked)
        assert count == len(expected)
        start = asked.page.start
        assert [orjson.loads(body) for body in bodies] == expected[start : start + asked.page.size], asked


def test_results_of_some_times_are_read_together(store, documents):
    times = (5 * SPAN, 7 * SPAN, 99 * SPAN)
    asked = Selection("record", timestamps_ms=times, sort="record_score", desc=True, ties=TIES, page=Page(0, 1000))
    _, bodies = store.results.read("farequote", asked)
    assert [orjson.loads(body) for body in bodies] == in_order([d for d in documents if d["timestamp"] in times], asked)
