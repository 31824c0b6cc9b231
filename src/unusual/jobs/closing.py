"""From opened to closed: orderly, by force, or only for the time the server does not run; knows no bucket."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from unusual.analysis.control import Flush
from unusual.errors import Conflict, NotOpen, TimedOut, Unwritable
from unusual.jobs import keeping, persisting, upgrade_mode
from unusual.jobs.desk import AGAIN_AFTER_S, Desk
from unusual.jobs.lifecycle import Event, State
from unusual.jobs.ports import StoredJob
from unusual.jobs.selection import choose
from unusual.jobs.sessions import Session


async def close(desk: Desk, expression: str, timeout_s: float, *, allow_no_match: bool) -> None:
    """Close the selected jobs all at once; `TimedOut` when some still close after `timeout_s`, which goes on."""
    chosen = await _chosen(desk, expression, allow_no_match=allow_no_match)
    resting = await _resting(desk, chosen)
    left = [job for job in chosen if job.job_id not in resting]
    _refuse_failed(job for job in left if job.state is State.FAILED or _stranded(desk, job))
    for job_id in resting:
        desk.release(job_id)
        await desk.write(keeping.rest, desk.ports, job_id)
    closings = {closing for job in left if (closing := closing_of(desk, job.job_id)) is not None}
    if not closings:
        return
    done, late = await asyncio.wait(closings, timeout=timeout_s)
    for closing in done:
        closing.result()
    if late:
        raise TimedOut(f"[{len(late)}] of the jobs selected by [{expression}] did not close within [{timeout_s:g}s]")


async def close_by_force(desk: Desk, expression: str, *, allow_no_match: bool) -> None:
    """Close the selected jobs without keeping what they learnt since their last snapshot."""
    chosen = await _chosen(desk, expression, allow_no_match=allow_no_match)
    await asyncio.gather(*(abandon(desk, job.job_id) for job in chosen if job.state is not State.CLOSED))


async def abandon(desk: Desk, job_id: str) -> None:
    """Take a job out of its worker, whatever it is doing there; it is closed then."""
    session = desk.session(job_id)
    if session is not None:
        desk.end(session)
    desk.release(job_id)
    await desk.ports.workers.drop(job_id)
    await desk.write(keeping.drop, desk.ports, job_id, Event.FORCE_CLOSE)


async def suspend(desk: Desk, patience_s: float) -> None:
    """Keep the models of all open jobs, which stay open in the store; a job that is too slow keeps its last one."""
    for session in desk.sessions():
        session.accepting = False
    savings = [session.closing or desk.acts.start(_suspend(desk, session)) for session in desk.sessions()]
    if savings:
        await asyncio.wait(savings, timeout=patience_s)
    # That the workers end now is no failure of the jobs that are late.
    for session in desk.sessions():
        desk.end(session)


async def _chosen(desk: Desk, expression: str, *, allow_no_match: bool) -> list[StoredJob]:
    jobs = await desk.write(desk.ports.jobs.all)
    chosen = set(choose(jobs, expression, allow_no_match))
    return [job for job in jobs if job.job_id in chosen]


async def _resting(desk: Desk, jobs: Iterable[StoredJob]) -> set[str]:
    """The jobs that no worker has, as upgrade mode is on or they wait for memory: nothing has to be kept."""
    if not await desk.write(upgrade_mode.is_on, desk.ports):
        return {job.job_id for job in jobs} & set(desk.capacity.waiting)
    return {job.job_id for job in jobs if job.state is not State.FAILED and _stranded(desk, job)}


def _stranded(desk: Desk, job: StoredJob) -> bool:
    """Whether a job broke in such a way that not even its failure could be stored."""
    return job.state is not State.CLOSED and desk.session(job.job_id) is None


def _refuse_failed(jobs: Iterable[StoredJob]) -> None:
    failed = [job.job_id for job in jobs]
    if len(failed) == 1:
        raise Conflict(f"cannot close job [{failed[0]}] because it failed, use force close")
    if failed:
        raise Conflict("one or more jobs have state failed, use force close")


def closing_of(desk: Desk, job_id: str) -> asyncio.Task[None] | None:
    """The task that closes a job, begun now unless it is under way; None when there is nothing to close."""
    session = desk.session(job_id)
    if session is None:
        return None
    if session.closing is None:
        session.closing = desk.acts.start(_close(desk, session))
    return session.closing


async def _close(desk: Desk, session: Session) -> None:
    try:
        while True:
            with suppress(Unwritable):
                await _finish(desk, session)
                return
            await asyncio.sleep(AGAIN_AFTER_S)
    except NotOpen:
        # Closed by force, deleted or broken meanwhile: only the last is not what was asked for.
        jobs = await desk.write(desk.ports.jobs.all)
        _refuse_failed(job for job in jobs if job.job_id == session.job_id and job.state is State.FAILED)
    except Exception as fault:
        await desk.fail(session, fault)
        raise


async def _finish(desk: Desk, session: Session) -> None:
    """Let all that came before be analysed, then keep the model; an opening under way is waited for."""
    opened = session.accepting
    if opened:
        await _stop_accepting(desk, session)
    async with session.turn():
        if not opened:
            await _stop_accepting(desk, session)
        await desk.tell(session, Flush())
        snapshot_id = await persisting.save(desk, session, "State persisted due to job close")
        await desk.write(keeping.finish, desk.ports, session, snapshot_id)
        desk.end(session)
    await desk.ports.workers.drop(session.job_id)


async def _stop_accepting(desk: Desk, session: Session) -> None:
    session.accepting = False
    await desk.write(keeping.move, desk.ports, session.job_id, Event.CLOSE)


async def _suspend(desk: Desk, session: Session) -> None:
    async with session.turn():
        snapshot_id = await persisting.save(desk, session, "State persisted due to server stop")
        await desk.write(keeping.activate, desk.ports, session, snapshot_id)
        desk.end(session)
