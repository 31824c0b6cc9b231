"""Jobs in a pool of worker processes, many in each; a process that dies takes down no job of another.

Knows where each job lives; knows nothing of what jobs do.
"""

import asyncio
import os
from contextlib import suppress
from typing import Final

from unusual.analysis.control import Message, Outputs
from unusual.errors import NotOpen, WorkerDied
from unusual.schema.jobs import Job
from unusual.workers.process import Process
from unusual.workers.residence import Leave, Reply, Settle

ENGINES: Final = "unusual.analysis.engine:Engine"


class Processes:
    """The `Workers` port on several processes; made inside or outside an event loop, used inside one.

    size        how many processes, one per core unless told
    engines     `<module>:<class>` of the engines, which only the processes import
    patience_s  how long a process may be silent about a job that is to leave it, and take to end, before it is killed
    """

    def __init__(self, size: int | None = None, *, engines: str = ENGINES, patience_s: float = 60.0) -> None:
        self._size = size or len(os.sched_getaffinity(0))
        self._engines = engines
        self._patience_s = patience_s
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._losses: asyncio.Queue[list[str]] = asyncio.Queue()
        self._places: dict[str, Process] = {}
        self._processes = [self._process() for _ in range(self._size)]

    @property
    def pids(self) -> list[int]:
        """Ids of the processes that take orders now."""
        return [process.pid for process in self._processes if process.alive]

    async def open(self, job: Job, state: bytes | None) -> None:
        """Give the job a place in the least busy process, going on from `state` when there is one."""
        self._loop = asyncio.get_running_loop()
        process = self._least_busy()
        process.jobs.add(job.job_id)
        self._places[job.job_id] = process
        await process.order(job.job_id, Settle(job, state))

    async def send(self, job_id: str, message: Message) -> Outputs:
        """Let the job handle a message after all earlier ones; `NotOpen` when it has no place, or loses it."""
        if job_id not in self._places:
            raise NotOpen(job_id)
        outputs = await self._places[job_id].order(job_id, message)
        assert isinstance(outputs, Outputs)  # noqa: S101 - problems are raised, and every message has an answer
        return outputs

    async def drop(self, job_id: str) -> None:
        """Take the job's place away; messages of it under way end with `NotOpen`.

        Does not wait for a process that is busy. One that stays silent is stuck: it is killed, for nothing else could
        set its other jobs free.
        """
        process = self._places.pop(job_id, None)
        if process is None:
            return
        process.disown(job_id)
        with suppress(WorkerDied):
            left = process.order(job_id, Leave())
            asyncio.get_running_loop().call_later(self._patience_s, _kill_if_silent, process, left)

    async def lost(self) -> list[str]:
        """Wait until a process dies; the jobs it held."""
        self._loop = asyncio.get_running_loop()
        return await self._losses.get()

    async def stop(self) -> None:
        """End all processes after what they are doing now."""
        self._stopping = True
        ends = (asyncio.to_thread(process.end, self._patience_s) for process in self._processes)
        await asyncio.gather(*ends)

    def standing(self) -> tuple[int, int]:
        """How many processes take orders now, and how many there should be."""
        return len(self.pids), self._size

    def _process(self) -> Process:
        return Process(self._engines, self._report)

    def _report(self, process: Process) -> None:
        """A process is gone, says its reading thread."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._replace, process)

    def _replace(self, process: Process) -> None:
        """Start another one at once; but after one that never got ready only when it is needed, not over and over."""
        if self._stopping or process not in self._processes:
            return
        self._processes.remove(process)
        if process.ready:
            self._processes.append(self._process())
        if process.jobs:
            self._losses.put_nowait(sorted(process.jobs))

    def _least_busy(self) -> Process:
        for process in [process for process in self._processes if not process.alive]:
            self._replace(process)
        while len(self._processes) < self._size:
            self._processes.append(self._process())
        return min(self._processes, key=lambda process: process.load)


def _kill_if_silent(process: Process, reply: "asyncio.Future[Reply]") -> None:
    if not reply.done():
        process.kill()
