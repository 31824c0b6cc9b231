"""A datafeed's configuration as one frozen document; knows the job it belongs to, not where the documents are."""

import zlib
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, AliasChoices, BeforeValidator, ConfigDict, Field, model_validator

from unusual.errors import Invalid, Malformed
from unusual.schema.aggregations import Aggregation, parse_aggregations
from unusual.schema.computed import Computed, runtime_field, script_field
from unusual.schema.durations import Duration
from unusual.schema.feed_sources import FeedSource, Remote, remote_of
from unusual.schema.jobs import Job
from unusual.schema.names import check_agreement, check_id
from unusual.schema.queries import Clause, parse_query
from unusual.schema.reading import read
from unusual.schema.values import Closed, Document, Flag, Whole, one_or_many

SCROLL_SIZE: Final = 1000
# What the server fills in by itself, and hides again when only the given parts are asked for.
DEFAULTED: Final = (
    "query",
    "query_delay",
    "scroll_size",
    "chunking_config",
    "delayed_data_check_config",
    "indices_options",
)

_NAME: Final = "datafeed_config"
_CHUNK_INTERVALS: Final = 1000
_MOST_SPANS: Final = 10_000
_LEAST_WINDOW_MS, _WINDOW_SPANS = 7_200_000, 8
_LEAST_DELAY_MS, _DELAY_SPREAD_MS = 60_000, 60_001
_MATCH_ALL: Final = {"match_all": {"boost": 1.0}}
_REMOVE: Final = -1


def _indices(names: object) -> object:
    names = one_or_many(names)
    if isinstance(names, list | tuple) and (not names or any(name is None or name == "" for name in names)):
        shown = ", ".join("null" if name is None else str(name) for name in names)
        raise Invalid(f"Invalid indices value '[{shown}]' in datafeed configuration")
    return names


def _query(query: Document) -> Document:
    _nested("query", parse_query, query)
    return query


def _aggregations(aggregations: Document) -> Document:
    _nested("aggregations", parse_aggregations, aggregations)
    return aggregations


def _nested(field: str, parse: Any, value: Document) -> None:  # noqa: ANN401 - any reader of a part
    try:
        parse(value)
    except Invalid as problem:
        raise Malformed(f"[1:1] [{_NAME}] failed to parse field [{field}]", problem) from None


def _not_negative(delay: Duration) -> Duration:
    if delay.nanos < 0:
        raise Invalid(f"query_delay cannot be less than 0. Value = {delay}")
    return delay


def _positive(frequency: Duration) -> Duration:
    if frequency.nanos <= 0:
        raise Invalid(f"frequency cannot be less or equal than 0. Value = {frequency}")
    return frequency


def _scroll_size(size: int) -> int:
    if size < 0:
        raise Invalid(f"Invalid scroll_size value '{size}' in datafeed configuration")
    return size


def _most_empty(count: int) -> int | None:
    if count == _REMOVE:
        return None
    if count < 1:
        raise Invalid(f"Invalid max_empty_searches value '{count}' in datafeed configuration")
    return count


class Chunking(Closed):
    """How long a stretch of time one search covers."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="chunking_config")

    mode: Literal["auto", "manual", "off"]
    time_span: Duration | None = None

    @model_validator(mode="after")
    def _spanned(self) -> Self:
        if self.mode == "manual" and self.time_span is None:
            raise Invalid("when chunk mode is manual time_span is required")
        if self.mode != "manual" and self.time_span is not None:
            raise Invalid("chunk time_span may only be set when mode is manual")
        if self.time_span is not None and self.time_span.nanos <= 0:
            raise Invalid(f"time_span cannot be less or equal than 0. Value = {self.time_span}")
        return self


class DelayedDataCheck(Closed):
    """Whether to look for documents that came too late."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="delayed_data_check_config")

    enabled: Flag = True
    check_window: Duration | None = None

    def check_fits(self, span: Duration) -> None:
        """`errors.Invalid` unless the window is longer than a bucket and not much too long."""
        window = self.check_window
        if window is None:
            return
        name = f"delayed_data_check_config: check_window [{window}]"
        if window.nanos <= span.nanos:
            raise Invalid(f"{name} must be greater than the bucket_span [{span}]")
        if window.nanos > _MOST_SPANS * span.nanos:
            raise Invalid(f"{name} must be less than {_MOST_SPANS:,}x the bucket_span [{span}]")


def _listed(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


class IndicesOptions(Closed):
    """How the names of indices are understood."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="indices_options")

    expand_wildcards: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ("open",)
    ignore_unavailable: Flag = False
    allow_no_indices: Flag = True
    ignore_throttled: Flag = True

    def given(self) -> Document:
        """What was said, without the defaults."""
        return self.model_dump(mode="json", exclude_unset=True)


class DatafeedConfig(Closed):
    """A datafeed as clients write it and read it; what its query and aggregations mean is not asked."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title=_NAME)

    datafeed_id: str | None = None
    job_id: str | None = None
    query_delay: Annotated[Duration, AfterValidator(_not_negative)] | None = None
    frequency: Annotated[Duration, AfterValidator(_positive)] | None = None
    indices: Annotated[
        tuple[str, ...], BeforeValidator(_indices), Field(validation_alias=AliasChoices("indices", "indexes"))
    ] = ()
    # Where the documents are, when they are in no index.
    source: FeedSource | None = None
    query: Document = _MATCH_ALL
    aggregations: Annotated[Document | None, Field(validation_alias=AliasChoices("aggregations", "aggs"))] = None
    script_fields: dict[str, Any] | None = None
    runtime_mappings: dict[str, Any] | None = None
    scroll_size: Annotated[Whole, AfterValidator(_scroll_size)] = SCROLL_SIZE
    chunking_config: Chunking = Chunking(mode="auto")
    delayed_data_check_config: DelayedDataCheck = DelayedDataCheck()
    max_empty_searches: Annotated[Whole, AfterValidator(_most_empty)] | None = None
    indices_options: IndicesOptions = IndicesOptions()

    def document(self) -> Document:
        """The document as JSON values; what was not set is absent, as are indices beside another source."""
        return {name: value for name, value in super().document().items() if name != "indices" or value}


class DatafeedUpdate(DatafeedConfig):
    """What is to be replaced in a datafeed; whatever is not given stays."""


class Datafeed(DatafeedConfig):
    """Everything that is configured about one datafeed of a server, with all defaults filled in."""

    datafeed_id: str
    job_id: str
    query_delay: Annotated[Duration, AfterValidator(_not_negative)]
    query: Annotated[Document, AfterValidator(_query)] = _MATCH_ALL
    aggregations: Annotated[
        Annotated[Document, AfterValidator(_aggregations)] | None,
        Field(validation_alias=AliasChoices("aggregations", "aggs")),
    ] = None

    @classmethod
    def from_request(cls, body: object, *, datafeed_id: str, job: Job) -> Self:
        """The datafeed that a client asks for, of this job; `errors.Invalid` and its kinds."""
        if not isinstance(body, dict):
            return read(cls, body, _NAME)  # which refuses it
        check_agreement("datafeed_id", body.get("datafeed_id"), datafeed_id)
        check_id("datafeed_id", datafeed_id)
        if body.get("indices", body.get("indexes")) is None and body.get("source") is None:
            raise Invalid("Invalid indices value 'null' in datafeed configuration")
        settled = {name: value for name, value in body.items() if value is not None}
        settled |= {"datafeed_id": datafeed_id, "job_id": job.job_id}
        return cls._completed(settled, job)

    @classmethod
    def from_document(cls, stored: Document) -> Self:
        """The datafeed that `document` showed."""
        return read(cls, stored, _NAME)

    def updated(self, body: object, *, job: Job) -> Self:
        """The datafeed after an update request: what is sent replaces what was; `errors.Invalid` and its kinds."""
        if not isinstance(body, dict):
            return read(type(self), body, "datafeed_update")
        sent: Document = {_CURRENT.get(name) or name: value for name, value in body.items() if value is not None}
        check_agreement("datafeed_id", sent.get("datafeed_id"), self.datafeed_id)
        if sent.get("job_id", self.job_id) != self.job_id:
            raise Invalid("Datafeed's job_id cannot be changed")
        return self._completed(self.document() | sent, job)

    @property
    def remote(self) -> Remote | None:
        """The other cluster that holds the indices, None for this one."""
        return None if self.source is not None else remote_of(self.indices)

    @property
    def clause(self) -> Clause:
        """What the query means."""
        return parse_query(self.query)

    @property
    def aggregation(self) -> Aggregation | None:
        """What the aggregations mean, None without any."""
        return None if self.aggregations is None else parse_aggregations(self.aggregations)

    @property
    def computed(self) -> dict[str, Computed]:
        """The fields that no document has, by their names; `errors.Invalid`."""
        runtime = {name: runtime_field(name, one) for name, one in (self.runtime_mappings or {}).items()}
        return runtime | {name: script_field(name, one) for name, one in (self.script_fields or {}).items()}

    def check_window(self, bucket_span: Duration) -> Duration:
        """How far back it is looked for documents that came late."""
        usual = max(_LEAST_WINDOW_MS, _WINDOW_SPANS * bucket_span.milliseconds)
        return self.delayed_data_check_config.check_window or Duration(f"{usual}ms")

    @classmethod
    def _completed(cls, body: Document, job: Job) -> Self:
        asked = {"query_delay": _usual_delay(job.job_id)} | body
        feed = read(cls, asked, _NAME)
        aggregation = feed.aggregation
        if aggregation is not None and body.get("chunking_config") is None:
            span = Duration(f"{_CHUNK_INTERVALS * aggregation.interval_ms}ms")
            feed = feed.model_copy(update={"chunking_config": Chunking(mode="manual", time_span=span)})
        feed.check_fits(job)
        return feed

    def check_fits(self, job: Job) -> None:
        """`errors.Invalid` where the datafeed and its job do not go together."""
        analysis, aggregation = job.analysis_config, self.aggregation
        self._check_source()
        if analysis.latency is not None and analysis.latency.nanos > 0:
            raise Invalid("A job configured with datafeed cannot support latency")
        if aggregation is not None:
            if self.script_fields:
                raise Invalid("script_fields cannot be used in combination with aggregations")
            if analysis.summary_count_field_name is None:
                raise Invalid(
                    "A job configured with a datafeed with aggregations must set summary_count_field_name; "
                    "use doc_count or suitable alternative"
                )
            self._check_aggregation(aggregation, job)
        self.delayed_data_check_config.check_fits(analysis.bucket_span)
        _ = self.computed

    def _check_source(self) -> None:
        if self.source is None:
            remote_of(self.indices)
            return
        meant_for_indices = {
            "indices": self.indices,
            "query": self.query != _MATCH_ALL,
            "aggregations": self.aggregations,
            "script_fields": self.script_fields,
            "runtime_mappings": self.runtime_mappings,
        }
        for name, given in meant_for_indices.items():
            if given:
                raise Invalid(f"[{name}] cannot be used in combination with source [{self.source.type}]")

    def _check_aggregation(self, aggregation: Aggregation, job: Job) -> None:
        time_field = job.data_description.time_field
        if aggregation.time.field != time_field:
            raise Invalid(f"Date histogram must be on the time_field [{time_field}], found [{aggregation.time.field}]")
        aggregation.check_fits(job.analysis_config.bucket_span)
        if self.frequency is not None and self.frequency.milliseconds % aggregation.interval_ms:
            raise Invalid(
                f"Datafeed frequency [{self.frequency}] must be a multiple of the aggregation interval "
                f"[{aggregation.time.spelled}]"
            )


# Older names of fields.
_CURRENT: Final = {"indexes": "indices", "aggs": "aggregations"}


def usual_frequency_s(bucket_span: Duration) -> int:
    """How often a datafeed reads when it was not told, by the bucket span; seconds.

    >>> [usual_frequency_s(Duration(span)) for span in ("60s", "10m", "1h", "1d")]
    [60, 300, 600, 3600]
    """
    span = bucket_span.seconds
    if span <= 120:  # noqa: PLR2004 - the table is the definition
        return 60
    if span <= 1200:  # noqa: PLR2004 - as above
        return span // 2
    return 600 if span <= 43_200 else 3600  # noqa: PLR2004 - as above


def defaulted(body: Document) -> tuple[str, ...]:
    """What the server has to fill in for this request."""
    return tuple(name for name in DEFAULTED if body.get(name) is None)


def _usual_delay(job_id: str) -> str:
    """Between one and two minutes, spread over jobs so that not all of them read at once."""
    return f"{_LEAST_DELAY_MS + zlib.crc32(job_id.encode()) % _DELAY_SPREAD_MS}ms"
