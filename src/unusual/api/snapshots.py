"""Routes of model snapshots: list, describe, remove, go back to, renew, carry elsewhere; knows not what they hold."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from unusual.api.answers import answer
from unusual.api.content import whole
from unusual.api.declaring import FILE_MEDIA, Takes, call, intake
from unusual.api.dependencies import NodeHere, PortsHere, RunningHere, UpgradesHere
from unusual.api.wire import body_of, knowing, options_of, parameters, query_of
from unusual.jobs import snapshots, transfer
from unusual.jobs.ports import Page
from unusual.schema.answers import (
    Acknowledged,
    JobImported,
    ModelSnapshots,
    SnapshotReverted,
    SnapshotUpdated,
    SnapshotUpgraded,
    SnapshotUpgrades,
)
from unusual.schema.options import (
    RevertOptions,
    SnapshotOptions,
    SnapshotUpdate,
    UpgradeOptions,
    UpgradeStatsOptions,
)

router = APIRouter(prefix="/anomaly_detectors/{job_id}/model_snapshots")
importing = APIRouter(prefix="/anomaly_detectors")

_SNAPSHOT: Final = re.compile(re.escape(FILE_MEDIA))
LARGEST: Final = 2 << 30
_IMPORTING: Final = ("job_id",)


async def _file(request: Request) -> bytes:
    parameters(request, _IMPORTING)
    return await whole(request, _SNAPSHOT, LARGEST)


@router.get("/{snapshot_id}/_export", dependencies=[knowing()])
@call("export_model_snapshot", None, file="answer")
def export(ports: PortsHere, job_id: str, snapshot_id: str) -> Response:
    """One file that another server, or the library, goes on from."""
    name = f"{job_id}-{snapshot_id}.snapshot"
    content = transfer.exported(ports, job_id, snapshot_id)
    return Response(content, media_type=FILE_MEDIA, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@importing.post("/_import")
@call("import_job", JobImported, file="body")
def import_job(
    request: Request, ports: PortsHere, raw: Annotated[bytes, intake(_file, Takes(names=_IMPORTING))]
) -> Response:
    """A new job that goes on from an exported snapshot; it is called as it was unless told otherwise."""
    return answer(transfer.imported(ports, raw, request.query_params.get("job_id")))


@router.post("/{snapshot_id}/_upgrade")
@call("upgrade_job_snapshot", SnapshotUpgraded)
async def upgrade(
    upgrades: UpgradesHere,
    node: NodeHere,
    job_id: str,
    snapshot_id: str,
    options: Annotated[UpgradeOptions, query_of(UpgradeOptions)],
) -> Response:
    """A snapshot in the present layout."""
    patience_s = options.timeout.milliseconds / 1000 if options.wait_for_completion else 0.0
    completed = await upgrades.upgrade(job_id, snapshot_id, patience_s)
    return answer({"completed": completed, "node": node.node_id})


@router.get("/{snapshot_id}/_upgrade/_stats")
@call("get_model_snapshot_upgrade_stats", SnapshotUpgrades)
async def upgrade_stats(
    upgrades: UpgradesHere,
    job_id: str,
    snapshot_id: str,
    options: Annotated[UpgradeStatsOptions, query_of(UpgradeStatsOptions)],
) -> Response:
    """Which of the selected snapshots are on their way to the present layout."""
    found = upgrades.stats(job_id, snapshot_id, allow_no_match=options.allow_no_match)
    return answer({"count": len(found), "model_snapshot_upgrades": found})


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
async def revert(
    running: RunningHere, job_id: str, snapshot_id: str, options: Annotated[RevertOptions, options_of(RevertOptions)]
) -> Response:
    """The snapshot that the job goes on from."""
    forgetting = options.delete_intervening_results
    model = await running.revert(job_id, snapshot_id, delete_intervening_results=forgetting)
    return answer({"model": model})
