"""Answers that tell of datafeeds."""

from unusual.schema.answers.jobs import NodeStats
from unusual.schema.answers.shape import Answer
from unusual.schema.datafeeds import DatafeedConfig
from unusual.schema.moments import Milliseconds


class Datafeeds(Answer):
    """The configurations of some datafeeds."""

    count: int
    datafeeds: tuple[DatafeedConfig, ...]


class Averaging(Answer):
    """What the average search time per hour is drawn from."""

    incremental_metric_value_ms: float = 0.0
    latest_timestamp: Milliseconds | None = None
    previous_exponential_average_ms: float | None = None


class FeedTimingStats(Answer):
    """How long the searches of a datafeed took, in milliseconds."""

    job_id: str
    search_count: int
    bucket_count: int
    total_search_time_ms: float
    average_search_time_per_bucket_ms: float | None = None
    exponential_average_search_time_per_hour_ms: float | None = None
    exponential_average_calculation_context: Averaging | None = None


class SearchInterval(Answer):
    """The stretch of time that is being searched."""

    start_ms: Milliseconds
    end_ms: Milliseconds


class RunningState(Answer):
    """How far a running datafeed is."""

    real_time_configured: bool
    real_time_running: bool
    search_interval: SearchInterval | None = None


class DatafeedStats(Answer):
    """Where a datafeed stands."""

    datafeed_id: str
    state: str
    node: NodeStats | None = None
    assignment_explanation: str | None = None
    timing_stats: FeedTimingStats | None = None
    running_state: RunningState | None = None


class DatafeedStatsList(Answer):
    """The stats of some datafeeds."""

    count: int
    datafeeds: tuple[DatafeedStats, ...]


class Started(Answer):
    """Whether a datafeed reads, and where."""

    started: bool
    node: str | tuple[str, ...] = ""


class Stopped(Answer):
    """Whether the datafeeds have ended."""

    stopped: bool
