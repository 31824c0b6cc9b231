"""Routes that look documents up; knows no store and no query."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from unusual.api.answers import answer
from unusual.api.content import json_body
from unusual.api.dependencies import PortsHere
from unusual.api.indices import INDEX, LENIENT, ONE_SHARD
from unusual.api.wire import body_of, flag, parameters
from unusual.jobs.searching import count, search
from unusual.schema.reading import read
from unusual.schema.searching import CountOptions, SearchOptions

router = APIRouter()

KNOWN: Final = (*LENIENT, "ignore_throttled", "preference", "rest_total_hits_as_int", "track_total_hits", "timeout")
_SHARDS: Final = ONE_SHARD | {"skipped": 0}


async def _search_options(request: Request) -> SearchOptions:
    """From the body, and what the query says beside it."""
    given = parameters(request, (*KNOWN, "from", "size", "sort"))
    body = await json_body(request)
    if body is not None and not isinstance(body, dict):
        return read(SearchOptions, body, "search")
    told: dict[str, object] = {name: given[name] for name in ("from", "size", "sort") if name in given}
    return read(SearchOptions, (body or {}) | told, "search")


@router.get("/_count")
@router.post("/_count")
@router.get(INDEX + "/_count")
@router.post(INDEX + "/_count")
def number(
    ports: PortsHere, options: Annotated[CountOptions, body_of(CountOptions, *KNOWN, needed=False)], index: str = "_all"
) -> Response:
    """How many documents there are."""
    return answer({"count": count(ports, index, options.clause), "_shards": _SHARDS})


@router.get("/_search")
@router.post("/_search")
@router.get(INDEX + "/_search")
@router.post(INDEX + "/_search")
def look_up(
    request: Request,
    ports: PortsHere,
    options: Annotated[SearchOptions, Depends(_search_options)],
    index: str = "_all",
) -> Response:
    """A page of documents."""
    total, hits = search(ports, index, options)
    plain = flag(request, "rest_total_hits_as_int")
    shown = {"total": total if plain else {"value": total, "relation": "eq"}, "max_score": None, "hits": hits}
    return answer({"took": 0, "timed_out": False, "_shards": _SHARDS, "hits": shown})
