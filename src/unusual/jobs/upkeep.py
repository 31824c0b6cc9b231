"""What the server does by itself from time to time: keep models, tell of late data, remove what is past its days.

Knows when, by the clock port; knows nothing of what is kept or removed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from unusual.jobs.lateness import Lateness
from unusual.jobs.ports import Ports
from unusual.jobs.retention import Pace, delete_expired
from unusual.jobs.running import Running

LOG: Final = logging.getLogger(__name__)

EVERY_S: Final = 60.0
# How long one removal may take; what is left goes with the next.
REMOVE_WITHIN_MS: Final = 8 * 3_600_000
KIND, NAME = "upkeep", "expiry"


class Upkeep:
    """The rounds of one server.

    expire_hours  how often what is past its days is removed, 0 for never
    every_s       seconds between rounds
    """

    def __init__(self, ports: Ports, running: Running, *, expire_hours: int = 24, every_s: float = EVERY_S) -> None:
        self._ports = ports
        self._running = running
        self._expire_ms = expire_hours * 3_600_000
        self._every_s = every_s
        self._lateness = Lateness()
        self._going: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Go round from now on, for either duty by itself: a long removal keeps no model from being kept."""
        self._going = [asyncio.create_task(self._go(duty)) for duty in (self.look_after, self.expire)]

    async def stop(self) -> None:
        """End the rounds; what is being removed ends with `Ports.stopping`."""
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)

    async def look_after(self) -> None:
        """Say which open jobs get data too late, and keep the models that are due."""
        await asyncio.to_thread(self._lateness.look, self._ports)
        await self._running.persisting.round()

    async def expire(self) -> None:
        """Remove what is past its days if the last removal is long enough ago."""
        if not self._expire_ms:
            return
        last = await asyncio.to_thread(self._ports.configs.get, KIND, NAME)
        now_ms = self._ports.clock.now_ms()
        # A removal that lies in the future was noted before the clock was put back.
        if last is None or not last["ended_ms"] <= now_ms < last["ended_ms"] + self._expire_ms:
            await self.delete_expired("_all", REMOVE_WITHIN_MS)
            await asyncio.to_thread(self._ports.configs.put, KIND, NAME, {"ended_ms": now_ms})

    async def delete_expired(self, expression: str, timeout_ms: int, per_second: float = 0.0) -> bool:
        """Remove what is past its days of some jobs; as `retention.delete_expired`."""
        return await asyncio.to_thread(delete_expired, self._ports, expression, Pace(timeout_ms, per_second))

    async def _go(self, duty: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await duty()
            except Exception:
                # The edge of the duty: what went wrong now may go well in the next round.
                LOG.exception("upkeep failed")
