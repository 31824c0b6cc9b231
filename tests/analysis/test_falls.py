"""Values that add up over records: that there are few records is what they tell, and no reason to doubt them."""

import random

import pytest

from tests.analysis.given import SPAN, T, documents, engine, post

BUCKETS, FALL = 300, 280
FUNCTIONS = {
    "count": {"function": "count"},
    "low_count": {"function": "low_count"},
    "non_zero_count": {"function": "non_zero_count"},
    "sum": {"function": "sum", "field_name": "value"},
    "non_null_sum": {"function": "non_null_sum", "field_name": "value"},
    "distinct_count": {"function": "distinct_count", "field_name": "user"},
}


def rows(left):
    """About a hundred records a bucket, of as many users; so many are left in one."""
    chance = random.Random(8)
    for bucket in range(BUCKETS):
        for user in range(left if bucket == FALL else int(chance.gauss(100, 8))):
            yield {"time": T + bucket * SPAN, "value": 1.0, "user": f"u{user}"}


def fall(detector, left):
    """Score of the bucket that falls, and what its record says; 0 without any."""
    found = documents(post(engine(detector), list(rows(left))).results, "record")
    at = [one for one in found if one["timestamp"] == (T + FALL * SPAN) * 1000]
    return (at[0]["initial_record_score"], at[0]) if at else (0.0, None)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_deeper_a_fall_the_higher_its_score(name):
    scores = [fall(FUNCTIONS[name], left)[0] for left in (60, 40, 20, 5, 1)]
    assert scores == sorted(scores)
    assert scores[-1] > 60


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_penalty_is_told(name):
    _, record = fall(FUNCTIONS[name], 5)
    assert record["anomaly_score_explanation"]["incomplete_bucket_penalty"] is False
