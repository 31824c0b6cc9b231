"""How long a datafeed's searches took, as the document clients read; knows neither clock nor search."""

from typing import Final

from unusual.schema.values import Document

_HOUR_MS: Final = 3_600_000
# Weight of the newest hour in the exponential average.
_NEWEST: Final = 0.2
_AVERAGE: Final = "exponential_average_search_time_per_hour_ms"
_CONTEXT: Final = "exponential_average_calculation_context"


def feed_timing(job_id: str) -> Document:
    """Timing stats of a datafeed that never searched."""
    return {
        "job_id": job_id,
        "search_count": 0,
        "bucket_count": 0,
        "total_search_time_ms": 0.0,
        _AVERAGE: 0.0,
        _CONTEXT: {"incremental_metric_value_ms": 0.0},
    }


def searched(stats: Document, elapsed_ms: float, latest_ms: int | None) -> Document:
    """The stats after one more search; `latest_ms` is the time of the newest record seen, None without any.

    The average is one over hours of the records' time: an hour counts once the records have left it.
    """
    context = dict(stats[_CONTEXT])
    spent = context["incremental_metric_value_ms"] + elapsed_ms
    before = context.get("latest_timestamp")
    if latest_ms is not None:
        if before is not None and latest_ms // _HOUR_MS > before // _HOUR_MS:
            previous = context.get("previous_exponential_average_ms", spent)
            context["previous_exponential_average_ms"] = previous + _NEWEST * (spent - previous)
            spent = 0.0
        context["latest_timestamp"] = latest_ms if before is None else max(before, latest_ms)
    context["incremental_metric_value_ms"] = spent
    changed = {
        "search_count": stats["search_count"] + 1,
        "total_search_time_ms": stats["total_search_time_ms"] + elapsed_ms,
        _AVERAGE: context.get("previous_exponential_average_ms", spent),
        _CONTEXT: context,
    }
    return _averaged(stats | changed)


def counted(stats: Document, buckets: int) -> Document:
    """The stats after some more buckets became final."""
    return _averaged(stats | {"bucket_count": stats["bucket_count"] + buckets})


def _averaged(stats: Document) -> Document:
    if not stats["bucket_count"]:
        return stats
    return stats | {"average_search_time_per_bucket_ms": stats["total_search_time_ms"] / stats["bucket_count"]}
