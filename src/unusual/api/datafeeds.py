"""Routes of datafeeds: create, read, change, remove, preview, start, stop; knows no documents."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from unusual.api.answers import answer
from unusual.api.content import json_body
from unusual.api.dependencies import FeedingHere, PortsHere
from unusual.api.wire import options_of, query_of, required_body
from unusual.jobs import datafeeds
from unusual.jobs.previewing import preview
from unusual.schema.datafeeds import IndicesOptions
from unusual.schema.options import (
    DatafeedsOptions,
    DatafeedStatsOptions,
    DeleteDatafeedOptions,
    PreviewOptions,
    StartDatafeedOptions,
    StopDatafeedOptions,
)

router = APIRouter(prefix="/datafeeds")

Body = Annotated[object, Depends(required_body)]
Indices = Annotated[IndicesOptions, query_of(IndicesOptions)]


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


@router.get("/_preview")
@router.post("/_preview")
@router.get("/{datafeed_id}/_preview")
@router.post("/{datafeed_id}/_preview")
def look(
    ports: PortsHere,
    options: Annotated[PreviewOptions, query_of(PreviewOptions)],
    body: Annotated[object, Depends(json_body)],
    datafeed_id: str | None = None,
) -> Response:
    """What would be posted."""
    return answer(preview(ports, datafeed_id, body, options.window(ports.clock.now_ms())))


@router.post("/{datafeed_id}/_start")
async def start(
    ports: PortsHere,
    feeding: FeedingHere,
    datafeed_id: str,
    options: Annotated[StartDatafeedOptions, options_of(StartDatafeedOptions)],
) -> Response:
    """Begin to read; answered once it is known that nothing forbids it."""
    node = await feeding.start(datafeed_id, options.window(ports.clock.now_ms()))
    return answer({"started": True, "node": node})


@router.post("/_stop")
@router.post("/{expression}/_stop")
async def stop(
    feeding: FeedingHere,
    options: Annotated[StopDatafeedOptions, options_of(StopDatafeedOptions)],
    expression: str = "_all",
) -> Response:
    """Let the selected datafeeds end; answered once all have."""
    await feeding.stop(
        expression,
        force=options.force,
        timeout_s=options.timeout.milliseconds / 1000,
        allow_no_match=options.allow_no_match,
        close_job=options.close_job,
    )
    return answer({"stopped": True})


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
def create(ports: PortsHere, datafeed_id: str, options: Indices, body: Body) -> Response:
    """A new datafeed, answered with all its defaults."""
    return answer(datafeeds.create(ports, datafeed_id, datafeeds.with_options(body, options.given())))


@router.post("/{datafeed_id}/_update")
async def update(feeding: FeedingHere, datafeed_id: str, options: Indices, body: Body) -> Response:
    """A changed datafeed."""
    return answer(await feeding.update(datafeed_id, datafeeds.with_options(body, options.given())))


@router.delete("/{datafeed_id}")
async def delete(
    feeding: FeedingHere, datafeed_id: str, options: Annotated[DeleteDatafeedOptions, query_of(DeleteDatafeedOptions)]
) -> Response:
    """A datafeed less."""
    await feeding.delete(datafeed_id, force=options.force)
    return answer({"acknowledged": True})
