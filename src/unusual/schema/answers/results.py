"""Answers that tell what a job found: buckets, records, influencers, categories, overall buckets."""

from typing import Any

from unusual.schema.answers.shape import Answer, Named
from unusual.schema.moments import Milliseconds


class BucketInfluencer(Answer):
    """The share of one field in a bucket's score; the field `bucket_time` stands for the bucket as a whole."""

    job_id: str
    result_type: str
    influencer_field_name: str
    initial_anomaly_score: float
    anomaly_score: float
    raw_anomaly_score: float
    probability: float
    timestamp: Milliseconds
    bucket_span: int
    is_interim: bool


class InfluencedBy(Answer):
    """The values of one field that a record is blamed on."""

    influencer_field_name: str
    influencer_field_values: tuple[Any, ...]


class GeoResults(Answer):
    """Places of a record of `lat_long`, each as "latitude,longitude"."""

    actual_point: str | None = None
    typical_point: str | None = None


class Explanation(Answer):
    """How a record came to its score, in points of it, and what would have been normal."""

    anomaly_type: str | None = None
    anomaly_length: int | None = None
    single_bucket_impact: int | None = None
    multi_bucket_impact: int | None = None
    anomaly_characteristics_impact: int | None = None
    lower_confidence_bound: float | None = None
    typical_value: float | None = None
    upper_confidence_bound: float | None = None
    high_variance_penalty: bool | None = None
    incomplete_bucket_penalty: bool | None = None
    multimodal_distribution: bool | None = None
    by_field_first_occurrence: bool | None = None
    by_field_relative_rarity: float | None = None


class Split(Named):
    """Which function over which fields a value belongs to; each field that splits also stands under its own name."""

    probability: float
    function: str | None = None
    function_description: str | None = None
    field_name: str | None = None
    by_field_name: str | None = None
    by_field_value: str | None = None
    over_field_name: str | None = None
    over_field_value: str | None = None
    partition_field_name: str | None = None
    partition_field_value: str | None = None
    actual: tuple[float, ...] | None = None
    typical: tuple[float, ...] | None = None
    geo_results: GeoResults | None = None


class Cause(Split):
    """What made a member of a population unusual."""

    correlated_by_field_value: str | None = None


class Record(Split):
    """One value of one series that was unusual."""

    job_id: str
    result_type: str
    timestamp: Milliseconds
    bucket_span: int
    detector_index: int
    is_interim: bool
    record_score: float
    initial_record_score: float
    multi_bucket_impact: float | None = None
    causes: tuple[Cause, ...] | None = None
    influencers: tuple[InfluencedBy, ...] | None = None
    anomaly_score_explanation: Explanation | None = None


class Bucket(Answer):
    """One span of time of a job, and how unusual it was as a whole."""

    job_id: str
    result_type: str
    timestamp: Milliseconds
    bucket_span: int
    anomaly_score: float
    initial_anomaly_score: float
    event_count: int
    is_interim: bool
    bucket_influencers: tuple[BucketInfluencer, ...] = ()
    processing_time_ms: int
    scheduled_events: tuple[str, ...] | None = None
    records: tuple[Record, ...] | None = None


class Influencer(Named):
    """How much one value of one field is to blame in one bucket; it also stands under the name of its field."""

    job_id: str
    result_type: str
    timestamp: Milliseconds
    bucket_span: int
    influencer_field_name: str
    influencer_field_value: str
    influencer_score: float
    initial_influencer_score: float
    probability: float
    is_interim: bool


class Category(Answer):
    """One kind of log lines."""

    job_id: str
    result_type: str | None = None
    category_id: int
    mlcategory: str | None = None
    terms: str
    regex: str
    max_matching_length: int
    examples: tuple[str, ...]
    num_matches: int | None = None
    preferred_to_categories: tuple[int, ...] | None = None
    grok_pattern: str | None = None
    partition_field_name: str | None = None
    partition_field_value: str | None = None


class JobScore(Answer):
    """The highest bucket score of one job within an overall bucket."""

    job_id: str
    max_anomaly_score: float


class OverallBucket(Answer):
    """The buckets of several jobs at one time, drawn together."""

    result_type: str
    timestamp: Milliseconds
    bucket_span: int
    overall_score: float
    jobs: tuple[JobScore, ...]
    is_interim: bool


class Buckets(Answer):
    """A page of buckets; `count` is of all that fit."""

    count: int
    buckets: tuple[Bucket, ...]


class Records(Answer):
    """A page of records; `count` is of all that fit."""

    count: int
    records: tuple[Record, ...]


class Influencers(Answer):
    """A page of influencers; `count` is of all that fit."""

    count: int
    influencers: tuple[Influencer, ...]


class Categories(Answer):
    """A page of categories; `count` is of all that fit."""

    count: int
    categories: tuple[Category, ...]


class OverallBuckets(Answer):
    """The overall buckets of some jobs."""

    count: int
    overall_buckets: tuple[OverallBucket, ...]
