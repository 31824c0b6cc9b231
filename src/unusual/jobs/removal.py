"""Taking away: a job with all it has, all it has without the job, or what it found after a snapshot.

Much may have to be removed: that goes step by step outside the writer's thread, and the job is blocked meanwhile. It is
noted before it begins: what the end of the server cuts short is finished after its next start. Knows no worker.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any, Final

from unusual.analysis.control import Document
from unusual.errors import Conflict, Problem, Stopping
from unusual.jobs import annotations, datafeeds, notifications, snapshots
from unusual.jobs.calendars import forget_job
from unusual.jobs.closing import abandon
from unusual.jobs.desk import Desk
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Ports
from unusual.jobs.stepping import go_through

KIND: Final = "removal"


async def delete(desk: Desk, job_id: str, *, force: bool, user_annotations: bool, task_id: str) -> None:
    """Remove the job with its results, counts, snapshots, state and datafeed; an opened one only by force.

    user_annotations  whether those go as well
    task_id           the name under which clients can ask for it
    """
    with desk.blocking.during(job_id, "deleted", task_id):
        state = (await desk.write(desk.ports.jobs.get, job_id)).state
        if state is not State.CLOSED:
            if not force:
                raise Conflict(f"Cannot delete job [{job_id}] because the job is {state}")
            await abandon(desk, job_id)
        await _begin(desk, job_id, "deleted", user_annotations=user_annotations)


async def reset(desk: Desk, job_id: str, *, user_annotations: bool, task_id: str) -> None:
    """Take a closed job back to its configuration; options as of `delete`."""
    with desk.blocking.during(job_id, "reset", task_id):
        await _begin(desk, job_id, "reset", user_annotations=user_annotations)


async def revert(desk: Desk, job_id: str, snapshot_id: str, *, delete_intervening_results: bool) -> Document:
    """Let a closed job go on from an earlier snapshot, as `snapshots.revert`; its description."""
    with desk.blocking.during(job_id, "reverted"):
        asked = {"snapshot_id": snapshot_id, "delete_intervening_results": delete_intervening_results}
        model = await _begin(desk, job_id, "reverted", **asked)
        assert model is not None  # noqa: S101 - a revert tells its snapshot
        return model


async def unfinished(desk: Desk) -> list[Coroutine[Any, Any, None]]:
    """What finishes each removal that the end of the server cut short."""
    return [_take_up(desk, note) for note in await desk.write(_notes, desk.ports)]


async def _begin(desk: Desk, job_id: str, what: str, **asked: object) -> Document | None:
    return await _carry_out(desk, await desk.write(_note, desk.ports, job_id, what, asked))


async def _take_up(desk: Desk, note: Document) -> None:
    job_id, what = note["job_id"], note["what"]
    with desk.blocking.during(job_id, what):
        try:
            await _carry_out(desk, note)
        except Stopping:
            raise
        except Problem as problem:
            told = f"Job was being {what} when the server ended, which cannot be finished: {problem.reason}"
            await desk.mark(notifications.tell, job_id, told, notifications.Level.ERROR)


async def _carry_out(desk: Desk, note: Document) -> Document | None:
    """Do what is noted; unless the server ends in the middle, nothing of it is left to be done later."""
    job_id = note["job_id"]
    try:
        outcome = await asyncio.to_thread(_carried_out, desk.ports, note)
    except Stopping:
        raise
    except Exception:
        await desk.mark(_strike, job_id)
        raise
    await desk.mark(_strike, job_id)
    return outcome


def _note(ports: Ports, job_id: str, what: str, asked: Document) -> Document:
    made_ms = ports.jobs.get(job_id).config.get("create_time")
    note = {"job_id": job_id, "create_time": made_ms, "what": what, "asked": asked}
    ports.configs.put(KIND, job_id, note)
    return note


def _strike(ports: Ports, job_id: str) -> None:
    ports.configs.delete(KIND, job_id)


def _notes(ports: Ports) -> list[Document]:
    """What is to be finished: of jobs that are still closed, and not new ones under the same name."""
    closed = {(job.job_id, job.config.get("create_time")) for job in ports.jobs.all() if job.state is State.CLOSED}
    notes = ports.configs.all(KIND)
    left = [note for note in notes if (note["job_id"], note["create_time"]) in closed]
    for note in notes:
        if note not in left:
            _strike(ports, note["job_id"])
    return left


def _carried_out(ports: Ports, note: Document) -> Document | None:
    return _WAYS[note["what"]](ports, note["job_id"], **note["asked"])


def _delete(ports: Ports, job_id: str, *, user_annotations: bool) -> None:
    ports.journals.remove(job_id)
    forget_job(ports, job_id)
    annotations.clear(ports, job_id, users=user_annotations)
    feed = datafeeds.of_job(ports, job_id)
    if feed is not None:
        datafeeds.forget(ports, feed.datafeed_id)
    go_through(ports, ports.jobs.delete(job_id))
    notifications.tell(ports, job_id, "Job deleted")


def _reset(ports: Ports, job_id: str, *, user_annotations: bool) -> None:
    # The job first: should the rest not come about, it can be opened all the same, and reset again.
    _forget(ports, job_id)
    go_through(ports, _emptied(ports, job_id))
    annotations.clear(ports, job_id, users=user_annotations)
    notifications.tell(ports, job_id, "Job reset")


def _forget(ports: Ports, job_id: str) -> None:
    with ports.changing:
        job = ports.jobs.get(job_id)
        if job.state is not State.CLOSED:
            raise Conflict("Can only reset a job when it is closed.")
        ports.journals.remove(job_id)
        config = {name: value for name, value in job.config.items() if name != "model_snapshot_id"}
        ports.jobs.put(replace(job, config=config, reason="", stats={}))


def _emptied(ports: Ports, job_id: str) -> Iterator[int]:
    """Remove the job's results and snapshots, some at a time: how many each time."""
    yield from ports.results.clear(job_id)
    for description in ports.snapshots.list(job_id):
        ports.snapshots.delete(job_id, [description["snapshot_id"]])
        yield 1


_WAYS: Final[dict[str, Callable[..., Document | None]]] = {
    "deleted": _delete,
    "reset": _reset,
    "reverted": snapshots.revert,
}
