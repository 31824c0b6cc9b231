"""The way of a message: into the job's journal and to its worker at once, and what came of it into the store.

When the worker is gone another one takes the job up, from its active snapshot and its journal, and the message has its
answer as if nothing had been. Knows no turns: whoever calls has the session's.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, TypeVar

from unusual.analysis.control import Document, Message, Outputs, Post, Proceed
from unusual.errors import Invalid, JobBroke, Unrepeatable, Unwritable, WorkerDied
from unusual.jobs import keeping, notifications
from unusual.jobs.committing import Kept
from unusual.jobs.entries import changes, encode
from unusual.jobs.gathering import Gathering
from unusual.jobs.journals import Entry, Journals
from unusual.jobs.notifications import Level
from unusual.jobs.ports import Ports
from unusual.jobs.recalling import Step, past_of
from unusual.jobs.sessions import Session

LOG: Final = logging.getLogger(__name__)
# Deaths of workers at the same entry: from how many on the job gets a worker of its own, and after how many it fails.
ALONE_AFTER: Final = 2
MOST_DEATHS: Final = 6
MOVED: Final = "Job moved to another worker, as its own was gone; nothing is lost"
_JOURNALING: Final = 8  # threads: what they wait for at the same time, the disk does in one go
_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0

T = TypeVar("T")
Timed: TypeAlias = tuple[Outputs, float]  # an answer and how long it took, ms


class Write(Protocol):
    """Lets the one writer's thread do something with the store."""

    async def __call__(self, act: Callable[..., T], *args: object) -> T: ...


class Writing(NamedTuple):
    """What the one writer's thread does: anything with the store, and keep what a message led to."""

    do: Write
    keep: Callable[[Kept], Awaitable[None]]


class _Appended(NamedTuple):
    """A message for the journal of a job, which was sent `seen` records before."""

    job_id: str
    seen: int
    number: int
    message: Message


class Telling:
    """Tells jobs their messages.

    follow     is told of each job how large it is, as its model size stats say, once that is kept
    stopwatch  seconds, for processing times
    """

    def __init__(
        self, ports: Ports, writing: Writing, follow: Callable[[str, Document], None], stopwatch: Callable[[], float]
    ) -> None:
        self._ports = ports
        self._writing = writing
        self._follow = follow
        self._stopwatch = stopwatch
        self._append_all = partial(_append_all, ports.journals)
        self._journaling = [Gathering(f"unusual-journal-{number}") for number in range(_JOURNALING)]

    async def tell(self, session: Session, message: Message) -> Outputs:
        """Send a message and keep what came of it; its last answer.

        `Unwritable` when it could not be journaled, and so was not taken; `errors.Invalid` when the job refuses it.
        """
        session.require_alive()
        if not changes(message, revises=session.head.revises):
            return await self._ask(session, message)
        number = session.entry + 1
        try:
            return await self._carry(session, number, self._journaled(session, number, message), _mark(message))
        except WorkerDied:
            answer = await self.revive(session)
        except JobBroke:
            await self._retract(session, number)
            raise
        finally:
            if session.entry == number:
                session.follow(message)
        if isinstance(answer, Invalid):
            raise answer
        assert answer is not None  # noqa: S101 - the newest entry is that of the message
        return answer

    async def revive(self, session: Session, deaths: int = 1) -> Outputs | Invalid | None:
        """Let another worker take the job up, after so many that died, and go on to the end of its journal.

        The answer to the newest entry, None when there is none. `errors.Damaged`, `Unrepeatable`; `JobBroke` when
        one worker after the other dies of it.
        """
        place = session.at
        if deaths:
            LOG.warning("the worker of job [%s] is gone; another one takes the job up", session.job_id)
        while True:
            session.require_alive()
            try:
                answer = await self._again(session, alone=deaths >= ALONE_AFTER)
            except WorkerDied:
                deaths = deaths + 1 if session.at == place else 1
                place = session.at
            else:
                if deaths and session.alive:
                    tell = self._writing.do
                    await tell(notifications.tell, self._ports, session.job_id, MOVED, Level.WARNING)
                return answer
            if deaths >= MOST_DEATHS:
                fault = JobBroke(session.job_id, f"[{deaths}] workers in a row died of entry [{place}] of its journal")
                await self._retract(session, place)
                raise fault
            await asyncio.sleep(_PAUSE_S * deaths)

    async def wake(self, session: Session) -> None:
        """Make sure that the job has a worker that lives."""
        try:
            await self._ports.workers.replay(session.job_id, ())
        except WorkerDied:
            await self.revive(session)

    def stop(self) -> None:
        """Let no journal be written any more."""
        for thread in self._journaling:
            thread.stop()

    async def _ask(self, session: Session, message: Message) -> Outputs:
        """Send a message that changes nothing, and so can be sent again."""
        for deaths in range(1, MOST_DEATHS):
            try:
                return await self._carry(session, None, self._send(session, message))
            except WorkerDied:
                await self.revive(session, deaths)
        return await self._carry(session, None, self._send(session, message))

    async def _journaled(self, session: Session, number: int, message: Message) -> Timed:
        """The first answer to a message, which is in the journal then."""
        if session.wary:
            await self._append(session, number, message)
            return await self._send(session, message)
        sending = asyncio.ensure_future(self._send(session, message))
        try:
            await self._append(session, number, message)
        except Unwritable:
            await asyncio.wait({sending})
            sending.exception()
            # The engine has taken what the journal has not.
            await self.revive(session, deaths=0)
            raise
        return await sending

    async def _append(self, session: Session, number: int, message: Message) -> None:
        session.wary = True
        appended = _Appended(session.job_id, session.seen, number, message)
        await self._journaling[hash(session.job_id) % _JOURNALING].ask(self._append_all, appended)
        session.entry, session.wary = number, False

    async def _retract(self, session: Session, number: int) -> None:
        """Take a message out of the journal that nobody was given an answer to."""
        if session.position.entry < number:
            await asyncio.to_thread(self._ports.journals.retract, session.job_id, number)

    async def _send(self, session: Session, message: Message) -> Timed:
        began = self._stopwatch()
        outputs = await self._ports.workers.send(session.job_id, message)
        return outputs, (self._stopwatch() - began) * 1000

    async def _carry(
        self,
        session: Session,
        number: int | None,
        first: Coroutine[Any, Any, Timed],
        mark: Document | None = None,
    ) -> Outputs:
        """Keep one answer after the other that is not kept yet; the last one.

        number  of the entry that is answered; None for what changes nothing
        mark    where the source of its records goes on
        """
        session.at = session.entry if number is None else number
        part = 0
        try:
            outputs, elapsed_ms = await first
            while True:
                part += 1
                await self._keep(session, number, part, mark, outputs, elapsed_ms)
                if not outputs.unfinished:
                    return outputs
                outputs, elapsed_ms = await self._send(session, Proceed())
        except Invalid:
            if number is not None and not session.position.knows(number, part + 1):
                position = session.position.at(number, part + 1)
                await self._insist(session, lambda: self._writing.do(keeping.pass_over, self._ports, session, position))
            raise

    async def _keep(
        self,
        session: Session,
        number: int | None,
        part: int,
        mark: Document | None,
        outputs: Outputs,
        elapsed_ms: float,
    ) -> None:
        if number is None:
            if outputs.empty:
                return
            position = session.position
        else:
            if session.position.knows(number, part):
                return
            position = session.position.at(number, part, mark)
        kept = Kept(session, outputs, elapsed_ms, position)
        await self._insist(session, lambda: self._writing.keep(kept))
        self._follow(session.job_id, outputs.model_size)

    async def _insist(self, session: Session, write: Callable[[], Awaitable[None]]) -> None:
        """Do something with the store as soon as it can be written."""
        pause_s = _PAUSE_S
        while True:
            try:
                await write()
            except Unwritable as problem:
                if not session.trouble:
                    LOG.warning("job [%s] waits: %s", session.job_id, problem.reason)
                session.trouble = problem.reason
            else:
                session.trouble = ""
                return
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            session.require_alive()

    async def _again(self, session: Session, *, alone: bool) -> Outputs | Invalid | None:
        session.at = 0
        past = await asyncio.to_thread(past_of, self._ports, session)
        session.require_alive()
        await self._ports.workers.open(past.job, past.state, alone=alone)
        answer: Outputs | Invalid | None = None
        while (step := await asyncio.to_thread(next, past.steps, None)) is not None:
            session.require_alive()
            session.at, _ = step[-1]
            try:
                answer = await self._repeat(session, step)
            except JobBroke as fault:
                if session.at > session.position.entry:
                    await self._retract(session, session.at)
                    raise
                raise Unrepeatable(session.job_id, session.at, fault.reason) from fault
        return answer

    async def _repeat(self, session: Session, step: Step) -> Outputs | Invalid | None:
        number, message = step[-1]
        if number < max(session.position.entry, 1):
            await self._ports.workers.replay(session.job_id, [told for _, told in step])
            return None
        try:
            return await self._carry(session, number, self._send(session, message), _mark(message))
        except Invalid as problem:
            return problem


def _mark(message: Message) -> Document | None:
    return message.mark if isinstance(message, Post) else None


def _append_all(journals: Journals, appended: Sequence[_Appended]) -> list[Unwritable | None]:
    """Add each to the journal of its job; what is in the way of some is told, not raised: the others are added."""
    entries = [Entry(one.number, encode(one.message)) for one in appended]
    return [_append(journals, one, entry) for one, entry in zip(appended, entries, strict=True)]


def _append(journals: Journals, one: _Appended, entry: Entry) -> Unwritable | None:
    try:
        journals.append(one.job_id, entry, one.seen)
    except Unwritable as problem:
        return problem
    return None
