"""Models of open jobs kept as snapshots; knows no snapshot's inside."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from unusual.analysis.control import Save
from unusual.errors import Problem
from unusual.jobs import keeping
from unusual.jobs.desk import Desk
from unusual.jobs.sessions import Session
from unusual.jobs.uploads import end_cut_off

LONGEST_JOURNAL: Final = 64 << 20  # bytes; about ten million records, which take some twenty seconds to be told again


async def save(desk: Desk, session: Session, why: str) -> str | None:
    """Keep the model of a job as a snapshot; its id, None when there is nothing to keep.

    The caller has the session's turn: nothing else comes to the job meanwhile, other jobs go on.
    """
    await end_cut_off(desk, session)
    outputs = await desk.tell(session, Save())
    return await asyncio.to_thread(keeping.keep_model, desk.ports, session.job_id, outputs, why)


async def persist(desk: Desk, session: Session) -> None:
    """Keep the model of a job that stays open, after all that was sent before; `NotOpen`."""
    async with session.turn():
        at = datetime.fromtimestamp(desk.ports.clock.now_ms() // 1000, UTC).isoformat()
        snapshot_id = await save(desk, session, f"Periodic background persist at {at}")
        await desk.write(keeping.activate, desk.ports, session, snapshot_id)


def shorten(desk: Desk, session: Session) -> None:
    """Begin to keep the model of a job whose journal has become long, so that it begins anew."""
    if not session.shortening and desk.ports.journals.size(session.job_id) > LONGEST_JOURNAL:
        session.shortening = True
        desk.acts.start(_shorten(desk, session))


async def _shorten(desk: Desk, session: Session) -> None:
    try:
        with suppress(Problem):  # closed, or failed for a reason that its state tells
            await persist(desk, session)
    finally:
        session.shortening = False
