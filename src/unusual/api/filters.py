"""Routes of filters; knows not what they are used for."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere, RunningHere
from unusual.api.wire import body_of, knowing, query_of
from unusual.jobs import filters
from unusual.schema.answers import Acknowledged, Filters
from unusual.schema.filters import Filter, FilterUpdate
from unusual.schema.options import FilterOptions

router = APIRouter(prefix="/filters")


@router.get("")
@router.get("/{filter_id}")
@call("get_filters", Filters)
def show(
    ports: PortsHere, options: Annotated[FilterOptions, query_of(FilterOptions)], filter_id: str = "_all"
) -> Response:
    """A page of the selected filters."""
    count, found = filters.find(ports, filter_id, options)
    return answer({"count": count, "filters": found})


@router.put("/{filter_id}")
@call("put_filter", Filter)
async def create(
    ports: PortsHere, running: RunningHere, filter_id: str, wanted: Annotated[Filter, body_of(Filter)]
) -> Response:
    """A new filter."""
    return answer(await running.change(filters.create, ports, filter_id, wanted))


@router.post("/{filter_id}/_update")
@call("update_filter", Filter)
async def update(
    ports: PortsHere, running: RunningHere, filter_id: str, change: Annotated[FilterUpdate, body_of(FilterUpdate)]
) -> Response:
    """A changed filter."""
    return answer(await running.change(filters.update, ports, filter_id, change))


@router.delete("/{filter_id}", dependencies=[knowing()])
@call("delete_filter", Acknowledged)
async def delete(ports: PortsHere, running: RunningHere, filter_id: str) -> Response:
    """A filter less."""
    await running.change(filters.delete, ports, filter_id)
    return answer({"acknowledged": True})
