"""What a search wants to know of its documents as a whole, read into a tree; knows no documents.

Understood: terms, date_histogram, histogram, composite, filter, filters as groupings; avg, min, max, sum, value_count,
cardinality, stats, percentiles and top_hits of the documents in a group.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from unusual.errors import Misphrased
from unusual.schema.durations import Duration
from unusual.schema.picking import Picked, picked
from unusual.schema.queries import Clause, parse_query
from unusual.schema.sorting import Order, parse_sort
from unusual.schema.values import Document

Statistic: TypeAlias = Literal["avg", "min", "max", "sum", "value_count", "cardinality", "stats", "percentiles"]
Unit: TypeAlias = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]

_NESTED: Final = ("aggregations", "aggs")
_SIZE: Final = 10
_HITS: Final = 3
_INTERVALS: Final = ("fixed_interval", "calendar_interval", "interval")
_STEPS: Final = ("field", "interval", "offset", "min_doc_count", "extended_bounds", "keyed", "order")
_PERCENTS: Final = (1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0)
_UNITS: Final[dict[str, Unit]] = {f"1{one[0]}": one for one in get_args(Unit) if one not in {"month", "minute"}} | {
    "1m": "minute",
    "1M": "month",
    **{one: one for one in get_args(Unit)},
}
_UTC: Final = ("UTC", "Z", "Etc/UTC", "GMT", "+00:00")
_DEEPEST: Final = 10


@dataclass(frozen=True)
class Metric:
    """Numbers of a field's values; `percents` are those of percentiles."""

    field: str
    statistic: Statistic
    percents: tuple[float, ...] = ()


@dataclass(frozen=True)
class TopHits:
    """The first documents of a group."""

    sort: tuple[Order, ...]
    start: int
    size: int
    source: Picked


@dataclass(frozen=True)
class Values:
    """Groups of the same value of a field.

    order  what the groups are sorted by, pairs of a path and whether descending: `_count`, `_key`, or the name of an
           inner metric, perhaps with one of its numbers after a dot
    """

    field: str
    size: int
    order: tuple[tuple[str, bool], ...]
    least: int = 1


@dataclass(frozen=True)
class Steps:
    """Groups by stretches of a field.

    length    of a stretch, in ms where the field is a date; None for those of the calendar
    unit      of the calendar
    offset    where stretches begin
    spelled   the length as the client wrote it
    format    in which dates are shown
    bounds    stretches from one value to another are there even without documents
    """

    field: str
    length: float | None
    unit: Unit | None = None
    spelled: str = ""
    offset: float = 0
    format: str | None = None
    least: int = 0
    bounds: tuple[Any, Any] | None = None
    keyed: bool = False
    desc: bool = False
    dates: bool = False


@dataclass(frozen=True)
class Filters:
    """Groups of what meets a clause; without a name there is one group, which stands for itself."""

    clauses: tuple[tuple[str, Clause], ...]
    keyed: bool = True
    single: bool = False


@dataclass(frozen=True)
class Source:
    """One part of a composite key."""

    name: str
    by: Values | Steps
    desc: bool = False
    missing: bool = False


@dataclass(frozen=True)
class Composite:
    """Groups of the same values of several sources, a page of them after a key."""

    sources: tuple[Source, ...]
    size: int
    after: tuple[Any, ...] | None = None


Kind: TypeAlias = Metric | TopHits | Values | Steps | Filters | Composite


@dataclass(frozen=True)
class Aggregate:
    """One thing to know, under a name, and what to know of each of its groups."""

    name: str
    kind: Kind
    inner: tuple["Aggregate", ...] = ()


def parse_aggregates(given: object, depth: int = 0) -> tuple[Aggregate, ...]:
    """The tree that `aggs` describes; `errors.Misphrased` names what is wrong with it."""
    if not isinstance(given, dict) or depth > _DEEPEST:
        raise Misphrased("[aggs] must be objects in objects, not too deep")
    return tuple(_aggregate(name, body, depth) for name, body in given.items())


def _aggregate(name: str, body: object, depth: int) -> Aggregate:
    if not isinstance(body, dict):
        raise Misphrased(f"Aggregation definition for [{name}] must be an object")
    kinds = [kind for kind in body if kind not in {*_NESTED, "meta"}]
    if len(kinds) != 1:
        raise Misphrased(f"Found {len(kinds)} aggregation type definitions in [{name}]: {kinds}, expected one")
    kind = kinds[0]
    inner = parse_aggregates(next((body[word] for word in _NESTED if word in body), {}), depth + 1)
    if inner and kind in (*get_args(Statistic), "top_hits"):
        raise Misphrased(f"Aggregator [{name}] of type [{kind}] cannot accept sub-aggregations")
    return Aggregate(name, _kind(kind, name, body[kind]), inner)


def _kind(kind: str, name: str, options: object) -> Kind:
    if kind not in _READERS:
        raise Misphrased(f"Unknown aggregation type [{kind}]")
    if not isinstance(options, dict):
        raise Misphrased(f"[{kind}] of [{name}] must be an object")
    scripts = [option for option in ("script", "script_fields") if option in options]
    if scripts:
        raise Misphrased(f"[{kind}] [{name}] has [{scripts[0]}]: scripts are not supported")
    read, known = _READERS[kind]
    unknown = [option for option in options if known and option not in known]
    if unknown:
        raise Misphrased(f"[{kind}] unknown field [{unknown[0]}]")
    return read(kind, name, options)


def _metric(kind: str, name: str, options: Document) -> Metric:
    statistic = next(one for one in get_args(Statistic) if one == kind)
    percents = options.get("percents", _PERCENTS) if kind == "percentiles" else ()
    if not all(isinstance(one, int | float) and 0 <= one <= 100 for one in percents):  # noqa: PLR2004 - a share of 100
        raise Misphrased(f"[percents] of [{name}] must be numbers from 0 to 100")
    return Metric(_field(name, options), statistic, tuple(float(one) for one in percents))


def _top_hits(_: str, name: str, options: Document) -> TopHits:
    sort = parse_sort(options["sort"]) if "sort" in options else ()
    start, size = _whole(name, options, "from", 0, 0), _whole(name, options, "size", _HITS, 0)
    return TopHits(sort, start, size, picked(options.get("_source", True)))


def _values(_: str, name: str, options: Document) -> Values:
    least = _whole(name, options, "min_doc_count", 1, 1)
    given = options.get("order", {"_count": "desc"})
    order = [_ordered(name, part) for part in (given if isinstance(given, list) else [given])]
    ties = [] if any(path == "_key" for path, _ in order) else [("_key", False)]
    return Values(_field(name, options), _whole(name, options, "size", _SIZE, 1), (*order, *ties), least)


def _ordered(name: str, part: object) -> tuple[str, bool]:
    if isinstance(part, dict) and len(part) == 1:
        path, direction = next(iter(part.items()))
        if direction in {"asc", "desc"}:
            return path.replace("_term", "_key") if path == "_term" else path, direction == "desc"
    raise Misphrased(f"[order] of [{name}] must be a path and [asc] or [desc], found [{part}]")


def _steps(kind: str, name: str, options: Document) -> Steps:
    zone = options.get("time_zone", "UTC")
    if zone not in _UTC:
        raise Misphrased(f"[{kind}] [{name}] must have time_zone UTC, found [{zone}]")
    dates = kind == "date_histogram"
    length, unit = _interval(name, options) if dates else (_length(name, options.get("interval")), None)
    bounds = options.get("extended_bounds")
    given = options.get("order", {"_key": "asc"})
    path, desc = _ordered(name, given)
    if path != "_key":
        raise Misphrased(f"[{kind}] [{name}] can be ordered by [_key] only")
    return Steps(
        field=_field(name, options),
        length=length,
        unit=unit,
        spelled=str(next((options[word] for word in _INTERVALS if word in options), "")),
        offset=_offset(options.get("offset", 0)),
        format=options.get("format"),
        least=_whole(name, options, "min_doc_count", 0, 0),
        bounds=(bounds.get("min"), bounds.get("max")) if isinstance(bounds, dict) else None,
        keyed=options.get("keyed") is True,
        desc=desc,
        dates=dates,
    )


def _interval(name: str, options: Document) -> tuple[float | None, Unit | None]:
    given = [(word, options[word]) for word in _INTERVALS if word in options]
    if len(given) != 1:
        raise Misphrased(f"[date_histogram] [{name}] needs one of [fixed_interval] and [calendar_interval]")
    word, spelled = given[0]
    if word != "fixed_interval" and spelled in _UNITS:
        return None, _UNITS[spelled]
    if word == "calendar_interval":
        raise Misphrased(f"The supplied interval [{spelled}] could not be parsed as a calendar interval.")
    return _length(name, Duration(str(spelled), word).milliseconds), None


def _length(name: str, given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or given <= 0:
        raise Misphrased(f"[interval] of [{name}] must be greater than 0, found [{given}]")
    return given


def _offset(given: object) -> float:
    if isinstance(given, str):
        sign = -1 if given.startswith("-") else 1
        return sign * Duration(given.lstrip("+-"), "offset").milliseconds
    return float(given) if isinstance(given, int | float) else 0.0


def _filter(_: str, __: str, options: Document) -> Filters:
    return Filters((("", parse_query(options)),), single=True)


def _filters(_: str, name: str, options: Document) -> Filters:
    given = options.get("filters")
    if isinstance(given, dict):
        return Filters(tuple((key, parse_query(query)) for key, query in given.items()))
    if isinstance(given, list):
        return Filters(tuple((str(number), parse_query(query)) for number, query in enumerate(given)), keyed=False)
    raise Misphrased(f"[filters] of [{name}] must be an object or a list of queries")


def _composite(_: str, name: str, options: Document) -> Composite:
    given = options.get("sources")
    if not isinstance(given, list) or not given:
        raise Misphrased(f"Composite [sources] of [{name}] cannot be null or empty")
    sources = tuple(_source(name, one) for one in given)
    after = options.get("after")
    if after is None:
        return Composite(sources, _whole(name, options, "size", _SIZE, 1))
    if not isinstance(after, dict) or set(after) != {source.name for source in sources}:
        raise Misphrased(f"[after] of [{name}] must have a value for each of its sources")
    return Composite(sources, _whole(name, options, "size", _SIZE, 1), tuple(after[source.name] for source in sources))


def _source(name: str, given: object) -> Source:
    if not isinstance(given, dict) or len(given) != 1 or not isinstance(body := next(iter(given.values())), dict):
        raise Misphrased(f"each source of [{name}] must be an object under one name")
    source_name = next(iter(given))
    kind, options = next(iter(body.items()), ("", None))
    if kind not in {"terms", "histogram", "date_histogram"} or not isinstance(options, dict):
        raise Misphrased(f"invalid source type [{kind}] in [{name}]")
    plain = {key: value for key, value in options.items() if key not in {"order", "missing_bucket", "missing_order"}}
    by = Values(_field(name, plain), 0, ()) if kind == "terms" else _steps(kind, source_name, plain)
    return Source(source_name, by, options.get("order") == "desc", options.get("missing_bucket") is True)


def _field(name: str, options: Document) -> str:
    given = options.get("field")
    if not isinstance(given, str) or not given:
        raise Misphrased(f"Required one of fields [field], but none were specified in [{name}]")
    return given


def _whole(name: str, options: Document, option: str, otherwise: int, least: int) -> int:
    given = options.get(option, otherwise)
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise Misphrased(f"[{option}] of [{name}] must be a whole number of at least [{least}], found [{given}]")
    return given


_READERS: Final[dict[str, tuple[Callable[[str, str, Document], Kind], tuple[str, ...]]]] = {
    **dict.fromkeys(("avg", "min", "max", "sum", "value_count"), (_metric, ("field", "format"))),
    "stats": (_metric, ("field", "format")),
    "cardinality": (_metric, ("field", "precision_threshold")),
    "percentiles": (_metric, ("field", "percents", "keyed", "tdigest", "hdr")),
    "top_hits": (_top_hits, ("sort", "from", "size", "_source", "track_scores")),
    "terms": (
        _values,
        ("field", "size", "order", "min_doc_count", "shard_size", "execution_hint", "show_term_doc_count_error"),
    ),
    "date_histogram": (_steps, (*_STEPS, "fixed_interval", "calendar_interval", "format", "time_zone")),
    "histogram": (_steps, _STEPS),
    "composite": (_composite, ("sources", "size", "after")),
    "filter": (_filter, ()),
    "filters": (_filters, ("filters",)),
}
