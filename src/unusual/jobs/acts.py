"""What is begun for a client and goes on when the client has gone; knows nothing of what is done."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any, Final, TypeVar

from unusual.errors import Problem

LOG: Final = logging.getLogger(__name__)

T = TypeVar("T")


class Acts:
    """The acts under way; a fault in one is told to who waits for it, and logged, since nobody may be waiting."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, act: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin to do something that goes on by itself; what failed can be read from the task."""
        task = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def carry_out(self, act: Coroutine[Any, Any, T]) -> T:
        """Do something to its end, also when the one who asked for it goes away meanwhile."""
        return await asyncio.shield(self.start(act))

    async def all_done(self, acts: Iterable[Coroutine[Any, Any, None]]) -> None:
        """Do several things at once; one that fails does not keep the others from their end."""
        started = [self.start(act) for act in acts]
        if started:
            await asyncio.wait(started)

    async def ended(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        # A problem is a fact that a caller, or the stored reason of a job, tells.
        if fault is not None and not isinstance(fault, Problem):
            LOG.error("an act on a job failed", exc_info=fault)
