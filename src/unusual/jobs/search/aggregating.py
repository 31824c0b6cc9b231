"""What documents amount to: a tree of aggregations over gathered columns; knows no query and no store.

All groups of one depth are computed at once: a row carries the number of its group, each grouping gives it a new one.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import polars as pl

from unusual.errors import Misphrased
from unusual.jobs.search import buckets
from unusual.jobs.search.buckets import COUNT, Buckets
from unusual.jobs.search.gathering import GROUP, Gathered, Wanted
from unusual.jobs.search.metrics import measured, told
from unusual.jobs.search.ordering import in_order
from unusual.schema.aggregates import Aggregate, Composite, Filters, Metric, Steps, TopHits, Values
from unusual.schema.mappings import DATES, Field, date_text
from unusual.schema.picking import Picked
from unusual.schema.sorting import UNSORTED, Order
from unusual.schema.values import Document

Hits: TypeAlias = Callable[[pl.DataFrame, Sequence[Order], Picked], list[Document | None]]
_MIDDLE: Final = ("_count", "_key")


class Aggregating:
    """The answers to aggregations over gathered documents; `hits` shows single ones."""

    def __init__(self, gathered: Gathered, wanted: Wanted, hits: Hits) -> None:
        self._gathered = gathered
        self._wanted = wanted
        self._hits = hits

    def of(self, aggregates: Sequence[Aggregate]) -> Document:
        """The answers under their names; `errors.Misphrased` for what cannot be put together so."""
        return self._each(aggregates, self._gathered.whole(), 1)[0]

    def _each(self, aggregates: Sequence[Aggregate], frame: pl.DataFrame, groups: int) -> list[Document]:
        answers: list[Document] = [{} for _ in range(groups)]
        for one in aggregates:
            for answer, part in zip(answers, self._one(one, frame, groups), strict=True):
                answer[one.name] = part
        return answers

    def _one(self, aggregate: Aggregate, frame: pl.DataFrame, groups: int) -> Sequence[Document]:
        match aggregate.kind:
            case Metric():
                field = self._gathered.fields.get(aggregate.kind.field)
                return told(aggregate.kind, measured(aggregate.kind, frame, groups), field)
            case TopHits():
                return self._top_hits(aggregate.kind, frame, groups)
            case Values():
                return self._values(aggregate, aggregate.kind, frame, groups)
            case Steps():
                return self._steps(aggregate, aggregate.kind, frame, groups)
            case Filters():
                return self._filters(aggregate, aggregate.kind, frame, groups)
            case Composite():
                if groups != 1:
                    raise Misphrased("[composite] aggregation cannot be used with a parent aggregation")
                return [self._composite(aggregate, aggregate.kind, frame)]

    def _top_hits(self, kind: TopHits, frame: pl.DataFrame, groups: int) -> list[Document]:
        orders = [order for order in kind.sort if order.field not in UNSORTED]
        place = pl.int_range(pl.len()).over(GROUP)
        first = in_order(frame, orders).filter(place.is_between(kind.start, kind.start + kind.size - 1))
        found: list[list[Document]] = [[] for _ in range(groups)]
        for group, hit in zip(first[GROUP], self._hits(first, kind.sort, kind.source), strict=True):
            if hit is not None:
                found[group].append(hit)
        totals = buckets.sizes(frame, groups)
        return [
            {
                "hits": {
                    "total": {"value": total, "relation": "eq"},
                    "max_score": None if kind.sort or not hits else 1.0,
                    "hits": hits,
                }
            }
            for total, hits in zip(totals, found, strict=True)
        ]

    def _values(self, aggregate: Aggregate, kind: Values, frame: pl.DataFrame, groups: int) -> list[Document]:
        inner = {one.name: one.kind for one in aggregate.inner if isinstance(one.kind, Metric)}
        numbers = {path: _number_of(path, inner) for path, _ in kind.order if path not in _MIDDLE}
        parted, other = buckets.by_value(kind, frame, groups, numbers)
        shown = self._shown(aggregate, parted, self._keyed(kind.field, None))
        return [
            {"doc_count_error_upper_bound": 0, "sum_other_doc_count": left, "buckets": own}
            for left, own in zip(other, _parted(parted, shown, groups), strict=True)
        ]

    def _steps(self, aggregate: Aggregate, kind: Steps, frame: pl.DataFrame, groups: int) -> list[Document]:
        parted = buckets.by_step(kind, frame, groups)
        shown = self._shown(aggregate, parted, self._keyed(kind.field if kind.dates else "", kind.format))
        own = _parted(parted, shown, groups)
        if kind.keyed:
            return [{"buckets": {one.get("key_as_string", str(one["key"])): one for one in some}} for some in own]
        return [{"buckets": some} for some in own]

    def _filters(self, aggregate: Aggregate, kind: Filters, frame: pl.DataFrame, groups: int) -> list[Document]:
        names = [self._wanted.clause_name(clause) for _, clause in kind.clauses]
        parted = buckets.by_clause(names, frame, groups)
        shown = self._shown(aggregate, parted, lambda _: {})
        if kind.single:
            return shown
        own = _parted(parted, shown, groups)
        if not kind.keyed:
            return [{"buckets": some} for some in own]
        keys = [name for name, _ in kind.clauses]
        return [{"buckets": dict(zip(keys, some, strict=True))} for some in own]

    def _composite(self, aggregate: Aggregate, kind: Composite, frame: pl.DataFrame) -> Document:
        parted = buckets.by_sources(kind, frame)
        names = [source.name for source in kind.sources]
        formats = [source.by.format if isinstance(source.by, Steps) else None for source in kind.sources]

        def key(values: Any) -> Document:  # noqa: ANN401 - one value for each source
            shown = [
                value if pattern is None or value is None else date_text(pattern, value)
                for value, pattern in zip(values, formats, strict=True)
            ]
            return {"key": dict(zip(names, shown, strict=True))}

        own = self._shown(aggregate, parted, key)
        return {"buckets": own} | ({"after_key": own[-1]["key"]} if own else {})

    def _shown(self, aggregate: Aggregate, parted: Buckets, key: Callable[[Any], Document]) -> list[Document]:
        """Every bucket with its key, its size and what is to be known of it."""
        inner = self._each(aggregate.inner, parted.frame, parted.table.height)
        own = zip(parted.keys, parted.table[COUNT], inner, strict=True)
        return [key(value) | {"doc_count": count} | more for value, count, more in own]

    def _keyed(self, name: str, written_as: str | None) -> Callable[[Any], Document]:
        """How a value of a field is shown as the key of a bucket."""
        field = self._gathered.fields.get(name, Field("keyword", name))
        if field.kind in DATES:
            return lambda value: {"key": value, "key_as_string": date_text(written_as, value)}
        if field.kind == "boolean":
            return lambda value: {"key": int(value == "true"), "key_as_string": value}
        return lambda value: {"key": value}


def _number_of(path: str, inner: dict[str, Metric]) -> tuple[Metric, str]:
    """The metric that an order names, and which of its numbers."""
    name, _, number = path.partition(".")
    if path in inner:
        name, number = path, ""
    if name not in inner:
        raise Misphrased(f"Invalid aggregation order path [{path}]: there is no metric [{name}] in the buckets")
    return inner[name], number or "value"


def _parted(parted: Buckets, shown: list[Document], groups: int) -> list[list[Document]]:
    """The buckets of each of the groups they part."""
    own: list[list[Document]] = [[] for _ in range(groups)]
    for group, bucket in zip(parted.table[GROUP], shown, strict=True):
        own[group].append(bucket)
    return own
