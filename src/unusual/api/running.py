"""Routes of jobs at work: open, data, flush, close; knows no results."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from unusual.analysis.control import Flush
from unusual.api.answers import answer
from unusual.api.content import pieces
from unusual.api.declaring import call
from unusual.api.dependencies import FeedingHere, PortsHere, RunningHere
from unusual.api.wire import options_of, query_of
from unusual.jobs.version import API_VERSION
from unusual.schema.answers import ClosedJobs, DataCounts, Flushed, Opened
from unusual.schema.options import CloseOptions, DataOptions, FlushOptions, OpenOptions

router = APIRouter(prefix="/anomaly_detectors")

DEPRECATED: Final = (
    f'299 Elasticsearch-{API_VERSION} "Posting data directly to anomaly detection jobs is deprecated, '
    'in a future major version it will be compulsory to use a datafeed"'
)


@router.post("/{job_id}/_open")
@call("open_job", Opened)
async def open_job(
    running: RunningHere, job_id: str, options: Annotated[OpenOptions, options_of(OpenOptions)]
) -> Response:
    """Load the job; answered once it takes data."""
    node = await running.open(job_id, options.timeout.milliseconds / 1000)
    return answer({"opened": True, "node": node})


@router.post("/_close")
@router.post("/{job_id}/_close")
@call("close_job", ClosedJobs)
async def close(
    feeding: FeedingHere,
    options: Annotated[CloseOptions, options_of(CloseOptions)],
    job_id: str = "_all",
) -> Response:
    """Close the selected jobs; answered once all are."""
    await feeding.close_jobs(
        job_id,
        force=options.force,
        timeout_s=options.timeout.milliseconds / 1000,
        allow_no_match=options.allow_no_match,
    )
    return answer({"closed": True})


@router.post("/{job_id}/_flush")
@call("flush_job", Flushed)
async def flush(
    ports: PortsHere,
    running: RunningHere,
    job_id: str,
    options: Annotated[FlushOptions, options_of(FlushOptions)],
) -> Response:
    """Wait until everything posted is analysed."""
    times = options.times(ports.clock.now_ms())
    return answer(await running.flush(job_id, Flush(options.calc_interim, *times)))


@router.post("/{job_id}/_data")
@call("post_data", DataCounts, lines=True)
async def post(
    request: Request,
    ports: PortsHere,
    running: RunningHere,
    job_id: str,
    options: Annotated[DataOptions, query_of(DataOptions)],
) -> Response:
    """Analyse records while they arrive; answered with the counts of this upload."""
    counts = await running.post(job_id, pieces(request), options.window(ports.clock.now_ms()))
    return answer(counts, 202, {"Warning": DEPRECATED})
