"""Options of the endpoints: one document each, whether it comes in the query or in the body."""

from unusual.schema.options.calendars import CalendarOptions, EventOptions
from unusual.schema.options.datafeeds import (
    DatafeedsOptions,
    DatafeedStatsOptions,
    DeleteDatafeedOptions,
    PreviewOptions,
    StartDatafeedOptions,
    StopDatafeedOptions,
)
from unusual.schema.options.filters import FilterOptions
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
from unusual.schema.options.snapshots import (
    RevertOptions,
    SnapshotOptions,
    SnapshotUpdate,
    UpgradeOptions,
    UpgradeStatsOptions,
)
from unusual.schema.options.system import ExpiryOptions, MemoryOptions, SettingsOptions, TaskOptions, UpgradeModeOptions
from unusual.schema.options.tables import DatafeedTableOptions, JobTableOptions, TableOptions

__all__ = [
    "BucketOptions",
    "CalendarOptions",
    "CategoryOptions",
    "CloseOptions",
    "DataOptions",
    "DatafeedStatsOptions",
    "DatafeedTableOptions",
    "DatafeedsOptions",
    "DeleteDatafeedOptions",
    "DeleteForecastOptions",
    "DeleteJobOptions",
    "EventOptions",
    "ExpiryOptions",
    "FilterOptions",
    "FlushOptions",
    "FlushTimes",
    "ForecastOptions",
    "InfluencerOptions",
    "JobStatsOptions",
    "JobTableOptions",
    "JobsOptions",
    "MemoryOptions",
    "OpenOptions",
    "OverallBucketOptions",
    "Page",
    "PreviewOptions",
    "RecordOptions",
    "ResetOptions",
    "RevertOptions",
    "SettingsOptions",
    "SnapshotOptions",
    "SnapshotUpdate",
    "StartDatafeedOptions",
    "StopDatafeedOptions",
    "TableOptions",
    "TaskOptions",
    "UpgradeModeOptions",
    "UpgradeOptions",
    "UpgradeStatsOptions",
    "Window",
]
