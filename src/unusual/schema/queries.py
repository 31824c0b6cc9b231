"""Queries as clients write them, read into clauses; knows no documents and no mapping.

Understood: match_all, match_none, bool, constant_score, term, terms, range, exists, match, match_phrase, prefix,
wildcard, ids.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import translate
from typing import Any, Final, TypeAlias

from unusual.errors import Invalid
from unusual.schema.values import Document

_BOUNDS: Final = ("gt", "gte", "lt", "lte")


@dataclass(frozen=True)
class Everything:
    """Every document."""


@dataclass(frozen=True)
class Nothing:
    """No document."""


@dataclass(frozen=True)
class Joined:
    """All of `must`, none of `must_not`, and at least `least` of `should`."""

    must: tuple["Clause", ...] = ()
    must_not: tuple["Clause", ...] = ()
    should: tuple["Clause", ...] = ()
    least: int = 0


@dataclass(frozen=True)
class OneOf:
    """A field holds one of the values."""

    field: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Between:
    """A field holds a value within bounds, each a pair of `gt`, `gte`, `lt` or `lte` and a value."""

    field: str
    bounds: tuple[tuple[str, Any], ...]
    format: str | None = None


@dataclass(frozen=True)
class Present:
    """A field holds any value."""

    field: str


@dataclass(frozen=True)
class Words:
    """A text holds words: `phrase` all in this order, `every` all of them, else any."""

    field: str
    text: str
    every: bool = False
    phrase: bool = False


@dataclass(frozen=True)
class Like:
    """A field holds a text of this form."""

    field: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Named:
    """Documents of these ids."""

    ids: tuple[str, ...]


Clause: TypeAlias = Everything | Nothing | Joined | OneOf | Between | Present | Words | Like | Named


def parse_query(query: object) -> Clause:
    """The clause that a query means; `errors.Invalid` names what is wrong with it.

    >>> parse_query({"term": {"pier": "north"}})
    OneOf(field='pier', values=('north',))
    """
    if not isinstance(query, dict):
        raise Invalid("[_na] query malformed, must start with start_object")
    if len(query) != 1:
        raise Invalid("[_na] query malformed, one object with the name of a query is expected")
    name, body = next(iter(query.items()))
    if name not in _READERS:
        raise Invalid(f"unknown query [{name}]")
    if not isinstance(body, dict):
        raise Invalid(f"[{name}] query malformed, no start_object after query name")
    return _READERS[name](name, body)


def _everything(name: str, body: Document) -> Clause:
    _check_options(name, body, ())
    return Everything()


def _nothing(name: str, body: Document) -> Clause:
    _check_options(name, body, ())
    return Nothing()


def _bool(name: str, body: Document) -> Clause:
    _check_options(name, body, ("must", "filter", "must_not", "should", "minimum_should_match", "adjust_pure_negative"))
    must, must_not, should = (
        _clauses(body, "must") + _clauses(body, "filter"),
        _clauses(body, "must_not"),
        _clauses(body, "should"),
    )
    least = body.get("minimum_should_match", 1 if should and not must else 0)
    try:
        return Joined(must, must_not, should, int(least))
    except (TypeError, ValueError):
        raise Invalid(f"[bool] minimum_should_match [{least}] must be a whole number") from None


def _clauses(body: Document, name: str) -> tuple[Clause, ...]:
    given = body.get(name, [])
    return tuple(parse_query(query) for query in (given if isinstance(given, list) else [given]))


def _constant_score(name: str, body: Document) -> Clause:
    _check_options(name, body, ("filter",))
    return parse_query(body.get("filter"))


def _term(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "value")
    _check_options(name, options, ("value", "case_insensitive"))
    return OneOf(field, (_scalar(name, options.get("value")),))


def _terms(name: str, body: Document) -> Clause:
    fields = {field: values for field, values in body.items() if field not in {"boost", "_name"}}
    if len(fields) != 1:
        raise Invalid("[terms] query requires exactly one field with a list of values")
    field, values = next(iter(fields.items()))
    if not isinstance(values, list):
        raise Invalid(f"[terms] query needs a list of values for [{field}]")
    return OneOf(field, tuple(_scalar(name, value) for value in values))


def _range(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "")
    _check_options(name, options, (*_BOUNDS, "format", "relation", "from", "to", "include_lower", "include_upper"))
    older = {
        "gte" if options.get("include_lower", True) else "gt": options.get("from"),
        "lte" if options.get("include_upper", True) else "lt": options.get("to"),
    }
    bounds = older | {bound: options[bound] for bound in _BOUNDS if bound in options}
    given = tuple((bound, _scalar(name, value)) for bound, value in bounds.items() if value is not None)
    return Between(field, given, options.get("format"))


def _exists(name: str, body: Document) -> Clause:
    _check_options(name, body, ("field",))
    field = body.get("field")
    if not isinstance(field, str) or not field:
        raise Invalid("[exists] must be provided with a [field]")
    return Present(field)


def _match(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "query")
    _check_options(name, options, ("query", "operator"))
    every = str(options.get("operator", "or")).lower() == "and"
    return Words(field, str(_scalar(name, options.get("query"))), every=every, phrase=name == "match_phrase")


def _prefix(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "value")
    _check_options(name, options, ("value", "case_insensitive"))
    return Like(field, re.compile(re.escape(str(options.get("value"))) + ".*", _case(options) | re.DOTALL))


def _wildcard(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "value")
    _check_options(name, options, ("value", "wildcard", "case_insensitive"))
    text = str(options.get("value", options.get("wildcard")))
    # Not sign by sign: many stars would make a search through one text take for ever.
    return Like(field, re.compile(translate(text.replace("[", "[[]")), _case(options)))


def _ids(name: str, body: Document) -> Clause:
    _check_options(name, body, ("values",))
    values = body.get("values", [])
    return Named(tuple(str(value) for value in (values if isinstance(values, list) else [values])))


def _case(options: Document) -> re.RegexFlag:
    return re.IGNORECASE if options.get("case_insensitive") is True else re.NOFLAG


def _field(name: str, body: Document, short: str) -> tuple[str, Document]:
    """The one field of a query with its options; `short` is what a plain value instead of options means."""
    if len(body) != 1:
        raise Invalid(f"[{name}] query doesn't support multiple fields, found {sorted(body)}")
    field, options = next(iter(body.items()))
    if isinstance(options, dict):
        return field, options
    if not short:
        raise Invalid(f"[{name}] query malformed, no start_object after field name")
    return field, {short: options}


def _scalar(name: str, value: object) -> object:
    if value is None or isinstance(value, dict | list):
        raise Invalid(f"[{name}] query needs a plain value")
    return value


def _check_options(name: str, options: Document, known: tuple[str, ...]) -> None:
    for option in options:
        if option not in {*known, "boost", "_name"}:
            raise Invalid(f"[{name}] query does not support [{option}]")


_READERS: Final[dict[str, Callable[[str, Document], Clause]]] = {
    "match_all": _everything,
    "match_none": _nothing,
    "bool": _bool,
    "constant_score": _constant_score,
    "term": _term,
    "terms": _terms,
    "range": _range,
    "exists": _exists,
    "match": _match,
    "match_phrase": _match,
    "prefix": _prefix,
    "wildcard": _wildcard,
    "ids": _ids,
}
