"""The order that a search wants its documents in; knows no documents."""

from typing import Final, NamedTuple

from unusual.errors import Misphrased
from unusual.schema.values import Document

_SORT_OPTIONS: Final = ("order", "missing", "mode", "unmapped_type", "format", "numeric_type")
# Names of orders in which nothing is looked at: as documents are found, or by how well all of them fit equally.
UNSORTED: Final = ("_doc", "_score")
# What no two documents share: it follows all other orders of a search at a point in time.
PLACE: Final = "_shard_doc"


class Order(NamedTuple):
    """One field to sort by; `empty_first` puts the documents without it before all others."""

    field: str
    desc: bool
    empty_first: bool = False


def parse_sort(given: object) -> tuple[Order, ...]:
    """`"at:desc,v"`, `["at", {"v": "desc"}]` or `[{"v": {"order": "desc"}}]`, all as orders; `errors.Misphrased`."""
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(_order(part) for part in (parts if isinstance(parts, list | tuple) else [parts]))


def _order(part: object) -> Order:
    if isinstance(part, str):
        field, _, direction = part.partition(":")
        return _told(part, field, {"order": direction} if direction else {})
    if not isinstance(part, dict) or len(part) != 1:
        raise _unread(part)
    field, given = next(iter(part.items()))
    return _told(part, field, given if isinstance(given, dict) else {"order": given})


def _told(part: object, field: str, options: Document) -> Order:
    direction = str(options.get("order", "desc" if field == "_score" else "asc")).lower()
    fits = direction in {"asc", "desc"} and options.get("missing", "_last") in {"_last", "_first"}
    # Of several values the first one in the order counts, which is what clients get when they do not say it.
    usual = options.get("mode") in {None, "max" if direction == "desc" else "min"}
    if not fits or not usual or not options.keys() <= {*_SORT_OPTIONS}:
        raise _unread(part)
    return Order(field, direction == "desc", options.get("missing") == "_first")


def _unread(part: object) -> Misphrased:
    return Misphrased(f"[sort] cannot be read: [{part}]")
