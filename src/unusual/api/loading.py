"""Bulk requests that bring many documents for one index in one way: taken together, and answered like any other.

Whatever is unusual in a request makes it one of single actions, each for itself.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import orjson

from unusual.analysis.control import Document
from unusual.api.content import parsed
from unusual.errors import Invalid
from unusual.jobs.indexing import Appended, Many, append
from unusual.jobs.ports import Outcome, Ports

MANY: Final = 100  # documents that are worth being kept together
_STATUS: Final = {Outcome.CREATED: 201, Outcome.UPDATED: 200}


class _Alike(NamedTuple):
    """What the actions of a request have in common, and the ids they name, none where they name none."""

    kind: str
    name: object
    ids: Sequence[str]


def load(ports: Ports, text: bytes, index: str | None) -> orjson.Fragment | None:
    """What became of the documents of a request, as its items; None where nothing was done, as it is not of this kind.

    index  what the path of the request says
    """
    lines = text.removesuffix(b"\n").split(b"\n")
    if len(lines) < 2 * MANY or len(lines) % 2:
        return None
    bodies = lines[1::2]
    try:
        alike = _alike(lines[::2], index)
        documents = [*map(orjson.loads, bodies)]
        if alike is None or not isinstance(alike.name, str) or {*map(type, documents)} != {dict}:
            return None
        many = Many(bodies, documents, alike.ids, only_new=alike.kind == "create")
        appended = append(ports, alike.name, many)
    except (orjson.JSONDecodeError, Invalid):
        return None
    return None if appended is None else _items(alike, appended, len(bodies))


def announced(number: int, line: bytes) -> tuple[str, Document]:
    """What a line says is to be done, and to which document; `Invalid` when it says no such thing."""
    action = parsed(line)
    kind, options = next(iter(action.items())) if isinstance(action, dict) and len(action) == 1 else ("", None)
    if kind not in {"index", "create", "delete"} or not isinstance(options, dict):
        raise Invalid(f"Malformed action/metadata line [{number}], expected one of [create, delete, index]")
    return kind, options


def _alike(heads: Sequence[bytes], index: str | None) -> _Alike | None:
    """What lines of actions say alike; None when they differ in more than the ids, or the ids are not all new."""
    kind, options = announced(1, heads[0])
    if kind == "delete":
        return None
    if "_id" not in options:
        return _Alike(kind, options.get("_index", index), ()) if len({*heads}) == 1 else None
    name = options.get("_index")
    try:
        said = [action[kind] for action in map(orjson.loads, heads) if len(action) == 1]
        ids = [one["_id"] for one in said if one.get("_index") == name]
    except (KeyError, TypeError, AttributeError):
        return None
    is_plain = {*map(type, ids)} == {str} and len(ids) == len({*ids}) == len(heads)
    return _Alike(kind, index if name is None else name, ids) if is_plain else None


def _items(alike: _Alike, appended: Appended, number: int) -> orjson.Fragment:
    """Each document by itself; written as text, since all say the same but for the id."""
    created, updated = (_item(alike.kind, appended.index_name, one) for one in _STATUS)
    if not alike.ids:
        items = [b'%b"%b-%d"}}' % (created, appended.key.encode(), one) for one in range(number)]
    elif not appended.replaced:
        items = [created + told + b"}}" for told in map(orjson.dumps, alike.ids)]
    else:
        ways = (updated if one in appended.replaced else created for one in alike.ids)
        items = [way + told + b"}}" for way, told in zip(ways, map(orjson.dumps, alike.ids), strict=True)]
    return orjson.Fragment(b"[" + b",".join(items) + b"]")


def _item(kind: str, index_name: str, outcome: Outcome) -> bytes:
    """What is told of one document, up to its id."""
    told = {"_index": index_name, "result": outcome.value, "status": _STATUS[outcome], "_id": ""}
    return orjson.dumps({kind: told}).removesuffix(b'""}}')
