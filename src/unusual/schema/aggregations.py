"""Aggregations of a datafeed: a chain of groupings that leads from documents to summary records; knows no documents.

Groupings may be date_histogram, histogram, composite, terms and filter; their values avg, min, max, sum, value_count,
cardinality and percentiles (of one percent).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from unusual.errors import Invalid
from unusual.schema.aggregates import Aggregate, Composite, Filters, Metric, Steps, TopHits, Values, parse_aggregates
from unusual.schema.durations import Duration

# Units of the calendar that always last equally long in UTC [ms].
_EVEN: Final = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
_NEEDED: Final = "A date_histogram (or histogram) aggregation is required"


@dataclass(frozen=True)
class Aggregation:
    """Groupings from the outermost to the innermost; exactly one key is a histogram of time."""

    outermost: Aggregate
    time: Steps = field(init=False)

    def __post_init__(self) -> None:
        """Find the histogram."""
        histograms = [steps for one in _chain(self.outermost) for steps in _histograms(one)]
        if len(histograms) != 1:
            raise Invalid(_NEEDED)
        object.__setattr__(self, "time", histograms[0])
        if self.interval_ms <= 0:
            raise Invalid(f"Aggregation interval [{self.time.spelled}] must be fixed, such as [1h]")
        name = self.time.field
        times = [one for one in self._metrics() if one.name == name and isinstance(one.kind, Metric)]
        if not any(one.kind == Metric(name, "max") for one in times):
            raise Invalid(f"Missing max aggregation for time_field [{name}]")

    @property
    def interval_ms(self) -> int:
        """Length of a bucket of the histogram; 0 when it is not always the same."""
        return int(self.time.length or _EVEN.get(self.time.unit or "", 0))

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is read."""
        grouped = (name for one in _chain(self.outermost) for name in _fields(one))
        measured = (one.kind.field for one in self._metrics() if isinstance(one.kind, Metric))
        return tuple(dict.fromkeys([*grouped, *measured]))

    def check_fits(self, bucket_span: Duration) -> None:
        """`errors.Invalid` unless buckets of this span are made of whole intervals."""
        if self.interval_ms > bucket_span.milliseconds:
            raise Invalid(
                f"Aggregation interval [{self.time.spelled}] must be less than or equal to the "
                f"bucket_span [{bucket_span}]"
            )
        if bucket_span.milliseconds % self.interval_ms:
            raise Invalid(
                f"Aggregation interval [{self.time.spelled}] must be a divisor of the bucket_span [{bucket_span}]"
            )

    def _metrics(self) -> Iterator[Aggregate]:
        return (inner for one in _chain(self.outermost) for inner in one.inner if isinstance(inner.kind, Metric))


def parse_aggregations(aggregations: object) -> Aggregation:
    """The chain of groupings that a request describes; `errors.Invalid` names what is wrong with it."""
    tree = parse_aggregates(aggregations)
    if len(tree) != 1 or not _groups(tree[0]):
        raise Invalid(f"{_NEEDED}: exactly one at the top")
    for one in _chain(tree[0]):
        for inner in one.inner:
            _check_value(inner)
    return Aggregation(tree[0])


def grouping_in(aggregate: Aggregate) -> Aggregate | None:
    """The one grouping inside another one, None for the innermost; `errors.Invalid` when there are several."""
    inner = [one for one in aggregate.inner if _groups(one)]
    if len(inner) > 1:
        raise Invalid(f"aggregation [{aggregate.name}] can have only one grouping inside, found [{len(inner)}]")
    return inner[0] if inner else None


def _chain(aggregate: Aggregate | None) -> Iterator[Aggregate]:
    while aggregate is not None:
        yield aggregate
        aggregate = grouping_in(aggregate)


def _groups(aggregate: Aggregate) -> bool:
    return not isinstance(aggregate.kind, Metric | TopHits)


def _check_value(aggregate: Aggregate) -> None:
    kind = aggregate.kind
    single = not isinstance(kind, Metric) or kind.statistic != "stats"
    if isinstance(kind, TopHits) or not single or (isinstance(kind, Filters) and not kind.single):
        raise Invalid(f"aggregation [{aggregate.name}] is of a type that is not supported in a datafeed")
    if isinstance(kind, Metric) and kind.statistic == "percentiles" and len(kind.percents) != 1:
        raise Invalid(f"percentiles [{aggregate.name}] must have exactly one percent to give a single value")


def _histograms(aggregate: Aggregate) -> Iterator[Steps]:
    match aggregate.kind:
        case Steps():
            yield aggregate.kind
        case Composite():
            yield from (source.by for source in aggregate.kind.sources if isinstance(source.by, Steps))


def _fields(aggregate: Aggregate) -> Iterator[str]:
    match aggregate.kind:
        case Steps() | Values():
            yield aggregate.kind.field
        case Composite():
            yield from (source.by.field for source in aggregate.kind.sources)
