"""One opening of a job: the ordered mailbox through which its messages pass; knows no store and no worker."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

from unusual.analysis.control import Cut, Message, Outputs, Post, Schedule
from unusual.errors import NotOpen, Unavailable
from unusual.jobs.entries import Head
from unusual.jobs.ports import StoredJob
from unusual.jobs.position import Position


class Session:
    """A job from the begin of its opening until it is closed, broken or deleted.

    alive      whether answers of the worker still count
    accepting  whether new uploads and flushes may come
    closing    the task that closes it, once asked for
    under_way  the message that it was told last, which may be waited for no more
    head       what the job was opened with, and what calendars and filters said when it was last told
    stored     the job as it was when its stats were kept last, None when that is to be read
    position   how far the store is in the job's journal
    entry      number of the newest entry of the journal
    seen       how many records the job has been sent
    uploading  whether the last piece of an upload is still to come
    at         the entry that the worker is told now
    wary       whether the journal could not be written when it was tried last
    trouble    why what came of the last message cannot be kept now, '' for nothing
    """

    def __init__(self, job_id: str, room: int) -> None:
        self.job_id = job_id
        self.alive = True
        self.accepting = False
        self.closing: asyncio.Task[None] | None = None
        self.under_way: asyncio.Task[Outputs] | None = None
        self.head = Head({}, Schedule((), {}))
        self.stored: StoredJob | None = None
        self.position = Position()
        self.entry = 0
        self.seen = 0
        self.uploading = False
        self.at = 0
        self.wary = False
        self.trouble = ""
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

    def follow(self, message: Message) -> None:
        """Note what a message that the job was told says of the next ones."""
        if isinstance(message, Post):
            self.uploading = not message.last
        elif isinstance(message, Cut):
            self.uploading = False
        elif isinstance(message, Schedule):
            self.head = replace(self.head, schedule=message)

    def require_alive(self) -> None:
        """`NotOpen` when this opening has ended."""
        if not self.alive:
            raise NotOpen(self.job_id)

    def end(self) -> None:
        """Whatever is still under way for this opening counts no more."""
        self.alive = False
        self.accepting = False
