"""Routes of upkeep: memory, upgrade mode, expired data, memory estimates; knows no results and no models."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import NodeHere, PortsHere, RunningHere, UpkeepHere
from unusual.api.wire import body_of, flag, options_of, query_of
from unusual.jobs.estimation import estimated_mib, expected_bytes
from unusual.jobs.node_memory import memory_stats
from unusual.schema.answers import Acknowledged, Deleted, MemoryEstimate, MemoryStats
from unusual.schema.estimation import EstimateRequest
from unusual.schema.options import ExpiryOptions, MemoryOptions, UpgradeModeOptions

router = APIRouter()


@router.get("/memory/_stats", dependencies=[query_of(MemoryOptions)])
@router.get("/memory/{nodes}/_stats", dependencies=[query_of(MemoryOptions)])
@call("get_memory_stats", MemoryStats)
def memory(request: Request, ports: PortsHere, node: NodeHere, nodes: str = "_all") -> Response:
    """The memory of the server, and what of it jobs may fill."""
    return answer(memory_stats(ports, node, nodes, human=flag(request, "human")))


@router.post("/set_upgrade_mode")
@call("set_upgrade_mode", Acknowledged)
async def set_upgrade_mode(
    running: RunningHere, options: Annotated[UpgradeModeOptions, query_of(UpgradeModeOptions)]
) -> Response:
    """Answered once no open job has a worker, or all have one again."""
    await running.set_upgrade_mode(enabled=options.enabled, timeout_s=options.timeout.milliseconds / 1000)
    return answer({"acknowledged": True})


@router.delete("/_delete_expired_data")
@router.delete("/_delete_expired_data/{job_id}")
@call("delete_expired_data", Deleted, repeatable=True)
async def delete_expired_data(
    upkeep: UpkeepHere, options: Annotated[ExpiryOptions, options_of(ExpiryOptions)], job_id: str = "_all"
) -> Response:
    """Whether all is gone that the selected jobs need not keep."""
    done = await upkeep.delete_expired(job_id, options.timeout.milliseconds, options.requests_per_second)
    return answer({"deleted": done})


@router.post("/anomaly_detectors/_estimate_model_memory")
@call("estimate_model_memory", MemoryEstimate)
def estimate(wanted: Annotated[EstimateRequest, body_of(EstimateRequest)]) -> Response:
    """The memory that a job of such an analysis is going to need."""
    expected = expected_bytes(wanted)
    told = {} if expected is None else {"expected_model_bytes": expected}
    return answer({"model_memory_estimate": f"{estimated_mib(wanted)}mb", **told})
