"""Running stats: zeros at first, then sums, extremes and averages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.schema.results import data_counts, merged_counts, model_size_stats, timed, timing_stats

COUNTS = (
    "processed_record_count",
    "processed_field_count",
    "input_bytes",
    "input_field_count",
    "input_record_count",
    "invalid_date_count",
    "missing_field_count",
    "out_of_order_timestamp_count",
    "bucket_count",
    "empty_bucket_count",
    "sparse_bucket_count",
)


def test_a_fresh_job_has_counted_nothing():
    assert data_counts("pump") == {"job_id": "pump", **dict.fromkeys(COUNTS, 0)}


def test_a_fresh_job_has_no_model():
    stats = model_size_stats("pump", limit_bytes=1 << 30)
    assert stats["result_type"] == "model_size_stats"
    assert stats["memory_status"] == stats["categorization_status"] == "ok"
    assert stats["model_bytes_memory_limit"] == 1 << 30
    assert {value for name, value in stats.items() if name.endswith(("_count", "model_bytes", "exceeded"))} == {0}
    assert "model_bytes_memory_limit" not in model_size_stats("pump")


def test_uploads_add_up_and_widen_the_times():
    first = data_counts("pump") | {"input_bytes": 10, "earliest_record_timestamp": 5, "latest_record_timestamp": 9}
    second = data_counts("pump") | {"input_bytes": 7, "earliest_record_timestamp": 3, "latest_record_timestamp": 4}
    merged = merged_counts(merged_counts(data_counts("pump"), first), second)
    assert (merged["input_bytes"], merged["earliest_record_timestamp"], merged["latest_record_timestamp"]) == (17, 3, 9)
    assert "latest_bucket_timestamp" not in merged


_UPLOADS = st.fixed_dictionaries(
    {"job_id": st.just("pump"), **dict.fromkeys(COUNTS, st.integers(0, 99))},
    optional={"earliest_record_timestamp": st.integers(0, 99), "log_time": st.integers(0, 99)},
)


@given(_UPLOADS, _UPLOADS, _UPLOADS)
def test_merging_does_not_depend_on_the_grouping(one, two, three):
    assert merged_counts(merged_counts(one, two), three) == merged_counts(one, merged_counts(two, three))
    assert merged_counts(data_counts("pump"), one) == one


def test_a_job_without_buckets_has_no_processing_times():
    fresh = timing_stats("pump")
    assert fresh == {"job_id": "pump", "bucket_count": 0, "total_bucket_processing_time_ms": 0.0}
    assert timed(fresh, [], 300) == fresh


def test_processing_times_are_summed_up():
    stats = timed(timed(timing_stats("pump"), [4.0, 2.0], 900), [6.0], 900)
    assert stats["bucket_count"] == 3
    assert stats["total_bucket_processing_time_ms"] == 12.0
    assert stats["minimum_bucket_processing_time_ms"] == 2.0
    assert stats["maximum_bucket_processing_time_ms"] == 6.0
    assert stats["average_bucket_processing_time_ms"] == 4.0
    assert stats["exponential_average_bucket_processing_time_per_hour_ms"] == pytest.approx(
        4 * stats["exponential_average_bucket_processing_time_ms"]
    )


@given(st.lists(st.floats(0, 1e6), min_size=1), st.lists(st.floats(0, 1e6), min_size=1))
def test_averages_do_not_depend_on_how_buckets_came_in_blocks(before, after):
    whole = timed(timing_stats("pump"), before + after, 60)
    blocks = timed(timed(timing_stats("pump"), before, 60), after, 60)
    assert blocks == pytest.approx(whole)
    low, high = whole["minimum_bucket_processing_time_ms"], whole["maximum_bucket_processing_time_ms"]
    assert low - 1e-6 <= whole["exponential_average_bucket_processing_time_ms"] <= high + 1e-6
