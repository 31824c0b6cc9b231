"""Calls that go on after their answer (`wait_for_completion=false`); knows nothing of what they do."""

import asyncio
import itertools
import logging
from collections.abc import Coroutine
from typing import Final

LOG: Final = logging.getLogger(__name__)


class Background:
    """The calls under way, each with the name by which its answer told of it."""

    def __init__(self, node_id: str) -> None:
        self._node_id = node_id
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, call: Coroutine[None, None, None]) -> str:
        """Let a call go on by itself; its name, `<node>:<number>`. A failure is logged."""
        name = f"{self._node_id}:{next(self._numbers)}"
        task = asyncio.create_task(call, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return name

    async def finish(self) -> None:
        """Wait until all have ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            LOG.error("background call failed", extra={"task": task.get_name()}, exc_info=fault)
