"""The engine for frames in memory: a Polars or pandas frame in, frames of what is unusual out; knows no server."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

import orjson
import polars as pl

from unusual.analysis.control import (
    Document,
    Flush,
    Outputs,
    Post,
    Proceed,
    Result,
    Save,
    Schedule,
    ScheduledEvent,
    Seconds,
)
from unusual.analysis.engine import Engine, configuration_in
from unusual.analysis.rescoring import Kept
from unusual.errors import Invalid, Malformed
from unusual.feeds.choosing import Choosing
from unusual.feeds.connections import connection_of
from unusual.jobs.records import as_lines
from unusual.jobs.sources import portions
from unusual.schema.calendars import Event
from unusual.schema.datafeeds import Datafeed
from unusual.schema.expressions import detector_of
from unusual.schema.filters import Filter
from unusual.schema.jobs import Job as Configuration
from unusual.schema.reading import read
from unusual.schema.times import moment_ms

VERSION = "1"


class Frame(Protocol):
    """Anything Polars can turn into a frame through Arrow, pandas frames among them."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow C stream of the frame."""


class _Found:
    """What an engine has found so far: final results, the interim ones beside them, the newest counts."""

    def __init__(self) -> None:
        self.counts: Document = {}
        self._final = Kept()
        self._interim: list[Result] = []
        self._end: Seconds | None = None  # of the newest final bucket

    def take(self, engine: Engine, outputs: Outputs) -> list[Result]:
        """Keep all that comes of a message, the interim results until the next one; what is new, or told anew."""
        messages = [outputs]
        while messages[-1].unfinished:
            messages.append(engine.handle(Proceed()))
        before, end = len(self._final.results), self._end
        for one in messages:
            final = (result for result in one.results if not result.is_interim)
            self._final.add(final, one.rescorings, one.reopened)
        self._interim = [result for one in messages for result in one.results if result.is_interim]
        self.counts, self._end = messages[-1].counts, messages[-1].finalized_end
        reopened = [one.reopened[0] for one in messages if one.reopened is not None]
        if not reopened or end is None:
            return self._final.results[before:] + self._interim
        since = min(end, *reopened)
        return [result for result in self._final.results if result.timestamp >= since * 1000] + self._interim

    def frame(self, engine: Engine, outputs: Outputs) -> pl.DataFrame:
        """The records among it, as a frame."""
        return _frame_of(_documents("record", self.take(engine, outputs)))

    @property
    def results(self) -> list[Result]:
        """Everything there is now."""
        return self._final.results + self._interim


class Job:
    """A job in memory: what to watch, and all it has learnt from the frames it was given.

    >>> import polars as pl
    >>> frame = pl.DataFrame({"time": range(0, 90_000, 300), "load": [5.0, 6.0] * 150})
    >>> job = Job("mean(load)", bucket_span="5m")
    >>> job.feed(frame).height, job.buckets.height
    (0, 299)
    """

    def __init__(
        self,
        *detectors: str | Document,
        bucket_span: str = "5m",
        influencers: tuple[str, ...] | list[str] = (),
        time_field: str = "time",
        time_format: str = "epoch",
        **settings: object,
    ) -> None:
        """A job that has seen nothing; `errors.Invalid` names what is wrong with it.

        detectors    each as text ("mean(value) by host") or as the API's object
        bucket_span  such as "15m"
        time_format  of times that are neither dates nor datetimes: "epoch" (seconds), "epoch_ms" or a date pattern
        settings     any further field of the API's `analysis_config`, such as latency="10m"; and `model_plot_config`,
                     `events` (scheduled, as the API's; times may be datetimes), `filters` (items by name, for rules)
        """
        schedule = _schedule(settings.pop("events", ()), settings.pop("filters", {}))
        analysis = {
            "bucket_span": bucket_span,
            "detectors": [detector_of(d) if isinstance(d, str) else d for d in detectors],
            "influencers": list(influencers),
        }
        plot = {name: settings.pop(name) for name in ("model_plot_config",) if name in settings}
        description = {"time_field": time_field, "time_format": time_format}
        configuration = _configured({"analysis_config": analysis | settings, "data_description": description} | plot)
        self._configuration, self._engine, self._found = configuration, Engine(configuration), _Found()
        self._engine.handle(schedule)

    def feed(self, frame: Frame) -> pl.DataFrame:
        """Analyse records in time order; the records found in the buckets they completed."""
        table = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
        return self._found.frame(self._engine, self._engine.frame(table))

    def pull(
        self,
        feed: Document,
        connections: Mapping[str, Document],
        *,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> pl.DataFrame:
        """Analyse what a source holds from `start` on and before `end`; the records found in buckets it completed.

        feed         as the body of a datafeed: `{"source": {...}}`, or `{"indices": ["prod:logs-*"], "query": {...}}`
        connections  what is needed to get in, by the names that the feed uses

        `errors.Invalid`, `errors.Unreachable`; what was read until then is analysed.
        """
        job, before = self._configuration, len(self.documents("record"))
        configured = Datafeed.from_request(feed, datafeed_id="library", job=job)
        known = {name: connection_of(name, body) for name, body in connections.items()}
        source = Choosing(known).elsewhere(configured, job)
        if source is None:
            raise Invalid("a library has no indices of its own; name a source, or indices of another cluster")
        with closing(source):
            source.check()
            for portion in portions(source, *(None if one is None else moment_ms(one) for one in (start, end))):
                lines = as_lines(portion.records, job.data_description)
                self._found.take(self._engine, self._engine.handle(Post(lines, now_ms=0)))
        return _frame_of(self.documents("record")[before:])

    def finish(self) -> pl.DataFrame:
        """Judge the last, open bucket as well, as far as it goes; nothing is learnt from it."""
        return self._found.frame(self._engine, self._engine.handle(Flush(calc_interim=True)))

    def detect(self, frame: Frame) -> pl.DataFrame:
        """Analyse a whole frame in any order of time, the last bucket included; all records found."""
        table = frame if isinstance(frame, pl.DataFrame) else pl.DataFrame(frame)
        field = self._configuration.data_description.time_field
        if field not in table.columns:
            raise Invalid(f"the frame has no field '{field}'; it has: {', '.join(table.columns)}")
        self.feed(table.sort(field, maintain_order=True))
        self.finish()
        return self.records

    @property
    def records(self) -> pl.DataFrame:
        """Every anomaly record so far, in time order; `initial_record_score` is what was known at the time."""
        return _frame_of(self.documents("record"))

    @property
    def buckets(self) -> pl.DataFrame:
        """Every bucket so far, in time order."""
        return _frame_of(self.documents("bucket"))

    @property
    def influencers(self) -> pl.DataFrame:
        """Every influencer result so far, in time order."""
        return _frame_of(self.documents("influencer"))

    def documents(self, kind: str) -> list[Document]:
        """Result documents as the API would show them, in time order. kind: record, bucket, influencer ..."""
        return _documents(kind, self._found.results)

    @property
    def model_plot(self) -> pl.DataFrame:
        """What was expected of every value, in time order, as far as `model_plot_config` asks for it."""
        return _frame_of(self.documents("model_plot"))

    @property
    def results(self) -> int:
        """How many result documents there are, of all kinds."""
        return len(self._found.results)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are analysed, the time field left out."""
        return self._configuration.analysis_config.analysed_fields

    @property
    def counts(self) -> Document:
        """Data counts so far."""
        return self._found.counts

    def save(self, path: str | Path) -> None:
        """Write all that is learnt, with the configuration, to one file; results are not part of it."""
        state = self._engine.handle(Save()).state
        if state is None:
            raise Invalid("the job has seen nothing yet, so there is nothing to save")
        Path(path).write_bytes(state)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """A job that goes on where `save`, or a server's snapshot, left it; `errors.Invalid` for other files."""
        state = Path(path).read_bytes()
        configuration = configuration_in(state)
        job = cls.__new__(cls)
        job._configuration, job._found = configuration, _Found()  # noqa: SLF001 - of its own class
        job._engine = Engine.restore(configuration, state)  # noqa: SLF001 - the same
        return job


def _configured(body: Document) -> Configuration:
    """The configuration of a job; what is wrong with it is told without the document that was made here."""
    try:
        return Configuration.from_request(body, job_id="library", now_ms=0, version=VERSION)
    except Malformed as problem:
        raise problem.innermost() from None


def _schedule(events: object, filters: object) -> Schedule:
    """What a job is told of events and filters; `errors.Invalid` where they are not what the API takes."""
    if not isinstance(events, list | tuple) or not isinstance(filters, dict):
        raise Invalid("events are a list of objects, and filters an object of lists of items by name")
    scheduled: list[ScheduledEvent] = []
    for body in events:
        event = read(Event, _timed(body), "scheduled_event")
        scheduled += map(ScheduledEvent.of, event.repeated(event.start_time))
    lists = {name: read(Filter, {"items": items}, "filter").items for name, items in filters.items()}
    return Schedule(tuple(sorted(scheduled)), lists)


def _timed(body: object) -> object:
    """An event whose times, if datetimes, are milliseconds."""
    if not isinstance(body, dict):
        return body
    return {
        name: int(value.timestamp() * 1000) if isinstance(value, datetime) else value for name, value in body.items()
    }


def _documents(kind: str, results: list[Result]) -> list[Document]:
    return [orjson.loads(result.body) for result in results if result.kind == kind]


# What not every document tells in full, so that frames of different results still fit together.
_WHOLE = {
    "anomaly_score_explanation": pl.Struct(
        {
            "single_bucket_impact": pl.Int64,
            "multi_bucket_impact": pl.Int64,
            "anomaly_characteristics_impact": pl.Int64,
            "anomaly_type": pl.String,
            "anomaly_length": pl.Int64,
            "typical_value": pl.Float64,
            "lower_confidence_bound": pl.Float64,
            "upper_confidence_bound": pl.Float64,
            "incomplete_bucket_penalty": pl.Boolean,
            "by_field_first_occurrence": pl.Boolean,
        }
    )
}


def _frame_of(documents: list[Document]) -> pl.DataFrame:
    """Result documents of one kind as a frame: times as datetimes, lists of one number as the number."""
    if not documents:
        return pl.DataFrame()
    known = {name: kind for name, kind in _WHOLE.items() if any(name in document for document in documents)}
    frame = pl.from_dicts(documents, infer_schema_length=None, schema_overrides=known)
    frame = frame.with_columns(pl.col("timestamp").cast(pl.Datetime("ms", "UTC")))
    single = [name for name in ("actual", "typical") if isinstance(frame.schema.get(name), pl.List)]
    return frame.with_columns(pl.col(single).list.first()) if single else frame
