"""All open jobs let go and taken up again, around an upgrade; knows sessions and their order, not what is upgraded."""

import asyncio
from collections.abc import Iterable

from unusual.errors import TimedOut
from unusual.jobs import closing, opening, upgrade_mode
from unusual.jobs.desk import Desk
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob


class Pausing:
    """The switch of upgrade mode; it is turned by one at a time.

    patience_s  how long it waits for the jobs to be saved, or to be loaded
    """

    def __init__(self, desk: Desk, patience_s: float) -> None:
        self._desk = desk
        self._patience_s = patience_s
        self._turn = asyncio.Lock()

    async def start(self) -> "asyncio.Task[None] | None":
        """Begin to load the jobs that were open when the server ended, unless upgrade mode was on."""
        if await self._desk.write(upgrade_mode.is_on, self._desk.ports):
            return None
        return self._desk.acts.start(self._take_up(await opening.mark_unfinished(self._desk)))

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
                await self._take_up(await opening.mark_unfinished(self._desk))

    async def _take_up(self, jobs: Iterable[StoredJob]) -> None:
        await self._desk.acts.all_done(self._go_on(job) for job in jobs)

    async def _go_on(self, job: StoredJob) -> None:
        await opening.load_again(self._desk, job, self._patience_s)
        if job.state is State.CLOSING:
            closing.closing_of(self._desk, job.job_id)

    async def _let_go(self) -> None:
        held = [session.job_id for session in self._desk.sessions()]
        await closing.suspend(self._desk, self._patience_s)
        await asyncio.gather(*(self._desk.ports.workers.drop(job_id) for job_id in held))
