"""Routes of indices of documents: make, look at, remove; knows no documents."""

from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Request, Response
from starlette.convertors import Convertor, register_url_convertor

from unusual.api.answers import answer
from unusual.api.declaring import Takes, call, intake
from unusual.api.dependencies import PortsHere
from unusual.api.wire import flag, knowing, raw_body
from unusual.jobs import indices
from unusual.jobs.search.describing import described, field_caps, shown
from unusual.schema.answers import Acknowledged, FieldCapabilities, IndexCreated, Indices, Refreshed
from unusual.schema.values import AnyDocument


class _Name(Convertor[str]):
    """A part of a path that can name indices: what begins with `_` is the name of a call."""

    regex = "[^_/][^/]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


# Routes look their convertors up by name as they are declared.
register_url_convertor("index", _Name())

INDEX: Final = "/{index:index}"
LENIENT: Final = ("ignore_unavailable", "allow_no_indices", "expand_wildcards", "local", "flat_settings")
SLOW: Final = ("timeout", "master_timeout", "cluster_manager_timeout", "wait_for_active_shards")
ONE_SHARD: Final = {"total": 1, "successful": 1, "failed": 0}

FIELD_CAPS: Final = knowing(*LENIENT, "fields", "include_unmapped", "filters", "types")

router = APIRouter()


async def _lenient(request: Request) -> bool:
    """Whether indices that there are not are left out."""
    return flag(request, "ignore_unavailable")


Lenient: TypeAlias = Annotated[bool, intake(_lenient, Takes())]


@router.put(INDEX, dependencies=[knowing(*SLOW)])
@call("create_index", IndexCreated)
def create(ports: PortsHere, index: str, body: Annotated[object, raw_body(AnyDocument, needed=False)]) -> Response:
    """A new index."""
    indices.create(ports, index, body)
    return answer({"acknowledged": True, "shards_acknowledged": True, "index": index})


@router.head(INDEX, dependencies=[knowing(*LENIENT)])
@call("index_exists", None)
def exists(ports: PortsHere, lenient: Lenient, index: str) -> Response:
    """Whether there is such an index."""
    shown(ports, index, ignore_unavailable=lenient)
    return answer({})


@router.get(INDEX, dependencies=[knowing(*LENIENT)])
@call("get_index", Indices)
def show(ports: PortsHere, lenient: Lenient, index: str) -> Response:
    """Indices with their mappings and settings."""
    return answer(shown(ports, index, ignore_unavailable=lenient))


@router.get("/_mapping", dependencies=[knowing(*LENIENT)])
@router.get(INDEX + "/_mapping", dependencies=[knowing(*LENIENT)])
@call("get_mapping", Indices)
def mapping(ports: PortsHere, lenient: Lenient, index: str = "_all") -> Response:
    """What is known of the fields of indices."""
    found = described(ports, index, ignore_unavailable=lenient)
    return answer({name: {"mappings": mappings} for name, mappings in found.items()})


@router.get("/_settings", dependencies=[knowing(*LENIENT, "include_defaults")])
@router.get(INDEX + "/_settings", dependencies=[knowing(*LENIENT, "include_defaults")])
@call("get_index_settings", Indices)
def settings(ports: PortsHere, lenient: Lenient, index: str = "_all") -> Response:
    """How indices are kept."""
    found = shown(ports, index, ignore_unavailable=lenient)
    return answer({name: {"settings": one["settings"]} for name, one in found.items()})


@router.get("/_field_caps", dependencies=[FIELD_CAPS])
@router.post("/_field_caps", dependencies=[FIELD_CAPS])
@router.get(INDEX + "/_field_caps", dependencies=[FIELD_CAPS])
@router.post(INDEX + "/_field_caps", dependencies=[FIELD_CAPS])
@call("field_caps", FieldCapabilities)
def capabilities(request: Request, ports: PortsHere, lenient: Lenient, index: str = "_all") -> Response:
    """What can be done with the fields of indices."""
    found = described(ports, index, ignore_unavailable=lenient)
    return answer(field_caps(found, request.query_params.get("fields", "*").split(",")))


@router.put(INDEX + "/_mapping", dependencies=[knowing(*LENIENT, *SLOW)])
@call("put_mapping", Acknowledged, repeatable=True)
def describe(ports: PortsHere, index: str, body: Annotated[object, raw_body(AnyDocument)]) -> Response:
    """More known of the fields of an index."""
    indices.describe(ports, index, body)
    return answer({"acknowledged": True})


@router.delete(INDEX, dependencies=[knowing(*LENIENT, *SLOW)])
@call("delete_index", Acknowledged)
def delete(ports: PortsHere, index: str) -> Response:
    """Indices less, with all their documents."""
    indices.remove(ports, index)
    return answer({"acknowledged": True})


@router.get("/_refresh", dependencies=[knowing(*LENIENT)])
@router.post("/_refresh", dependencies=[knowing(*LENIENT)])
@router.get(INDEX + "/_refresh", dependencies=[knowing(*LENIENT)])
@router.post(INDEX + "/_refresh", dependencies=[knowing(*LENIENT)])
@call("refresh", Refreshed)
def refresh(ports: PortsHere, lenient: Lenient, index: str = "_all") -> Response:
    """Nothing to do: what is written can be read at once."""
    shown(ports, index, ignore_unavailable=lenient)
    return answer({"_shards": ONE_SHARD})
