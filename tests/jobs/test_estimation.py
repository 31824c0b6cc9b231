"""Memory estimates against numbers worked out by hand from the published formula."""

import math

import pytest

from unusual.errors import Invalid
from unusual.jobs.estimation import estimated_mib
from unusual.schema.estimation import EstimateRequest

KIB = 1 / 1024


def estimate(*detectors, overall=None, in_bucket=None, **analysis):
    request = {
        "analysis_config": {"bucket_span": "15m", "detectors": detectors, **analysis},
        "overall_cardinality": overall,
        "max_bucket_cardinality": in_bucket,
    }
    return estimated_mib(EstimateRequest.model_validate(request))


def detector(function, field=None, **splits):
    return {"function": function, "field_name": field} | {f"{role}_field_name": name for role, name in splits.items()}


def test_the_published_examples():
    assert estimate(detector("max", "load", by="valve"), overall={"valve": 50_000}) == 1573
    assert estimate(detector("count")) == 11


@pytest.mark.parametrize(
    ("function", "field", "kib", "once"),
    [
        ("count", None, 32, 0),
        ("low_non_zero_count", None, 32, 0),
        ("high_dc", "load", 32, 5),
        ("rare", None, 2, 0),
        ("min", "load", 48, 0),
        ("high_avg", "load", 48, 0),
        ("nns", "load", 48, 0),
        ("varp", "load", 48, 0),
        ("info_content", "load", 48, 5),
        ("median", "load", 64, 0),
        ("lat_long", "load", 64, 0),
        ("metric", "load", 120, 0),
        ("time_of_day", None, 10, 0),
    ],
)
def test_every_function_has_its_base(function, field, kib, once):
    many = 3000  # two thirds of them: 2000 models
    found = estimate(detector(function, field, by="valve"), overall={"valve": many})
    assert found == math.ceil(10 + once + 2000 * kib * KIB)


def test_sketches_are_paid_for_once():
    found = estimate(detector("distinct_count", "a"), detector("info_content", "b"))
    assert found == math.ceil(10 + (32 + 48) * KIB + 5)


def test_members_of_a_population_add_their_bytes():
    found = estimate(detector("count", over="user"), overall={"user": 1_000_000})
    assert found == math.ceil(10 + 32 * KIB + 1_000_000 * 768 / 1024**2)


def test_partitions_share_the_values_of_the_other_splits():
    # A span of 100,000 s makes the exponent 6/8, and 10,000 ** 0.75 is 1000: ten by values in each partition.
    splits = detector("mean", "load", by="valve", partition="site")
    found = estimate(splits, overall={"valve": 10_000, "site": 20_000}, bucket_span="100000s")
    assert found == math.ceil(10 + 48 * KIB * math.ceil(2 / 3 * 10) * 20_000)


def test_over_a_long_span_each_partition_has_seen_less_than_one_value():
    splits = detector("count", over="user", partition="site")
    found = estimate(splits, overall={"user": 4, "site": 2}, bucket_span="400d")
    assert found == 11


def test_influencers_that_split_nothing_add_their_values():
    found = estimate(
        detector("count", by="valve"), overall={"valve": 1}, influencers=["valve", "ip"], in_bucket={"ip": 1024}
    )
    assert found == math.ceil(10 + 32 * KIB + 10)


def test_categories_are_guessed_unless_told():
    lines = {"categorization_field_name": "line"}
    counting = detector("count", by="mlcategory")
    assert estimate(counting, **lines) == math.ceil(10 + 5 + 334 * 32 * KIB)
    assert estimate(counting, overall={"mlcategory": 3000}, **lines) == math.ceil(10 + 5 + 2000 * 32 * KIB)


def test_each_partition_that_categorizes_by_itself_pays():
    splits = detector("count", by="mlcategory", partition="site")
    lines = {"categorization_field_name": "line", "bucket_span": "100000s"}
    told = {"mlcategory": 16, "site": 16}  # 16 ** 0.75 is 8: two categories in each partition
    found = estimate(splits, overall=told, per_partition_categorization={"enabled": True}, **lines)
    assert found == math.ceil(10 + 16 * 5 + 16 * 2 * 32 * KIB)


@pytest.mark.parametrize("role", ["by", "over", "partition"])
def test_a_missing_number_is_named(role):
    wanted = rf"^\[Overall\] cardinality estimate required for \[{role}_field_name\] \[valve\] but not supplied$"
    with pytest.raises(Invalid, match=wanted):
        estimate(detector("count", **{role: "valve"}))


def test_a_missing_number_of_an_influencer_is_named():
    wanted = r"^\[Bucket max\] cardinality estimate required for \[influencers\] \[ip\] but not supplied$"
    with pytest.raises(Invalid, match=wanted):
        estimate(detector("count"), influencers=["ip"], overall={"ip": 7})


def test_a_field_without_any_value_costs_nothing_more():
    assert estimate(detector("count", over="user"), overall={"user": 0}) == 11
