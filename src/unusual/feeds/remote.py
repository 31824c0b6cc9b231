"""Indices of another Elasticsearch or OpenSearch cluster: points in time, paged by `search_after`; knows no run."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import Final, NamedTuple
from urllib.parse import quote

from unusual.analysis.control import Document
from unusual.errors import Missing, NoSuchIndex, Problem, Refused, Unreachable
from unusual.feeds.connections import Web
from unusual.feeds.paging import Pages, Paging
from unusual.feeds.wanting import Wanted
from unusual.feeds.web import Calls
from unusual.jobs.sources import Portion
from unusual.jobs.summaries import Summaries
from unusual.schema.datafeeds import SCROLL_SIZE, Datafeed
from unusual.schema.durations import Duration
from unusual.schema.mappings import DATES, Field, fields_of

ALIVE: Final = "5m"  # how long a point in time outlasts its last search
LARGEST_PAGE: Final = 10_000  # as other clusters allow by default


class _Words(NamedTuple):
    """How two kinds of clusters differ where points in time are concerned.

    opened, closed  the paths
    token           what an answer calls the point in time
    listed          whether it is let go of as one of many
    tie             by what documents of one moment are put in order; OpenSearch keeps no number of its own for that
    """

    opened: str
    closed: str
    token: str
    listed: bool
    tie: str


_SPOKEN: Final = {
    "elasticsearch": _Words("_pit", "/_pit", "id", listed=False, tie="_shard_doc"),
    "opensearch": _Words("_search/point_in_time", "/_search/point_in_time", "pit_id", listed=True, tie="_id"),
}


class RemoteIndices:
    """The `Source` port over indices of another cluster, where the query, scripts and aggregations are carried out."""

    def __init__(self, connection: Web, indices: tuple[str, ...], feed: Datafeed, wanted: Wanted) -> None:
        self._calls = Calls(connection)
        self._words = _SPOKEN[connection.type]
        self._path = "/" + quote(",".join(indices), safe=",*")
        self._lenient = ["ignore_unavailable=true"] if feed.indices_options.ignore_unavailable else []
        self._feed = feed
        self._wanted = wanted
        self._paging = Paging(wanted, self._pages)
        self._summary = None if feed.aggregation is None else Summaries(feed.aggregation, wanted.names)

    def check(self) -> None:
        """`errors.Refused` for what cannot be read."""
        name, time = self._feed.datafeed_id, self._wanted.time
        try:
            fields = self._mapped()
        except NoSuchIndex as missing:
            told = f"cannot retrieve data because index [{missing.args[0]}] does not exist"
            raise Refused(f"datafeed [{name}] {told}") from None
        given = {*(self._feed.runtime_mappings or {}), *(self._feed.script_fields or {})}
        read = self._wanted.fields if self._feed.aggregation is None else self._feed.aggregation.fields
        for field in (time, *read):
            if field not in fields and field not in given:
                raise Refused(f"datafeed [{name}] cannot retrieve field [{field}] because it has no mappings")
        if fields[time].kind not in DATES:
            raise Refused(f"datafeed [{name}] cannot read by time because field [{time}] is not mapped as a date")

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """The earliest records of [start, end): a page of documents, or the summaries of a chunk of time."""
        if self._summary is None:
            return self._paging.read(start_ms, end_ms)
        return self._chunk(self._summary, start_ms, end_ms)

    def close(self) -> None:
        """Let go of the point in time and of the connection."""
        self._paging.close()
        self._calls.close()

    def _mapped(self) -> dict[str, Field]:
        """Every field of the indices; `NoSuchIndex`."""
        answer = self._ask("GET", self._address("_mapping"))
        if not answer:
            raise NoSuchIndex(self._path.removeprefix("/"))
        mappings = (one["mappings"] for one in answer.values())
        return dict(chain.from_iterable(fields_of(one).items() for one in mappings))

    def _pages(self, start_ms: int | None, end_ms: int | None) -> Pages:
        """Every document of a stretch as a record, by a point in time that lasts as long as they are read."""
        words, time = self._words, self._wanted.time
        opened = self._ask("POST", self._address(words.opened, f"keep_alive={ALIVE}"))
        token: str = opened[words.token]
        body = self._search(start_ms, end_ms) | {
            "size": self._wanted.page_of(LARGEST_PAGE),
            "_source": False,
            "fields": list(self._wanted.fields),
            "sort": [{time: {"order": "asc", "numeric_type": "date"}}, {words.tie: "asc"}],
        }
        if self._feed.script_fields:
            body["script_fields"] = self._feed.script_fields
        try:
            while True:
                answer = self._ask("POST", "/_search", body | {"pit": {"id": token, "keep_alive": ALIVE}})
                token = answer.get("pit_id", token)
                hits = answer["hits"]["hits"]
                if not hits:
                    return
                yield [self._record(hit) for hit in hits]
                if len(hits) < body["size"]:
                    return
                body["search_after"] = hits[-1]["sort"]
                # What `search_after` passes over need not be looked at.
                body["query"] = self._search(int(hits[-1]["sort"][0]), end_ms)["query"]
        finally:
            with suppress(Problem):  # it ends by itself
                self._calls.call("DELETE", words.closed, {words.token: [token] if words.listed else token})

    def _record(self, hit: Document) -> Document:
        record: Document = {self._wanted.time: int(hit["sort"][0])}
        for name, values in hit.get("fields", {}).items():
            if values and name != self._wanted.time:
                record[name] = values[0] if len(values) == 1 else values
        return record

    def _search(self, start_ms: int | None, end_ms: int | None) -> Document:
        """What every search of a stretch says."""
        bounds = {name: ms for name, ms in (("gte", start_ms), ("lt", end_ms)) if ms is not None}
        within = {"range": {self._wanted.time: bounds | {"format": "epoch_millis"}}}
        asked: Document = {"query": {"bool": {"filter": [within, self._feed.query]}}, "track_total_hits": False}
        if self._feed.runtime_mappings:
            asked["runtime_mappings"] = self._feed.runtime_mappings
        return asked

    def _chunk(self, summary: Summaries, start_ms: int | None, end_ms: int | None) -> Portion:
        """The summaries of one chunk, which begins at the first document: empty stretches of time cost nothing."""
        time = self._wanted.time
        sort = [{time: {"order": "asc", "numeric_type": "date"}}]
        one = self._search(start_ms, end_ms) | {"size": 1, "sort": sort}
        first = self._ask("POST", self._address("_search"), one)
        if not first["hits"]["hits"]:
            return Portion([], None)
        first_ms = int(first["hits"]["hits"][0]["sort"][0])
        span = self._feed.chunking_config.time_span or Duration(f"{SCROLL_SIZE * summary.interval_ms}ms")
        begin, after = summary.chunk(first_ms, span)
        until = after if end_ms is None else min(after, end_ms)
        within = begin if start_ms is None else max(begin, start_ms)
        records = [record for told in self._summarised(summary, within, until) for record in told]
        records.sort(key=lambda record: int(record[time]))
        return Portion(records, None if until == end_ms else until)

    def _summarised(self, summary: Summaries, start_ms: int, end_ms: int) -> Iterator[list[Document]]:
        """The records of a stretch; a composite aggregation tells them page by page."""
        ((name, asked),) = (self._feed.aggregations or {}).items()
        fields, search = self._mapped(), self._search(start_ms, end_ms) | {"size": 0}
        while True:
            answer = self._ask("POST", self._address("_search"), search | {"aggregations": {name: asked}})
            told = answer["aggregations"]
            yield summary.told(told, fields)
            if "after_key" not in told[name]:
                return
            asked = asked | {"composite": asked["composite"] | {"after": told[name]["after_key"]}}

    def _address(self, what: str, *options: str) -> str:
        """The path of a question about the indices, with how their names are understood."""
        query = "&".join([*options, *self._lenient])
        return f"{self._path}/{what}" + (f"?{query}" if query else "")

    def _ask(self, method: str, path: str, body: Document | None = None) -> Document:
        """An answer; `NoSuchIndex`, `Unreachable`: both may pass, and so may the end of a point in time."""
        try:
            return self._calls.call(method, path, body)
        except Missing as missing:
            if path.startswith(self._path):
                raise NoSuchIndex(self._path.removeprefix("/")) from None
            raise Unreachable(missing.reason) from None
