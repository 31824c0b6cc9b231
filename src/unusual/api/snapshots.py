"""Routes of model snapshots: list, describe, remove, go back to; knows nothing of what they hold."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.dependencies import PortsHere, RunningHere
from unusual.api.wire import body_of, knowing, options_of
from unusual.jobs import snapshots
from unusual.jobs.ports import Page
from unusual.schema.options import RevertOptions, SnapshotOptions, SnapshotUpdate

router = APIRouter(prefix="/anomaly_detectors/{job_id}/model_snapshots")


@router.get("")
@router.post("")
@router.get("/{expression}")
@router.post("/{expression}")
def show(
    ports: PortsHere,
    job_id: str,
    options: Annotated[SnapshotOptions, options_of(SnapshotOptions)],
    expression: str = "_all",
) -> Response:
    """A page of the selected snapshots."""
    count, found = snapshots.find(
        ports,
        job_id,
        expression,
        window=options.window(),
        sort=options.sort,
        desc=options.desc,
        page=Page(options.page.start, options.page.size),
    )
    return answer({"count": count, "model_snapshots": found})


@router.post("/{snapshot_id}/_update")
def update(
    ports: PortsHere, job_id: str, snapshot_id: str, change: Annotated[SnapshotUpdate, body_of(SnapshotUpdate)]
) -> Response:
    """A snapshot with another description, or another lifetime."""
    model = snapshots.update(ports, job_id, snapshot_id, description=change.description, retain=change.retain)
    return answer({"acknowledged": True, "model": model})


@router.delete("/{snapshot_id}", dependencies=[knowing()])
def delete(ports: PortsHere, job_id: str, snapshot_id: str) -> Response:
    """A snapshot less."""
    snapshots.delete(ports, job_id, snapshot_id)
    return answer({"acknowledged": True})


@router.post("/{snapshot_id}/_revert")
async def revert(
    running: RunningHere, job_id: str, snapshot_id: str, options: Annotated[RevertOptions, options_of(RevertOptions)]
) -> Response:
    """The snapshot that the job goes on from."""
    forgetting = options.delete_intervening_results
    model = await running.revert(job_id, snapshot_id, delete_intervening_results=forgetting)
    return answer({"model": model})
