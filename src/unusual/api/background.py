"""Calls that can go on after their answer (`wait_for_completion=false`); knows nothing of what they do."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Missing, Problem

LOG: Final = logging.getLogger(__name__)
_REMEMBERED: Final = 1_000


@dataclass(frozen=True)
class Call:
    """One call under way, or ended.

    action   what is done, as clients call it
    started  by the loop's clock, seconds
    """

    number: int
    action: str
    started_ms: int
    started: float
    task: asyncio.Task[None]


class Background:
    """The calls of this server, each with the name by which clients ask for it; the last ones to end are remembered.

    now_ms  the wall clock
    """

    def __init__(self, node_id: str, now_ms: Callable[[], int]) -> None:
        self._node_id = node_id
        self._now_ms = now_ms
        self._numbers = itertools.count(1)
        self._calls: dict[str, Call] = {}

    def start(self, action: str, call: Callable[[str], Awaitable[None]]) -> str:
        """Let a call, which is given its name, go on by itself; its name, `<node>:<number>`."""
        number = next(self._numbers)
        name = f"{self._node_id}:{number}"
        task = asyncio.create_task(_carried_out(call, name), name=name)
        task.add_done_callback(_told)
        self._calls[name] = Call(number, action, self._now_ms(), asyncio.get_running_loop().time(), task)
        self._forget_old()
        return name

    async def carry_out(self, action: str, call: Callable[[str], Awaitable[None]]) -> None:
        """Do the same to its end, also when the one who asked for it goes away; what fails is raised."""
        await asyncio.shield(self._calls[self.start(action, call)].task)

    async def shown(self, name: str, wait_s: float) -> Document:
        """How a call stands, waited for if it takes longer; `Missing` for one that is not known."""
        call = self._calls.get(name)
        if call is None:
            raise Missing(f"task [{name}] isn't running and hasn't stored its results")
        if wait_s:
            await asyncio.wait({call.task}, timeout=wait_s)
        return self._document(call)

    async def finish(self) -> None:
        """Wait until all have ended."""
        await asyncio.gather(*(call.task for call in self._calls.values()), return_exceptions=True)

    def _document(self, call: Call) -> Document:
        told = {
            "node": self._node_id,
            "id": call.number,
            "type": "transport",
            "action": call.action,
            "start_time_in_millis": call.started_ms,
            "running_time_in_nanos": int((asyncio.get_running_loop().time() - call.started) * 1e9),
            "cancellable": False,
            "headers": {},
        }
        return {"completed": call.task.done(), "task": told}

    def failure(self, name: str) -> Problem | None:
        """What went wrong with a call that has ended, as far as clients are told."""
        task = self._calls[name].task
        fault = task.exception() if task.done() and not task.cancelled() else None
        return fault if fault is None or isinstance(fault, Problem) else Problem("unexpected error")

    def _forget_old(self) -> None:
        ended = [name for name, call in self._calls.items() if call.task.done()]
        for name in ended[: max(0, len(ended) - _REMEMBERED)]:
            del self._calls[name]


async def _carried_out(call: Callable[[str], Awaitable[None]], name: str) -> None:
    await call(name)


def _told(task: asyncio.Task[None]) -> None:
    fault = None if task.cancelled() else task.exception()
    # A problem is a fact that the client is told.
    if fault is not None and not isinstance(fault, Problem):
        LOG.error("background call failed", extra={"task": task.get_name()}, exc_info=fault)
