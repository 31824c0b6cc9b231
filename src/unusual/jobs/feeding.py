"""Datafeeds at work: start, stop, stats, and what running ones mean for their jobs; knows no slice and no record."""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Conflict, Problem, TimedOut
from unusual.jobs import datafeeds, selection, upgrade_mode
from unusual.jobs.lifecycle import State
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports
from unusual.jobs.pulling import Ended, Pull
from unusual.jobs.running import OPEN_WITHIN_S, Running
from unusual.jobs.sources import Source
from unusual.schema.datafeeds import Datafeed
from unusual.schema.feed_timing import feed_timing
from unusual.schema.jobs import Job

LOG: Final = logging.getLogger(__name__)
RUNS: Final = "datafeed_run"
TIMINGS: Final = "datafeed_timing"
STOP_WITHIN_S: Final = 20.0


@dataclass
class _Run:
    """A running datafeed: its pull and the task that carries it out."""

    pull: Pull
    task: asyncio.Task[None]

    @property
    def state(self) -> str:
        return "stopping" if self.pull.stopping.is_set() else "started"


class Feeding:
    """The use cases of running datafeeds.

    source  makes the source that a datafeed reads from
    """

    def __init__(
        self, ports: Ports, running: Running, node: Node, source: Callable[[Ports, Datafeed, Job], Source]
    ) -> None:
        self._ports = ports
        self._running = running
        self._node = node
        self._source = source
        self._runs: dict[str, _Run] = {}
        self._halting = False

    async def resume(self) -> None:
        """Start again every datafeed that ran when the server ended; one whose job is not open any more has stopped."""
        for kept in await asyncio.to_thread(self._ports.configs.all, RUNS):
            datafeed_id = kept["datafeed_id"]
            try:
                await self._begin(datafeed_id, (kept["start_ms"], kept["end_ms"]))
            except Problem as problem:
                LOG.warning("datafeed not resumed", extra={"datafeed": datafeed_id, "reason": problem.reason})
                await asyncio.to_thread(self._ports.configs.delete, RUNS, datafeed_id)

    async def halt(self) -> None:
        """Let every run end at its next portion; they go on with `resume`."""
        self._halting = True
        await self._end([*self._runs], STOP_WITHIN_S, force=True)

    async def start(self, datafeed_id: str, window_ms: tuple[int, int | None]) -> str:
        """Begin to read; the id of the node that does. `NoSuchDatafeed`, `Conflict`, `errors.Refused`."""
        await asyncio.to_thread(upgrade_mode.require_off, self._ports, "datafeed/start")
        await self._begin(datafeed_id, window_ms, new=True)
        return self._node.node_id

    async def stop(
        self, expression: str, *, force: bool, timeout_s: float, allow_no_match: bool, close_job: bool
    ) -> None:
        """Let the selected datafeeds end; `TimedOut` when some still read after `timeout_s`, unless forced."""
        feeds = await asyncio.to_thread(datafeeds.stored, self._ports)
        chosen = datafeeds.choose(feeds, expression, allow_no_match=allow_no_match)
        await self._end(chosen, timeout_s, force=force)
        if close_job and chosen:
            await self._running.close(",".join(feeds[name].job_id for name in chosen), force=force)

    async def stats(self, expression: str, *, allow_no_match: bool) -> list[Document]:
        """Where the selected datafeeds stand, sorted by id; `NoSuchDatafeed`."""
        feeds = await asyncio.to_thread(datafeeds.stored, self._ports)
        chosen = datafeeds.choose(feeds, expression, allow_no_match=allow_no_match)
        paused = await asyncio.to_thread(upgrade_mode.is_on, self._ports)
        return [await asyncio.to_thread(self._stats_of, feeds[name], paused=paused) for name in chosen]

    async def update(self, datafeed_id: str, body: object) -> Document:
        """Change a datafeed that does not run; its configuration. `NoSuchDatafeed`, `Conflict`, `errors.Invalid`."""
        await asyncio.to_thread(datafeeds.named, self._ports, datafeed_id)
        self._require_stopped(datafeed_id, "update")
        return await asyncio.to_thread(datafeeds.update, self._ports, datafeed_id, body)

    async def delete(self, datafeed_id: str, *, force: bool) -> None:
        """Remove a datafeed, a running one only by force; `NoSuchDatafeed`, `Conflict`."""
        await asyncio.to_thread(datafeeds.named, self._ports, datafeed_id)
        if force:
            await self._end([datafeed_id], STOP_WITHIN_S, force=True)
        self._require_stopped(datafeed_id, "delete")
        await asyncio.to_thread(self._forget, datafeed_id)

    async def close_jobs(
        self, expression: str, *, force: bool = False, timeout_s: float = OPEN_WITHIN_S, allow_no_match: bool = True
    ) -> None:
        """Stop the datafeeds of the selected jobs, then close the jobs; problems as in `Running.close`."""
        jobs = await asyncio.to_thread(self._ports.jobs.all)
        chosen = set(selection.choose(jobs, expression, allow_no_match))
        await self._end(self._feeding(chosen), timeout_s, force=force)
        await self._running.close(expression, force=force, timeout_s=timeout_s, allow_no_match=allow_no_match)

    async def delete_job(self, job_id: str, *, force: bool = False) -> None:
        """Remove a job and its datafeed, which is stopped before if forced; problems as in `Running.delete`."""
        if force:
            await self._end(self._feeding({job_id}), STOP_WITHIN_S, force=True)
        await self._running.delete(job_id, force=force)
        feed = await asyncio.to_thread(datafeeds.of_job, self._ports, job_id)
        if feed is not None:
            await asyncio.to_thread(self._forget, feed.datafeed_id)

    async def _begin(self, datafeed_id: str, window_ms: tuple[int, int | None], *, new: bool = False) -> None:
        pull = await asyncio.to_thread(self._prepared, datafeed_id, window_ms)
        if datafeed_id in self._runs:
            raise Conflict(f"cannot start datafeed [{datafeed_id}] because it has already been started")
        # Between the check above and this line nothing is awaited: a datafeed runs once.
        self._runs[datafeed_id] = _Run(pull, asyncio.create_task(self._carry_out(pull), name=f"datafeed-{datafeed_id}"))
        if new:
            run = {"datafeed_id": datafeed_id, "start_ms": window_ms[0], "end_ms": window_ms[1]}
            await asyncio.to_thread(self._ports.configs.put, RUNS, datafeed_id, run)

    def _prepared(self, datafeed_id: str, window_ms: tuple[int, int | None]) -> Pull:
        """A run that may begin; the checks of a start in their order."""
        stored = datafeeds.named(self._ports, datafeed_id)
        job = self._ports.jobs.get(stored.job_id)
        if job.state is not State.OPENED:
            raise Conflict(f"cannot start datafeed [{datafeed_id}] because job [{job.job_id}] is {job.state}")
        if datafeed_id in self._runs:
            raise Conflict(f"cannot start datafeed [{datafeed_id}] because it has already been started")
        feed, configured = Datafeed.from_document(stored.config), Job.from_document(job.config)
        source = self._source(self._ports, feed, configured)
        source.check()
        return Pull(feed, configured, source, window_ms, self._timing(stored))

    async def _carry_out(self, pull: Pull) -> None:
        datafeed_id = pull.feed.datafeed_id
        ended = Ended.STOPPED
        try:
            ended = await pull.run(self._ports, self._running)
        except Problem as problem:
            LOG.warning("datafeed stopped", extra={"datafeed": datafeed_id, "reason": problem.reason})
        except Exception:
            # The edge of the run: whatever was not foreseen ends this datafeed, and no other.
            LOG.exception("datafeed broke", extra={"datafeed": datafeed_id})
        finally:
            await asyncio.to_thread(self._leave, pull, kept=self._halting)
            del self._runs[datafeed_id]
        if ended is not Ended.STOPPED:
            await self._running.close(pull.job.job_id)

    def _leave(self, pull: Pull, *, kept: bool) -> None:
        self._ports.configs.put(TIMINGS, pull.feed.datafeed_id, pull.timing)
        if not kept:
            self._ports.configs.delete(RUNS, pull.feed.datafeed_id)

    async def _end(self, names: Collection[str], timeout_s: float, *, force: bool) -> None:
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
            await asyncio.wait(late)

    def _feeding(self, job_ids: Collection[str]) -> list[str]:
        return [name for name, run in self._runs.items() if run.pull.job.job_id in job_ids]

    def _require_stopped(self, datafeed_id: str, act: str) -> None:
        run = self._runs.get(datafeed_id)
        if run is not None:
            raise Conflict(f"Cannot {act} datafeed [{datafeed_id}] while its status is {run.state}")

    def _forget(self, datafeed_id: str) -> None:
        for kind in (datafeeds.KIND, RUNS, TIMINGS):
            self._ports.configs.delete(kind, datafeed_id)

    def _timing(self, feed: datafeeds.StoredFeed) -> Document:
        return self._ports.configs.get(TIMINGS, feed.datafeed_id) or feed_timing(feed.job_id)

    def _stats_of(self, feed: datafeeds.StoredFeed, *, paused: bool) -> Document:
        run = self._runs.get(feed.datafeed_id)
        if run is None:
            return {"datafeed_id": feed.datafeed_id, "state": "stopped", "timing_stats": self._timing(feed)}
        assigned = {} if paused else {"node": self._node.document()}
        return {
            "datafeed_id": feed.datafeed_id,
            "state": run.state,
            **assigned,
            "assignment_explanation": upgrade_mode.UNASSIGNED if paused else "",
            "timing_stats": run.pull.timing,
            "running_state": run.pull.running_state(),
        }
