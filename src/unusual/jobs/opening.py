"""From closed to opened, and back to opened after a restart; knows where the learnt state is, not what is in it."""

import asyncio
from contextlib import suppress

from unusual.analysis.control import Outputs, Schedule
from unusual.errors import Conflict, Invalid, JobFailed, NotOpen, Problem, TimedOut, Unavailable, WorkerDied
from unusual.jobs import keeping, upgrade_mode
from unusual.jobs.desk import Desk
from unusual.jobs.entries import Head
from unusual.jobs.lifecycle import Event, State
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.recalling import has_past, learnt
from unusual.jobs.scheduling import schedule_for
from unusual.jobs.sessions import Session
from unusual.jobs.telling import ALONE_AFTER, MOST_DEATHS
from unusual.jobs.uploads import end_cut_off
from unusual.schema.jobs import Job


async def open_job(desk: Desk, job_id: str, timeout_s: float) -> None:
    """Open a closed job; where this fails, the job is closed or failed again, with a reason."""
    desk.blocking.require_free(job_id)
    stored = await desk.write(_begin, desk.ports, job_id)
    await _load(desk, stored, timeout_s, restarted=False)


async def mark_unfinished(desk: Desk) -> list[StoredJob]:
    """The jobs that the end of the server, or upgrade mode, left without a worker; clients see that they come back."""
    return await desk.write(_restart, desk.ports)


async def load_again(desk: Desk, stored: StoredJob, timeout_s: float) -> None:
    """Load such a job again; what fails is told by its state as well."""
    await _load(desk, stored, timeout_s, restarted=True)


async def follow(desk: Desk, session: Session) -> None:
    """Let an open job follow the calendars and filters as they are now; the caller has its turn."""
    schedule = await desk.write(_scheduled, desk.ports, session.job_id)
    if schedule != session.head.schedule:
        await desk.tell(session, schedule)


def _begin(ports: Ports, job_id: str) -> StoredJob:
    with ports.changing:
        job = ports.jobs.get(job_id)
        upgrade_mode.require_off(ports, "job/open")
        if job.state is State.FAILED:
            raise JobFailed(job_id, job.reason)
        if job.state is not State.CLOSED:
            raise Conflict(f"Cannot open job [{job_id}] because it has already been opened")
        return keeping.move(ports, job_id, Event.OPEN)


def _restart(ports: Ports) -> list[StoredJob]:
    """The jobs that are to be loaded, the closing ones to be closed then."""
    unfinished = [job.job_id for job in ports.jobs.all() if job.state not in {State.CLOSED, State.FAILED}]
    return [keeping.move(ports, job_id, Event.RESTART) for job_id in unfinished]


async def _load(desk: Desk, stored: StoredJob, timeout_s: float, *, restarted: bool) -> None:
    session = desk.begin(stored.job_id)
    async with session.turn():
        try:
            async with asyncio.timeout(timeout_s):
                await _start(desk, session, stored, restarted=restarted)
        except TimeoutError:
            late = TimedOut(f"Opening job [{stored.job_id}] timed out after [{timeout_s:g}s]")
            await _give_up(desk, session, late)
            raise late from None
        except (Unavailable, Invalid) as problem:
            await _give_up(desk, session, problem)
            raise
        except NotOpen:
            raise
        except Exception as fault:
            await desk.fail(session, fault)
            raise
        session.accepting = session.alive and stored.state is not State.CLOSING


async def _start(desk: Desk, session: Session, stored: StoredJob, *, restarted: bool) -> None:
    """Put the job into a worker, and tell it what it was told before, if its snapshot does not know of that."""
    session.position = stored.position
    if await asyncio.to_thread(has_past, desk.ports, stored):
        await desk.revive(session, restarted=True)
        await end_cut_off(desk, session)
        await follow(desk, session)
        await desk.write(keeping.revived, desk.ports, session)
    else:
        outputs = await _start_anew(desk, session, stored)
        await desk.write(keeping.ready, desk.ports, session, outputs, restarted=restarted)


async def _start_anew(desk: Desk, session: Session, stored: StoredJob) -> Outputs:
    """Put the job into a worker, with a journal that holds nothing yet; what it says of itself there."""
    job = Job.from_document(stored.config)
    state = await asyncio.to_thread(learnt, desk.ports, stored)
    session.head = Head(stored.config, await desk.write(schedule_for, desk.ports, job))
    session.position, session.seen = stored.position.anew(), stored.records
    await asyncio.to_thread(desk.ports.journals.begin, job.job_id, session.position.journal, 0, session.head.encoded())
    for deaths in range(MOST_DEATHS):
        session.require_alive()
        with suppress(WorkerDied):
            await desk.ports.workers.open(job, state, alone=deaths >= ALONE_AFTER)
            return await desk.ports.workers.send(job.job_id, session.head.schedule)
    raise WorkerDied(job.job_id)


def _scheduled(ports: Ports, job_id: str) -> Schedule:
    return schedule_for(ports, Job.from_document(ports.jobs.get(job_id).config))


async def _give_up(desk: Desk, session: Session, problem: Problem) -> None:
    """Leave the job closed, as it was before."""
    if session.alive:
        desk.end(session)
        await desk.ports.workers.drop(session.job_id)
        await desk.mark(keeping.move, session.job_id, Event.GIVE_UP, problem.reason)
