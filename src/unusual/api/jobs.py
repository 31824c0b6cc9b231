"""Routes of configured jobs: create, read, change, check, delete, reset, stats; knows no data and no results."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool

from unusual.api.answers import answer
from unusual.api.background import Background
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
    running: RunningHere,
    node: NodeHere,
    options: Annotated[JobStatsOptions, query_of(JobStatsOptions)],
    job_id: str = "_all",
) -> Response:
    """What the selected jobs have seen and where they stand."""
    going = {name: {"deleting": True} for name, told in running.blocking.shown().items() if "deleting" in told}
    found = job_stats(ports, node, job_id, allow_no_match=options.allow_no_match)
    jobs = [job | going.get(job["job_id"], {}) for job in found]
    return answer({"count": len(jobs), "jobs": jobs})


@router.get("")
@router.get("/{job_id}")
@call("get_jobs", Jobs)
def show(
    ports: PortsHere,
    running: RunningHere,
    options: Annotated[JobsOptions, query_of(JobsOptions)],
    job_id: str = "_all",
) -> Response:
    """The configurations of the selected jobs, and what is being done to them that keeps them from all else."""
    found = configure.fetch(
        ports, job_id, allow_no_match=options.allow_no_match, exclude_generated=options.exclude_generated
    )
    blocked = {} if options.exclude_generated else running.blocking.shown()
    jobs = [job | blocked.get(job["job_id"], {}) for job in found]
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

    async def call(task_id: str) -> None:
        asked = {"force": options.force, "user_annotations": options.delete_user_annotations}
        await feeding.delete_job(job_id, **asked, task_id=task_id)

    await run_in_threadpool(ports.jobs.get, job_id)
    return await _removed(background, "delete", call, wait=options.wait_for_completion)


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

    async def call(task_id: str) -> None:
        await running.reset(job_id, user_annotations=options.delete_user_annotations, task_id=task_id)

    await run_in_threadpool(ports.jobs.get, job_id)
    return await _removed(background, "reset", call, wait=options.wait_for_completion)


async def _removed(
    background: Background, what: str, call: Callable[[str], Awaitable[None]], *, wait: bool
) -> Response:
    """The answer to a call that takes something away: when it is done, or its name at once."""
    action = f"cluster:admin/xpack/ml/job/{what}"
    if not wait:
        return answer({"task": background.start(action, call)})
    await background.carry_out(action, call)
    return answer(ACKNOWLEDGED)
