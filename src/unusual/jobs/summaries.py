"""Documents → summary records, as the aggregations of a datafeed describe; knows no index and no query.

The values of every grouping go into the records of the innermost one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from unusual.analysis.control import Document
from unusual.jobs.ports import Found
from unusual.jobs.search.aggregating import Aggregating
from unusual.jobs.search.columns import piece_of
from unusual.jobs.search.gathering import Gathered, wanted_of
from unusual.schema.aggregates import Aggregate, Composite, Filters, Metric, Steps
from unusual.schema.aggregations import Aggregation, grouping_in
from unusual.schema.durations import Duration
from unusual.schema.mappings import DATES, Field

_COUNT: Final = "doc_count"


class Summaries:
    """The records of one aggregation; of each record only the `wanted` parts are kept."""

    def __init__(self, aggregation: Aggregation, wanted: Iterable[str]) -> None:
        self._aggregation = aggregation
        self._outermost = _unabridged(aggregation.outermost)
        self._wanted = {*wanted}
        self._time = aggregation.time.field

    @property
    def interval_ms(self) -> int:
        """Length of a bucket of the histogram."""
        return self._aggregation.interval_ms

    def chunk(self, first_ms: int, span: Duration) -> tuple[int, int]:
        """The whole buckets [start, end), ms, that one search covers, from that of the first document on."""
        whole = max(span.milliseconds // self.interval_ms, 1) * self.interval_ms
        begin = first_ms - first_ms % self.interval_ms
        return begin, begin + whole

    def told(self, answer: Document, fields: Mapping[str, Field]) -> list[Document]:
        """The same from the answer of a server that was asked the aggregations as they stand."""
        return list(self._records(self._outermost, answer[self._outermost.name], {}, fields))

    def of(self, documents: Sequence[tuple[Mapping[str, Field], Found]], now_ms: int) -> list[Document]:
        """One record for each innermost group, in time order; each document comes with the fields of its index."""
        if not documents:
            return []
        gathered, wanted = Gathered(), wanted_of([self._outermost])
        for name in dict.fromkeys(found.index_name for _, found in documents):
            own = [(fields, found) for fields, found in documents if found.index_name == name]
            fields = own[0][0]
            piece = piece_of(fields, [found for _, found in own])
            gathered.add(wanted.frame(piece, now_ms, None), fields)
        answer = Aggregating(gathered, wanted, lambda *_: []).of([self._outermost])
        records = self._records(self._outermost, answer[self._outermost.name], {}, gathered.fields)
        return sorted(records, key=lambda record: int(record[self._time]))

    def _records(
        self, aggregate: Aggregate, answer: Document, around: Document, fields: Mapping[str, Field]
    ) -> Iterator[Document]:
        inner = grouping_in(aggregate)
        for bucket in [answer] if isinstance(aggregate.kind, Filters) else answer["buckets"]:
            if not bucket[_COUNT]:
                continue
            told = around | _keys(aggregate, bucket)
            for one in aggregate.inner:
                if isinstance(one.kind, Metric):
                    told[one.name] = _value(bucket[one.name], one.kind, fields)
            if inner is not None:
                yield from self._records(inner, bucket[inner.name], told, fields)
            else:
                told[_COUNT] = bucket[_COUNT]
                yield {name: value for name, value in told.items() if name in self._wanted and value is not None}


def _unabridged(aggregate: Aggregate) -> Aggregate:
    """The same without buckets that are empty, and without a last page."""
    kind = aggregate.kind
    if isinstance(kind, Steps):
        kind = replace(kind, least=max(kind.least, 1), keyed=False)
    elif isinstance(kind, Composite):
        kind = replace(kind, size=1 << 31, after=None)
    return replace(aggregate, kind=kind, inner=tuple(_unabridged(one) for one in aggregate.inner))


def _keys(aggregate: Aggregate, bucket: Document) -> Document:
    """What all documents of a bucket have in common, but for their stretch of time."""
    match aggregate.kind:
        case Filters() | Steps():
            return {}
        case Composite():
            times = {source.name for source in aggregate.kind.sources if isinstance(source.by, Steps)}
            return {name: value for name, value in bucket["key"].items() if name not in times}
    return {aggregate.name: bucket.get("key_as_string", bucket["key"])}


def _value(answer: Document, metric: Metric, fields: Mapping[str, Field]) -> Any:  # noqa: ANN401 - a number or nothing
    value = next(iter(answer["values"].values())) if metric.statistic == "percentiles" else answer["value"]
    field = fields.get(metric.field)
    is_date = field is not None and field.kind in DATES and metric.statistic in {"min", "max", "avg"}
    return int(value) if is_date and value is not None else value
