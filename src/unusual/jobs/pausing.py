"""All open jobs let go and taken up again, around an upgrade; knows sessions and their order, not what is upgraded."""

import asyncio

from unusual.errors import TimedOut
from unusual.jobs import closing, opening, upgrade_mode
from unusual.jobs.desk import Desk


class Pausing:
    """The switch of upgrade mode; it is turned by one at a time.

    patience_s  how long it waits for the jobs to be saved, or to be loaded
    """

    def __init__(self, desk: Desk, patience_s: float) -> None:
        self._desk = desk
        self._patience_s = patience_s
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Load the jobs that were open when the server ended, unless upgrade mode was on."""
        if not await self._desk.write(upgrade_mode.is_on, self._desk.ports):
            await opening.resume(self._desk, self._patience_s)

    async def switch(self, *, enabled: bool, timeout_s: float) -> None:
        """Let all open jobs go, their models kept, or take them up again; `TimedOut` when this goes on by itself."""
        switching = self._desk.acts.start(self._switch(enabled=enabled))
        done, _ = await asyncio.wait({switching}, timeout=timeout_s)
        if not done:
            word = "on" if enabled else "off"
            raise TimedOut(f"upgrade mode could not be switched {word} within [{timeout_s:g}s]")
        switching.result()

    async def _switch(self, *, enabled: bool) -> None:
        async with self._turn:
            if not await self._desk.write(upgrade_mode.switch, self._desk.ports, enabled=enabled):
                return
            if enabled:
                await self._let_go()
            else:
                await opening.resume(self._desk, self._patience_s)

    async def _let_go(self) -> None:
        held = [session.job_id for session in self._desk.sessions()]
        await closing.suspend(self._desk, self._patience_s)
        await asyncio.gather(*(self._desk.ports.workers.drop(job_id) for job_id in held))
