"""Routes that look documents up; knows no store and no query."""

from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from unusual.analysis.control import Document
from unusual.api.answers import answer
from unusual.api.content import json_body, parsed, whole
from unusual.api.declaring import Takes, call, intake
from unusual.api.dependencies import PortsHere, ScrollsHere
from unusual.api.indices import INDEX, LENIENT, ONE_SHARD
from unusual.api.problems import envelope, shape
from unusual.api.wire import flag, knowing, parameters
from unusual.errors import Incomplete, Invalid, Malformed, Misphrased, Problem
from unusual.jobs.ports import Ports
from unusual.jobs.search.searching import Answer, count, search
from unusual.schema.answers import Count, Searches, SearchPage
from unusual.schema.durations import Duration
from unusual.schema.reading import M, read
from unusual.schema.searching import CountOptions, SearchOptions

router = APIRouter()

SHARDS: Final = ONE_SHARD | {"skipped": 0}
_IN_QUERY: Final = ("from", "size", "sort", "track_total_hits", "_source", "q", "default_operator", "df")
_PICKING: Final = {"_source_includes": "includes", "_source_excludes": "excludes"}
_WRITTEN: Final = {"q": "query", "default_operator": "default_operator", "df": "default_field"}
KNOWN: Final = (
    *(*LENIENT, *_IN_QUERY, *_PICKING, "ignore_throttled", "preference", "rest_total_hits_as_int", "timeout"),
    *("request_cache", "search_type", "batched_reduce_size", "max_concurrent_shard_requests", "routing"),
    *("scroll", "allow_partial_search_results", "pre_filter_shard_size", "ccs_minimize_roundtrips"),
)


async def _body(request: Request) -> object:
    """What is asked for: the body, and what the query says beside it."""
    given = parameters(request, KNOWN)
    body = await json_body(request)
    return _combined({} if body is None else body, given)


Counted = Annotated[object, intake(_body, Takes(names=KNOWN, body=CountOptions))]
Searched = Annotated[object, intake(_body, Takes(names=KNOWN, body=SearchOptions))]


@router.get("/_count")
@router.post("/_count")
@router.get(INDEX + "/_count")
@router.post(INDEX + "/_count")
@call("count", Count)
def number(request: Request, ports: PortsHere, body: Counted, index: str = "_all") -> Response:
    """How many documents there are."""
    options = _read(CountOptions, body, "count")
    found = count(ports, index, options.clause, ignore_unavailable=flag(request, "ignore_unavailable"))
    return answer({"count": found, "_shards": SHARDS})


@router.get("/_search")
@router.post("/_search")
@router.get(INDEX + "/_search")
@router.post(INDEX + "/_search")
@call("search", SearchPage)
def look_up(
    request: Request, ports: PortsHere, scrolls: ScrollsHere, body: Searched, index: str | None = None
) -> Response:
    """A page of documents; with `scroll` the first of all pages."""
    lenient, plain = flag(request, "ignore_unavailable"), flag(request, "rest_total_hits_as_int")
    if "scroll" not in request.query_params:
        return answer(_searched(ports, index, body, lenient=lenient, plain=plain))
    options, lasting = _read(SearchOptions, body, "search"), Duration(request.query_params["scroll"], "scroll")
    scroll_id, found = scrolls.begin(ports, index or "_all", options, lasting, ignore_unavailable=lenient)
    return answer({"_scroll_id": scroll_id} | told(found, plain=plain))


@router.get("/_msearch", dependencies=[knowing(*KNOWN)])
@router.post("/_msearch", dependencies=[knowing(*KNOWN)])
@router.get(INDEX + "/_msearch", dependencies=[knowing(*KNOWN)])
@router.post(INDEX + "/_msearch", dependencies=[knowing(*KNOWN)])
@call("msearch", Searches, lines=True)
async def look_up_many(request: Request, ports: PortsHere, index: str = "_all") -> Response:
    """Several searches at once, each answered by itself."""
    plain = flag(request, "rest_total_hits_as_int")
    return answer(await run_in_threadpool(_many, ports, await whole(request), index, plain=plain))


def _many(ports: Ports, text: bytes, index: str, *, plain: bool) -> Document:
    return {"took": 0, "responses": [_one(ports, *one, plain=plain) for one in _announced(text, index)]}


def _one(ports: Ports, index: str, header: Document, body: object, *, plain: bool) -> Document:
    try:
        lenient = header.get("ignore_unavailable") is True
        return _searched(ports, index, body, lenient=lenient, plain=plain) | {"status": 200}
    except Problem as problem:
        return envelope(_inner(problem)) | {"status": shape(_inner(problem))[0]}


def _announced(text: bytes, index: str) -> Iterator[tuple[str, Document, object]]:
    """The searches of a body of pairs of lines: where to look, and for what."""
    lines = text.split(b"\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise Invalid("Validation Failed: 1: no requests added;")
    for place in range(0, len(lines), 2):
        header = parsed(lines[place]) if lines[place].strip() else {}
        if not isinstance(header, dict) or place + 1 == len(lines):
            raise Invalid(f"Malformed line [{place + 1}] of a multi search: a header and a body are expected")
        named = header.get("index", index)
        yield ",".join(named) if isinstance(named, list) else str(named), header, parsed(lines[place + 1])


def told(found: Answer, *, plain: bool) -> Document:
    """What was found, as clients read it. plain: the number of all hits as a mere number."""
    total: object = found.total if plain else {"value": found.total, "relation": "eq" if found.exact else "gte"}
    best = max((hit["_score"] for hit in found.hits if hit["_score"] is not None), default=None)
    hits = ({} if found.total is None else {"total": total}) | {"max_score": best, "hits": found.hits}
    shown: Document = {"took": 0, "timed_out": False, "_shards": SHARDS, "hits": hits}
    return shown if found.aggregations is None else shown | {"aggregations": found.aggregations}


def _searched(ports: Ports, index: str | None, body: object, *, lenient: bool, plain: bool) -> Document:
    options = _read(SearchOptions, body, "search")
    if plain:
        options = options.model_copy(update={"track_total_hits": True})
    if options.pit is None:
        return told(search(ports, index or "_all", options, ignore_unavailable=lenient), plain=plain)
    if index is not None:
        raise Incomplete("Validation Failed: 1: [indices] cannot be used with point in time;")
    lenient = lenient or options.pit.ignore_unavailable
    found = search(ports, options.pit.expression, options.placed(), ignore_unavailable=lenient)
    return {"pit_id": options.pit.token} | told(found, plain=plain)


def _combined(body: object, given: dict[str, str]) -> object:
    """A body with the options that were said in the query."""
    told: dict[str, object] = {name: given[name] for name in ("from", "size", "sort", "_source") if name in given}
    if "track_total_hits" in given:
        counted = given["track_total_hits"]
        told["track_total_hits"] = int(counted) if counted.isdigit() else counted
    picked = {part: given[name].split(",") for name, part in _PICKING.items() if name in given}
    told |= {"_source": picked} if picked else {}
    if "q" in given:
        told["query"] = {"query_string": {name: given[key] for key, name in _WRITTEN.items() if key in given}}
    return body | told if told and isinstance(body, dict) else body


def _read(model: type[M], body: object, name: str) -> M:
    try:
        return read(model, body, name)
    except Problem as problem:
        raise _inner(problem) from None


def _inner(problem: Problem) -> Problem:
    """What is not understood in a query is told as it is, without the places around it."""
    innermost = problem.innermost() if isinstance(problem, Malformed) else problem
    return innermost if isinstance(innermost, Misphrased) else problem
