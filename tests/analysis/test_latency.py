"""Records in any order, as late as a job waits or takes them: the same is found as in the records in time order."""

import json
import math
import random

import pytest

from tests.analysis.given import SPAN, Reader, T, engine, stream
from unusual.analysis.control import Flush
from unusual.detect.functions import READINGS
from unusual.schema.functions import Function, Need

LATE = 1500  # [s]
ORDERLY = {
    "waits for them": {"latency": f"{LATE}s"},
    "takes them when they come": {"late_data": "rescore", "late_data_window": f"{LATE}s"},
    "does both": {"latency": "10m", "late_data": "rescore", "late_data_window": "15m"},
}
SPLITS = {
    "alone": {},
    "by": {"by_field_name": "host"},
    "by and partition": {"by_field_name": "host", "partition_field_name": "user"},
    "over": {"over_field_name": "host"},
    "over, by and partition": {"over_field_name": "n", "by_field_name": "host", "partition_field_name": "user"},
}
WORDS = ("distinct_count", "info_content")
LINES = ["pump started on port 7", "valve closed by operator", "disk nearly full on node", "link down"]


def detector(function, split):
    """The function over a field it can read; None where it cannot be split so."""
    family = Function.named(function).family
    needs = {"by_field_name": family.by, "over_field_name": family.over}
    if any(need is Need.REQUIRED and part not in split for part, need in needs.items()):
        return None
    if any(need is Need.FORBIDDEN and part in split for part, need in needs.items()):
        return None
    field = "value"
    if function.endswith(WORDS):
        field = "page"
    elif function == "lat_long":
        field = "place"
    return {"function": function, **split} | ({} if family.field is Need.FORBIDDEN else {"field_name": field})


def records(seed):
    """Records in time order: halves and wholes, so that sums are exact; lines of a few kinds, all known early."""
    chance = random.Random(seed)
    found = stream(seed, buckets=50, rate=8)
    for at, record in enumerate(found):
        record["line"] = f"{LINES[at % 4]} {chance.randrange(9)}"
        record["page"] = f"page {chance.randrange(4)}"
        if "value" in record:
            record["value"] = round(2 * record["value"]) / 2
    return found


def late(ordered, seed):
    """The records in the order in which they come, each delayed; the first ones at once."""
    chance = random.Random(seed)
    arrivals = [one["time"] + (chance.randrange(LATE) if at > 10 else 0) for at, one in enumerate(ordered)]
    return [ordered[at] for at in sorted(range(len(ordered)), key=arrivals.__getitem__)]


def told(detectors, coming, analysis):
    reader = Reader(engine(*detectors, analysis=analysis, renormalization_window_days=0))
    size = len(coming) // 7
    for at in range(0, len(coming), size):
        upload = reader.post(coming[at : at + size]).upload
        assert upload["out_of_order_timestamp_count"] == 0
    reader.tell(Flush(advance_time=T + 60 * SPAN))
    return dict(sorted(named(json.loads(result.body)) for result in reader.results.values()))


def named(document):
    """A document with the name of what it is about; lists of values have no order."""
    known = {name: part for name, part in document.items() if name not in ("processing_time_ms", "revision")}
    who = [
        name
        for name in known
        if name.endswith(("_field_value", "_field_name", "detector_index", "result_type", "mlcategory"))
    ]
    return json.dumps([known.get("timestamp"), {name: known[name] for name in sorted(who)}]), known


def same(one, other, tolerance):
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name], tolerance) for name in one)
    if isinstance(one, list):
        pairs = zip(sorted(one, key=repr), sorted(other, key=repr), strict=True)
        return len(one) == len(other) and all(same(*pair, tolerance) for pair in pairs)
    return one == other


def different(found, expected, tolerance=1e-6):
    names = found.keys() | expected.keys()
    return [name for name in names if not same(found.get(name), expected.get(name), tolerance)]


def strong(found):
    """Actual values and scores of records that score."""
    records = ((name, one) for name, one in found.items() if one["result_type"] == "record")
    return {
        name: {"score": one["record_score"], "causes": [cause["actual"] for cause in one.get("causes", [])]}
        for name, one in records
        if one["record_score"] > 0
    }


@pytest.mark.parametrize("order", ORDERLY)
@pytest.mark.parametrize("split", SPLITS)
def test_every_function_finds_what_it_finds_in_the_order_of_time(split, order):
    detectors = [found for function in READINGS if (found := detector(function, SPLITS[split])) is not None]
    analysis = {"influencers": ["user", "host"]}
    ordered = records(4)
    expected = told(detectors, ordered, analysis)
    found = told(detectors, late(ordered, 1), analysis | ORDERLY[order])
    assert len(expected) >= 50
    if "over" not in split:
        assert different(found, expected) == []
    else:  # models of populations learn the members of a bucket one by one, as they came: scores differ a little
        unlike = different(strong(found), strong(expected), 0.05)
        assert all(min(one.get(name, {}).get("record_score", 0.0) for one in (found, expected)) < 1 for name in unlike)


@pytest.mark.parametrize("order", ORDERLY)
@pytest.mark.parametrize(
    ("detectors", "analysis"),
    [
        pytest.param(
            ["count", {"function": "mean", "field_name": "value", "by_field_name": "host"}],
            {"summary_count_field_name": "n", "influencers": ["user"]},
            id="summary counts",
        ),
        pytest.param(
            [{"function": "high_count", "by_field_name": "mlcategory", "partition_field_name": "host"}],
            {"categorization_field_name": "line", "influencers": ["user"]},
            id="categories",
        ),
    ],
)
def test_summarised_and_categorised_records_count_in_any_order(detectors, analysis, order):
    ordered = records(6)
    expected = told(detectors, ordered, analysis)
    assert different(told(detectors, late(ordered, 2), analysis | ORDERLY[order]), expected) == []
    assert sum(1 for one in expected.values() if one["result_type"] == "record") > 0
