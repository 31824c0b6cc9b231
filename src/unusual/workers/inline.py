"""Jobs in the same process, for tests and for servers composed without child processes; a fault stays with its job.

Knows no other process: what would kill one kills them all.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from unusual.analysis.control import Message, Outputs, Replay
from unusual.errors import NotOpen, Problem
from unusual.schema.jobs import Job
from unusual.workers.residence import Engines, Leave, Order, Residence, Settle


class Inline:
    """The `Workers` port on one thread of this process, which leaves the event loop free."""

    def __init__(self, engines: Engines) -> None:
        self._residence = Residence(engines)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="unusual-worker")
        self._settled: set[str] = set()

    async def open(self, job: Job, state: bytes | None, *, alone: bool = False) -> None:  # noqa: ARG002 - the port's
        """Give the job an engine, one that goes on from `state` when there is one; there is only one place."""
        self._settled.add(job.job_id)
        await self._order(job.job_id, Settle(job, state))

    async def send(self, job_id: str, message: Message) -> Outputs:
        """Let the job handle a message after all earlier ones; `NotOpen` when it was dropped meanwhile."""
        outputs = await self._order(job_id, message)
        assert outputs is not None  # noqa: S101 - every message has an answer
        return outputs

    async def replay(self, job_id: str, messages: Sequence[Message]) -> None:
        """Let the job learn what it was told before; `NotOpen` as from `send`."""
        await self._order(job_id, Replay((*messages,)))

    async def drop(self, job_id: str) -> None:
        """Forget the job without keeping anything."""
        self._settled.discard(job_id)
        await asyncio.get_running_loop().run_in_executor(self._thread, self._residence.take, job_id, Leave())

    async def lost(self) -> list[str]:
        """Wait for ever: the thread dies with its process."""
        await asyncio.get_running_loop().create_future()
        return []

    async def stop(self) -> None:
        """End the thread after what it is doing now."""
        self._thread.shutdown(cancel_futures=True)

    def standing(self) -> tuple[int, int]:
        """The one thread."""
        return 1, 1

    async def _order(self, job_id: str, order: Order) -> Outputs | None:
        if job_id not in self._settled:
            raise NotOpen(job_id)
        reply = await asyncio.get_running_loop().run_in_executor(self._thread, self._residence.take, job_id, order)
        if job_id not in self._settled:
            raise NotOpen(job_id)
        if isinstance(reply, Problem):
            raise reply
        return reply
