"""Every call of the REST API: written by `make docs` from the routes of the server, and not by hand."""

from typing import Final

from unusual.client.table import Call
from unusual.schema.answers.calendars import Calendar, Calendars, Events, EventsPosted, Filters
from unusual.schema.answers.datafeeds import Datafeeds, DatafeedStatsList, Started, Stopped
from unusual.schema.answers.documents import (
    Bulk,
    Count,
    DocumentWritten,
    FieldCapabilities,
    Found,
    Freed,
    IndexCreated,
    Indices,
    PointInTimeOpened,
    Refreshed,
    Searches,
    SearchPage,
    SeveralFound,
)
from unusual.schema.answers.health import JobsHealth, ServerHealth
from unusual.schema.answers.jobs import ConfiguredJob, Jobs, JobStatsList
from unusual.schema.answers.results import Buckets, Categories, Influencers, OverallBuckets, Records
from unusual.schema.answers.running import (
    Acknowledged,
    ClosedJobs,
    DataCounts,
    Finished,
    Flushed,
    ForecastAsked,
    MemoryEstimate,
    Opened,
    TaskStatus,
)
from unusual.schema.answers.shape import Rows
from unusual.schema.answers.snapshots import (
    JobImported,
    ModelSnapshots,
    SnapshotReverted,
    SnapshotUpdated,
    SnapshotUpgraded,
    SnapshotUpgrades,
)
from unusual.schema.answers.system import About, Capabilities, Deleted, MemoryStats, Settings
from unusual.schema.datafeeds import DatafeedConfig, IndicesOptions
from unusual.schema.filters import Filter
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
    JobsOptions,
    JobStatsOptions,
    OpenOptions,
    ResetOptions,
)
from unusual.schema.options.snapshots import RevertOptions, SnapshotOptions, UpgradeOptions, UpgradeStatsOptions
from unusual.schema.options.system import ExpiryOptions, MemoryOptions, SettingsOptions, TaskOptions, UpgradeModeOptions
from unusual.schema.options.tables import DatafeedTableOptions, JobTableOptions, TableOptions
from unusual.schema.searching import ScrollOptions
from unusual.schema.values import AnyDocument

AS_PUT_DOCUMENT: Final = (
    "refresh routing op_type pipeline version version_type require_alias timeout master_timeout "
    "cluster_manager_timeout wait_for_active_shards"
)
AS_INDEX_EXISTS: Final = "ignore_unavailable allow_no_indices expand_wildcards local flat_settings"
AS_PUT_MAPPING: Final = (
    "ignore_unavailable allow_no_indices expand_wildcards local flat_settings timeout master_timeout "
    "cluster_manager_timeout wait_for_active_shards"
)
AS_GET_DOCUMENT: Final = (
    "realtime refresh routing preference stored_fields version version_type _source _source_includes _source_excludes"
)
AS_COUNT: Final = (
    "ignore_unavailable allow_no_indices expand_wildcards local flat_settings from size sort "
    "track_total_hits _source q default_operator df _source_includes _source_excludes ignore_throttled "
    "preference rest_total_hits_as_int timeout request_cache search_type batched_reduce_size "
    "max_concurrent_shard_requests routing scroll allow_partial_search_results pre_filter_shard_size "
    "ccs_minimize_roundtrips"
)

CALLS: Final = (
    Call("get_calendars", "GET,POST /_ml/calendars[/{calendar_id}]", Calendars, options=CalendarOptions),
    Call("put_calendar", "PUT /_ml/calendars/{calendar_id}", Calendar, body="may"),
    Call("delete_calendar", "DELETE /_ml/calendars/{calendar_id}", Acknowledged),
    Call("put_calendar_job", "PUT /_ml/calendars/{calendar_id}/jobs/{job_ids}", Calendar, repeatable=True),
    Call("delete_calendar_job", "DELETE /_ml/calendars/{calendar_id}/jobs/{job_ids}", Calendar),
    Call("get_calendar_events", "GET /_ml/calendars/{calendar_id}/events", Events, options=EventOptions),
    Call("post_calendar_events", "POST /_ml/calendars/{calendar_id}/events", EventsPosted, body="must"),
    Call("delete_calendar_event", "DELETE /_ml/calendars/{calendar_id}/events/{event_id}", Acknowledged),
    Call("cat_jobs", "GET /_cat/ml/anomaly_detectors[/{job_id}]", Rows, options=JobTableOptions),
    Call("cat_datafeeds", "GET /_cat/ml/datafeeds[/{datafeed_id}]", Rows, options=DatafeedTableOptions),
    Call("cat_indices", "GET /_cat/indices[/{index}]", Rows, options=TableOptions),
    Call("info", "GET /_ml/info", Capabilities),
    Call("about", "GET /", About),
    Call("ping", "HEAD /", None),
    Call("get_settings", "GET /_cluster/settings", Settings, options=SettingsOptions),
    Call("put_settings", "PUT /_cluster/settings", Settings, options=SettingsOptions, body="must", repeatable=True),
    Call(
        "get_datafeed_stats",
        "GET /_ml/datafeeds[/{datafeed_id}]/_stats",
        DatafeedStatsList,
        options=DatafeedStatsOptions,
    ),
    Call(
        "preview_datafeed", "GET,POST /_ml/datafeeds[/{datafeed_id}]/_preview", Rows, options=PreviewOptions, body="may"
    ),
    Call("start_datafeed", "POST /_ml/datafeeds/{datafeed_id}/_start", Started, options=StartDatafeedOptions),
    Call("stop_datafeed", "POST /_ml/datafeeds[/{datafeed_id}]/_stop", Stopped, options=StopDatafeedOptions),
    Call("get_datafeeds", "GET /_ml/datafeeds[/{datafeed_id}]", Datafeeds, options=DatafeedsOptions),
    Call("put_datafeed", "PUT /_ml/datafeeds/{datafeed_id}", DatafeedConfig, options=IndicesOptions, body="must"),
    Call(
        "update_datafeed",
        "POST /_ml/datafeeds/{datafeed_id}/_update",
        DatafeedConfig,
        options=IndicesOptions,
        body="must",
    ),
    Call("delete_datafeed", "DELETE /_ml/datafeeds/{datafeed_id}", Acknowledged, options=DeleteDatafeedOptions),
    Call("get_filters", "GET /_ml/filters[/{filter_id}]", Filters, options=FilterOptions),
    Call("put_filter", "PUT /_ml/filters/{filter_id}", Filter, body="must"),
    Call("update_filter", "POST /_ml/filters/{filter_id}/_update", Filter, body="must"),
    Call("delete_filter", "DELETE /_ml/filters/{filter_id}", Acknowledged),
    Call("forecast", "POST /_ml/anomaly_detectors/{job_id}/_forecast", ForecastAsked, options=ForecastOptions),
    Call(
        "delete_forecast",
        "DELETE /_ml/anomaly_detectors/{job_id}/_forecast[/{forecast_id}]",
        Acknowledged,
        options=DeleteForecastOptions,
    ),
    Call("get_job_health", "GET /_ml/anomaly_detectors[/{job_id}]/_health", JobsHealth, options=JobStatsOptions),
    Call("health", "GET /_health", ServerHealth),
    Call("put_document", "PUT,POST /{index}/_doc/{document_id}", DocumentWritten, extra=AS_PUT_DOCUMENT, body="must"),
    Call("add_document", "POST /{index}/_doc", DocumentWritten, extra=AS_PUT_DOCUMENT, body="must"),
    Call(
        "create_document",
        "PUT,POST /{index}/_create/{document_id}",
        DocumentWritten,
        extra=AS_PUT_DOCUMENT,
        body="must",
    ),
    Call("delete_document", "DELETE /{index}/_doc/{document_id}", DocumentWritten, extra=AS_PUT_DOCUMENT),
    Call(
        "bulk",
        "PUT,POST [/{index}]/_bulk",
        Bulk,
        extra=(
            "refresh routing op_type pipeline version version_type require_alias timeout master_timeout "
            "cluster_manager_timeout wait_for_active_shards ignore_unavailable allow_no_indices expand_wildcards "
            "local flat_settings"
        ),
        body="lines",
    ),
    Call(
        "create_index",
        "PUT /{index}",
        IndexCreated,
        extra=("timeout master_timeout cluster_manager_timeout wait_for_active_shards"),
        body="may",
    ),
    Call("index_exists", "HEAD /{index}", None, extra=AS_INDEX_EXISTS),
    Call("get_index", "GET /{index}", Indices, extra=AS_INDEX_EXISTS),
    Call("get_mapping", "GET [/{index}]/_mapping", Indices, extra=AS_INDEX_EXISTS),
    Call(
        "get_index_settings",
        "GET [/{index}]/_settings",
        Indices,
        extra=("ignore_unavailable allow_no_indices expand_wildcards local flat_settings include_defaults"),
    ),
    Call(
        "field_caps",
        "GET,POST [/{index}]/_field_caps",
        FieldCapabilities,
        extra=(
            "ignore_unavailable allow_no_indices expand_wildcards local flat_settings fields include_unmapped "
            "filters types"
        ),
    ),
    Call("put_mapping", "PUT /{index}/_mapping", Acknowledged, extra=AS_PUT_MAPPING, body="must", repeatable=True),
    Call("delete_index", "DELETE /{index}", Acknowledged, extra=AS_PUT_MAPPING),
    Call("refresh", "GET,POST [/{index}]/_refresh", Refreshed, extra=AS_INDEX_EXISTS),
    Call("get_job_stats", "GET /_ml/anomaly_detectors[/{job_id}]/_stats", JobStatsList, options=JobStatsOptions),
    Call("get_jobs", "GET /_ml/anomaly_detectors[/{job_id}]", Jobs, options=JobsOptions),
    Call("validate", "POST /_ml/anomaly_detectors/_validate", Acknowledged, body="must"),
    Call("validate_detector", "POST /_ml/anomaly_detectors/_validate/detector", Acknowledged, body="must"),
    Call("put_job", "PUT /_ml/anomaly_detectors/{job_id}", ConfiguredJob, options=IndicesOptions, body="must"),
    Call("update_job", "POST /_ml/anomaly_detectors/{job_id}/_update", ConfiguredJob, body="must"),
    Call("delete_job", "DELETE /_ml/anomaly_detectors/{job_id}", Finished, options=DeleteJobOptions),
    Call("reset_job", "POST /_ml/anomaly_detectors/{job_id}/_reset", Finished, options=ResetOptions),
    Call("get_document", "GET,HEAD /{index}/_doc/{document_id}", Found, extra=AS_GET_DOCUMENT),
    Call("get_source", "GET,HEAD /{index}/_source/{document_id}", AnyDocument, extra=AS_GET_DOCUMENT),
    Call("mget", "GET,POST [/{index}]/_mget", SeveralFound, extra=AS_GET_DOCUMENT, body="must"),
    Call(
        "get_buckets",
        "GET,POST /_ml/anomaly_detectors/{job_id}/results/buckets[/{timestamp}]",
        Buckets,
        options=BucketOptions,
    ),
    Call("get_records", "GET,POST /_ml/anomaly_detectors/{job_id}/results/records", Records, options=RecordOptions),
    Call(
        "get_influencers",
        "GET,POST /_ml/anomaly_detectors/{job_id}/results/influencers",
        Influencers,
        options=InfluencerOptions,
    ),
    Call(
        "get_categories",
        "GET,POST /_ml/anomaly_detectors/{job_id}/results/categories[/{category_id}]",
        Categories,
        options=CategoryOptions,
    ),
    Call(
        "get_overall_buckets",
        "GET,POST /_ml/anomaly_detectors/{job_id}/results/overall_buckets",
        OverallBuckets,
        options=OverallBucketOptions,
    ),
    Call("open_job", "POST /_ml/anomaly_detectors/{job_id}/_open", Opened, options=OpenOptions),
    Call("close_job", "POST /_ml/anomaly_detectors[/{job_id}]/_close", ClosedJobs, options=CloseOptions),
    Call("flush_job", "POST /_ml/anomaly_detectors/{job_id}/_flush", Flushed, options=FlushOptions),
    Call("post_data", "POST /_ml/anomaly_detectors/{job_id}/_data", DataCounts, options=DataOptions, body="lines"),
    Call("scroll", "GET,POST /_search/scroll", SearchPage, options=ScrollOptions),
    Call("clear_scroll", "DELETE /_search/scroll", Freed, body="must"),
    Call("clear_scrolls", "DELETE /_search/scroll/{scroll_ids}", Freed),
    Call(
        "open_point_in_time",
        "POST /{index}/_pit",
        PointInTimeOpened,
        extra=(
            "ignore_unavailable allow_no_indices expand_wildcards local flat_settings keep_alive routing preference"
        ),
    ),
    Call("close_point_in_time", "DELETE /_pit", Freed, body="must"),
    Call("count", "GET,POST [/{index}]/_count", Count, extra=AS_COUNT, body="may"),
    Call("search", "GET,POST [/{index}]/_search", SearchPage, extra=AS_COUNT, body="may"),
    Call("msearch", "GET,POST [/{index}]/_msearch", Searches, extra=AS_COUNT, body="lines"),
    Call(
        "export_model_snapshot",
        "GET /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_export",
        None,
        file=True,
    ),
    Call(
        "upgrade_job_snapshot",
        "POST /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_upgrade",
        SnapshotUpgraded,
        options=UpgradeOptions,
    ),
    Call(
        "get_model_snapshot_upgrade_stats",
        "GET /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_upgrade/_stats",
        SnapshotUpgrades,
        options=UpgradeStatsOptions,
    ),
    Call(
        "get_model_snapshots",
        "GET,POST /_ml/anomaly_detectors/{job_id}/model_snapshots[/{snapshot_id}]",
        ModelSnapshots,
        options=SnapshotOptions,
    ),
    Call(
        "update_model_snapshot",
        "POST /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_update",
        SnapshotUpdated,
        body="must",
    ),
    Call("delete_model_snapshot", "DELETE /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}", Acknowledged),
    Call(
        "revert_model_snapshot",
        "POST /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_revert",
        SnapshotReverted,
        options=RevertOptions,
    ),
    Call("import_job", "POST /_ml/anomaly_detectors/_import", JobImported, extra=("job_id"), body="file"),
    Call("get_memory_stats", "GET /_ml/memory[/{nodes}]/_stats", MemoryStats, options=MemoryOptions),
    Call("set_upgrade_mode", "POST /_ml/set_upgrade_mode", Acknowledged, options=UpgradeModeOptions),
    Call(
        "delete_expired_data",
        "DELETE /_ml/_delete_expired_data[/{job_id}]",
        Deleted,
        options=ExpiryOptions,
        repeatable=True,
    ),
    Call("estimate_model_memory", "POST /_ml/anomaly_detectors/_estimate_model_memory", MemoryEstimate, body="must"),
    Call("get_task", "GET /_tasks/{task_id}", TaskStatus, options=TaskOptions),
)
