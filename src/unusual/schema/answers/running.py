"""Answers of calls that do something: acknowledged, opened, flushed, counted; knows no results."""

from typing import Any

from unusual.schema.answers.failures import Reason
from unusual.schema.answers.shape import Answer
from unusual.schema.moments import Milliseconds


class Acknowledged(Answer):
    """It is done."""

    acknowledged: bool


class Finished(Answer):
    """It is done, or goes on as a task: one of the two is there."""

    acknowledged: bool | None = None
    task: str | None = None


class Opened(Answer):
    """Whether the job takes data now, and where it lives."""

    opened: bool
    node: str = ""


class ClosedJobs(Answer):
    """Whether the jobs are closed."""

    closed: bool


class Flushed(Answer):
    """Whether all data is analysed, and where the newest final bucket ends: None for a job that has seen nothing."""

    flushed: bool
    last_finalized_bucket_end: Milliseconds | None = None


class DataCounts(Answer):
    """What became of records: of one upload, or of all that a job was given."""

    job_id: str
    processed_record_count: int
    processed_field_count: int
    input_bytes: int
    input_field_count: int
    input_record_count: int
    invalid_date_count: int
    missing_field_count: int
    out_of_order_timestamp_count: int
    bucket_count: int
    empty_bucket_count: int
    sparse_bucket_count: int
    earliest_record_timestamp: Milliseconds | None = None
    latest_record_timestamp: Milliseconds | None = None
    last_data_time: Milliseconds | None = None
    latest_bucket_timestamp: Milliseconds | None = None
    latest_empty_bucket_timestamp: Milliseconds | None = None
    latest_sparse_bucket_timestamp: Milliseconds | None = None
    log_time: Milliseconds | None = None


class ForecastAsked(Answer):
    """The id under which a forecast is made."""

    acknowledged: bool
    forecast_id: str


class MemoryEstimate(Answer):
    """What a job of such an analysis needs, as published; and what this version expects it to take."""

    model_memory_estimate: str
    expected_model_bytes: int | None = None


class TaskStatus(Answer):
    """How a call stands that goes on after its answer, and what it led to once it has ended."""

    completed: bool
    task: dict[str, Any]
    response: dict[str, Any] | None = None
    error: Reason | None = None
