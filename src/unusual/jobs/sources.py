"""Where a datafeed reads its documents, as a port, and the one over the server's own indices; knows no run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from unusual.analysis.control import Document
from unusual.errors import NoSuchIndex, Refused
from unusual.jobs.indices import find
from unusual.jobs.ports import Found, Ports, StoredIndex, Stretch
from unusual.jobs.search.columns import piece_of
from unusual.jobs.search.matching import mask
from unusual.jobs.summaries import Summaries
from unusual.schema.datafeeds import SCROLL_SIZE, Datafeed
from unusual.schema.durations import Duration
from unusual.schema.jobs import Job
from unusual.schema.mappings import DATES, Field, fields_of
from unusual.schema.paths import values_at


@dataclass(frozen=True)
class Portion:
    """Records in time order, their time in ms, and where to go on; nothing before `until_ms` is left.

    until_ms  None when all that there is was read
    mark      where a source that does not go by time goes on; kept with what comes of the records
    """

    records: list[Document]
    until_ms: int | None
    mark: Document | None = None


class Source(Protocol):
    """Documents of a datafeed, made into records of its job."""

    def check(self) -> None:
        """`errors.Refused` when it can never be read as it is configured, `errors.Unreachable` when not now."""

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """The earliest records of [start, end), a portion of them; None for no bound.

        `errors.NoSuchIndex`, `errors.Unreachable`: the same can be asked for again.
        """

    def close(self) -> None:
        """Let go of what reading has opened; nothing is read any more."""


def portions(source: Source, start_ms: int | None, end_ms: int | None) -> Iterator[Portion]:
    """Every portion of [start, end), each beginning where the last one says."""
    while True:
        portion = source.read(start_ms, end_ms)
        yield portion
        if portion.until_ms is None:
            return
        start_ms = portion.until_ms


# Makes the source that a datafeed reads from.
Sources: TypeAlias = Callable[[Ports, Datafeed, Job], Source]


class OwnIndices:
    """The `Source` port over indices of this server."""

    def __init__(self, ports: Ports, feed: Datafeed, job: Job) -> None:
        self._ports = ports
        self._feed = feed
        self._time = job.data_description.time_field
        self._wanted = job.analysis_config.analysed_fields
        self._summary = None if feed.aggregation is None else Summaries(feed.aggregation, (self._time, *self._wanted))

    def check(self) -> None:
        """`errors.Refused` for what cannot be read."""
        name = self._feed.datafeed_id
        self._refuse_scripts()
        try:
            indices = self._indices()
        except NoSuchIndex as missing:
            told = f"cannot retrieve data because index [{missing.args[0]}] does not exist"
            raise Refused(f"datafeed [{name}] {told}") from None
        if not indices:
            patterns = ", ".join(self._feed.indices)
            raise Refused(
                f"datafeed [{name}] cannot retrieve data because no index matches datafeed's indices [{patterns}]"
            )
        mapped = {path: field for index in indices for path, field in fields_of(index.definition["mappings"]).items()}
        for field in self._read_fields():
            if field not in mapped:
                raise Refused(f"datafeed [{name}] cannot retrieve field [{field}] because it has no mappings")
        if mapped[self._time].kind not in DATES:
            raise Refused(f"datafeed [{name}] cannot read by time because field [{self._time}] is not mapped as a date")

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """The earliest records of [start, end): a page of documents, or the summaries of a chunk of time."""
        views = {index.name: fields_of(index.definition["mappings"]) for index in self._indices()}
        stretch = Stretch(tuple(views), self._time, start_ms, end_ms)
        if self._summary is None:
            return self._page(views, stretch)
        return self._chunk(self._summary, views, stretch)

    def close(self) -> None:
        """Nothing is open between two portions."""

    def _page(self, views: Mapping[str, Mapping[str, Field]], stretch: Stretch) -> Portion:
        found, until_ms = self._documents(stretch)
        records = [self._record(views[one.index_name], one, document) for one, document in self._passing(views, found)]
        return Portion(records, until_ms)

    def _chunk(self, summary: Summaries, views: Mapping[str, Mapping[str, Field]], stretch: Stretch) -> Portion:
        """The summaries of one chunk, which begins at the first document: empty stretches of time cost nothing."""
        first = self._ports.documents.page(stretch, 1)
        if not first:
            return Portion([], None)
        span = self._feed.chunking_config.time_span or Duration(f"{SCROLL_SIZE * summary.interval_ms}ms")
        _, after = summary.chunk(first[0].time_ms, span)
        until = after if stretch.end_ms is None else min(after, stretch.end_ms)
        gathered: list[tuple[Mapping[str, Field], Found]] = []
        position: int | None = first[0].time_ms
        while position is not None:
            found, position = self._documents(Stretch(stretch.indices, stretch.field, position, until))
            gathered += [(views[one.index_name], one) for one, _ in self._passing(views, found)]
        records = summary.of(gathered, self._ports.clock.now_ms())
        return Portion(records, None if until == stretch.end_ms else until)

    def _documents(self, stretch: Stretch) -> tuple[list[Found], int | None]:
        """A page of documents, and where the next one begins; None after the last."""
        size = self._feed.scroll_size or SCROLL_SIZE
        found = self._ports.documents.page(stretch, size)
        return found, (found[-1].time_ms + 1 if len(found) >= size else None)

    def _passing(
        self, views: Mapping[str, Mapping[str, Field]], found: Sequence[Found]
    ) -> list[tuple[Found, Document]]:
        """The documents that meet the query, as read, in the same order."""
        now_ms = self._ports.clock.now_ms()
        read: list[Document | None] = [None] * len(found)
        for name, fields in views.items():
            places = [place for place, one in enumerate(found) if one.index_name == name]
            piece = piece_of(fields, [found[place] for place in places])
            passing = mask(self._feed.clause, piece, now_ms)
            for place, document, passes in zip(places, piece.documents, passing, strict=True):
                read[place] = document if passes else None
        return [(one, document) for one, document in zip(found, read, strict=True) if document is not None]

    def _record(self, fields: Mapping[str, Field], found: Found, document: Document) -> Document:
        record: Document = {self._time: found.time_ms}
        for name in self._wanted:
            field = fields.get(name)
            values = [] if field is None else values_at(document, field.source)
            if values:
                record[name] = values[0] if len(values) == 1 else values
        return record

    def _read_fields(self) -> Iterator[str]:
        """Fields that must be mapped."""
        yield self._time
        aggregation = self._feed.aggregation
        given = set(self._feed.runtime_mappings or {})
        yield from (field for field in (aggregation.fields if aggregation else self._wanted) if field not in given)

    def _refuse_scripts(self) -> None:
        feed = self._feed
        scripted = [name for name, one in (feed.runtime_mappings or {}).items() if "script" in one]
        for kind, names in (("script_fields", [*(feed.script_fields or {})]), ("runtime_mappings", scripted)):
            if names:
                raise Refused(
                    f"datafeed [{feed.datafeed_id}] cannot retrieve field [{names[0]}] because it has a script in its "
                    f"{kind}, and scripts are not supported; let the documents hold the value instead"
                )

    def _indices(self) -> list[StoredIndex]:
        lenient = self._feed.indices_options.ignore_unavailable
        return find(self._ports, self._feed.indices, ignore_unavailable=lenient)
