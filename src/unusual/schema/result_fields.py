"""The fields of result documents, as the indices of results are described to clients; knows no values.

Every other field of a result is called as one of the job's data, and holds its values as they are.
"""

from collections.abc import Iterable
from typing import Final

from unusual.schema.mappings import Field, fields_of
from unusual.schema.values import Document

_DATES: Final = (
    "timestamp",
    "log_time",
    "latest_record_time_stamp",
    "latest_result_time_stamp",
    "latest_record_timestamp",
    "earliest_record_timestamp",
    "last_data_time",
    "latest_bucket_timestamp",
    "latest_empty_bucket_timestamp",
    "latest_sparse_bucket_timestamp",
    "forecast_create_timestamp",
    "forecast_start_timestamp",
    "forecast_end_timestamp",
    "forecast_expiry_timestamp",
)
_WHOLE: Final = (
    *("bucket_span", "event_count", "processing_time_ms", "detector_index", "category_id", "num_matches"),
    *("max_matching_length", "processed_record_count", "snapshot_doc_count", "bucket_count", "model_bytes"),
    *(
        "reserved_model_bytes",
        "peak_model_bytes",
        "forecast_memory_bytes",
        "preferred_to_categories",
        "merged_into",
        "revision",
    ),
    *("categorized_doc_count", "total_category_count", "frequent_category_count", "rare_category_count"),
    *("dead_category_count", "failed_category_count"),
)
_REAL: Final = (
    *("anomaly_score", "initial_anomaly_score", "raw_anomaly_score"),
    *("record_score", "initial_record_score", "influencer_score", "initial_influencer_score"),
    *("probability", "multi_bucket_impact", "actual", "typical"),
    *("model_lower", "model_upper", "model_median"),
    *("forecast_lower", "forecast_upper", "forecast_prediction", "forecast_progress"),
)
_FLAGS: Final = ("is_interim", "retain")
_TEXTS: Final = ("terms", "examples", "history", "description")
_WORDS: Final = (
    *("job_id", "result_type", "function", "function_description", "field_name", "snapshot_id"),
    *("by_field_name", "by_field_value", "over_field_name", "over_field_value"),
    *("partition_field_name", "partition_field_value", "influencer_field_name", "influencer_field_value"),
    *("mlcategory", "regex", "grok_pattern", "model_feature", "forecast_id", "forecast_status", "scheduled_events"),
    *("memory_status", "categorization_status", "min_version"),
)


def _typed(kind: str, names: Iterable[str]) -> Document:
    return {name: {"type": kind} for name in names}


_CAUSE: Final = {
    **_typed("keyword", [name for name in _WORDS if name.endswith(("_name", "_value")) or "function" in name]),
    **_typed("double", ("probability", "actual", "typical")),
    "correlated_by_field_value": {"type": "keyword"},
}
_EXPLAINED: Final = {
    **_typed("keyword", ("anomaly_type",)),
    **_typed("integer", ("anomaly_length", "single_bucket_impact", "multi_bucket_impact")),
    **_typed("integer", ("anomaly_characteristics_impact",)),
    **_typed("double", ("lower_confidence_bound", "typical_value", "upper_confidence_bound")),
    **_typed("boolean", ("high_variance_penalty", "incomplete_bucket_penalty", "multimodal_distribution")),
    **_typed("boolean", ("by_field_first_occurrence",)),
}
MAPPINGS: Final[Document] = {
    "dynamic_templates": [{"map_objects": {"match_mapping_type": "*", "mapping": {"type": "keyword"}}}],
    "properties": {
        **_typed("date", _DATES),
        **_typed("long", _WHOLE),
        **_typed("double", _REAL),
        **_typed("boolean", _FLAGS),
        **_typed("text", _TEXTS),
        **_typed("keyword", _WORDS),
        "influencers": {
            "type": "nested",
            "properties": _typed("keyword", ("influencer_field_name", "influencer_field_values")),
        },
        "bucket_influencers": {
            "type": "nested",
            "properties": {
                **_typed("keyword", ("job_id", "result_type", "influencer_field_name")),
                **_typed("double", ("anomaly_score", "initial_anomaly_score", "raw_anomaly_score", "probability")),
                **_typed("date", ("timestamp",)),
                **_typed("long", ("bucket_span",)),
                **_typed("boolean", _FLAGS[:1]),
            },
        },
        "causes": {"type": "nested", "properties": _CAUSE},
        "anomaly_score_explanation": {"properties": _EXPLAINED},
        "geo_results": {"properties": _typed("keyword", ("actual_point", "typical_point"))},
    },
}
_FIELDS: Final = fields_of(MAPPINGS)


def fields_for(names: Iterable[str]) -> dict[str, Field]:
    """The known fields, and those of the job's data among names that are asked for."""
    unknown = [name for name in names if name not in _FIELDS and not any(one.startswith(f"{name}.") for one in _FIELDS)]
    return _FIELDS | {name: Field("keyword", name) for name in unknown}
