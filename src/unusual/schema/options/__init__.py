"""Options of the endpoints: one document each, whether it comes in the query or in the body."""

from unusual.schema.options.calendars import CalendarOptions, EventOptions
from unusual.schema.options.datafeeds import StartDatafeedOptions, StopDatafeedOptions
from unusual.schema.options.forecasts import DeleteForecastOptions, ForecastOptions
from unusual.schema.options.paging import Page, Window
from unusual.schema.options.results import (
    BucketOptions,
    CategoryOptions,
    InfluencerOptions,
    OverallBucketOptions,
    RecordOptions,
)
from unusual.schema.options.running import (
    CloseOptions,
    DataOptions,
    DeleteJobOptions,
    FlushOptions,
    FlushTimes,
    JobsOptions,
    JobStatsOptions,
    OpenOptions,
    ResetOptions,
)
from unusual.schema.options.snapshots import RevertOptions, SnapshotOptions, SnapshotUpdate

__all__ = [
    "BucketOptions",
    "CalendarOptions",
    "CategoryOptions",
    "CloseOptions",
    "DataOptions",
    "DeleteForecastOptions",
    "DeleteJobOptions",
    "EventOptions",
    "FlushOptions",
    "FlushTimes",
    "ForecastOptions",
    "InfluencerOptions",
    "JobStatsOptions",
    "JobsOptions",
    "OpenOptions",
    "OverallBucketOptions",
    "Page",
    "RecordOptions",
    "ResetOptions",
    "RevertOptions",
    "SnapshotOptions",
    "SnapshotUpdate",
    "StartDatafeedOptions",
    "StopDatafeedOptions",
    "Window",
]
