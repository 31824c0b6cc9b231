"""Queries as clients write them, read into clauses; knows no documents and no mapping.

Understood: match_all, match_none, bool, constant_score, nested, term, terms, range, exists, match, match_phrase,
prefix, wildcard, ids, query_string.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from unusual.errors import Misphrased
from unusual.schema.query_strings import Junction, Leaf, Part, parse_query_string
from unusual.schema.values import Document

_BOUNDS: Final = ("gt", "gte", "lt", "lte")
_ANALYSIS: Final = ("analyze_wildcard", "allow_leading_wildcard", "lenient", "escape", "time_zone")
_LEAST: Final = re.compile(r"(-?\d{1,9})(%?)", re.ASCII)


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
    """A field holds a text of this form, told as a regular expression for the whole of it."""

    field: str
    regex: str
    any_case: bool = False


@dataclass(frozen=True)
class Named:
    """Documents of these ids."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Inside:
    """One of the objects at a path meets a clause all by itself."""

    path: str
    clause: "Clause"


Clause: TypeAlias = Everything | Nothing | Joined | Inside | OneOf | Between | Present | Words | Like | Named


def parse_query(query: object) -> Clause:
    """The clause that a query means; `errors.Misphrased` names what is wrong with it.

    >>> parse_query({"term": {"pier": "north"}})
    OneOf(field='pier', values=('north',))
    """
    if not isinstance(query, dict):
        raise Misphrased("[_na] query malformed, must start with start_object")
    if len(query) != 1:
        raise Misphrased("[_na] query malformed, one object with the name of a query is expected")
    name, body = next(iter(query.items()))
    if name not in _READERS:
        raise Misphrased(f"unknown query [{name}]")
    if not isinstance(body, dict):
        raise Misphrased(f"[{name}] query malformed, no start_object after query name")
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
    return Joined(must, must_not, should, _least(least, len(should)))


def _least(given: object, clauses: int) -> int:
    """How many of the clauses must be met: a number or a share, a negative one being how many may be missed."""
    match = _LEAST.fullmatch(str(given))
    if match is None:
        raise Misphrased(f"[bool] minimum_should_match [{given}] must be a whole number or a percentage")
    amount = int(match[1]) if not match[2] else int(int(match[1]) * clauses / 100)
    return clauses + amount if match[1].startswith("-") else amount


def _clauses(body: Document, name: str) -> tuple[Clause, ...]:
    given = body.get(name, [])
    return tuple(parse_query(query) for query in (given if isinstance(given, list) else [given]))


def _nested(name: str, body: Document) -> Clause:
    _check_options(name, body, ("path", "query", "ignore_unmapped", "score_mode"))
    path = body.get("path")
    if not isinstance(path, str) or not path or "query" not in body:
        raise Misphrased("[nested] requires 'path' and 'query' fields")
    return Inside(path, parse_query(body["query"]))


def _constant_score(name: str, body: Document) -> Clause:
    _check_options(name, body, ("filter",))
    return parse_query(body.get("filter"))


def _term(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "value")
    _check_options(name, options, ("value", "case_insensitive"))
    value = _scalar(name, options.get("value"))
    if options.get("case_insensitive") is True:
        return Like(field, re.escape(str(value)), any_case=True)
    return OneOf(field, (value,))


def _terms(name: str, body: Document) -> Clause:
    fields = {field: values for field, values in body.items() if field not in {"boost", "_name"}}
    if len(fields) != 1:
        raise Misphrased("[terms] query requires exactly one field with a list of values")
    field, values = next(iter(fields.items()))
    if not isinstance(values, list):
        raise Misphrased(f"[terms] query needs a list of values for [{field}]")
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
        raise Misphrased("[exists] must be provided with a [field]")
    return Present(field)


def _match(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "query")
    _check_options(name, options, ("query", "operator"))
    every = str(options.get("operator", "or")).lower() == "and"
    return Words(field, _text(_scalar(name, options.get("query"))), every=every, phrase=name == "match_phrase")


def _prefix(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "value")
    _check_options(name, options, ("value", "case_insensitive"))
    return Like(field, re.escape(str(options.get("value"))) + ".*", options.get("case_insensitive") is True)


def _wildcard(name: str, body: Document) -> Clause:
    field, options = _field(name, body, "value")
    _check_options(name, options, ("value", "wildcard", "case_insensitive"))
    text = str(options.get("value", options.get("wildcard")))
    return Like(field, _form(text), options.get("case_insensitive") is True)


def _form(text: str) -> str:
    """A text with `*` and `?` as a regular expression; many stars in a row are one."""
    signs = {"*": ".*", "?": "."}
    return "".join(signs.get(sign) or re.escape(sign) for sign in re.sub(r"\*+", "*", text))


def _query_string(name: str, body: Document) -> Clause:
    _check_options(name, body, ("query", "default_field", "fields", "default_operator", *_ANALYSIS))
    text = body.get("query")
    if not isinstance(text, str):
        raise Misphrased("[query_string] must be provided with a [query]")
    every = str(body.get("default_operator", "or")).lower() == "and"
    fields = body.get("fields") or [body[key] for key in ("default_field",) if key in body]
    return _written(parse_query_string(text, every=every), tuple(str(field) for field in fields))


def _written(part: Part, fields: tuple[str, ...]) -> Clause:
    """What a part of a query string means; `fields` are those meant where none is named."""
    match part:
        case Junction():
            must, must_not, should = (
                tuple(_written(one, fields) for one in parts) for parts in (part.must, part.must_not, part.should)
            )
            return Joined(must, must_not, should, 0 if must or not should else 1)
        case Leaf():
            return _leaf(part, fields)


def _leaf(leaf: Leaf, fields: tuple[str, ...]) -> Clause:
    if leaf.field == "_exists_":
        return Present(leaf.text)
    if leaf.pattern == "*" and leaf.field in {None, "*"}:
        return Everything()
    meant = fields if leaf.field is None else (leaf.field,)
    if not meant:
        raise Misphrased(f"[query_string] [{leaf.text}] needs the name of a field, as in field:value")
    clauses = tuple(_of_field(field, leaf) for field in meant)
    return clauses[0] if len(clauses) == 1 else Joined(should=clauses, least=1)


def _of_field(field: str, leaf: Leaf) -> Clause:
    if leaf.bounds:
        return Between(field, leaf.bounds)
    if leaf.pattern == "*":
        return Present(field)
    if leaf.pattern is not None:
        return Like(field, _form(leaf.pattern))
    return Words(field, leaf.text, phrase=leaf.quoted)


def _ids(name: str, body: Document) -> Clause:
    _check_options(name, body, ("values",))
    values = body.get("values", [])
    return Named(tuple(str(value) for value in (values if isinstance(values, list) else [values])))


def _field(name: str, body: Document, short: str) -> tuple[str, Document]:
    """The one field of a query with its options; `short` is what a plain value instead of options means."""
    if len(body) != 1:
        raise Misphrased(f"[{name}] query doesn't support multiple fields, found {sorted(body)}")
    field, options = next(iter(body.items()))
    if isinstance(options, dict):
        return field, options
    if not short:
        raise Misphrased(f"[{name}] query malformed, no start_object after field name")
    return field, {short: options}


def _scalar(name: str, value: object) -> object:
    if value is None or isinstance(value, dict | list):
        raise Misphrased(f"[{name}] query needs a plain value")
    return value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_options(name: str, options: Document, known: tuple[str, ...]) -> None:
    for option in options:
        if option not in {*known, "boost", "_name"}:
            raise Misphrased(f"[{name}] query does not support [{option}]")


_READERS: Final[dict[str, Callable[[str, Document], Clause]]] = {
    "match_all": _everything,
    "match_none": _nothing,
    "bool": _bool,
    "constant_score": _constant_score,
    "nested": _nested,
    "term": _term,
    "terms": _terms,
    "range": _range,
    "exists": _exists,
    "match": _match,
    "match_phrase": _match,
    "prefix": _prefix,
    "wildcard": _wildcard,
    "ids": _ids,
    "query_string": _query_string,
}
