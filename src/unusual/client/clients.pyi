"""The methods of the clients: written by `make docs` from the routes of the server, and not by hand."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from pydantic import BaseModel

from unusual.client.awaiting import Awaiting
from unusual.client.blocking import Blocking
from unusual.client.posting import Recorded
from unusual.schema.answers.calendars import Calendar, Calendars, Events, EventsPosted, Filters, ScheduledEvent
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
from unusual.schema.answers.results import (
    Bucket,
    Buckets,
    Categories,
    Category,
    Influencer,
    Influencers,
    OverallBuckets,
    Record,
    Records,
)
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
    ModelSnapshot,
    ModelSnapshots,
    SnapshotReverted,
    SnapshotUpdated,
    SnapshotUpgraded,
    SnapshotUpgrades,
)
from unusual.schema.answers.system import About, Capabilities, Deleted, MemoryStats, Settings
from unusual.schema.datafeeds import DatafeedConfig
from unusual.schema.filters import Filter
from unusual.schema.values import AnyDocument

Time: TypeAlias = str | int | datetime
Span: TypeAlias = str | timedelta
Word: TypeAlias = str | float
Words: TypeAlias = str | Iterable[str]
Body: TypeAlias = Mapping[str, Any] | BaseModel
Lines: TypeAlias = bytes | str | Iterable[Body]

class Client(Blocking):
    def get_calendars(
        self, calendar_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> Calendars:
        """A page of the selected calendars."""
    def iter_calendars(
        self, calendar_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> Iterator[Calendar]:
        """The same, one after the other through all pages: A page of the selected calendars."""
    def put_calendar(self, calendar_id: str, body: Body | None = None) -> Calendar:
        """A new calendar."""
    def delete_calendar(self, calendar_id: str) -> Acknowledged:
        """A calendar less, and its events."""
    def put_calendar_job(self, calendar_id: str, job_ids: str) -> Calendar:
        """A calendar that holds more jobs."""
    def delete_calendar_job(self, calendar_id: str, job_ids: str) -> Calendar:
        """A calendar that holds fewer jobs."""
    def get_calendar_events(
        self,
        calendar_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        job_id: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Events:
        """A page of the events of the selected calendars."""
    def iter_calendar_events(
        self,
        calendar_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        job_id: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Iterator[ScheduledEvent]:
        """The same, one after the other through all pages: A page of the events of the selected calendars."""
    def post_calendar_events(self, calendar_id: str, body: Body) -> EventsPosted:
        """The events that a calendar has more; or a page of those it has."""
    def delete_calendar_event(self, calendar_id: str, event_id: str) -> Acknowledged:
        """An event less."""
    def cat_jobs(
        self,
        job_id: str | None = None,
        *,
        h: str | None = None,
        s: str | None = None,
        v: bool | None = None,
        help: bool | None = None,
        bytes: str | None = None,
        time: str | None = None,
        master_timeout: Span | None = None,
        allow_no_match: bool | None = None,
    ) -> Rows:
        """The selected jobs and where they stand, a line each."""
    def cat_datafeeds(
        self,
        datafeed_id: str | None = None,
        *,
        h: str | None = None,
        s: str | None = None,
        v: bool | None = None,
        help: bool | None = None,
        bytes: str | None = None,
        time: str | None = None,
        master_timeout: Span | None = None,
        allow_no_match: bool | None = None,
    ) -> Rows:
        """The selected datafeeds and where they stand, a line each."""
    def cat_indices(
        self,
        index: str | None = None,
        *,
        h: str | None = None,
        s: str | None = None,
        v: bool | None = None,
        help: bool | None = None,
        bytes: str | None = None,
        time: str | None = None,
        master_timeout: Span | None = None,
    ) -> Rows:
        """Indices of documents and how many they have, a line each."""
    def info(self) -> Capabilities:
        """Defaults and limits of jobs."""
    def about(self) -> About:
        """Name and version, in the form by which the official clients know what they talk to."""
    def ping(self) -> bool:
        """Whether the server is there."""
    def get_settings(
        self,
        *,
        flat_settings: bool | None = None,
        include_defaults: bool | None = None,
        timeout: Span | None = None,
        master_timeout: Span | None = None,
    ) -> Settings:
        """What is set."""
    def put_settings(
        self,
        body: Body,
        *,
        flat_settings: bool | None = None,
        include_defaults: bool | None = None,
        timeout: Span | None = None,
        master_timeout: Span | None = None,
    ) -> Settings:
        """What is newly set."""
    def get_datafeed_stats(
        self, datafeed_id: str | None = None, *, allow_no_match: bool | None = None
    ) -> DatafeedStatsList:
        """Where the selected datafeeds stand."""
    def preview_datafeed(
        self,
        datafeed_id: str | None = None,
        body: Body | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
    ) -> Rows:
        """What would be posted."""
    def start_datafeed(
        self, datafeed_id: str, *, start: Time | None = None, end: Time | None = None, timeout: Span | None = None
    ) -> Started:
        """Begin to read; answered once it is known that nothing forbids it."""
    def stop_datafeed(
        self,
        datafeed_id: str | None = None,
        *,
        force: bool | None = None,
        timeout: Span | None = None,
        allow_no_match: bool | None = None,
        close_job: bool | None = None,
    ) -> Stopped:
        """Let the selected datafeeds end; answered once all have."""
    def get_datafeeds(
        self,
        datafeed_id: str | None = None,
        *,
        allow_no_match: bool | None = None,
        exclude_generated: bool | None = None,
    ) -> Datafeeds:
        """The configurations of the selected datafeeds."""
    def put_datafeed(
        self,
        datafeed_id: str,
        body: Body,
        *,
        expand_wildcards: Words | None = None,
        ignore_unavailable: bool | None = None,
        allow_no_indices: bool | None = None,
        ignore_throttled: bool | None = None,
    ) -> DatafeedConfig:
        """A new datafeed, answered with all its defaults."""
    def update_datafeed(
        self,
        datafeed_id: str,
        body: Body,
        *,
        expand_wildcards: Words | None = None,
        ignore_unavailable: bool | None = None,
        allow_no_indices: bool | None = None,
        ignore_throttled: bool | None = None,
    ) -> DatafeedConfig:
        """A changed datafeed."""
    def delete_datafeed(self, datafeed_id: str, *, force: bool | None = None) -> Acknowledged:
        """A datafeed less."""
    def get_filters(
        self, filter_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> Filters:
        """A page of the selected filters."""
    def iter_filters(
        self, filter_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> Iterator[Filter]:
        """The same, one after the other through all pages: A page of the selected filters."""
    def put_filter(self, filter_id: str, body: Body) -> Filter:
        """A new filter."""
    def update_filter(self, filter_id: str, body: Body) -> Filter:
        """A changed filter."""
    def delete_filter(self, filter_id: str) -> Acknowledged:
        """A filter less."""
    def forecast(
        self,
        job_id: str,
        *,
        duration: Span | None = None,
        expires_in: Span | None = None,
        max_model_memory: str | None = None,
    ) -> ForecastAsked:
        """The id of a forecast that is made from now on."""
    def delete_forecast(
        self,
        job_id: str,
        forecast_id: str | None = None,
        *,
        allow_no_forecasts: bool | None = None,
        timeout: Span | None = None,
    ) -> Acknowledged:
        """Forecasts less."""
    def get_job_health(self, job_id: str | None = None, *, allow_no_match: bool | None = None) -> JobsHealth:
        """What is wrong with the selected jobs, by name."""
    def health(self) -> ServerHealth:
        """Whether the server can do its work; 503 when it cannot."""
    def put_document(
        self,
        index: str,
        document_id: str,
        body: Body,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document under an id of the client's choice."""
    def add_document(
        self,
        index: str,
        body: Body,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document under a new id."""
    def create_document(
        self,
        index: str,
        document_id: str,
        body: Body,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document under an id that must be new."""
    def delete_document(
        self,
        index: str,
        document_id: str,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document less."""
    def bulk(
        self,
        body: Lines,
        index: str | None = None,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Bulk:
        """Many documents, each answered by itself."""
    def create_index(
        self,
        index: str,
        body: Body | None = None,
        *,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> IndexCreated:
        """A new index."""
    def index_exists(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> bool:
        """Whether there is such an index."""
    def get_index(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Indices:
        """Indices with their mappings and settings."""
    def get_mapping(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Indices:
        """What is known of the fields of indices."""
    def get_index_settings(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        include_defaults: Word | None = None,
    ) -> Indices:
        """How indices are kept."""
    def field_caps(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        fields: Word | None = None,
        include_unmapped: Word | None = None,
        filters: Word | None = None,
        types: Word | None = None,
    ) -> FieldCapabilities:
        """What can be done with the fields of indices."""
    def put_mapping(
        self,
        index: str,
        body: Body,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> Acknowledged:
        """More known of the fields of an index."""
    def delete_index(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> Acknowledged:
        """Indices less, with all their documents."""
    def refresh(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Refreshed:
        """Nothing to do: what is written can be read at once."""
    def get_job_stats(self, job_id: str | None = None, *, allow_no_match: bool | None = None) -> JobStatsList:
        """What the selected jobs have seen and where they stand."""
    def get_jobs(
        self, job_id: str | None = None, *, allow_no_match: bool | None = None, exclude_generated: bool | None = None
    ) -> Jobs:
        """The configurations of the selected jobs, and what is being done to them that keeps them from all else."""
    def validate(self, body: Body) -> Acknowledged:
        """Whether a job could be created like this."""
    def validate_detector(self, body: Body) -> Acknowledged:
        """Whether a job could have such a detector."""
    def put_job(
        self,
        job_id: str,
        body: Body,
        *,
        expand_wildcards: Words | None = None,
        ignore_unavailable: bool | None = None,
        allow_no_indices: bool | None = None,
        ignore_throttled: bool | None = None,
    ) -> ConfiguredJob:
        """A new job, answered with all its defaults; the options are those of an embedded datafeed."""
    def update_job(self, job_id: str, body: Body) -> ConfiguredJob:
        """A changed job."""
    def delete_job(
        self,
        job_id: str,
        *,
        force: bool | None = None,
        wait_for_completion: bool | None = None,
        delete_user_annotations: bool | None = None,
    ) -> Finished:
        """A job less, with all it had."""
    def reset_job(
        self, job_id: str, *, wait_for_completion: bool | None = None, delete_user_annotations: bool | None = None
    ) -> Finished:
        """A job as if it had just been created."""
    def get_document(
        self,
        index: str,
        document_id: str,
        *,
        realtime: Word | None = None,
        refresh: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
        stored_fields: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        _source: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
    ) -> Found:
        """One document, with where it is."""
    def get_source(
        self,
        index: str,
        document_id: str,
        *,
        realtime: Word | None = None,
        refresh: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
        stored_fields: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        _source: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
    ) -> AnyDocument:
        """One document by itself."""
    def mget(
        self,
        body: Body,
        index: str | None = None,
        *,
        realtime: Word | None = None,
        refresh: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
        stored_fields: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        _source: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
    ) -> SeveralFound:
        """Several documents, each answered by itself."""
    def get_buckets(
        self,
        job_id: str,
        timestamp: Time | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        anomaly_score: float | None = None,
        exclude_interim: bool | None = None,
        expand: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Buckets:
        """A page of buckets, or one."""
    def iter_buckets(
        self,
        job_id: str,
        timestamp: Time | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        anomaly_score: float | None = None,
        exclude_interim: bool | None = None,
        expand: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Iterator[Bucket]:
        """The same, one after the other through all pages: A page of buckets, or one."""
    def get_records(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        record_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Records:
        """A page of records."""
    def iter_records(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        record_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Iterator[Record]:
        """The same, one after the other through all pages: A page of records."""
    def get_influencers(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        influencer_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Influencers:
        """A page of influencers."""
    def iter_influencers(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        influencer_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Iterator[Influencer]:
        """The same, one after the other through all pages: A page of influencers."""
    def get_categories(
        self,
        job_id: str,
        category_id: str | None = None,
        *,
        partition_field_value: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Categories:
        """A page of categories, or one."""
    def iter_categories(
        self,
        job_id: str,
        category_id: str | None = None,
        *,
        partition_field_value: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Iterator[Category]:
        """The same, one after the other through all pages: A page of categories, or one."""
    def get_overall_buckets(
        self,
        job_id: str,
        *,
        top_n: int | None = None,
        bucket_span: Span | None = None,
        overall_score: float | None = None,
        exclude_interim: bool | None = None,
        start: Time | None = None,
        end: Time | None = None,
        allow_no_match: bool | None = None,
    ) -> OverallBuckets:
        """The buckets of several jobs drawn together."""
    def open_job(self, job_id: str, *, timeout: Span | None = None) -> Opened:
        """Load the job; answered once it takes data."""
    def close_job(
        self,
        job_id: str | None = None,
        *,
        force: bool | None = None,
        timeout: Span | None = None,
        allow_no_match: bool | None = None,
    ) -> ClosedJobs:
        """Close the selected jobs; answered once all are."""
    def flush_job(
        self,
        job_id: str,
        *,
        calc_interim: bool | None = None,
        start: Time | None = None,
        end: Time | None = None,
        advance_time: Time | None = None,
        skip_time: Time | None = None,
    ) -> Flushed:
        """Wait until everything posted is analysed."""
    def post_data(
        self,
        job_id: str,
        data: Recorded,
        *,
        reset_start: Time | None = None,
        reset_end: Time | None = None,
        block_bytes: int = ...,
    ) -> DataCounts:
        """Analyse records while they arrive; answered with the counts of this upload."""
    def scroll(self, *, scroll_id: str | None = None, scroll: Span | None = None) -> SearchPage:
        """The next page."""
    def clear_scroll(self, body: Body) -> Freed:
        """Scrolls that nobody goes on with."""
    def clear_scrolls(self, scroll_ids: str) -> Freed:
        """The same, named by the path."""
    def open_point_in_time(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        keep_alive: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
    ) -> PointInTimeOpened:
        """A name for some indices, for searches that follow each other: nothing has to be kept for it."""
    def close_point_in_time(self, body: Body) -> Freed:
        """Nothing to do; that is always done."""
    def count(
        self,
        index: str | None = None,
        body: Body | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        from_: Word | None = None,
        size: Word | None = None,
        sort: Word | None = None,
        track_total_hits: Word | None = None,
        _source: Word | None = None,
        q: Word | None = None,
        default_operator: Word | None = None,
        df: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
        ignore_throttled: Word | None = None,
        preference: Word | None = None,
        rest_total_hits_as_int: Word | None = None,
        timeout: Word | None = None,
        request_cache: Word | None = None,
        search_type: Word | None = None,
        batched_reduce_size: Word | None = None,
        max_concurrent_shard_requests: Word | None = None,
        routing: Word | None = None,
        scroll: Word | None = None,
        allow_partial_search_results: Word | None = None,
        pre_filter_shard_size: Word | None = None,
        ccs_minimize_roundtrips: Word | None = None,
    ) -> Count:
        """How many documents there are."""
    def search(
        self,
        index: str | None = None,
        body: Body | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        from_: Word | None = None,
        size: Word | None = None,
        sort: Word | None = None,
        track_total_hits: Word | None = None,
        _source: Word | None = None,
        q: Word | None = None,
        default_operator: Word | None = None,
        df: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
        ignore_throttled: Word | None = None,
        preference: Word | None = None,
        rest_total_hits_as_int: Word | None = None,
        timeout: Word | None = None,
        request_cache: Word | None = None,
        search_type: Word | None = None,
        batched_reduce_size: Word | None = None,
        max_concurrent_shard_requests: Word | None = None,
        routing: Word | None = None,
        scroll: Word | None = None,
        allow_partial_search_results: Word | None = None,
        pre_filter_shard_size: Word | None = None,
        ccs_minimize_roundtrips: Word | None = None,
    ) -> SearchPage:
        """A page of documents; with `scroll` the first of all pages."""
    def msearch(
        self,
        body: Lines,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        from_: Word | None = None,
        size: Word | None = None,
        sort: Word | None = None,
        track_total_hits: Word | None = None,
        _source: Word | None = None,
        q: Word | None = None,
        default_operator: Word | None = None,
        df: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
        ignore_throttled: Word | None = None,
        preference: Word | None = None,
        rest_total_hits_as_int: Word | None = None,
        timeout: Word | None = None,
        request_cache: Word | None = None,
        search_type: Word | None = None,
        batched_reduce_size: Word | None = None,
        max_concurrent_shard_requests: Word | None = None,
        routing: Word | None = None,
        scroll: Word | None = None,
        allow_partial_search_results: Word | None = None,
        pre_filter_shard_size: Word | None = None,
        ccs_minimize_roundtrips: Word | None = None,
    ) -> Searches:
        """Several searches at once, each answered by itself."""
    def export_model_snapshot(self, job_id: str, snapshot_id: str) -> bytes:
        """One file that another server, or the library, goes on from."""
    def upgrade_job_snapshot(
        self, job_id: str, snapshot_id: str, *, wait_for_completion: bool | None = None, timeout: Span | None = None
    ) -> SnapshotUpgraded:
        """A snapshot in the present layout."""
    def get_model_snapshot_upgrade_stats(
        self, job_id: str, snapshot_id: str, *, allow_no_match: bool | None = None
    ) -> SnapshotUpgrades:
        """Which of the selected snapshots are on their way to the present layout."""
    def get_model_snapshots(
        self,
        job_id: str,
        snapshot_id: str | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> ModelSnapshots:
        """A page of the selected snapshots."""
    def iter_model_snapshots(
        self,
        job_id: str,
        snapshot_id: str | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Iterator[ModelSnapshot]:
        """The same, one after the other through all pages: A page of the selected snapshots."""
    def update_model_snapshot(self, job_id: str, snapshot_id: str, body: Body) -> SnapshotUpdated:
        """A snapshot with another description, or another lifetime."""
    def delete_model_snapshot(self, job_id: str, snapshot_id: str) -> Acknowledged:
        """A snapshot less."""
    def revert_model_snapshot(
        self, job_id: str, snapshot_id: str, *, delete_intervening_results: bool | None = None
    ) -> SnapshotReverted:
        """The snapshot that the job goes on from."""
    def import_job(self, body: bytes, *, job_id: Word | None = None) -> JobImported:
        """A new job that goes on from an exported snapshot; it is called as it was unless told otherwise."""
    def get_memory_stats(
        self, nodes: str | None = None, *, timeout: Span | None = None, master_timeout: Span | None = None
    ) -> MemoryStats:
        """The memory of the server, and what of it jobs may fill."""
    def set_upgrade_mode(
        self, *, enabled: bool | None = None, timeout: Span | None = None, master_timeout: Span | None = None
    ) -> Acknowledged:
        """Answered once no open job has a worker, or all have one again."""
    def delete_expired_data(
        self, job_id: str | None = None, *, timeout: Span | None = None, requests_per_second: float | None = None
    ) -> Deleted:
        """Whether all is gone that the selected jobs need not keep."""
    def estimate_model_memory(self, body: Body) -> MemoryEstimate:
        """The memory that a job of such an analysis is going to need."""
    def get_task(
        self, task_id: str, *, wait_for_completion: bool | None = None, timeout: Span | None = None
    ) -> TaskStatus:
        """How a call stands, and what it led to once it has ended."""

class AsyncClient(Awaiting):
    async def get_calendars(
        self, calendar_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> Calendars:
        """A page of the selected calendars."""
    def iter_calendars(
        self, calendar_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> AsyncIterator[Calendar]:
        """The same, one after the other through all pages: A page of the selected calendars."""
    async def put_calendar(self, calendar_id: str, body: Body | None = None) -> Calendar:
        """A new calendar."""
    async def delete_calendar(self, calendar_id: str) -> Acknowledged:
        """A calendar less, and its events."""
    async def put_calendar_job(self, calendar_id: str, job_ids: str) -> Calendar:
        """A calendar that holds more jobs."""
    async def delete_calendar_job(self, calendar_id: str, job_ids: str) -> Calendar:
        """A calendar that holds fewer jobs."""
    async def get_calendar_events(
        self,
        calendar_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        job_id: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Events:
        """A page of the events of the selected calendars."""
    def iter_calendar_events(
        self,
        calendar_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        job_id: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> AsyncIterator[ScheduledEvent]:
        """The same, one after the other through all pages: A page of the events of the selected calendars."""
    async def post_calendar_events(self, calendar_id: str, body: Body) -> EventsPosted:
        """The events that a calendar has more; or a page of those it has."""
    async def delete_calendar_event(self, calendar_id: str, event_id: str) -> Acknowledged:
        """An event less."""
    async def cat_jobs(
        self,
        job_id: str | None = None,
        *,
        h: str | None = None,
        s: str | None = None,
        v: bool | None = None,
        help: bool | None = None,
        bytes: str | None = None,
        time: str | None = None,
        master_timeout: Span | None = None,
        allow_no_match: bool | None = None,
    ) -> Rows:
        """The selected jobs and where they stand, a line each."""
    async def cat_datafeeds(
        self,
        datafeed_id: str | None = None,
        *,
        h: str | None = None,
        s: str | None = None,
        v: bool | None = None,
        help: bool | None = None,
        bytes: str | None = None,
        time: str | None = None,
        master_timeout: Span | None = None,
        allow_no_match: bool | None = None,
    ) -> Rows:
        """The selected datafeeds and where they stand, a line each."""
    async def cat_indices(
        self,
        index: str | None = None,
        *,
        h: str | None = None,
        s: str | None = None,
        v: bool | None = None,
        help: bool | None = None,
        bytes: str | None = None,
        time: str | None = None,
        master_timeout: Span | None = None,
    ) -> Rows:
        """Indices of documents and how many they have, a line each."""
    async def info(self) -> Capabilities:
        """Defaults and limits of jobs."""
    async def about(self) -> About:
        """Name and version, in the form by which the official clients know what they talk to."""
    async def ping(self) -> bool:
        """Whether the server is there."""
    async def get_settings(
        self,
        *,
        flat_settings: bool | None = None,
        include_defaults: bool | None = None,
        timeout: Span | None = None,
        master_timeout: Span | None = None,
    ) -> Settings:
        """What is set."""
    async def put_settings(
        self,
        body: Body,
        *,
        flat_settings: bool | None = None,
        include_defaults: bool | None = None,
        timeout: Span | None = None,
        master_timeout: Span | None = None,
    ) -> Settings:
        """What is newly set."""
    async def get_datafeed_stats(
        self, datafeed_id: str | None = None, *, allow_no_match: bool | None = None
    ) -> DatafeedStatsList:
        """Where the selected datafeeds stand."""
    async def preview_datafeed(
        self,
        datafeed_id: str | None = None,
        body: Body | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
    ) -> Rows:
        """What would be posted."""
    async def start_datafeed(
        self, datafeed_id: str, *, start: Time | None = None, end: Time | None = None, timeout: Span | None = None
    ) -> Started:
        """Begin to read; answered once it is known that nothing forbids it."""
    async def stop_datafeed(
        self,
        datafeed_id: str | None = None,
        *,
        force: bool | None = None,
        timeout: Span | None = None,
        allow_no_match: bool | None = None,
        close_job: bool | None = None,
    ) -> Stopped:
        """Let the selected datafeeds end; answered once all have."""
    async def get_datafeeds(
        self,
        datafeed_id: str | None = None,
        *,
        allow_no_match: bool | None = None,
        exclude_generated: bool | None = None,
    ) -> Datafeeds:
        """The configurations of the selected datafeeds."""
    async def put_datafeed(
        self,
        datafeed_id: str,
        body: Body,
        *,
        expand_wildcards: Words | None = None,
        ignore_unavailable: bool | None = None,
        allow_no_indices: bool | None = None,
        ignore_throttled: bool | None = None,
    ) -> DatafeedConfig:
        """A new datafeed, answered with all its defaults."""
    async def update_datafeed(
        self,
        datafeed_id: str,
        body: Body,
        *,
        expand_wildcards: Words | None = None,
        ignore_unavailable: bool | None = None,
        allow_no_indices: bool | None = None,
        ignore_throttled: bool | None = None,
    ) -> DatafeedConfig:
        """A changed datafeed."""
    async def delete_datafeed(self, datafeed_id: str, *, force: bool | None = None) -> Acknowledged:
        """A datafeed less."""
    async def get_filters(
        self, filter_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> Filters:
        """A page of the selected filters."""
    def iter_filters(
        self, filter_id: str | None = None, *, from_: int | None = None, size: int | None = None
    ) -> AsyncIterator[Filter]:
        """The same, one after the other through all pages: A page of the selected filters."""
    async def put_filter(self, filter_id: str, body: Body) -> Filter:
        """A new filter."""
    async def update_filter(self, filter_id: str, body: Body) -> Filter:
        """A changed filter."""
    async def delete_filter(self, filter_id: str) -> Acknowledged:
        """A filter less."""
    async def forecast(
        self,
        job_id: str,
        *,
        duration: Span | None = None,
        expires_in: Span | None = None,
        max_model_memory: str | None = None,
    ) -> ForecastAsked:
        """The id of a forecast that is made from now on."""
    async def delete_forecast(
        self,
        job_id: str,
        forecast_id: str | None = None,
        *,
        allow_no_forecasts: bool | None = None,
        timeout: Span | None = None,
    ) -> Acknowledged:
        """Forecasts less."""
    async def get_job_health(self, job_id: str | None = None, *, allow_no_match: bool | None = None) -> JobsHealth:
        """What is wrong with the selected jobs, by name."""
    async def health(self) -> ServerHealth:
        """Whether the server can do its work; 503 when it cannot."""
    async def put_document(
        self,
        index: str,
        document_id: str,
        body: Body,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document under an id of the client's choice."""
    async def add_document(
        self,
        index: str,
        body: Body,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document under a new id."""
    async def create_document(
        self,
        index: str,
        document_id: str,
        body: Body,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document under an id that must be new."""
    async def delete_document(
        self,
        index: str,
        document_id: str,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> DocumentWritten:
        """A document less."""
    async def bulk(
        self,
        body: Lines,
        index: str | None = None,
        *,
        refresh: Word | None = None,
        routing: Word | None = None,
        op_type: Word | None = None,
        pipeline: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        require_alias: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Bulk:
        """Many documents, each answered by itself."""
    async def create_index(
        self,
        index: str,
        body: Body | None = None,
        *,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> IndexCreated:
        """A new index."""
    async def index_exists(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> bool:
        """Whether there is such an index."""
    async def get_index(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Indices:
        """Indices with their mappings and settings."""
    async def get_mapping(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Indices:
        """What is known of the fields of indices."""
    async def get_index_settings(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        include_defaults: Word | None = None,
    ) -> Indices:
        """How indices are kept."""
    async def field_caps(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        fields: Word | None = None,
        include_unmapped: Word | None = None,
        filters: Word | None = None,
        types: Word | None = None,
    ) -> FieldCapabilities:
        """What can be done with the fields of indices."""
    async def put_mapping(
        self,
        index: str,
        body: Body,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> Acknowledged:
        """More known of the fields of an index."""
    async def delete_index(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        timeout: Word | None = None,
        master_timeout: Word | None = None,
        cluster_manager_timeout: Word | None = None,
        wait_for_active_shards: Word | None = None,
    ) -> Acknowledged:
        """Indices less, with all their documents."""
    async def refresh(
        self,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
    ) -> Refreshed:
        """Nothing to do: what is written can be read at once."""
    async def get_job_stats(self, job_id: str | None = None, *, allow_no_match: bool | None = None) -> JobStatsList:
        """What the selected jobs have seen and where they stand."""
    async def get_jobs(
        self, job_id: str | None = None, *, allow_no_match: bool | None = None, exclude_generated: bool | None = None
    ) -> Jobs:
        """The configurations of the selected jobs, and what is being done to them that keeps them from all else."""
    async def validate(self, body: Body) -> Acknowledged:
        """Whether a job could be created like this."""
    async def validate_detector(self, body: Body) -> Acknowledged:
        """Whether a job could have such a detector."""
    async def put_job(
        self,
        job_id: str,
        body: Body,
        *,
        expand_wildcards: Words | None = None,
        ignore_unavailable: bool | None = None,
        allow_no_indices: bool | None = None,
        ignore_throttled: bool | None = None,
    ) -> ConfiguredJob:
        """A new job, answered with all its defaults; the options are those of an embedded datafeed."""
    async def update_job(self, job_id: str, body: Body) -> ConfiguredJob:
        """A changed job."""
    async def delete_job(
        self,
        job_id: str,
        *,
        force: bool | None = None,
        wait_for_completion: bool | None = None,
        delete_user_annotations: bool | None = None,
    ) -> Finished:
        """A job less, with all it had."""
    async def reset_job(
        self, job_id: str, *, wait_for_completion: bool | None = None, delete_user_annotations: bool | None = None
    ) -> Finished:
        """A job as if it had just been created."""
    async def get_document(
        self,
        index: str,
        document_id: str,
        *,
        realtime: Word | None = None,
        refresh: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
        stored_fields: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        _source: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
    ) -> Found:
        """One document, with where it is."""
    async def get_source(
        self,
        index: str,
        document_id: str,
        *,
        realtime: Word | None = None,
        refresh: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
        stored_fields: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        _source: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
    ) -> AnyDocument:
        """One document by itself."""
    async def mget(
        self,
        body: Body,
        index: str | None = None,
        *,
        realtime: Word | None = None,
        refresh: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
        stored_fields: Word | None = None,
        version: Word | None = None,
        version_type: Word | None = None,
        _source: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
    ) -> SeveralFound:
        """Several documents, each answered by itself."""
    async def get_buckets(
        self,
        job_id: str,
        timestamp: Time | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        anomaly_score: float | None = None,
        exclude_interim: bool | None = None,
        expand: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Buckets:
        """A page of buckets, or one."""
    def iter_buckets(
        self,
        job_id: str,
        timestamp: Time | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        anomaly_score: float | None = None,
        exclude_interim: bool | None = None,
        expand: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> AsyncIterator[Bucket]:
        """The same, one after the other through all pages: A page of buckets, or one."""
    async def get_records(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        record_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Records:
        """A page of records."""
    def iter_records(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        record_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> AsyncIterator[Record]:
        """The same, one after the other through all pages: A page of records."""
    async def get_influencers(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        influencer_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Influencers:
        """A page of influencers."""
    def iter_influencers(
        self,
        job_id: str,
        *,
        start: Time | None = None,
        end: Time | None = None,
        influencer_score: float | None = None,
        exclude_interim: bool | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> AsyncIterator[Influencer]:
        """The same, one after the other through all pages: A page of influencers."""
    async def get_categories(
        self,
        job_id: str,
        category_id: str | None = None,
        *,
        partition_field_value: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> Categories:
        """A page of categories, or one."""
    def iter_categories(
        self,
        job_id: str,
        category_id: str | None = None,
        *,
        partition_field_value: str | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> AsyncIterator[Category]:
        """The same, one after the other through all pages: A page of categories, or one."""
    async def get_overall_buckets(
        self,
        job_id: str,
        *,
        top_n: int | None = None,
        bucket_span: Span | None = None,
        overall_score: float | None = None,
        exclude_interim: bool | None = None,
        start: Time | None = None,
        end: Time | None = None,
        allow_no_match: bool | None = None,
    ) -> OverallBuckets:
        """The buckets of several jobs drawn together."""
    async def open_job(self, job_id: str, *, timeout: Span | None = None) -> Opened:
        """Load the job; answered once it takes data."""
    async def close_job(
        self,
        job_id: str | None = None,
        *,
        force: bool | None = None,
        timeout: Span | None = None,
        allow_no_match: bool | None = None,
    ) -> ClosedJobs:
        """Close the selected jobs; answered once all are."""
    async def flush_job(
        self,
        job_id: str,
        *,
        calc_interim: bool | None = None,
        start: Time | None = None,
        end: Time | None = None,
        advance_time: Time | None = None,
        skip_time: Time | None = None,
    ) -> Flushed:
        """Wait until everything posted is analysed."""
    async def post_data(
        self,
        job_id: str,
        data: Recorded,
        *,
        reset_start: Time | None = None,
        reset_end: Time | None = None,
        block_bytes: int = ...,
    ) -> DataCounts:
        """Analyse records while they arrive; answered with the counts of this upload."""
    async def scroll(self, *, scroll_id: str | None = None, scroll: Span | None = None) -> SearchPage:
        """The next page."""
    async def clear_scroll(self, body: Body) -> Freed:
        """Scrolls that nobody goes on with."""
    async def clear_scrolls(self, scroll_ids: str) -> Freed:
        """The same, named by the path."""
    async def open_point_in_time(
        self,
        index: str,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        keep_alive: Word | None = None,
        routing: Word | None = None,
        preference: Word | None = None,
    ) -> PointInTimeOpened:
        """A name for some indices, for searches that follow each other: nothing has to be kept for it."""
    async def close_point_in_time(self, body: Body) -> Freed:
        """Nothing to do; that is always done."""
    async def count(
        self,
        index: str | None = None,
        body: Body | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        from_: Word | None = None,
        size: Word | None = None,
        sort: Word | None = None,
        track_total_hits: Word | None = None,
        _source: Word | None = None,
        q: Word | None = None,
        default_operator: Word | None = None,
        df: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
        ignore_throttled: Word | None = None,
        preference: Word | None = None,
        rest_total_hits_as_int: Word | None = None,
        timeout: Word | None = None,
        request_cache: Word | None = None,
        search_type: Word | None = None,
        batched_reduce_size: Word | None = None,
        max_concurrent_shard_requests: Word | None = None,
        routing: Word | None = None,
        scroll: Word | None = None,
        allow_partial_search_results: Word | None = None,
        pre_filter_shard_size: Word | None = None,
        ccs_minimize_roundtrips: Word | None = None,
    ) -> Count:
        """How many documents there are."""
    async def search(
        self,
        index: str | None = None,
        body: Body | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        from_: Word | None = None,
        size: Word | None = None,
        sort: Word | None = None,
        track_total_hits: Word | None = None,
        _source: Word | None = None,
        q: Word | None = None,
        default_operator: Word | None = None,
        df: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
        ignore_throttled: Word | None = None,
        preference: Word | None = None,
        rest_total_hits_as_int: Word | None = None,
        timeout: Word | None = None,
        request_cache: Word | None = None,
        search_type: Word | None = None,
        batched_reduce_size: Word | None = None,
        max_concurrent_shard_requests: Word | None = None,
        routing: Word | None = None,
        scroll: Word | None = None,
        allow_partial_search_results: Word | None = None,
        pre_filter_shard_size: Word | None = None,
        ccs_minimize_roundtrips: Word | None = None,
    ) -> SearchPage:
        """A page of documents; with `scroll` the first of all pages."""
    async def msearch(
        self,
        body: Lines,
        index: str | None = None,
        *,
        ignore_unavailable: Word | None = None,
        allow_no_indices: Word | None = None,
        expand_wildcards: Word | None = None,
        local: Word | None = None,
        flat_settings: Word | None = None,
        from_: Word | None = None,
        size: Word | None = None,
        sort: Word | None = None,
        track_total_hits: Word | None = None,
        _source: Word | None = None,
        q: Word | None = None,
        default_operator: Word | None = None,
        df: Word | None = None,
        _source_includes: Word | None = None,
        _source_excludes: Word | None = None,
        ignore_throttled: Word | None = None,
        preference: Word | None = None,
        rest_total_hits_as_int: Word | None = None,
        timeout: Word | None = None,
        request_cache: Word | None = None,
        search_type: Word | None = None,
        batched_reduce_size: Word | None = None,
        max_concurrent_shard_requests: Word | None = None,
        routing: Word | None = None,
        scroll: Word | None = None,
        allow_partial_search_results: Word | None = None,
        pre_filter_shard_size: Word | None = None,
        ccs_minimize_roundtrips: Word | None = None,
    ) -> Searches:
        """Several searches at once, each answered by itself."""
    async def export_model_snapshot(self, job_id: str, snapshot_id: str) -> bytes:
        """One file that another server, or the library, goes on from."""
    async def upgrade_job_snapshot(
        self, job_id: str, snapshot_id: str, *, wait_for_completion: bool | None = None, timeout: Span | None = None
    ) -> SnapshotUpgraded:
        """A snapshot in the present layout."""
    async def get_model_snapshot_upgrade_stats(
        self, job_id: str, snapshot_id: str, *, allow_no_match: bool | None = None
    ) -> SnapshotUpgrades:
        """Which of the selected snapshots are on their way to the present layout."""
    async def get_model_snapshots(
        self,
        job_id: str,
        snapshot_id: str | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> ModelSnapshots:
        """A page of the selected snapshots."""
    def iter_model_snapshots(
        self,
        job_id: str,
        snapshot_id: str | None = None,
        *,
        start: Time | None = None,
        end: Time | None = None,
        sort: str | None = None,
        desc: bool | None = None,
        from_: int | None = None,
        size: int | None = None,
    ) -> AsyncIterator[ModelSnapshot]:
        """The same, one after the other through all pages: A page of the selected snapshots."""
    async def update_model_snapshot(self, job_id: str, snapshot_id: str, body: Body) -> SnapshotUpdated:
        """A snapshot with another description, or another lifetime."""
    async def delete_model_snapshot(self, job_id: str, snapshot_id: str) -> Acknowledged:
        """A snapshot less."""
    async def revert_model_snapshot(
        self, job_id: str, snapshot_id: str, *, delete_intervening_results: bool | None = None
    ) -> SnapshotReverted:
        """The snapshot that the job goes on from."""
    async def import_job(self, body: bytes, *, job_id: Word | None = None) -> JobImported:
        """A new job that goes on from an exported snapshot; it is called as it was unless told otherwise."""
    async def get_memory_stats(
        self, nodes: str | None = None, *, timeout: Span | None = None, master_timeout: Span | None = None
    ) -> MemoryStats:
        """The memory of the server, and what of it jobs may fill."""
    async def set_upgrade_mode(
        self, *, enabled: bool | None = None, timeout: Span | None = None, master_timeout: Span | None = None
    ) -> Acknowledged:
        """Answered once no open job has a worker, or all have one again."""
    async def delete_expired_data(
        self, job_id: str | None = None, *, timeout: Span | None = None, requests_per_second: float | None = None
    ) -> Deleted:
        """Whether all is gone that the selected jobs need not keep."""
    async def estimate_model_memory(self, body: Body) -> MemoryEstimate:
        """The memory that a job of such an analysis is going to need."""
    async def get_task(
        self, task_id: str, *, wait_for_completion: bool | None = None, timeout: Span | None = None
    ) -> TaskStatus:
        """How a call stands, and what it led to once it has ended."""
