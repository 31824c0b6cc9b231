"""Frequent values give no results where a detector leaves them out."""

import random

import pytest

from tests.analysis.given import SPAN, T, documents, engine, post


def records(odd=400, buckets=420):
    """Of a busy host in every bucket and a quiet one in every fourth, both odd in one bucket."""
    chance = random.Random(3)
    return [
        {"time": T + bucket * SPAN + at, "host": host, "load": 900.0 if bucket == odd else chance.gauss(100, 4)}
        for bucket in range(buckets)
        for at, host in enumerate(["busy", "quiet"])
        if host == "busy" or bucket % 4 == 0
    ]


def hosts(how, function="mean"):
    excluding = {} if how is None else {"exclude_frequent": how}
    running = engine({"function": function, "field_name": "load", "by_field_name": "host", **excluding})
    found = documents(post(running, records()).results, "record")
    return {one["by_field_value"] for one in found if one["record_score"] > 40}


@pytest.mark.parametrize(
    ("how", "left"),
    [
        (None, {"busy", "quiet"}),
        ("none", {"busy", "quiet"}),
        ("over", {"busy", "quiet"}),
        ("by", {"quiet"}),
        ("all", {"quiet"}),
    ],
)
def test_values_in_most_buckets_are_left_out_where_asked(how, left):
    assert hosts(how) == left


def test_it_holds_for_every_feature_of_a_detector():
    assert hosts("all", "metric") == {"quiet"}


def test_a_bucket_is_not_scored_by_what_is_left_out():
    only = [one for one in records() if one["host"] == "busy"]
    running = engine({"function": "mean", "field_name": "load", "by_field_name": "host", "exclude_frequent": "by"})
    found = documents(post(running, only).results, "bucket")
    assert max(one["anomaly_score"] for one in found) == 0.0
