"""Routes of datafeeds: create, read, change, remove, preview, start, stop; knows no documents."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import FeedingHere, PortsHere
from unusual.api.wire import options_of, query_of, raw_body
from unusual.jobs import datafeeds
from unusual.jobs.previewing import preview
from unusual.schema.answers import Acknowledged, Datafeeds, DatafeedStatsList, Rows, Started, Stopped
from unusual.schema.datafeeds import DatafeedConfig, DatafeedUpdate, IndicesOptions
from unusual.schema.options import (
    DatafeedsOptions,
    DatafeedStatsOptions,
    DeleteDatafeedOptions,
    PreviewOptions,
    StartDatafeedOptions,
    StopDatafeedOptions,
)
from unusual.schema.previews import PreviewRequest

router = APIRouter(prefix="/datafeeds")

Body = Annotated[object, raw_body(DatafeedConfig)]
Indices = Annotated[IndicesOptions, query_of(IndicesOptions)]


@router.get("/_stats")
@router.get("/{datafeed_id}/_stats")
@call("get_datafeed_stats", DatafeedStatsList)
async def stats(
    feeding: FeedingHere,
    options: Annotated[DatafeedStatsOptions, query_of(DatafeedStatsOptions)],
    datafeed_id: str = "_all",
) -> Response:
    """Where the selected datafeeds stand."""
    found = await feeding.stats(datafeed_id, allow_no_match=options.allow_no_match)
    return answer({"count": len(found), "datafeeds": found})


@router.get("/_preview")
@router.post("/_preview")
@router.get("/{datafeed_id}/_preview")
@router.post("/{datafeed_id}/_preview")
@call("preview_datafeed", Rows)
def look(
    ports: PortsHere,
    feeding: FeedingHere,
    options: Annotated[PreviewOptions, query_of(PreviewOptions)],
    body: Annotated[object, raw_body(PreviewRequest, needed=False)],
    datafeed_id: str | None = None,
) -> Response:
    """What would be posted."""
    return answer(preview(ports, feeding.sources, datafeed_id, body, options.window(ports.clock.now_ms())))


@router.post("/{datafeed_id}/_start")
@call("start_datafeed", Started)
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
@router.post("/{datafeed_id}/_stop")
@call("stop_datafeed", Stopped)
async def stop(
    feeding: FeedingHere,
    options: Annotated[StopDatafeedOptions, options_of(StopDatafeedOptions)],
    datafeed_id: str = "_all",
) -> Response:
    """Let the selected datafeeds end; answered once all have."""
    await feeding.stop(
        datafeed_id,
        force=options.force,
        timeout_s=options.timeout.milliseconds / 1000,
        allow_no_match=options.allow_no_match,
        close_job=options.close_job,
    )
    return answer({"stopped": True})


@router.get("")
@router.get("/{datafeed_id}")
@call("get_datafeeds", Datafeeds)
def show(
    ports: PortsHere, options: Annotated[DatafeedsOptions, query_of(DatafeedsOptions)], datafeed_id: str = "_all"
) -> Response:
    """The configurations of the selected datafeeds."""
    found = datafeeds.fetch(
        ports, datafeed_id, allow_no_match=options.allow_no_match, exclude_generated=options.exclude_generated
    )
    return answer({"count": len(found), "datafeeds": found})


@router.put("/{datafeed_id}")
@call("put_datafeed", DatafeedConfig)
def create(ports: PortsHere, datafeed_id: str, options: Indices, body: Body) -> Response:
    """A new datafeed, answered with all its defaults."""
    return answer(datafeeds.create(ports, datafeed_id, datafeeds.with_options(body, options.given())))


@router.post("/{datafeed_id}/_update")
@call("update_datafeed", DatafeedConfig)
async def update(
    feeding: FeedingHere, datafeed_id: str, options: Indices, body: Annotated[object, raw_body(DatafeedUpdate)]
) -> Response:
    """A changed datafeed."""
    return answer(await feeding.update(datafeed_id, datafeeds.with_options(body, options.given())))


@router.delete("/{datafeed_id}")
@call("delete_datafeed", Acknowledged)
async def delete(
    feeding: FeedingHere, datafeed_id: str, options: Annotated[DeleteDatafeedOptions, query_of(DeleteDatafeedOptions)]
) -> Response:
    """A datafeed less."""
    await feeding.delete(datafeed_id, force=options.force)
    return answer({"acknowledged": True})
