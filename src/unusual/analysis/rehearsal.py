"""One small job of each kind run from end to end, so that what compiles on first use has been used; keeps nothing."""

from typing import Any, Final

import orjson

from unusual.analysis.control import Flush, Forecast, Post, Proceed, Save
from unusual.analysis.engine import Engine
from unusual.schema.jobs import Job

SPAN: Final = 3600
BUCKETS: Final = 40  # as many as models need before they judge
SPLITS: Final[dict[str, str]] = {"by_field_name": "key", "partition_field_name": "host"}
FORECAST: Final = {"forecast_id": "rehearsal", "forecast_start_timestamp": 0, "timestamp": 0}
SIDE_BY_SIDE: Final = b'{"time": 144000}{"time": 144000}'  # irregular, so that objects are looked for
CROWD: Final[dict[str, str]] = {"over_field_name": "key"}

# What each job detects: functions that share a model share its kernels.
KINDS: Final[tuple[dict[str, Any], ...]] = (
    {"detectors": [{"function": "count", **SPLITS}, {"function": "mean", "field_name": "value", **SPLITS}]},
    {"detectors": [{"function": name, "field_name": "value"} for name in ("min", "max", "median", "sum", "varp")]},
    {"detectors": [{"function": name, "field_name": "key"} for name in ("distinct_count", "info_content")]},
    {"detectors": [{"function": name} for name in ("time_of_day", "time_of_week")]},
    {"detectors": [{"function": "lat_long", "field_name": "place"}]},
    {"detectors": [{"function": "count", **CROWD}, {"function": "mean", "field_name": "value", **CROWD}]},
    {"detectors": [{"function": name, "by_field_name": "host", **CROWD} for name in ("rare", "freq_rare")]},
    {"detectors": [{"function": "rare", "by_field_name": "key"}]},
    {
        "detectors": [{"function": "mean", "field_name": "value", "by_field_name": "host"}],
        "multivariate_by_fields": True,
    },
    {"detectors": [{"function": "count", "by_field_name": "mlcategory"}], "categorization_field_name": "message"},
)


def rehearse() -> None:
    """Run a job of each kind over the same few records."""
    records = b"\n".join(orjson.dumps(_record(number)) for number in range(BUCKETS * 4)) + b"\n"
    for kind in KINDS:
        analysis = {"bucket_span": f"{SPAN}s", "influencers": ["host"], **kind}
        body = {"analysis_config": analysis, "data_description": {"time_format": "epoch"}}
        engine = Engine(Job.from_request(body, job_id="rehearsal", now_ms=0, version="1"))
        engine.handle(Post(records, now_ms=0))
        engine.handle(Post(SIDE_BY_SIDE, now_ms=0, last=True))
        engine.handle(Flush(calc_interim=True))
        foretold = engine.handle(Forecast(FORECAST, buckets=3, memory_bytes=1 << 20))
        while foretold.unfinished:
            foretold = engine.handle(Proceed())
        engine.handle(Save())


def _record(number: int) -> dict[str, Any]:
    """The values change now and then, and by very much at last."""
    bucket, host = divmod(number, 4)
    return {
        "time": bucket * SPAN,
        "host": f"host{host}",
        "key": f"key{number % 7}",
        "value": 1000.0 if bucket == BUCKETS - 2 else number % 5 + 0.5,
        "place": f"{number % 50},{number % 70}",
        "message": f"connection {number} to node{host} closed after {number % 5} ms",
    }
