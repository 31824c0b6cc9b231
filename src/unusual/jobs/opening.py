"""From closed to opened, and back to opened after a restart; knows where the learnt state is, not what is in it."""

import asyncio

from unusual.analysis.control import Outputs
from unusual.errors import Conflict, Invalid, JobFailed, NotOpen, TimedOut, Unavailable
from unusual.jobs import keeping, upgrade_mode
from unusual.jobs.capacity import NO_ROOM
from unusual.jobs.desk import Desk, said
from unusual.jobs.lifecycle import Event, State
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.scheduling import schedule_for
from unusual.jobs.sessions import Session
from unusual.schema.jobs import Job


async def open_job(desk: Desk, job_id: str, timeout_s: float) -> bool:
    """Open a closed job; where this fails, the job is closed or failed again, with a reason.

    The answer is whether it is open: a job that may be lazy waits for memory, the others are refused.
    """
    desk.blocking.require_free(job_id)
    stored = await desk.write(_begin, desk, job_id)
    if stored.reason:
        return False
    await _load(desk, stored, timeout_s, restarted=False)
    return True


async def resume(desk: Desk, timeout_s: float) -> None:
    """Load again every job that was open when the server ended; what fails is told by the state of its job."""
    found = await desk.write(_restart, desk)
    await desk.acts.all_done(_load(desk, stored, timeout_s, restarted=True) for stored in found if not stored.reason)


async def admit(desk: Desk, timeout_s: float) -> None:
    """Load the jobs that wait for memory as soon as there is some for them; goes on until it is cancelled."""
    while True:
        await desk.freed.wait()
        desk.freed.clear()
        for job_id, restarted in desk.capacity.waiting.items():
            desk.acts.start(_admit(desk, job_id, timeout_s, restarted=restarted))


async def _admit(desk: Desk, job_id: str, timeout_s: float, *, restarted: bool) -> None:
    stored = await desk.write(_take_up, desk, job_id)
    if stored is not None:
        await _load(desk, stored, timeout_s, restarted=restarted)


def _begin(desk: Desk, job_id: str) -> StoredJob:
    """The job on its way to be opened; with a reason where it has to wait."""
    ports = desk.ports
    with ports.changing:
        job = ports.jobs.get(job_id)
        upgrade_mode.require_off(ports, "job/open")
        if job.state is State.FAILED:
            raise JobFailed(job_id, job.reason)
        if job.state is not State.CLOSED:
            raise Conflict(f"Cannot open job [{job_id}] because it has already been opened")
        if desk.capacity.lacking(job) and not job.config.get("allow_lazy_open"):
            raise Unavailable(NO_ROOM)
        return _assigned(desk, job, Event.OPEN)


def _assigned(desk: Desk, job: StoredJob, event: Event) -> StoredJob:
    """The job, opening, with memory of its own; or with the reason why it has to wait for some."""
    lacking = desk.capacity.lacking(job)
    moved = keeping.move(desk.ports, job.job_id, event, lacking)
    if lacking:
        desk.capacity.wait(job.job_id, restarted=event is Event.RESTART)
    else:
        desk.capacity.hold(job)
    return moved


def _restart(desk: Desk) -> list[StoredJob]:
    """Finish the closings that the end of the server cut short; the jobs that are to be loaded, or wait for memory."""
    jobs = desk.ports.jobs.all()
    for job in jobs:
        if job.state is State.CLOSING:
            keeping.drop(desk.ports, job.job_id, Event.RESTART)
    were_open = [job for state in (State.OPENED, State.OPENING) for job in jobs if job.state is state]
    return [_assigned(desk, job, Event.RESTART) for job in were_open]


def _take_up(desk: Desk, job_id: str) -> StoredJob | None:
    """The job, if it still waits and there is memory for it now."""
    with desk.ports.changing:
        job = desk.ports.jobs.get(job_id)
        if job_id not in desk.capacity.waiting or upgrade_mode.is_on(desk.ports) or desk.capacity.lacking(job):
            return None
        return _assigned(desk, job, Event.RESTART)


async def _load(desk: Desk, stored: StoredJob, timeout_s: float, *, restarted: bool) -> None:
    session = desk.begin(stored.job_id)
    async with session.turn():
        try:
            async with asyncio.timeout(timeout_s):
                outputs = await _start(desk, session, stored)
            await desk.write(keeping.ready, desk.ports, session, outputs, restarted=restarted)
        except TimeoutError:
            late = TimedOut(f"Opening job [{stored.job_id}] timed out after [{timeout_s:g}s]")
            await _give_up(desk, session, late.reason)
            raise late from None
        except (Unavailable, Invalid) as problem:
            await _give_up(desk, session, problem.reason)
            raise
        except NotOpen:
            raise
        except Exception as fault:
            await desk.fail(session, said(fault))
            raise
        session.accepting = session.alive


async def _start(desk: Desk, session: Session, stored: StoredJob) -> Outputs:
    """Put the job into a worker; what it says of itself there, before anything is sent to it."""
    job = Job.from_document(stored.config)
    state = await desk.write(_learnt, desk.ports, stored)
    session.require_alive()
    await desk.ports.workers.open(job, state)
    session.schedule = await desk.write(schedule_for, desk.ports, job)
    return await desk.ports.workers.send(session.job_id, session.schedule)


def _learnt(ports: Ports, stored: StoredJob) -> bytes | None:
    snapshot_id = stored.config.get("model_snapshot_id")
    return None if snapshot_id is None else ports.snapshots.load(stored.job_id, snapshot_id).state


async def _give_up(desk: Desk, session: Session, reason: str) -> None:
    """Leave the job closed, as it was before."""
    if session.alive:
        desk.end(session)
        await desk.ports.workers.drop(session.job_id)
        await desk.write(keeping.move, desk.ports, session.job_id, Event.GIVE_UP, reason)
