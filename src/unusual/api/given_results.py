"""Routes that write documents straight into a job's results, as restores and tests do; no search, no other index."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from unusual.api.answers import answer
from unusual.api.dependencies import PortsHere
from unusual.api.indices import ONE_SHARD
from unusual.api.wire import knowing, required_body
from unusual.jobs.given_results import write

router = APIRouter(prefix="/.ml-anomalies-{alias}/_doc", dependencies=[knowing("refresh", "routing", "timeout")])

Body = Annotated[object, Depends(required_body)]


@router.put("/{document_id}")
@router.post("/{document_id}")
def put(ports: PortsHere, alias: str, document_id: str, body: Body) -> Response:
    """A document under an id of the client's choice."""
    created = write(ports, alias.removeprefix(".write-"), document_id, body)
    told = {"_index": f".ml-anomalies-{alias}", "_id": document_id, "result": "created" if created else "updated"}
    return answer(told | {"_shards": ONE_SHARD}, 201 if created else 200)


@router.post("")
def add(ports: PortsHere, alias: str, body: Body) -> Response:
    """A document under a new id."""
    return put(ports, alias, uuid.uuid4().hex, body)
