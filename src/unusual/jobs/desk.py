"""Where the use cases of open jobs meet: the sessions, the one writer of the store, what becomes of faults.

Knows that an answer is kept before the next message goes out; knows nothing of what messages mean.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Concatenate, Final, ParamSpec, TypeVar

from unusual.analysis.control import Document, Message, Outputs, Post
from unusual.errors import Damaged, Invalid, NotOpen, Problem, TimedOut, Unrepeatable, Unwritable
from unusual.jobs import committing, keeping
from unusual.jobs.acts import Acts
from unusual.jobs.blocking import Blocking
from unusual.jobs.capacity import Capacity
from unusual.jobs.gathering import Gathering
from unusual.jobs.ports import Ports
from unusual.jobs.sessions import Session
from unusual.jobs.telling import Telling, Writing

P = ParamSpec("P")
T = TypeVar("T")
AGAIN_AFTER_S: Final = 1.0  # when the store is tried again that could not be written
LOOK_EVERY_S: Final = 1.0


class Desk:
    """The open jobs and what is shared between their use cases.

    capacity    the memory that they share; `freed` is set when some of it may have become free
    stopwatch   seconds, for processing times
    room        uploads that may wait for one job
    patience_s  how long a client is kept waiting while the store cannot be written
    """

    def __init__(
        self, ports: Ports, capacity: Capacity, stopwatch: Callable[[], float], room: int, patience_s: float
    ) -> None:
        self.ports = ports
        self.capacity = capacity
        self.freed = asyncio.Event()
        self.blocking = Blocking()
        self.acts = Acts()
        self._writer = Gathering("unusual-writer")
        keep = partial(self._writer.ask, partial(committing.commit, ports))
        self._telling = Telling(ports, Writing(self.write, keep), partial(_follow, self), stopwatch)
        self._room = room
        self._patience_s = patience_s
        self._sessions: dict[str, Session] = {}

    async def write(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Let the writer's thread do something with the store, after all it was given before."""
        # A function of its own each time, so that it is joined with nothing: what is joined may be done twice.
        return await self._writer.ask(lambda alone: [act() for act in alone], partial(act, *args, **kwargs))

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
        its results must not be lost. `Unwritable` when nothing was taken because nothing can be written, `TimedOut`
        when it was, but what came of it cannot be written now.
        """
        if session.under_way is not None and not session.under_way.done():
            raise Unwritable(f"job [{session.job_id}] takes nothing now: {session.trouble}")
        telling = session.under_way = self.acts.start(self._tell(session, message))
        try:
            return await _answered(session, telling, self._patience_s)
        except asyncio.CancelledError:
            await asyncio.wait({telling})
            raise

    async def revive(self, session: Session, *, restarted: bool) -> None:
        """Let a worker take up a job that had one, with all that it was told; the caller has its turn.

        restarted  whether the server was; if not, only if its worker is gone
        """
        try:
            await (self._telling.revive(session, deaths=0) if restarted else self._telling.wake(session))
        except NotOpen:
            raise
        except Exception as fault:
            await self.fail(session, fault)
            raise

    async def fail(self, session: Session, fault: Exception) -> None:
        """Mark the job as failed for a stated reason, unless this opening of it has ended already."""
        if session.alive:
            self.end(session)
            await self.ports.workers.drop(session.job_id)
            lost = isinstance(fault, Damaged | Unrepeatable)
            await self.mark(keeping.fail, session.job_id, said(fault), lost=lost)

    async def mark(self, act: Callable[Concatenate[Ports, P], object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Let the store know what has become of a job; if it cannot be written now, as soon as it can."""
        try:
            await self.write(act, self.ports, *args, **kwargs)
        except Unwritable:
            self.acts.start(_insist(self, partial(act, self.ports, *args, **kwargs)))

    async def bereave(self, job_ids: Iterable[str]) -> None:
        """The worker of the jobs died: they are given another one, also those that nobody asks anything."""
        fallen = [self._sessions[job_id] for job_id in job_ids if job_id in self._sessions]
        for session in fallen:
            self.acts.start(_wake(self, session))

    def stop(self) -> None:
        """Let the writers finish what they were given, and end them."""
        self._telling.stop()
        self._writer.stop()

    async def _tell(self, session: Session, message: Message) -> Outputs:
        try:
            return await self._telling.tell(session, message)
        except (Invalid, NotOpen, Unwritable):
            raise
        except Exception as fault:
            # Whatever it was, the job in memory and the job in the store may have parted: only a new start mends that.
            await self.fail(session, fault)
            raise


def _follow(desk: Desk, job_id: str, sizes: Document) -> None:
    if desk.capacity.follow(job_id, sizes):
        desk.freed.set()


async def _answered(session: Session, telling: "asyncio.Task[Outputs]", patience_s: float) -> Outputs:
    troubled_s = 0.0
    while True:
        done, _ = await asyncio.wait({telling}, timeout=LOOK_EVERY_S)
        if done:
            return telling.result()
        troubled_s = troubled_s + LOOK_EVERY_S if session.trouble else 0.0
        if troubled_s >= patience_s:
            raise TimedOut(f"job [{session.job_id}] has taken it, and goes on when it can: {session.trouble}")


async def _insist(desk: Desk, act: Callable[[], object]) -> None:
    while True:
        await asyncio.sleep(AGAIN_AFTER_S)
        with suppress(Unwritable):
            await desk.write(act)
            return


async def _wake(desk: Desk, session: Session) -> None:
    with suppress(Problem):  # what its state, or whoever waits for an answer, tells
        async with session.turn():
            await desk.revive(session, restarted=False)


async def end_cut_off(desk: Desk, session: Session) -> None:
    """End an upload that was cut off: nothing else may begin in the middle of its last object."""
    if session.uploading:
        await desk.tell(session, Post(b"", desk.ports.clock.now_ms()))


def said(fault: Exception) -> str:
    """What a fault says about itself, for a stored reason."""
    return fault.reason if isinstance(fault, Problem) else f"{type(fault).__name__}: {fault}"
