"""Routes of configured datafeeds: create, read, change, remove; runs none."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from unusual.api.answers import answer
from unusual.api.dependencies import FeedingHere, PortsHere
from unusual.api.wire import query_of, required_body
from unusual.jobs import datafeeds
from unusual.schema.datafeeds import IndicesOptions
from unusual.schema.options import DatafeedsOptions, DatafeedStatsOptions, DeleteDatafeedOptions

router = APIRouter(prefix="/datafeeds")

Body = Annotated[object, Depends(required_body)]
Indices = Annotated[IndicesOptions, query_of(IndicesOptions)]


@router.get("")
@router.get("/{expression}")
def show(
    ports: PortsHere, options: Annotated[DatafeedsOptions, query_of(DatafeedsOptions)], expression: str = "_all"
) -> Response:
    """The configurations of the selected datafeeds."""
    found = datafeeds.fetch(
        ports, expression, allow_no_match=options.allow_no_match, exclude_generated=options.exclude_generated
    )
    return answer({"count": len(found), "datafeeds": found})


@router.put("/{datafeed_id}")
def create(ports: PortsHere, datafeed_id: str, body: Body, options: Indices) -> Response:
    """A new datafeed, answered with all its defaults."""
    return answer(datafeeds.create(ports, datafeed_id, datafeeds.with_options(body, options.given())))


@router.post("/{datafeed_id}/_update")
async def update(feeding: FeedingHere, datafeed_id: str, body: Body, options: Indices) -> Response:
    """A changed datafeed."""
    return answer(await feeding.update(datafeed_id, datafeeds.with_options(body, options.given())))


@router.delete("/{datafeed_id}")
async def delete(
    feeding: FeedingHere, datafeed_id: str, options: Annotated[DeleteDatafeedOptions, query_of(DeleteDatafeedOptions)]
) -> Response:
    """A datafeed less."""
    await feeding.delete(datafeed_id, force=options.force)
    return answer({"acknowledged": True})


@router.get("/_stats")
@router.get("/{expression}/_stats")
async def stats(
    feeding: FeedingHere,
    options: Annotated[DatafeedStatsOptions, query_of(DatafeedStatsOptions)],
    expression: str = "_all",
) -> Response:
    """Where the selected datafeeds stand."""
    found = await feeding.stats(expression, allow_no_match=options.allow_no_match)
    return answer({"count": len(found), "datafeeds": found})
