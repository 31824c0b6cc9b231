"""Routes that bring documents into indices, one by one or in bulk; knows no mapping."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from unusual.analysis.control import Document
from unusual.api import loading
from unusual.api.answers import answer
from unusual.api.content import parsed, whole
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere
from unusual.api.indices import INDEX, LENIENT, ONE_SHARD, SLOW
from unusual.api.problems import envelope
from unusual.api.wire import knowing, raw_body
from unusual.errors import Invalid, Malformed, Missing, NoSuchIndex, Problem
from unusual.jobs.indexing import Answer, Write, Written, write
from unusual.jobs.indices import writable
from unusual.jobs.ports import Outcome, Ports
from unusual.schema.answers import Bulk, DocumentWritten
from unusual.schema.values import AnyDocument

router = APIRouter()

WRITING: Final = ("refresh", "routing", "op_type", "pipeline", "version", "version_type", "require_alias", *SLOW)
_CONFLICT: Final = "version_conflict_engine_exception"
_STATUS: Final = {Outcome.CREATED: 201, Outcome.CONFLICT: 409, Outcome.NOT_FOUND: 404}

Body = Annotated[object, raw_body(AnyDocument)]


@router.put(INDEX + "/_doc/{document_id}", dependencies=[knowing(*WRITING)])
@router.post(INDEX + "/_doc/{document_id}", dependencies=[knowing(*WRITING)])
@call("put_document", DocumentWritten)
def put(request: Request, ports: PortsHere, index: str, document_id: str, body: Body) -> Response:
    """A document under an id of the client's choice."""
    return _one(ports, index, Write(document_id, _object(body), request.query_params.get("op_type") == "create"))


@router.post(INDEX + "/_doc", dependencies=[knowing(*WRITING)])
@call("add_document", DocumentWritten)
def add(ports: PortsHere, index: str, body: Body) -> Response:
    """A document under a new id."""
    return _one(ports, index, Write(None, _object(body)))


@router.put(INDEX + "/_create/{document_id}", dependencies=[knowing(*WRITING)])
@router.post(INDEX + "/_create/{document_id}", dependencies=[knowing(*WRITING)])
@call("create_document", DocumentWritten)
def create(ports: PortsHere, index: str, document_id: str, body: Body) -> Response:
    """A document under an id that must be new."""
    return _one(ports, index, Write(document_id, _object(body), only_new=True))


@router.delete(INDEX + "/_doc/{document_id}", dependencies=[knowing(*WRITING)])
@call("delete_document", DocumentWritten)
def delete(ports: PortsHere, index: str, document_id: str) -> Response:
    """A document less."""
    return _one(ports, _present(ports, index), Write(document_id, None))


@router.put("/_bulk", dependencies=[knowing(*WRITING, *LENIENT)])
@router.post("/_bulk", dependencies=[knowing(*WRITING, *LENIENT)])
@router.put(INDEX + "/_bulk", dependencies=[knowing(*WRITING, *LENIENT)])
@router.post(INDEX + "/_bulk", dependencies=[knowing(*WRITING, *LENIENT)])
@call("bulk", Bulk, lines=True)
async def bulk(request: Request, ports: PortsHere, index: str | None = None) -> Response:
    """Many documents, each answered by itself."""
    return answer(await run_in_threadpool(_bulk, ports, await whole(request), index))


@dataclass(frozen=True)
class _Action:
    """One action of a bulk request."""

    kind: str
    index: str
    write: Write


def _object(body: object) -> Document:
    if not isinstance(body, dict):
        raise Malformed("failed to parse: a document must be an object")
    return body


def _present(ports: Ports, name: str) -> str:
    """The index meant by a name or an alias; `NoSuchIndex`, for what is not made by being asked for."""
    found = writable(ports, name)
    if found is None:
        raise NoSuchIndex(name)
    return found.name


def _one(ports: Ports, index: str, asked: Write) -> Response:
    result = write(ports, index, [asked])[0]
    if isinstance(result, Problem):
        raise result
    if result.outcome is Outcome.CONFLICT:
        return answer(_conflict(result.document_id) | {"status": 409}, 409)
    told = {"_index": result.index_name, "_id": result.document_id, "result": result.outcome.value}
    return answer(told | {"_shards": ONE_SHARD}, _STATUS.get(result.outcome, 200))


def _bulk(ports: Ports, text: bytes, index: str | None) -> Document:
    together = loading.load(ports, text, index)
    if together is not None:
        return {"took": 0, "errors": False, "items": together}
    items = []
    for (_, name), run in groupby(_actions(text, index), key=lambda action: (action.kind == "delete", action.index)):
        actions = list(run)
        for action, result in zip(actions, _written(ports, name, actions), strict=True):
            items.append({action.kind: {"_index": name} | _item(action, result)})
    errors = any("error" in item for entry in items for item in entry.values())
    return {"took": 0, "errors": errors, "items": items}


def _written(ports: Ports, name: str, actions: list[_Action]) -> list[Answer]:
    """What became of actions on one index; a problem of the index is one of each of them."""
    try:
        if actions[0].kind == "delete":
            _present(ports, name)
        return write(ports, name, [action.write for action in actions])
    except (Invalid, Missing) as problem:
        return [problem] * len(actions)


def _actions(text: bytes, index: str | None) -> Iterator[_Action]:
    """The actions of a bulk request; `Invalid` when a line is no action or its document is missing."""
    lines = iter(enumerate((line for line in text.split(b"\n") if line.strip()), start=1))
    for number, line in lines:
        kind, options = loading.announced(number, line)
        name = options.get("_index", index)
        if not isinstance(name, str):
            raise Invalid("Validation Failed: 1: index is missing;")
        document_id = str(options["_id"]) if options.get("_id") is not None else uuid.uuid4().hex
        if kind == "delete":
            yield _Action(kind, name, Write(document_id, None))
            continue
        following = next(lines, None)
        if following is None:
            raise Invalid("The bulk request must be terminated by a newline [\\n]")
        yield _Action(kind, name, Write(document_id, _object(parsed(following[1])), kind == "create"))


def _item(action: _Action, result: Answer) -> Document:
    told = {"_id": action.write.document_id}
    if isinstance(result, Written):
        told |= {"_index": result.index_name}
    if isinstance(result, Problem):
        body = envelope(result)
        error = {name: value for name, value in body["error"].items() if name != "root_cause"}
        return told | {"status": body["status"], "error": error}
    if result.outcome is Outcome.CONFLICT:
        return told | {"status": 409, "error": _facts(result.document_id)}
    return told | {"result": result.outcome.value, "status": _STATUS.get(result.outcome, 200)}


def _conflict(document_id: str) -> Document:
    facts = _facts(document_id)
    return {"error": {"root_cause": [facts], **facts}}


def _facts(document_id: str) -> Document:
    reason = f"[{document_id}]: version conflict, document already exists"
    return {"type": _CONFLICT, "reason": reason}
