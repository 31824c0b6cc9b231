"""Running stats of a job as documents: those of a fresh job, and how they grow; knows neither engine nor store.

Times are milliseconds since the epoch; what has not happened yet is absent.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final

from unusual.schema.values import Document

SUMMED: Final = (
    "processed_record_count",
    "processed_field_count",
    "input_bytes",
    "input_field_count",
    "invalid_date_count",
    "missing_field_count",
    "out_of_order_timestamp_count",
    "empty_bucket_count",
    "sparse_bucket_count",
    "bucket_count",
    "input_record_count",
)
_WIDENED: Final[dict[str, Callable[[int, int], int]]] = {
    "earliest_record_timestamp": min,
    "latest_record_timestamp": max,
    "last_data_time": max,
    "latest_bucket_timestamp": max,
    "latest_empty_bucket_timestamp": max,
    "latest_sparse_bucket_timestamp": max,
    "log_time": max,
}
_SIZES: Final = (
    "model_bytes",
    "peak_model_bytes",
    "model_bytes_exceeded",
    "total_by_field_count",
    "total_over_field_count",
    "total_partition_field_count",
    "bucket_allocation_failures_count",
    "categorized_doc_count",
    "total_category_count",
    "frequent_category_count",
    "rare_category_count",
    "dead_category_count",
    "failed_category_count",
)
# Weight of the newest bucket in the exponential average: about the last hundred buckets count.
_NEWEST: Final = 0.02
_SECONDS_PER_HOUR: Final = 3600


def data_counts(job_id: str) -> Document:
    """Data counts of a job that has seen nothing."""
    return {"job_id": job_id, **dict.fromkeys(SUMMED, 0)}


def merged_counts(total: Document, more: Document) -> Document:
    """Data counts of one job after an upload: counts added, times widened."""
    merged = {**total}
    for name in SUMMED:
        merged[name] += more[name]
    for name, choose in _WIDENED.items():
        if name in more:
            merged[name] = choose(merged[name], more[name]) if name in merged else more[name]
    return merged


def less_counts(total: Document, part: Document) -> Document:
    """Data counts after part of what was counted turned out to be otherwise: that taken away, times as they are."""
    return {**total, **{name: total[name] - part[name] for name in SUMMED}}


def model_size_stats(job_id: str, *, limit_bytes: int | None = None) -> Document:
    """Model size stats of a job without a model; `limit_bytes` is its memory limit."""
    stats = {
        "job_id": job_id,
        "result_type": "model_size_stats",
        **dict.fromkeys(_SIZES, 0),
        "memory_status": "ok",
        "assignment_memory_basis": "model_memory_limit",
        "categorization_status": "ok",
    }
    return stats if limit_bytes is None else {**stats, "model_bytes_memory_limit": limit_bytes}


def timing_stats(job_id: str) -> Document:
    """Timing stats of a job without buckets."""
    return {"job_id": job_id, "bucket_count": 0, "total_bucket_processing_time_ms": 0.0}


def timed(stats: Document, times_ms: Iterable[float], bucket_span: int) -> Document:
    """Timing stats after more buckets took these processing times, in order; `bucket_span` in seconds."""
    times = [float(time) for time in times_ms]
    if not times:
        return stats
    count = stats["bucket_count"] + len(times)
    total = stats["total_bucket_processing_time_ms"] + sum(times)
    average = _faded(stats.get("exponential_average_bucket_processing_time_ms"), times)
    return {
        **stats,
        "bucket_count": count,
        "total_bucket_processing_time_ms": total,
        "minimum_bucket_processing_time_ms": min(_known(stats, "minimum_bucket_processing_time_ms", times)),
        "maximum_bucket_processing_time_ms": max(_known(stats, "maximum_bucket_processing_time_ms", times)),
        "average_bucket_processing_time_ms": total / count,
        "exponential_average_bucket_processing_time_ms": average,
        "exponential_average_bucket_processing_time_per_hour_ms": average * _SECONDS_PER_HOUR / bucket_span,
    }


def _known(stats: Document, name: str, times: list[float]) -> Iterable[float]:
    return chain([stats[name]] if name in stats else [], times)


def _faded(average: float | None, times: list[float]) -> float:
    for time in times:
        average = time if average is None else average + _NEWEST * (time - average)
    return average or 0.0
