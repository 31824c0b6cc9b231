"""What users may ask of running datafeeds, and what those mean for their jobs; knows no slice and no record."""

import asyncio
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Conflict
from unusual.jobs import datafeeds, selection, upgrade_mode
from unusual.jobs.feed_runs import FeedRuns
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports
from unusual.jobs.running import OPEN_WITHIN_S, Running
from unusual.jobs.sources import Sources

STOP_WITHIN_S: Final = 20.0


class Feeding:
    """The use cases of running datafeeds.

    sources  makes the source that a datafeed reads from
    """

    def __init__(self, ports: Ports, running: Running, node: Node, sources: Sources) -> None:
        self._ports = ports
        self._running = running
        self._node = node
        self.sources = sources
        self._runs = FeedRuns(ports, running, sources)

    async def resume(self) -> None:
        """Start again every datafeed that ran when the server ended."""
        await self._runs.resume()

    async def halt(self) -> None:
        """Let every run end without being over; they go on with `resume`."""
        await self._runs.halt(STOP_WITHIN_S)

    async def start(self, datafeed_id: str, window_ms: tuple[int, int | None]) -> str:
        """Begin to read; the id of the node that does. `NoSuchDatafeed`, `Conflict`, `errors.Refused`."""
        await asyncio.to_thread(upgrade_mode.require_off, self._ports, "datafeed/start")
        await self._runs.begin(datafeed_id, window_ms)
        return self._node.node_id

    async def stop(
        self, expression: str, *, force: bool, timeout_s: float, allow_no_match: bool, close_job: bool
    ) -> None:
        """Let the selected datafeeds end; `TimedOut` when some still read after `timeout_s`, unless forced."""
        feeds = await asyncio.to_thread(datafeeds.stored, self._ports)
        chosen = datafeeds.choose(feeds, expression, allow_no_match=allow_no_match)
        await self._runs.end(chosen, timeout_s, force=force)
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
            await self._runs.end([datafeed_id], STOP_WITHIN_S, force=True)
        self._require_stopped(datafeed_id, "delete")
        await asyncio.to_thread(datafeeds.forget, self._ports, datafeed_id)

    async def close_jobs(
        self, expression: str, *, force: bool = False, timeout_s: float = OPEN_WITHIN_S, allow_no_match: bool = True
    ) -> None:
        """Stop the datafeeds of the selected jobs, then close the jobs; problems as in `Running.close`."""
        jobs = await asyncio.to_thread(self._ports.jobs.all)
        chosen = set(selection.choose(jobs, expression, allow_no_match))
        # By force the job ends anyway: a datafeed that waits for its worker need not be waited for.
        patience_s = min(timeout_s, STOP_WITHIN_S) if force else timeout_s
        await self._runs.end(self._runs.of_jobs(chosen), patience_s, force=force)
        await self._running.close(expression, force=force, timeout_s=timeout_s, allow_no_match=allow_no_match)

    async def delete_job(
        self, job_id: str, *, force: bool = False, user_annotations: bool = False, task_id: str = ""
    ) -> None:
        """Remove a job, whose datafeed is stopped before if forced; problems as in `Running.delete`."""
        if force:
            await self._runs.end(self._runs.of_jobs({job_id}), STOP_WITHIN_S, force=True)
        await self._running.delete(job_id, force=force, user_annotations=user_annotations, task_id=task_id)

    def _require_stopped(self, datafeed_id: str, act: str) -> None:
        run = self._runs.get(datafeed_id)
        if run is not None:
            raise Conflict(f"Cannot {act} datafeed [{datafeed_id}] while its status is {run.state}")

    def _stats_of(self, feed: datafeeds.StoredFeed, *, paused: bool) -> Document:
        run = self._runs.get(feed.datafeed_id)
        if run is None:
            return {"datafeed_id": feed.datafeed_id, "state": "stopped", "timing_stats": self._runs.timing(feed)}
        waits_for = upgrade_mode.UNASSIGNED if paused else run.pull.waits_for
        assigned = {"node": self._node.document()} if not waits_for else {}
        return {
            "datafeed_id": feed.datafeed_id,
            "state": run.state,
            **assigned,
            "assignment_explanation": waits_for,
            "timing_stats": run.pull.timing,
            "running_state": run.pull.running_state(),
        }
