"""Workers that do what a script says, and otherwise what they are to do."""

import asyncio
from collections import deque

from tests.jobs.world import Adder
from unusual.errors import NotOpen, Unavailable, WorkerDied
from unusual.workers.inline import Inline


class Scripted:
    """Workers that are silent, full or dying when the script says so, and `Inline` otherwise."""

    def __init__(self) -> None:
        self._inline = Inline(Adder)
        self._silent: list[tuple[str, asyncio.Future[None]]] = []
        self._lost: asyncio.Queue[list[str]] | None = None
        self.script: deque[str] = deque()

    async def open(self, job, state, *, alone=False) -> None:
        self.alone = alone
        await self._next(job.job_id)
        await self._inline.open(job, state)

    async def replay(self, job_id, messages) -> None:
        await self._next(job_id)
        await self._inline.replay(job_id, messages)

    async def send(self, job_id, message):
        await self._next(job_id)
        return await self._inline.send(job_id, message)

    async def drop(self, job_id) -> None:
        for silent, waiting in self._silent:
            if silent == job_id and not waiting.done():
                waiting.set_exception(NotOpen(job_id))
        await self._inline.drop(job_id)

    async def lost(self) -> list[str]:
        self._lost = self._lost or asyncio.Queue()
        return await self._lost.get()

    async def stop(self) -> None:
        for job_id, waiting in self._silent:
            if not waiting.done():
                waiting.set_exception(WorkerDied(job_id))
        await self._inline.stop()

    def lose(self, *job_ids: str) -> None:
        self._lost.put_nowait(list(job_ids))

    async def _next(self, job_id) -> None:
        match self.script.popleft() if self.script else "":
            case "silent":
                self._silent.append((job_id, asyncio.get_running_loop().create_future()))
                await self._silent[-1][1]
            case "full":
                raise Unavailable("no room")
            case "dying":
                raise WorkerDied(job_id)

    def engine(self, job_id):
        """What the job's worker holds, None when it was told to die and has not been asked since."""
        return self._inline._residence._living.get(job_id)
