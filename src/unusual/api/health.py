"""Routes that tell how the server and its jobs are; the server's is for load balancers, and gives nothing away."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import HealthHere, PortsHere
from unusual.api.wire import knowing, query_of
from unusual.jobs.health import Status, job_health
from unusual.schema.answers import JobsHealth, ServerHealth
from unusual.schema.options import JobStatsOptions

root = APIRouter()
router = APIRouter(prefix="/anomaly_detectors")


@root.get("/_health", dependencies=[knowing()])
@call("health", ServerHealth)
async def health(here: HealthHere) -> Response:
    """Whether the server can do its work; 503 when it cannot."""
    status, told = await here.look()
    return answer(told, 503 if status is Status.RED else 200)


@router.get("/_health")
@router.get("/{job_id}/_health")
@call("get_job_health", JobsHealth)
def health_of_jobs(
    ports: PortsHere,
    options: Annotated[JobStatsOptions, query_of(JobStatsOptions)],
    job_id: str = "_all",
) -> Response:
    """What is wrong with the selected jobs, by name."""
    jobs = job_health(ports, job_id, allow_no_match=options.allow_no_match)
    return answer({"count": len(jobs), "jobs": jobs})
