"""The datafeeds that run now: begun, carried out, ended, and begun again after a restart; knows no client's call."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Conflict, NoSuchDatafeed, Problem, TimedOut
from unusual.jobs import datafeeds
from unusual.jobs.datafeeds import RUNS, TIMINGS
from unusual.jobs.lifecycle import State
from unusual.jobs.notifications import Level, tell
from unusual.jobs.ports import Ports
from unusual.jobs.pulling import Ended, Pull
from unusual.jobs.running import Running
from unusual.jobs.sources import Sources
from unusual.schema.datafeeds import Datafeed
from unusual.schema.feed_timing import feed_timing
from unusual.schema.jobs import Job

LOG: Final = logging.getLogger(__name__)
CANCEL_WITHIN_S: Final = 5.0
LOADED: Final = "the jobs of this server are being loaded"
HALTED: Final = "Datafeed waits for the next start of the server"
ENDS: Final = {
    Ended.STOPPED: "Datafeed stopped",
    Ended.AT_END: "Datafeed lookback completed",
    Ended.EMPTY: "Datafeed stopped: no search has found any data",
}


@dataclass(frozen=True)
class Run:
    """A running datafeed: its pull and the task that carries it out."""

    pull: Pull
    task: asyncio.Task[None]

    @property
    def state(self) -> str:
        """The word clients read."""
        if self.pull.stopping.is_set():
            return "stopping"
        return "starting" if self.pull.waits_for else "started"


class FeedRuns:
    """Every run, by the id of its datafeed; what must outlast the server is kept in the store.

    sources  makes the source that a datafeed reads from
    """

    def __init__(self, ports: Ports, running: Running, sources: Sources) -> None:
        self._ports = ports
        self._running = running
        self._sources = sources
        self._runs: dict[str, Run] = {}
        self._halting = False
        self._starting = asyncio.Lock()

    def get(self, datafeed_id: str) -> Run | None:
        """The run of a datafeed, None when it does not run."""
        return self._runs.get(datafeed_id)

    def of_jobs(self, job_ids: Collection[str]) -> list[str]:
        """Ids of the running datafeeds of some jobs."""
        return [name for name, run in self._runs.items() if run.pull.job.job_id in job_ids]

    async def resume(self) -> None:
        """Begin again every run that the end of the server cut short; one whose job is not open any more is over.

        Each goes on by itself when the jobs are where they were: what is to be read next, its job tells.
        """
        for kept in await asyncio.to_thread(self._ports.configs.all, RUNS):
            datafeed_id = kept["datafeed_id"]
            try:
                await self.begin(datafeed_id, (kept["start_ms"], kept["end_ms"]), again=True)
            except Problem as problem:
                LOG.warning("datafeed not resumed", extra={"datafeed": datafeed_id, "reason": problem.reason})
                await asyncio.to_thread(self._give_up, datafeed_id, problem)

    async def halt(self, timeout_s: float) -> None:
        """Let every run end at its next portion; they go on with `resume`."""
        self._halting = True
        await self.end([*self._runs], timeout_s, force=True)

    async def begin(self, datafeed_id: str, window_ms: tuple[int, int | None], *, again: bool = False) -> None:
        """Begin to read; `NoSuchDatafeed`, `Conflict`, `errors.Refused`, `errors.Unreachable`.

        again  whether it ran before: then its job and its source are waited for
        """
        # One start at a time: what is checked still holds when the run begins, and a datafeed runs once.
        async with self._starting:
            pull = await asyncio.to_thread(self._prepared, datafeed_id, window_ms, again=again)
            run = {"datafeed_id": datafeed_id, "start_ms": window_ms[0], "end_ms": window_ms[1]}
            await asyncio.to_thread(self._ports.configs.put, RUNS, datafeed_id, run)
            task = asyncio.create_task(self._carry_out(pull), name=f"datafeed-{datafeed_id}")
            self._runs[datafeed_id] = Run(pull, task)
            await self._tell(pull, f"Datafeed started ({_range(window_ms)})")

    async def end(self, names: Collection[str], timeout_s: float, *, force: bool) -> None:
        """Let some datafeeds end; `TimedOut` when some still read after `timeout_s`, unless they are forced to end."""
        runs = [self._runs[name] for name in names if name in self._runs]
        if not runs:
            return
        for run in runs:
            run.pull.stopping.set()
        _, late = await asyncio.wait({run.task for run in runs}, timeout=timeout_s)
        if late and not force:
            raise TimedOut(f"[{len(late)}] datafeeds did not stop within [{timeout_s:g}s]")
        for task in late:
            task.cancel()
        if late:
            # What a worker is at is carried through; one that is stuck must not keep the caller from ending its job.
            await asyncio.wait(late, timeout=CANCEL_WITHIN_S)

    def timing(self, feed: datafeeds.StoredFeed) -> Document:
        """How long the searches of a datafeed took, up to now."""
        run = self._runs.get(feed.datafeed_id)
        if run is not None:
            return run.pull.timing
        return self._ports.configs.get(TIMINGS, feed.datafeed_id) or feed_timing(feed.job_id)

    def _prepared(self, datafeed_id: str, window_ms: tuple[int, int | None], *, again: bool) -> Pull:
        """A run that may begin; the checks of a start in their order."""
        stored = datafeeds.named(self._ports, datafeed_id)
        job = self._ports.jobs.get(stored.job_id)
        if job.state not in ({State.OPENED, State.OPENING} if again else {State.OPENED}):
            raise Conflict(f"cannot start datafeed [{datafeed_id}] because job [{job.job_id}] is {job.state}")
        if datafeed_id in self._runs:
            raise Conflict(f"cannot start datafeed [{datafeed_id}] because it has already been started")
        feed, configured = Datafeed.from_document(stored.config), Job.from_document(job.config)
        make = partial(self._sources, self._ports, feed, configured)
        if not again:
            with closing(make()) as source:
                source.check()
        return Pull(feed, configured, make, window_ms, self.timing(stored), waits_for=LOADED if again else "")

    async def _carry_out(self, pull: Pull) -> None:
        datafeed_id = pull.feed.datafeed_id
        try:
            ended = await self._follow(pull)
            await self._tell(pull, HALTED if self._halting else ENDS[ended])
            if ended is not Ended.STOPPED:
                await self._running.close(pull.job.job_id)
        except Problem as problem:
            LOG.warning("datafeed stopped", extra={"datafeed": datafeed_id, "reason": problem.reason})
            await self._tell(pull, f"Datafeed stopped: {problem.reason}", Level.ERROR)
        except Exception as fault:
            # The edge of the run: whatever was not foreseen ends this datafeed, and no other.
            LOG.exception("datafeed broke", extra={"datafeed": datafeed_id})
            await self._tell(pull, f"Datafeed stopped: {type(fault).__name__}", Level.ERROR)

    async def _tell(self, pull: Pull, message: str, level: Level = Level.INFO) -> None:
        await asyncio.to_thread(tell, self._ports, pull.job.job_id, message, level)

    async def _follow(self, pull: Pull) -> Ended:
        """Why a run ended, which from then on is no run any more, whatever became of it."""
        try:
            return await pull.run(self._ports, self._running)
        finally:
            try:
                await asyncio.to_thread(self._leave, pull, kept=self._halting)
            finally:
                del self._runs[pull.feed.datafeed_id]

    def _give_up(self, datafeed_id: str, problem: Problem) -> None:
        """Forget a run that cannot go on, and say why."""
        self._ports.configs.delete(RUNS, datafeed_id)
        with suppress(NoSuchDatafeed):
            job_id = datafeeds.named(self._ports, datafeed_id).job_id
            tell(self._ports, job_id, f"Datafeed stopped: {problem.reason}", Level.ERROR)

    def _leave(self, pull: Pull, *, kept: bool) -> None:
        self._ports.configs.put(TIMINGS, pull.feed.datafeed_id, pull.timing)
        if not kept:
            self._ports.configs.delete(RUNS, pull.feed.datafeed_id)


def _range(window_ms: tuple[int, int | None]) -> str:
    start, end = (None if ms is None else datetime.fromtimestamp(ms / 1000, UTC).isoformat() for ms in window_ms)
    return f"from: {start} to: {end or 'real-time'}"
