"""Routes that write documents straight into a job's results, as restores and tests do; no search, no other index."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere
from unusual.api.indices import ONE_SHARD
from unusual.api.wire import knowing, raw_body
from unusual.jobs.given_results import write
from unusual.schema.answers import DocumentWritten
from unusual.schema.values import AnyDocument

router = APIRouter(prefix="/.ml-anomalies-{alias}/_doc", dependencies=[knowing("refresh", "routing", "timeout")])

Body = Annotated[object, raw_body(AnyDocument)]


@router.put("/{document_id}")
@router.post("/{document_id}")
@call("put_result", DocumentWritten)
def put(ports: PortsHere, alias: str, document_id: str, body: Body) -> Response:
    """A document under an id of the client's choice."""
    created = write(ports, alias.removeprefix(".write-"), document_id, body)
    told = {"_index": f".ml-anomalies-{alias}", "_id": document_id, "result": "created" if created else "updated"}
    return answer(told | {"_shards": ONE_SHARD}, 201 if created else 200)


@router.post("")
@call("add_result", DocumentWritten)
def add(ports: PortsHere, alias: str, body: Body) -> Response:
    """A document under a new id."""
    return put(ports, alias, uuid.uuid4().hex, body)
