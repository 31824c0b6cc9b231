"""Routes of model snapshots: list, describe, remove, go back to; knows nothing of what they hold."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere
from unusual.api.wire import body_of, knowing, options_of
from unusual.jobs import snapshots
from unusual.jobs.ports import Page
from unusual.schema.answers import Acknowledged, ModelSnapshots, SnapshotReverted, SnapshotUpdated
from unusual.schema.options import RevertOptions, SnapshotOptions, SnapshotUpdate

router = APIRouter(prefix="/anomaly_detectors/{job_id}/model_snapshots")


@router.get("")
@router.post("")
@router.get("/{snapshot_id}")
@router.post("/{snapshot_id}")
@call("get_model_snapshots", ModelSnapshots)
def show(
    ports: PortsHere,
    job_id: str,
    options: Annotated[SnapshotOptions, options_of(SnapshotOptions)],
    snapshot_id: str = "_all",
) -> Response:
    """A page of the selected snapshots."""
    count, found = snapshots.find(
        ports,
        job_id,
        snapshot_id,
        window=options.window(),
        sort=options.sort,
        desc=options.desc,
        page=Page(options.page.start, options.page.size),
    )
    return answer({"count": count, "model_snapshots": found})


@router.post("/{snapshot_id}/_update")
@call("update_model_snapshot", SnapshotUpdated)
def update(
    ports: PortsHere, job_id: str, snapshot_id: str, change: Annotated[SnapshotUpdate, body_of(SnapshotUpdate)]
) -> Response:
    """A snapshot with another description, or another lifetime."""
    model = snapshots.update(ports, job_id, snapshot_id, description=change.description, retain=change.retain)
    return answer({"acknowledged": True, "model": model})


@router.delete("/{snapshot_id}", dependencies=[knowing()])
@call("delete_model_snapshot", Acknowledged)
def delete(ports: PortsHere, job_id: str, snapshot_id: str) -> Response:
    """A snapshot less."""
    snapshots.delete(ports, job_id, snapshot_id)
    return answer({"acknowledged": True})


@router.post("/{snapshot_id}/_revert")
@call("revert_model_snapshot", SnapshotReverted)
def revert(
    ports: PortsHere, job_id: str, snapshot_id: str, options: Annotated[RevertOptions, options_of(RevertOptions)]
) -> Response:
    """The snapshot that the job goes on from."""
    model = snapshots.revert(ports, job_id, snapshot_id, delete_intervening_results=options.delete_intervening_results)
    return answer({"model": model})
