"""Taking away: a job with all it has, or all it has without the job; knows no worker's inside.

Much may have to be removed: that is done outside the writer's thread, and the job is blocked meanwhile.
"""

import asyncio
from dataclasses import replace

from unusual.errors import Conflict
from unusual.jobs import annotations, notifications
from unusual.jobs.calendars import forget_job
from unusual.jobs.closing import abandon
from unusual.jobs.desk import Desk
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Ports


async def delete(desk: Desk, job_id: str, *, force: bool, user_annotations: bool, task_id: str) -> None:
    """Remove the job with its results, counts, snapshots and state; an opened one only by force.

    user_annotations  whether those go as well
    task_id           the name under which clients can ask for it
    """
    with desk.blocking.during(job_id, "deleted", task_id):
        state = (await desk.write(desk.ports.jobs.get, job_id)).state
        if state is not State.CLOSED:
            if not force:
                raise Conflict(f"Cannot delete job [{job_id}] because the job is {state}")
            await abandon(desk, job_id)
        await asyncio.to_thread(desk.ports.journals.remove, job_id)
        await asyncio.to_thread(desk.ports.jobs.delete, job_id)
        await desk.write(forget_job, desk.ports, job_id)
        await desk.write(annotations.clear, desk.ports, job_id, users=user_annotations)
        await desk.write(notifications.tell, desk.ports, job_id, "Job deleted")


async def reset(desk: Desk, job_id: str, *, user_annotations: bool, task_id: str) -> None:
    """Take a closed job back to its configuration; options as of `delete`."""
    with desk.blocking.during(job_id, "reset", task_id):
        # The job first: should the rest not come about, it can be opened all the same, and reset again.
        await desk.write(_forget, desk.ports, job_id)
        await asyncio.to_thread(_sweep, desk.ports, job_id)
        await desk.write(annotations.clear, desk.ports, job_id, users=user_annotations)
        await desk.write(notifications.tell, desk.ports, job_id, "Job reset")


def _forget(ports: Ports, job_id: str) -> None:
    with ports.changing:
        job = ports.jobs.get(job_id)
        if job.state is not State.CLOSED:
            raise Conflict("Can only reset a job when it is closed.")
        ports.journals.remove(job_id)
        config = {name: value for name, value in job.config.items() if name != "model_snapshot_id"}
        ports.jobs.put(replace(job, config=config, reason="", stats={}))


def _sweep(ports: Ports, job_id: str) -> None:
    ports.results.clear(job_id)
    ports.snapshots.delete(job_id, [description["snapshot_id"] for description in ports.snapshots.list(job_id)])
