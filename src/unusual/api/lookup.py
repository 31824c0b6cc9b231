"""Routes of documents by their ids: one, or several at once; knows no store and no query."""

from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Request, Response

from unusual.analysis.control import Document
from unusual.api.answers import answer
from unusual.api.declaring import Takes, call, intake
from unusual.api.dependencies import PortsHere
from unusual.api.indices import INDEX
from unusual.api.problems import envelope
from unusual.api.wire import body_of, knowing
from unusual.errors import Missing, NoSuchIndex
from unusual.jobs.ports import Ports
from unusual.jobs.search.lookup import look_up
from unusual.schema.answers import Found, SeveralFound
from unusual.schema.picking import Picked, picked
from unusual.schema.searching import LookupOptions
from unusual.schema.values import AnyDocument

router = APIRouter()

_PICKING: Final = {"_source_includes": "includes", "_source_excludes": "excludes"}
_KNOWN: Final = ("realtime", "refresh", "routing", "preference", "stored_fields", "version", "version_type")
READING: Final = knowing(*_KNOWN, "_source", *_PICKING)


async def _picked(request: Request) -> Picked:
    """Which fields the query asks for."""
    given = request.query_params
    parts = {part: given[name].split(",") for name, part in _PICKING.items() if name in given}
    return picked(parts or given.get("_source", "true"))


Wanted = Annotated[Picked, intake(_picked, Takes())]


@router.get(INDEX + "/_doc/{document_id}", dependencies=[READING])
@router.head(INDEX + "/_doc/{document_id}", dependencies=[READING])
@call("get_document", Found)
def show(ports: PortsHere, index: str, document_id: str, wanted: Wanted) -> Response:
    """One document, with where it is."""
    told = _told(ports, index, document_id, wanted)
    return answer(told, 200 if told["found"] else 404)


@router.get(INDEX + "/_source/{document_id}", dependencies=[READING])
@router.head(INDEX + "/_source/{document_id}", dependencies=[READING])
@call("get_source", AnyDocument)
def source(ports: PortsHere, index: str, document_id: str, wanted: Wanted) -> Response:
    """One document by itself."""
    told = _told(ports, index, document_id, wanted)
    if not told["found"]:
        raise Missing(f"Document not found [{index}]/[{document_id}]")
    return answer(told.get("_source", {}))


@router.get("/_mget")
@router.post("/_mget")
@router.get(INDEX + "/_mget")
@router.post(INDEX + "/_mget")
@call("mget", SeveralFound)
def show_many(
    ports: PortsHere,
    options: Annotated[LookupOptions, body_of(LookupOptions, *_KNOWN, "_source", *_PICKING)],
    wanted: Wanted,
    index: str | None = None,
) -> Response:
    """Several documents, each answered by itself."""
    return answer({"docs": [_one(ports, *asked, wanted) for asked in options.asked(index)]})


def _told(ports: Ports, index: str, document_id: str, wanted: Picked) -> Document:
    name, body = look_up(ports, index, document_id)
    told: Document = {"_index": name, "_id": document_id, "found": body is not None}
    return told if body is None or not wanted.shown else told | {"_source": wanted.of(orjson.loads(body))}


def _one(ports: Ports, index: str, document_id: str, own: Picked | None, wanted: Picked) -> Document:
    try:
        return _told(ports, index, document_id, wanted if own is None else own)
    except NoSuchIndex as problem:
        return {"_index": index, "_id": document_id, "error": envelope(problem)["error"]}
