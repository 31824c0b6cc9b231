"""The server as a whole: the root page and what jobs may use; knows no single job."""

from typing import Final

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import NodeHere, PortsHere
from unusual.api.wire import knowing
from unusual.jobs.capabilities import capabilities
from unusual.jobs.version import API_VERSION
from unusual.schema.answers import About, Capabilities

root = APIRouter(dependencies=[knowing()])
router = APIRouter(dependencies=[knowing()])

TAGLINE: Final = "You Know, for Search"


@root.get("/")
@call("about", About)
def greet(node: NodeHere) -> Response:
    """Name and version, in the form by which the official clients know what they talk to."""
    version = {
        "number": API_VERSION,
        "build_flavor": "default",
        "build_type": "unusual",
        "build_hash": "unknown",
        "build_date": "1970-01-01T00:00:00.000Z",
        "build_snapshot": False,
        "lucene_version": "none",
        "minimum_wire_compatibility_version": "7.17.0",
        "minimum_index_compatibility_version": "7.0.0",
    }
    document = {"name": node.name, "cluster_name": node.cluster_name, "cluster_uuid": node.cluster_uuid}
    return answer(document | {"version": version, "tagline": TAGLINE})


@root.head("/")
@call("ping", None)
def ping() -> Response:
    """Whether the server is there."""
    return Response(media_type="application/json")


@router.get("/info")
@call("info", Capabilities)
def info(ports: PortsHere, node: NodeHere) -> Response:
    """Defaults and limits of jobs."""
    return answer(capabilities(ports, node))
