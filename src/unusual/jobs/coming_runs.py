"""The runs of datafeeds that the end of the server cut short, until they go on; knows neither source nor pull."""

import asyncio
import logging
from collections.abc import Awaitable, Collection
from typing import Final, Protocol

from unusual.errors import Problem
from unusual.jobs.ports import Ports
from unusual.jobs.running import Running

LOG: Final = logging.getLogger(__name__)
RUNS: Final = "datafeed_run"


class Begin(Protocol):
    """Begins the run of a datafeed over a window of time [ms]."""

    def __call__(self, datafeed_id: str, window_ms: tuple[int, int | None], *, again: bool) -> Awaitable[None]: ...


class ComingRuns:
    """Those that go on as soon as the jobs are where they were: what each is to read next, its job tells."""

    def __init__(self, ports: Ports, running: Running) -> None:
        self._ports = ports
        self._running = running
        self._windows: dict[str, tuple[int, int | None]] = {}
        self._going_on: asyncio.Task[None] | None = None

    def __contains__(self, datafeed_id: str) -> bool:
        return datafeed_id in self._windows

    async def start(self, begin: Begin) -> None:
        """Wait for the jobs, by itself; then let every run begin that is coming still."""
        kept = await asyncio.to_thread(self._ports.configs.all, RUNS)
        self._windows = {run["datafeed_id"]: (run["start_ms"], run["end_ms"]) for run in kept}
        self._going_on = asyncio.create_task(self._go_on(begin))

    async def done(self) -> None:
        """Wait until every run goes on, or is over."""
        if self._going_on is not None:
            await asyncio.wait({self._going_on})

    async def stop(self) -> None:
        """Let the rest come when the server starts once more."""
        if self._going_on is not None:
            self._going_on.cancel()
        await self.done()

    def take(self, datafeed_id: str) -> bool:
        """Whether a run was coming; from now on it is not."""
        return self._windows.pop(datafeed_id, None) is not None

    async def give_up(self, names: Collection[str]) -> None:
        """Let runs be over before they go on."""
        for name in names:
            if self.take(name):
                await asyncio.to_thread(self._ports.configs.delete, RUNS, name)

    async def _go_on(self, begin: Begin) -> None:
        await self._running.resumed()
        for datafeed_id, window_ms in [*self._windows.items()]:
            try:
                await begin(datafeed_id, window_ms, again=True)
            except Problem as problem:  # such as that its job is not open any more: it is over
                LOG.warning("datafeed not resumed", extra={"datafeed": datafeed_id, "reason": problem.reason})
                await asyncio.to_thread(self._ports.configs.delete, RUNS, datafeed_id)
