"""Routes of filters; knows not what they are used for."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.dependencies import PortsHere
from unusual.api.wire import body_of, knowing, query_of
from unusual.jobs import filters
from unusual.schema.filters import Filter, FilterUpdate
from unusual.schema.options import FilterOptions

router = APIRouter(prefix="/filters")


@router.get("")
@router.get("/{expression}")
def show(
    ports: PortsHere, options: Annotated[FilterOptions, query_of(FilterOptions)], expression: str = "_all"
) -> Response:
    """A page of the selected filters."""
    count, found = filters.find(ports, expression, options)
    return answer({"count": count, "filters": found})


@router.put("/{filter_id}")
def create(ports: PortsHere, filter_id: str, wanted: Annotated[Filter, body_of(Filter)]) -> Response:
    """A new filter."""
    return answer(filters.create(ports, filter_id, wanted))


@router.post("/{filter_id}/_update")
def update(ports: PortsHere, filter_id: str, change: Annotated[FilterUpdate, body_of(FilterUpdate)]) -> Response:
    """A changed filter."""
    return answer(filters.update(ports, filter_id, change))


@router.delete("/{filter_id}", dependencies=[knowing()])
def delete(ports: PortsHere, filter_id: str) -> Response:
    """A filter less."""
    filters.delete(ports, filter_id)
    return answer({"acknowledged": True})
