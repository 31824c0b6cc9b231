"""One opening of a job: the ordered mailbox through which its messages pass; knows no store and no worker."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from unusual.analysis.control import Schedule
from unusual.errors import NotOpen, Unavailable


class Session:
    """A job from the begin of its opening until it is closed, broken or deleted.

    alive      whether answers of the worker still count
    accepting  whether new uploads and flushes may come
    closing    the task that closes it, once asked for
    schedule   what calendars and filters said when the job was last told
    """

    def __init__(self, job_id: str, room: int) -> None:
        self.job_id = job_id
        self.alive = True
        self.accepting = False
        self.closing: asyncio.Task[None] | None = None
        self.schedule: Schedule | None = None
        self._room = room
        self._waiting = 0
        self._turns = asyncio.Lock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among the uploads that wait; `Unavailable` when all are taken."""
        if self._waiting >= self._room:
            raise Unavailable(f"job [{self.job_id}] has [{self._waiting}] uploads waiting; try again later")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The job's attention, given in the order of asking; `NotOpen` when this opening has ended meanwhile."""
        async with self._turns:
            self.require_alive()
            yield

    def require_alive(self) -> None:
        """`NotOpen` when this opening has ended."""
        if not self.alive:
            raise NotOpen(self.job_id)

    def end(self) -> None:
        """Whatever is still under way for this opening counts no more."""
        self.alive = False
        self.accepting = False
