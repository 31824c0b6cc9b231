"""From closed to opened, and back to opened after a restart; knows where the learnt state is, not what is in it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from unusual.analysis.control import Outputs, Schedule
from unusual.errors import Conflict, Invalid, JobFailed, NotOpen, Problem, TimedOut, Unavailable, Unwritable, WorkerDied
from unusual.jobs import keeping, upgrade_mode
from unusual.jobs.capacity import NO_ROOM
from unusual.jobs.desk import AGAIN_AFTER_S, Desk, end_cut_off
from unusual.jobs.entries import Head
from unusual.jobs.lifecycle import Event, State
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.recalling import has_past, learnt
from unusual.jobs.scheduling import schedule_for
from unusual.jobs.sessions import Session
from unusual.jobs.telling import ALONE_AFTER, MOST_DEATHS
from unusual.schema.jobs import Job

T = TypeVar("T")


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


async def mark_unfinished(desk: Desk) -> list[StoredJob]:
    """The jobs that the end of the server, or upgrade mode, left without a worker; clients see that they come back.

    Those that have to wait for memory are not among them.
    """
    return [job for job in await desk.write(_restart, desk) if not job.reason]


async def load_again(desk: Desk, stored: StoredJob, timeout_s: float) -> None:
    """Load such a job again; what fails is told by its state as well."""
    await _load(desk, stored, timeout_s, restarted=True)


async def follow(desk: Desk, session: Session) -> None:
    """Let an open job follow the calendars and filters as they are now; the caller has its turn."""
    schedule = await desk.write(_scheduled, desk.ports, session.job_id)
    if schedule != session.head.schedule:
        await desk.tell(session, schedule)


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
    # One that only has to be closed does not wait: it gives its memory back at once.
    lacking = "" if job.state is State.CLOSING else desk.capacity.lacking(job)
    moved = keeping.move(desk.ports, job.job_id, event, lacking)
    if lacking:
        desk.capacity.wait(job.job_id, restarted=event is Event.RESTART)
    else:
        desk.capacity.hold(job)
    return moved


def _restart(desk: Desk) -> list[StoredJob]:
    """The jobs that are to be loaded, the closing ones to be closed then, or that wait for memory."""
    jobs = desk.ports.jobs.all()
    order = (State.CLOSING, State.OPENED, State.OPENING)
    unfinished = [job for state in order for job in jobs if job.state is state]
    return [_assigned(desk, job, Event.RESTART) for job in unfinished]


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


async def _start(desk: Desk, session: Session, stored: StoredJob, *, restarted: bool) -> None:
    """Put the job into a worker, and tell it what it was told before, if its snapshot does not know of that."""
    session.position = stored.position
    if await asyncio.to_thread(has_past, desk.ports, stored):
        await desk.revive(session, restarted=True)
        await _written(partial(end_cut_off, desk, session), insist=restarted)
        await _written(partial(follow, desk, session), insist=restarted)
        opened = partial(keeping.revived, desk.ports, session)
    else:
        outputs = await _written(partial(_start_anew, desk, session, stored), insist=restarted)
        opened = partial(keeping.ready, desk.ports, session, outputs, restarted=restarted)
    # Before it is called opened: whoever reads that may post at once, and has the next turn.
    session.accepting = stored.state is not State.CLOSING
    await _written(partial(desk.write, opened), insist=restarted)


async def _written(act: Callable[[], Awaitable[T]], *, insist: bool) -> T:
    """What an act gives that may find that nothing can be written.

    insist  whether it is tried again until it can: of a job that comes back, which a full disk does not close
    """
    while True:
        try:
            return await act()
        except Unwritable:
            if not insist:
                raise
        await asyncio.sleep(AGAIN_AFTER_S)


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
