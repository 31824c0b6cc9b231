"""Where the use cases of open jobs meet: the sessions, the one writer of the store, the way of a message.

Knows that an answer is kept before the next message goes out; knows nothing of what messages mean.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from unusual.analysis.control import Message, Outputs, Proceed
from unusual.errors import Invalid, NotOpen, Problem, WorkerDied
from unusual.jobs import keeping
from unusual.jobs.acts import Acts
from unusual.jobs.blocking import Blocking
from unusual.jobs.capacity import Capacity
from unusual.jobs.lifecycle import Event
from unusual.jobs.ports import Ports
from unusual.jobs.sessions import Session

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """The open jobs and what is shared between their use cases.

    capacity   the memory that they share; `freed` is set when some of it may have become free
    stopwatch  seconds, for processing times
    room       uploads that may wait for one job
    """

    def __init__(self, ports: Ports, capacity: Capacity, stopwatch: Callable[[], float], room: int) -> None:
        self.ports = ports
        self.capacity = capacity
        self.freed = asyncio.Event()
        self.blocking = Blocking()
        self.acts = Acts()
        self._stopwatch = stopwatch
        self._room = room
        self._sessions: dict[str, Session] = {}
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="unusual-writer")

    async def write(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Let the writer's thread do something with the store, after all it was given before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, partial(act, *args, **kwargs))

    def begin(self, job_id: str) -> Session:
        """A session for a job whose opening begins."""
        session = self._sessions[job_id] = Session(job_id, self._room)
        return session

    def session(self, job_id: str) -> Session | None:
        """The session of a job, None when it has none."""
        return self._sessions.get(job_id)

    def sessions(self) -> list[Session]:
        """Every session there is now."""
        return list(self._sessions.values())

    def accepting(self, job_id: str) -> Session:
        """The session of an opened job; `NotOpen` for every other."""
        session = self._sessions.get(job_id)
        if session is None or not session.accepting:
            raise NotOpen(job_id)
        return session

    def end(self, session: Session) -> None:
        """Forget a session: answers still under way count no more."""
        session.end()
        if self._sessions.get(session.job_id) is session:
            del self._sessions[session.job_id]
            self.release(session.job_id)

    def release(self, job_id: str) -> None:
        """A job needs no memory any more; another one may have it."""
        self.capacity.release(job_id)
        self.freed.set()

    async def tell(self, session: Session, message: Message) -> Outputs:
        """Send a message and keep what it led to; the caller has the session's turn.

        Once sent, a message is carried through even when nobody waits for it any more: the analysis has moved on, and
        its results must not be lost.
        """
        telling = asyncio.ensure_future(self._tell(session, message))
        try:
            return await asyncio.shield(telling)
        except asyncio.CancelledError:
            await asyncio.wait({telling})
            raise

    async def fail(self, session: Session, reason: str) -> None:
        """Mark the job as failed for a stated reason, unless this opening of it has ended already."""
        if session.alive:
            self.end(session)
            await self.ports.workers.drop(session.job_id)
            await self.write(keeping.move, self.ports, session.job_id, Event.BREAK, reason)

    async def bereave(self, job_ids: Iterable[str]) -> None:
        """The worker of the jobs died."""
        # All are found before the first is waited for: one that is opened anew meanwhile has another worker.
        fallen = [self._sessions[job_id] for job_id in job_ids if job_id in self._sessions]
        await self.acts.all_done(self.fail(session, WorkerDied(session.job_id).reason) for session in fallen)

    def stop(self) -> None:
        """Let the writer finish what it was given, and end it."""
        self._writer.shutdown()

    async def _tell(self, session: Session, message: Message) -> Outputs:
        outputs = await self._exchange(session, message)
        while outputs.unfinished:
            outputs = await self._exchange(session, Proceed())
        return outputs

    async def _exchange(self, session: Session, message: Message) -> Outputs:
        session.require_alive()
        began = self._stopwatch()
        try:
            outputs = await self.ports.workers.send(session.job_id, message)
            elapsed_ms = (self._stopwatch() - began) * 1000
            await self.write(keeping.commit, self.ports, session, outputs, elapsed_ms)
            if self.capacity.follow(session.job_id, outputs.model_size):
                self.freed.set()
        except (Invalid, NotOpen):
            raise
        except Exception as fault:
            # Whatever it was, the job in memory and the job in the store may have parted: only a new start mends that.
            await self.fail(session, said(fault))
            raise
        return outputs


def said(fault: Exception) -> str:
    """What a fault says about itself, for a stored reason."""
    return fault.reason if isinstance(fault, Problem) else f"{type(fault).__name__}: {fault}"
