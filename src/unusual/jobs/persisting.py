"""Models of open jobs kept from time to time, so that little has to be learnt again; knows no snapshot's inside."""

import asyncio
import zlib
from datetime import UTC, datetime
from typing import Final

from unusual.analysis.control import Document, Save
from unusual.jobs import keeping
from unusual.jobs.desk import Desk, end_cut_off
from unusual.jobs.ports import StoredJob
from unusual.jobs.sessions import Session
from unusual.schema.durations import Duration

# Unless a job says how often, its own time between three and four hours: many jobs are not kept all at once.
USUAL_MS: Final = 3 * 3_600_000
SPREAD_MS: Final = 3_600_000
WAIT_S: Final = 30.0
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
        await keep(desk, session)


async def keep(desk: Desk, session: Session) -> None:
    """Keep the model of a job that stays open; the caller has its turn."""
    at = datetime.fromtimestamp(desk.ports.clock.now_ms() // 1000, UTC).isoformat()
    snapshot_id = await save(desk, session, f"Periodic background persist at {at}")
    await desk.write(keeping.activate, desk.ports, session, snapshot_id)


def is_long(desk: Desk, session: Session) -> bool:
    """Whether the model of a job should be kept for its journal to begin anew."""
    return desk.ports.journals.size(session.job_id) > LONGEST_JOURNAL


class Persisting:
    """Which open job was last kept when, and how far it was: the time begins anew with each opening."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: dict[Session, tuple[int, object]] = {}
        self._going: dict[Session, asyncio.Task[None]] = {}

    async def round(self) -> None:
        """Keep the models of the open jobs whose time has come and that have seen anything since.

        A job that is in the middle of a long upload is not waited for: its model is kept when it has its turn.
        """
        ports, now_ms = self._desk.ports, self._desk.ports.clock.now_ms()
        stored = {job.job_id: job for job in await self._desk.write(ports.jobs.all)}
        sessions = [one for one in self._desk.sessions() if one.accepting and one.job_id in stored]
        self._kept = {one: self._kept.get(one, (now_ms, None)) for one in sessions}
        for session in sessions:
            job, (since_ms, progress) = stored[session.job_id], self._kept[session]
            if since_ms <= now_ms < since_ms + interval_ms(job.config):  # a clock that was put back is not waited for
                continue
            if _progress(job) != progress:
                self._begin(session)
            self._kept[session] = (now_ms, _progress(job))
        if self._going:
            await asyncio.wait(self._going.values(), timeout=WAIT_S)

    def shorten(self, session: Session) -> None:
        """Begin to keep the model of a job whose journal has become long, so that it begins anew."""
        if is_long(self._desk, session):
            self._begin(session)

    def _begin(self, session: Session) -> None:
        if session not in self._going:
            task = self._going[session] = self._desk.acts.start(persist(self._desk, session))
            task.add_done_callback(lambda _: self._going.pop(session))


def interval_ms(config: Document) -> int:
    """How often the model of an open job is kept."""
    given = config.get("background_persist_interval")
    if given is not None:
        return Duration(given).milliseconds
    return USUAL_MS + zlib.crc32(config["job_id"].encode()) % SPREAD_MS


def _progress(job: StoredJob) -> object:
    """How far a job has come: the same twice when nothing was sent in between."""
    return job.stats.get("data_counts", {}).get("input_record_count", 0), job.stats.get("finalized_end")
