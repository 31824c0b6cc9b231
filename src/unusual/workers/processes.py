"""Jobs in a pool of worker processes, many in each; a process that dies takes down no job of another.

Knows where each job lives; knows nothing of what jobs do.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Message, Outputs, Replay
from unusual.errors import NotOpen, WorkerDied
from unusual.schema.jobs import Job
from unusual.workers.process import Process
from unusual.workers.residence import Leave, Reply, Settle

LOG: Final = logging.getLogger(__name__)
ENGINES: Final = "unusual.analysis.engine:Engine"
LOOK_EVERY_S: Final = 1.0


@dataclass(frozen=True)
class Limits:
    """What a process may take before it is ended, seconds.

    start_s    to get ready
    silence_s  between two signs of life
    order_s    for one order; the first ones may have to wait for kernels to be compiled
    """

    start_s: float = 300.0
    silence_s: float = 30.0
    order_s: float = 600.0


class Processes:
    """The `Workers` port on several processes; made inside or outside an event loop, used inside one.

    size        how many processes, one per core unless told
    engines     `<module>:<class>` of the engines, which only the processes import
    patience_s  how long a process may be silent about a job that is to leave it, and take to end, before it is killed
    limits      when a process counts as stuck
    """

    def __init__(
        self,
        size: int | None = None,
        *,
        engines: str = ENGINES,
        patience_s: float = 60.0,
        limits: Limits = Limits(),
    ) -> None:
        self._size = size or len(os.sched_getaffinity(0))
        self._engines = engines
        self._patience_s = patience_s
        self._limits = limits
        self._stopping = False
        self._losses: asyncio.Queue[list[str]] = asyncio.Queue()
        self._places: dict[str, Process] = {}
        self._processes: list[Process] = []
        for _ in range(self._size):
            self._start()

    @property
    def pids(self) -> list[int]:
        """Ids of the processes that take orders now."""
        return [process.pid for process in self._processes if process.alive]

    async def open(self, job: Job, state: bytes | None, *, alone: bool = False) -> None:
        """Give the job a place in the least busy process, going on from `state` when there is one.

        alone  in a process of its own, beyond the others, since it may be what ends processes
        """
        process = self._start(alone=True) if alone else self._least_busy()
        process.jobs.add(job.job_id)
        self._places[job.job_id] = process
        await process.connect()
        await process.order(job.job_id, Settle(job, state))

    async def send(self, job_id: str, message: Message) -> Outputs:
        """Let the job handle a message after all earlier ones; `NotOpen` when it has no place, or loses it."""
        if job_id not in self._places:
            raise NotOpen(job_id)
        outputs = await self._places[job_id].order(job_id, message)
        assert isinstance(outputs, Outputs)  # noqa: S101 - problems are raised, and every message has an answer
        return outputs

    async def replay(self, job_id: str, messages: Sequence[Message]) -> None:
        """Let the job learn what it was told before; `NotOpen` as from `send`."""
        if job_id not in self._places:
            raise NotOpen(job_id)
        await self._places[job_id].order(job_id, Replay((*messages,)))

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
        if process.alone and process in self._processes:
            self._processes.remove(process)
            await process.end(self._patience_s)

    async def lost(self) -> list[str]:
        """Wait until a process dies; the jobs it held. Those that give no sign of life meanwhile are ended."""
        while True:
            await asyncio.gather(*(process.connect() for process in self._processes))
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    return await self._losses.get()
            except TimeoutError:
                self._end_stuck()

    async def stop(self) -> None:
        """End all processes after what they are doing now."""
        self._stopping = True
        await asyncio.gather(*(process.end(self._patience_s) for process in self._processes))

    def standing(self) -> tuple[int, int]:
        """How many processes take orders now, and how many there should be."""
        return len(self.pids), self._size

    def _end_stuck(self) -> None:
        """End the processes that hang: they are counted by looks, so that a stop of this one too is no silence."""
        for process in self._processes:
            silent, same = process.look()
            if silent * LOOK_EVERY_S > (self._limits.silence_s if process.ready else self._limits.start_s):
                LOG.warning("worker process [%d] gives no sign of life: it is ended", process.pid)
                process.kill()
            elif same * LOOK_EVERY_S > self._limits.order_s:
                LOG.warning("worker process [%d] does not come to an end with an order: it is ended", process.pid)
                process.kill()

    def _start(self, *, alone: bool = False) -> Process:
        process = Process(self._engines, self._replace, alone=alone)
        self._processes.append(process)
        return process

    def _replace(self, process: Process) -> None:
        """Another one for a process that is gone: at once; after one that never got ready only when it is needed."""
        if self._stopping or process not in self._processes:
            return
        self._processes.remove(process)
        if process.ready and not process.alone:
            self._start()
        if process.jobs:
            self._losses.put_nowait(sorted(process.jobs))

    def _least_busy(self) -> Process:
        for process in [process for process in self._processes if not process.alive]:
            self._replace(process)
        shared = [process for process in self._processes if not process.alone]
        shared += [self._start() for _ in range(self._size - len(shared))]
        return min(shared, key=lambda process: process.load)


def _kill_if_silent(process: Process, reply: "asyncio.Future[Reply]") -> None:
    if not reply.done():
        process.kill()
