"""Snapshots of earlier layouts written anew in the present one, while clients wait or not; knows no layout."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final

from unusual.analysis.control import Document, Save
from unusual.analysis.layouts import is_present
from unusual.errors import Conflict, NoSuchJob, NoSuchSnapshot, TimedOut
from unusual.jobs.acts import Acts
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports, Snapshot
from unusual.jobs.selection import choose_named
from unusual.schema.jobs import Job

LOADING: Final = "loading_old_state"
SAVING: Final = "saving_new_state"


class Upgrades:
    """The upgrades under way, by job and snapshot; used on one thread."""

    def __init__(self, ports: Ports, node: Node) -> None:
        self._ports = ports
        self._node = node
        self._acts = Acts()
        self._going: dict[tuple[str, str], str] = {}

    async def upgrade(self, job_id: str, snapshot_id: str, patience_s: float) -> bool:
        """Begin to upgrade a snapshot; whether it is done, which is waited for unless `patience_s` is 0.

        `NoSuchSnapshot`; `Conflict` when nothing is to be upgraded, or somebody is at it; `TimedOut`, after which it
        goes on by itself.
        """
        kept = await asyncio.to_thread(self._ports.snapshots.load, job_id, snapshot_id)
        if not kept.state or is_present(kept.state):
            raise Conflict(f"model snapshot [{snapshot_id}] of job [{job_id}] is of the present version already")
        if (job_id, snapshot_id) in self._going:
            raise Conflict(f"model snapshot [{snapshot_id}] of job [{job_id}] is being upgraded already")
        self._going[job_id, snapshot_id] = LOADING
        upgrading = self._acts.start(self._carry_out(job_id, kept))
        if not patience_s:
            return False
        done, _ = await asyncio.wait({upgrading}, timeout=patience_s)
        if not done:
            raise TimedOut(f"model snapshot [{snapshot_id}] was not upgraded within [{patience_s:g}s]")
        upgrading.result()
        return True

    def stats(self, jobs: str, snapshots: str, *, allow_no_match: bool) -> list[Document]:
        """The upgrades under way of the selected jobs and snapshots; `NoSuchJob`, `NoSuchSnapshot`."""
        names = {job_id: {job_id} for job_id, _ in self._going}
        chosen = choose_named(names, jobs, NoSuchJob, allow_no_match=allow_no_match)
        going = [key for key in self._going if key[0] in chosen]
        names = {snapshot_id: {snapshot_id} for _, snapshot_id in going}
        wanted = choose_named(names, snapshots, partial(NoSuchSnapshot, jobs), allow_no_match=allow_no_match)
        return [self._document(*key) for key in sorted(going) if key[1] in wanted]

    def _document(self, job_id: str, snapshot_id: str) -> Document:
        return {
            "job_id": job_id,
            "snapshot_id": snapshot_id,
            "state": self._going[job_id, snapshot_id],
            "node": self._node.document(),
            "assignment_explanation": "",
        }

    async def _carry_out(self, job_id: str, kept: Snapshot) -> None:
        key = job_id, kept.description["snapshot_id"]
        try:
            state = await asyncio.to_thread(_upgraded, self._ports, job_id, kept.state)
            self._going[key] = SAVING
            await asyncio.to_thread(_save, self._ports, job_id, replace(kept, state=state))
        finally:
            del self._going[key]


def _upgraded(ports: Ports, job_id: str, state: bytes) -> bytes:
    from unusual.analysis.engine import Engine  # noqa: PLC0415 - loaded only by who asks

    job = Job.from_document(ports.jobs.get(job_id).config)
    upgraded = Engine.restore(job, state).handle(Save()).state
    assert upgraded is not None  # noqa: S101 - a restored job has something to keep
    return upgraded


def _save(ports: Ports, job_id: str, upgraded: Snapshot) -> None:
    """Replace the state, not what was said of the snapshot meanwhile; `NoSuchSnapshot` when it has been removed."""
    snapshot_id = upgraded.description["snapshot_id"]
    with ports.changing:
        described = [one for one in ports.snapshots.list(job_id) if one["snapshot_id"] == snapshot_id]
        if not described:
            raise NoSuchSnapshot(job_id, snapshot_id)
        ports.snapshots.save(job_id, replace(upgraded, description=described[0]))
