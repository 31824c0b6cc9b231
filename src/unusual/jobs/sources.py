"""Where a datafeed reads its documents, as a port, and the one over the server's own indices; knows no run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias

import orjson

from unusual.analysis.control import Document
from unusual.errors import Invalid, NoSuchIndex, Refused
from unusual.jobs import computing
from unusual.jobs.indices import find
from unusual.jobs.ports import Found, Ports, StoredIndex, Stretch
from unusual.jobs.records import grain_ms
from unusual.jobs.search.columns import piece_of
from unusual.jobs.search.matching import mask
from unusual.jobs.summaries import Summaries
from unusual.schema.computed import LANGUAGE
from unusual.schema.datafeeds import SCROLL_SIZE, Datafeed
from unusual.schema.durations import Duration
from unusual.schema.formulas import references
from unusual.schema.jobs import Job
from unusual.schema.mappings import DATES, Field, fields_of
from unusual.schema.paths import values_at
from unusual.schema.queries import Everything

_PLAIN: Final = frozenset((str, int, float, bool))
PAGES: Final = 16  # how many pages at a time are worth their while where nothing is said of chunks


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
        self._computed = feed.computed
        self._time = job.data_description.time_field
        self._grain = grain_ms(job.data_description.time_format)
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
        views = [self._view(index) for index in indices]
        mapped = {path: field for view in views for path, field in view.items()}
        for field in self._read_fields():
            if field not in mapped:
                raise Refused(f"datafeed [{name}] cannot retrieve field [{field}] because it has no mappings")
        if mapped[self._time].kind not in DATES:
            raise Refused(f"datafeed [{name}] cannot read by time because field [{self._time}] is not mapped as a date")
        try:
            computing.check(self._computed, mapped)
        except Invalid as problem:
            raise Refused(f"datafeed [{name}] cannot retrieve data because {problem.reason}") from None

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """The earliest records of [start, end): a page of the documents of a chunk, or its summaries."""
        views = {index.name: self._view(index) for index in self._indices()}
        stretch = Stretch(tuple(views), self._time, start_ms, end_ms, self._grain)
        if self._summary is None:
            return self._page(views, stretch)
        return self._chunk(self._summary, views, stretch)

    def close(self) -> None:
        """Nothing is open between two portions."""

    def _page(self, views: Mapping[str, Mapping[str, Field]], stretch: Stretch) -> Portion:
        chunk = self._within_a_chunk(stretch)
        found, until_ms = self._documents(views, chunk)
        if until_ms is None and chunk != stretch:
            until_ms = chunk.end_ms
        return Portion([*self._records(views, self._passing(views, found))], until_ms)

    def _within_a_chunk(self, stretch: Stretch) -> Stretch:
        """As much of a stretch as a chunk of the length that was asked for holds; it begins at the first document."""
        span = self._feed.chunking_config.time_span
        first = [] if span is None else self._ports.documents.page(stretch, 1)
        if span is None or not first:
            return stretch
        grain = stretch.grain_ms
        after = -(-(first[0].time_ms + max(span.milliseconds, 1)) // grain) * grain
        return stretch if stretch.end_ms is not None and stretch.end_ms <= after else replace(stretch, end_ms=after)

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
            found, position = self._documents(views, replace(stretch, start_ms=position, end_ms=until))
            gathered += [(views[one.index_name], one) for one, _ in self._passing(views, found)]
        records = summary.of(gathered, self._ports.clock.now_ms())
        return Portion(records, None if until == stretch.end_ms else until)

    def _documents(
        self, views: Mapping[str, Mapping[str, Field]], stretch: Stretch
    ) -> tuple[Sequence[Found], int | None]:
        """A page of documents with all their fields, and where the next one begins; None after the last."""
        pages = PAGES if self._feed.chunking_config.mode == "auto" else 1
        size = pages * (self._feed.scroll_size or SCROLL_SIZE)
        found: Sequence[Found] = self._ports.documents.page(stretch, size)
        last = found[-1].time_ms if len(found) >= size else None
        if self._computed:
            by_index = ([one for one in found if one.index_name == name] for name in views)
            completed = (
                computing.with_values(self._computed, views[own[0].index_name], own) for own in by_index if own
            )
            found = sorted((one for own in completed for one in own), key=lambda one: one.time_ms)
        return found, None if last is None else last - last % stretch.grain_ms + stretch.grain_ms

    def _passing(
        self, views: Mapping[str, Mapping[str, Field]], found: Sequence[Found]
    ) -> Iterable[tuple[Found, Document]]:
        """The documents that meet the query, as read, in the same order."""
        clause, now_ms = self._feed.clause, self._ports.clock.now_ms()
        if isinstance(clause, Everything):
            return ((one, orjson.loads(one.body)) for one in found)
        read: list[Document | None] = [None] * len(found)
        for name, fields in views.items():
            places = [place for place, one in enumerate(found) if one.index_name == name]
            piece = piece_of(fields, [found[place] for place in places])
            passing = mask(clause, piece, now_ms)
            for place, document, passes in zip(places, piece.documents, passing, strict=True):
                read[place] = document if passes else None
        return [(one, document) for one, document in zip(found, read, strict=True) if document is not None]

    def _records(
        self, views: Mapping[str, Mapping[str, Field]], documents: Iterable[tuple[Found, Document]]
    ) -> Iterator[Document]:
        """The wanted fields of documents, and their time."""
        paths = {
            name: [(wanted, fields[wanted].source) for wanted in self._wanted if wanted in fields]
            for name, fields in views.items()
        }
        for found, document in documents:
            record: Document = {self._time: found.time_ms}
            for name, path in paths[found.index_name]:
                value = document.get(path)
                if value.__class__ not in _PLAIN or "." in path:
                    values = values_at(document, path)
                    value = None if not values else values[0] if len(values) == 1 else values
                if value is not None:
                    record[name] = value
            yield record

    def _view(self, index: StoredIndex) -> dict[str, Field]:
        """The fields of an index as the datafeed sees them."""
        given = {name: Field(one.kind or "keyword", name) for name, one in self._computed.items()}
        return fields_of(index.definition["mappings"]) | given

    def _read_fields(self) -> Iterator[str]:
        """Fields that must be there."""
        yield self._time
        aggregation = self._feed.aggregation
        yield from aggregation.fields if aggregation else self._wanted
        for one in self._computed.values():
            yield from () if one.expression is None else references(one.expression)

    def _refuse_scripts(self) -> None:
        for field, one in self._computed.items():
            if one.language != LANGUAGE:
                raise Refused(
                    f"datafeed [{self._feed.datafeed_id}] cannot retrieve field [{field}] because it has a script in "
                    f"[{one.language}] in its {one.origin}, and scripts are not supported but those in [{LANGUAGE}]"
                )

    def _indices(self) -> list[StoredIndex]:
        lenient = self._feed.indices_options.ignore_unavailable
        return find(self._ports, self._feed.indices, ignore_unavailable=lenient)
