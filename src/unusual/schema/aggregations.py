"""Aggregations of a datafeed: a chain of groupings that leads from documents to summary records; knows no documents.

Understood: date_histogram, histogram, composite, terms, filter as groupings; avg, min, max, sum, value_count,
cardinality and percentiles (of one percent) as values.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from unusual.errors import Invalid
from unusual.schema.durations import Duration
from unusual.schema.queries import Clause, parse_query
from unusual.schema.values import Document

Statistic: TypeAlias = Literal["avg", "min", "max", "sum", "value_count", "cardinality", "percentiles"]

_STATISTICS: Final[tuple[Statistic, ...]] = (
    "avg",
    "min",
    "max",
    "sum",
    "value_count",
    "cardinality",
    "percentiles",
)
_GROUPINGS: Final = ("date_histogram", "histogram", "composite", "terms", "filter")
_NESTED: Final = ("aggregations", "aggs")
_TERMS_SIZE: Final = 10
# Calendar units that always last equally long in UTC.
_EVEN_UNITS: Final = {"minute": "1m", "hour": "1h", "day": "1d", "week": "7d", "1w": "7d"}
_UTC: Final = ("UTC", "Z", "Etc/UTC", "GMT", "+00:00")


@dataclass(frozen=True)
class Key:
    """What documents are grouped by.

    field      the field whose values part the documents
    interval   length of a stretch of the field, ms; None for its single values
    spelled    the interval as the client wrote it
    most       how many of the most frequent values are kept, None for all
    """

    name: str
    field: str
    interval: int | None = None
    spelled: str = ""
    most: int | None = None


@dataclass(frozen=True)
class Metric:
    """One value computed from the documents of a group; `percent` is that of a percentile."""

    name: str
    field: str
    statistic: Statistic
    percent: float = 50.0


@dataclass(frozen=True)
class Level:
    """One grouping: the keys that part the documents, those kept, and the values of each part."""

    keys: tuple[Key, ...]
    metrics: tuple[Metric, ...] = ()
    only: Clause | None = None


@dataclass(frozen=True)
class Aggregation:
    """Groupings from the outermost to the innermost; exactly one key is a histogram of time."""

    levels: tuple[Level, ...]
    time: Key = field(init=False)

    def __post_init__(self) -> None:
        """Find the histogram."""
        histograms = [key for level in self.levels for key in level.keys if key.interval is not None]
        if len(histograms) != 1:
            raise Invalid("A date_histogram (or histogram) aggregation is required")
        object.__setattr__(self, "time", histograms[0])
        if not any(one.statistic == "max" and one.name == one.field == self.time.field for one in self._metrics()):
            raise Invalid(f"Missing max aggregation for time_field [{self.time.field}]")

    @property
    def interval_ms(self) -> int:
        """Length of a bucket of the histogram."""
        return self.time.interval or 0

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is read."""
        keys = (key.field for level in self.levels for key in level.keys)
        return tuple(dict.fromkeys([*keys, *(metric.field for metric in self._metrics())]))

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

    def _metrics(self) -> Iterator[Metric]:
        return (metric for level in self.levels for metric in level.metrics)


def parse_aggregations(aggregations: object) -> Aggregation:
    """The chain of groupings that a request describes; `errors.Invalid` names what is wrong with it."""
    if not isinstance(aggregations, dict) or len(aggregations) != 1:
        raise Invalid("A date_histogram (or histogram) aggregation is required: exactly one at the top")
    name, body = next(iter(aggregations.items()))
    return Aggregation(tuple(_levels(name, body)))


def _levels(name: str, body: object) -> Iterator[Level]:
    kind, options, inner = _parts(name, body)
    if kind not in _GROUPINGS:
        raise Invalid("A date_histogram (or histogram) aggregation is required")
    metrics: list[Metric] = []
    deeper: list[tuple[str, object]] = []
    for inner_name, definition in inner.items():
        inner_kind, inner_options, _ = _parts(inner_name, definition)
        if inner_kind in _GROUPINGS:
            deeper.append((inner_name, definition))
        else:
            metrics.append(_metric(inner_name, inner_kind, inner_options))
    if len(deeper) > 1:
        raise Invalid(f"aggregation [{name}] can have only one grouping aggregation inside, found [{len(deeper)}]")
    only = parse_query(options) if kind == "filter" else None
    yield Level(tuple(_keys(name, kind, options)), tuple(metrics), only)
    for inner_name, definition in deeper:
        yield from _levels(inner_name, definition)


def _parts(name: str, body: object) -> tuple[str, Document, Document]:
    """Type, options and inner aggregations of a definition."""
    if not isinstance(body, dict):
        raise Invalid(f"Aggregation definition for [{name}] must be an object")
    kinds = [kind for kind in body if kind not in {*_NESTED, "meta"}]
    if len(kinds) != 1:
        raise Invalid(f"Aggregation definition for [{name}] must name exactly one aggregation type")
    kind = kinds[0]
    if kind not in {*_STATISTICS, *_GROUPINGS}:
        raise Invalid(f"Unknown aggregation type [{kind}]: it is not supported in a datafeed")
    inner: object = next((body[word] for word in _NESTED if word in body), {})
    if not isinstance(inner, dict) or not isinstance(body[kind], dict):
        raise Invalid(f"Aggregation definition for [{name}] must be made of objects")
    if "script" in body[kind]:
        raise Invalid(f"aggregation [{name}] has a script: scripts are not supported")
    return kind, body[kind], inner


def _keys(name: str, kind: str, options: Document) -> Iterator[Key]:
    if kind == "composite":
        yield from _sources(name, options)
    elif kind == "terms":
        size = options.get("size", _TERMS_SIZE)
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise Invalid(f"[size] must be greater than 0. Found [{size}] in [{name}]")
        yield Key(name, _field(name, options), most=size)
    elif kind != "filter":
        yield _histogram(name, kind, options)


def _sources(name: str, options: Document) -> Iterator[Key]:
    sources = options.get("sources")
    if not isinstance(sources, list) or not sources:
        raise Invalid(f"Composite [sources] of [{name}] cannot be null or empty")
    for source in sources:
        if not isinstance(source, dict) or len(source) != 1:
            raise Invalid(f"each source of [{name}] must have exactly one name")
        source_name, body = next(iter(source.items()))
        kind, inner, _ = _parts(source_name, body)
        if kind == "terms":
            yield Key(source_name, _field(source_name, inner))
        elif kind in {"date_histogram", "histogram"}:
            yield _histogram(source_name, kind, inner)
        else:
            raise Invalid(f"invalid source type [{kind}] in [{name}]")


def _histogram(name: str, kind: str, options: Document) -> Key:
    zone = options.get("time_zone", "UTC")
    if zone not in _UTC:
        raise Invalid(f"the histogram [{name}] must have time_zone UTC, found [{zone}]")
    given = [options[word] for word in ("fixed_interval", "calendar_interval", "interval") if word in options]
    if len(given) != 1:
        raise Invalid(f"the histogram [{name}] must have exactly one interval")
    spelled = str(given[0])
    interval = _numeric_ms(name, given[0]) if kind == "histogram" else _duration_ms(spelled)
    if interval <= 0:
        raise Invalid(f"Aggregation interval of [{name}] must be greater than 0")
    return Key(name, _field(name, options), interval, spelled if kind == "date_histogram" else f"{interval}ms")


def _numeric_ms(name: str, interval: object) -> int:
    if isinstance(interval, bool) or not isinstance(interval, int | float) or interval != int(interval):
        raise Invalid(f"the interval of the histogram [{name}] must be a whole number of milliseconds")
    return int(interval)


def _duration_ms(spelled: str) -> int:
    try:
        return Duration(_EVEN_UNITS.get(spelled, spelled)).milliseconds
    except Invalid:
        raise Invalid(f"Aggregation interval [{spelled}] must be fixed, such as [1h]") from None


def _metric(name: str, kind: str, options: Document) -> Metric:
    statistic = next(one for one in _STATISTICS if one == kind)
    percents = options.get("percents", [50.0]) if kind == "percentiles" else [50.0]
    if not isinstance(percents, list) or len(percents) != 1 or not isinstance(percents[0], int | float):
        raise Invalid(f"percentiles [{name}] must have exactly one percent to give a single value")
    return Metric(name, _field(name, options), statistic, float(percents[0]))


def _field(name: str, options: Document) -> str:
    given = options.get("field")
    if not isinstance(given, str) or not given:
        raise Invalid(f"Required one field, [field], in aggregation [{name}]")
    return given
