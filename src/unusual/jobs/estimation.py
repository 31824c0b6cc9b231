"""How much memory a job is going to need, before it exists: by the published formula, and by what this version keeps.

The formula is what clients know, and lies far above. Measures nothing.
"""

import math
from collections.abc import Mapping
from typing import Final

from unusual.errors import Invalid, Refused
from unusual.schema.analysis_config import AnalysisConfig
from unusual.schema.data_description import DataDescription
from unusual.schema.detectors import MLCATEGORY, Detector
from unusual.schema.estimation import EstimateRequest
from unusual.schema.jobs import Job
from unusual.schema.limits import MIB

_KIB: Final = 1024
_ALWAYS: Final = 10 * MIB
# By the base name of the function.
_DETECTOR: Final = {
    "count": 32 * _KIB,
    "distinct_count": 32 * _KIB,
    "rare": 2 * _KIB,
    "min": 48 * _KIB,
    "max": 48 * _KIB,
    "mean": 48 * _KIB,
    "sum": 48 * _KIB,
    "varp": 48 * _KIB,
    "info_content": 48 * _KIB,
    "median": 64 * _KIB,
    "lat_long": 64 * _KIB,
    "metric": 120 * _KIB,
    "time": 10 * _KIB,
}
_OVER_VALUE: Final = 768
_INFLUENCER_VALUE: Final = 10 * _KIB
_CATEGORIZATION: Final = 5 * MIB
_SKETCHES: Final = 5 * MIB
_SKETCHING: Final = {"distinct_count", "info_content"}
_CATEGORIES: Final = {MLCATEGORY: 500}
_CATEGORIES_IN_BUCKET: Final = {MLCATEGORY: 50}


def estimated_mib(request: EstimateRequest) -> int:
    """Whole mebibytes, rounded up; `errors.Invalid` names a field whose number of values is not told."""
    analysis = request.analysis_config
    overall = _CATEGORIES | request.overall_cardinality
    in_bucket = _CATEGORIES_IN_BUCKET | request.max_bucket_cardinality
    functions = {detector.function.described for detector in analysis.detectors}
    size = (
        _ALWAYS
        + sum(_of_detector(detector, overall, analysis.bucket_span.seconds) for detector in analysis.detectors)
        + _of_influencers(analysis, in_bucket)
        + _of_categorization(analysis, overall)
        + (_SKETCHES if functions & _SKETCHING else 0)
    )
    return -(-size // MIB)


def expected_bytes(request: EstimateRequest) -> int | None:
    """About how large the models of the job become here; None where this version cannot analyse it."""
    from unusual.analysis.memory import expected  # noqa: PLC0415 - the engine is loaded only by who asks

    job = Job(
        job_id="estimated",
        job_version="",
        create_time=0,
        analysis_config=request.analysis_config,
        data_description=DataDescription(),
    )
    values = _CATEGORIES | request.max_bucket_cardinality | request.overall_cardinality
    try:
        return expected(job, values)
    except Refused:
        return None


def _of_detector(detector: Detector, overall: Mapping[str, int], span_s: int) -> int:
    partitions = 1
    if detector.partition_field_name is not None:
        partitions = _needed(overall, detector.partition_field_name, "[Overall]", "partition_field_name")
    size = _DETECTOR[detector.function.described]
    if detector.by_field_name is not None:
        values = _needed(overall, detector.by_field_name, "[Overall]", "by_field_name")
        size *= math.ceil(2 / 3 * _in_partition(values, partitions, span_s))
    if detector.over_field_name is not None:
        values = _needed(overall, detector.over_field_name, "[Overall]", "over_field_name")
        size += _OVER_VALUE * math.ceil(_in_partition(values, partitions, span_s))
    return size * partitions


def _of_influencers(analysis: AnalysisConfig, in_bucket: Mapping[str, int]) -> int:
    splits = {field for detector in analysis.detectors for field in detector.split_fields}
    fields = [field for field in analysis.influencers if field not in splits]
    return sum(_INFLUENCER_VALUE * _needed(in_bucket, field, "[Bucket max]", "influencers") for field in fields)


def _of_categorization(analysis: AnalysisConfig, overall: Mapping[str, int]) -> int:
    if analysis.categorization_field_name is None:
        return 0
    if analysis.per_partition_categorization is None or not analysis.per_partition_categorization.enabled:
        return _CATEGORIZATION
    # They all have the same one: the configuration has been checked.
    field = next(d.partition_field_name for d in analysis.detectors if MLCATEGORY in d.split_fields)
    return _CATEGORIZATION * _needed(overall, str(field), "[Overall]", "partition_field_name")


def _in_partition(values: int, partitions: int, span_s: int) -> float:
    """How many of the values one partition has: the more, the longer the bucket span."""
    shared = min(values, partitions)
    return values / shared ** min(1.0, (math.log10(span_s) + 1) / 8) if shared else 0.0


def _needed(cardinalities: Mapping[str, int], field: str, which: str, role: str) -> int:
    if field not in cardinalities:
        raise Invalid(f"{which} cardinality estimate required for [{role}] [{field}] but not supplied")
    return cardinalities[field]
