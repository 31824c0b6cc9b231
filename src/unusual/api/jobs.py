"""Routes of configured jobs: create, read, change, check, delete, reset, stats; knows no data and no results."""

from typing import Annotated, Final

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import BackgroundHere, FeedingHere, NodeHere, PortsHere, RunningHere
from unusual.api.wire import knowing, query_of, raw_body
from unusual.jobs import configure
from unusual.jobs.stats import job_stats
from unusual.schema.answers import Acknowledged, ConfiguredJob, Finished, Jobs, JobStatsList
from unusual.schema.datafeeds import IndicesOptions
from unusual.schema.detectors import Detector
from unusual.schema.job_update import JobUpdate
from unusual.schema.options import DeleteJobOptions, JobsOptions, JobStatsOptions, ResetOptions

router = APIRouter(prefix="/anomaly_detectors")

ACKNOWLEDGED: Final = {"acknowledged": True}


# Fixed names stand before `{job_id}`: the first route that fits is taken.
@router.get("/_stats")
@router.get("/{job_id}/_stats")
@call("get_job_stats", JobStatsList)
def stats(
    ports: PortsHere,
    node: NodeHere,
    options: Annotated[JobStatsOptions, query_of(JobStatsOptions)],
    job_id: str = "_all",
) -> Response:
    """What the selected jobs have seen and where they stand."""
    jobs = job_stats(ports, node, job_id, allow_no_match=options.allow_no_match)
    return answer({"count": len(jobs), "jobs": jobs})


@router.get("")
@router.get("/{job_id}")
@call("get_jobs", Jobs)
def show(ports: PortsHere, options: Annotated[JobsOptions, query_of(JobsOptions)], job_id: str = "_all") -> Response:
    """The configurations of the selected jobs."""
    jobs = configure.fetch(
        ports, job_id, allow_no_match=options.allow_no_match, exclude_generated=options.exclude_generated
    )
    return answer({"count": len(jobs), "jobs": jobs})


@router.post("/_validate", dependencies=[knowing()])
@call("validate", Acknowledged)
def validate(ports: PortsHere, body: Annotated[object, raw_body(ConfiguredJob)]) -> Response:
    """Whether a job could be created like this."""
    configure.validate(ports, body)
    return answer(ACKNOWLEDGED)


@router.post("/_validate/detector", dependencies=[knowing()])
@call("validate_detector", Acknowledged)
def validate_detector(body: Annotated[object, raw_body(Detector)]) -> Response:
    """Whether a job could have such a detector."""
    configure.validate_detector(body)
    return answer(ACKNOWLEDGED)


@router.put("/{job_id}")
@call("put_job", ConfiguredJob)
def create(
    ports: PortsHere,
    job_id: str,
    options: Annotated[IndicesOptions, query_of(IndicesOptions)],
    body: Annotated[object, raw_body(ConfiguredJob)],
) -> Response:
    """A new job, answered with all its defaults; the options are those of an embedded datafeed."""
    return answer(configure.create(ports, job_id, body, options.given()))


@router.post("/{job_id}/_update", dependencies=[knowing()])
@call("update_job", ConfiguredJob)
async def update(running: RunningHere, job_id: str, body: Annotated[object, raw_body(JobUpdate)]) -> Response:
    """A changed job."""
    return answer(await running.update(job_id, body))


@router.delete("/{job_id}")
@call("delete_job", Finished)
async def delete(
    ports: PortsHere,
    feeding: FeedingHere,
    background: BackgroundHere,
    job_id: str,
    options: Annotated[DeleteJobOptions, query_of(DeleteJobOptions)],
) -> Response:
    """A job less, with all it had."""
    asked = {"force": options.force, "user_annotations": options.delete_user_annotations}
    if options.wait_for_completion:
        await feeding.delete_job(job_id, **asked)
        return answer(ACKNOWLEDGED)
    await run_in_threadpool(ports.jobs.get, job_id)
    return answer({"task": background.start(feeding.delete_job(job_id, **asked))})


@router.post("/{job_id}/_reset")
@call("reset_job", Finished)
async def reset(
    ports: PortsHere,
    running: RunningHere,
    background: BackgroundHere,
    job_id: str,
    options: Annotated[ResetOptions, query_of(ResetOptions)],
) -> Response:
    """A job as if it had just been created."""
    also = options.delete_user_annotations
    if options.wait_for_completion:
        await running.reset(job_id, user_annotations=also)
        return answer(ACKNOWLEDGED)
    await run_in_threadpool(ports.jobs.get, job_id)
    return answer({"task": background.start(running.reset(job_id, user_annotations=also))})
