"""Answers that tell of jobs: how they are configured, what they have seen, where they stand."""

from unusual.schema.answers.running import DataCounts
from unusual.schema.answers.shape import Answer
from unusual.schema.datafeeds import DatafeedConfig
from unusual.schema.jobs import JobConfig
from unusual.schema.moments import Milliseconds


class ConfiguredJob(JobConfig):
    """A job as it is configured, with the datafeed in it if there is one."""

    datafeed_config: DatafeedConfig | None = None


class Jobs(Answer):
    """The configurations of some jobs."""

    count: int
    jobs: tuple[ConfiguredJob, ...]


class NodeStats(Answer):
    """Where a job or a datafeed lives."""

    id: str
    name: str
    ephemeral_id: str
    transport_address: str
    attributes: dict[str, str]


class ModelSizeStats(Answer):
    """How much memory the models of a job take, and whether that is enough."""

    job_id: str
    result_type: str
    model_bytes: int
    reserved_model_bytes: int | None = None
    peak_model_bytes: int | None = None
    model_bytes_exceeded: int | None = None
    model_bytes_memory_limit: int | None = None
    total_by_field_count: int
    total_over_field_count: int
    total_partition_field_count: int
    bucket_allocation_failures_count: int
    allocation_failure_fields: tuple[str, ...] | None = None
    memory_status: str
    assignment_memory_basis: str | None = None
    categorized_doc_count: int = 0
    total_category_count: int = 0
    frequent_category_count: int = 0
    rare_category_count: int = 0
    dead_category_count: int = 0
    failed_category_count: int = 0
    categorization_status: str = "ok"
    log_time: Milliseconds | None = None
    timestamp: Milliseconds | None = None


class TimingStats(Answer):
    """How long the buckets of a job took, in milliseconds."""

    job_id: str
    bucket_count: int
    total_bucket_processing_time_ms: float = 0.0
    minimum_bucket_processing_time_ms: float | None = None
    maximum_bucket_processing_time_ms: float | None = None
    average_bucket_processing_time_ms: float | None = None
    exponential_average_bucket_processing_time_ms: float | None = None
    exponential_average_bucket_processing_time_per_hour_ms: float | None = None


class Figures(Answer):
    """The least, the most, the mean and the sum of a number over forecasts."""

    min: float
    max: float
    avg: float
    total: float


class ForecastsStats(Answer):
    """How many forecasts a job has, and what they took."""

    total: int
    forecasted_jobs: int
    memory_bytes: Figures | None = None
    records: Figures | None = None
    processing_time_ms: Figures | None = None
    status: dict[str, int] | None = None


class JobStats(Answer):
    """What a job has seen and where it stands."""

    job_id: str
    state: str
    data_counts: DataCounts
    model_size_stats: ModelSizeStats
    forecasts_stats: ForecastsStats
    timing_stats: TimingStats
    node: NodeStats | None = None
    assignment_explanation: str | None = None
    open_time: str | None = None
    deleting: bool | None = None


class JobStatsList(Answer):
    """The stats of some jobs."""

    count: int
    jobs: tuple[JobStats, ...]
