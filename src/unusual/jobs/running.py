"""Jobs at work: open, post, flush, close, delete, reset, revert, and what happens around a restart of the server.

Knows the order of things; knows neither how a job is analysed nor how anything is stored.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from unusual.analysis.control import Document, Flush, Seconds
from unusual.errors import NoSuchJob, NotOpen
from unusual.jobs import (
    annotations,
    closing,
    configure,
    forecasting,
    forecasts,
    notifications,
    opening,
    removal,
)
from unusual.jobs.acts import Acts
from unusual.jobs.capacity import Capacity
from unusual.jobs.desk import Desk
from unusual.jobs.forecasting import Wanted
from unusual.jobs.pausing import Pausing
from unusual.jobs.persisting import Persisting
from unusual.jobs.ports import Ports
from unusual.jobs.sessions import Session
from unusual.jobs.trying import Trial
from unusual.jobs.uploads import upload
from unusual.schema.jobs import Job

P = ParamSpec("P")
T = TypeVar("T")
OPEN_WITHIN_S = 1800.0
FOLLOWED = {"detectors", "groups", "model_plot_config"}  # changes that open jobs follow; others wait for no upload


class Running:
    """The use cases of open jobs.

    node_id     the id under which clients see this server
    capacity    the memory that open jobs share
    stopwatch   seconds, for processing times
    room        uploads that may wait for one job; more are sent away with `Unavailable`
    patience_s  how long an upload may pause, and how long a stop waits for the jobs to be saved
    persisting  keeps the models of open jobs from time to time
    trial       makes a job that is only tried, with memory of its own meanwhile
    blocking    to which jobs something is done that allows nothing else meanwhile
    """

    def __init__(
        self,
        ports: Ports,
        node_id: str,
        *,
        capacity: Capacity | None = None,
        stopwatch: Callable[[], float] = time.perf_counter,
        room: int = 16,
        patience_s: float = 60.0,
    ) -> None:
        self.node_id = node_id
        self._desk = Desk(ports, capacity or Capacity(), stopwatch, room, patience_s)
        self.blocking = self._desk.blocking
        self.persisting = Persisting(self._desk)
        self.trial: Callable[[Job], Trial] = partial(Trial, self._desk)
        self._removals = Acts()
        self._pausing = Pausing(self._desk, OPEN_WITHIN_S)
        self._patience_s = patience_s
        self._watching: asyncio.Task[None] | None = None
        self._loading: asyncio.Task[None] | None = None
        self._admitting: asyncio.Task[None] | None = None

    async def resume(self) -> None:
        """Begin to bring every job back to where the last end of the server left it, and to watch the workers."""
        for unfinished in await removal.unfinished(self._desk):
            self._removals.start(unfinished)
        self._watching = asyncio.create_task(_watch(self._desk))
        await self._desk.write(annotations.prepare, self._desk.ports)
        await self._desk.write(notifications.prepare, self._desk.ports)
        await self._desk.write(forecasts.fail_unended, self._desk.ports, "the server ended before it was made")
        self._loading = await self._pausing.start()
        self._admitting = asyncio.create_task(opening.admit(self._desk, OPEN_WITHIN_S))

    async def resumed(self) -> None:
        """Wait until every job is where it was, or failed, or waits for memory."""
        if self._loading is not None:
            await asyncio.wait({self._loading})

    async def stop(self) -> None:
        """Save every open job without closing it, then end the workers; the jobs go on with `resume`.

        What is being removed has to end before, as it soon does with `Ports.stopping`.
        """
        if self._admitting is not None:
            self._admitting.cancel()
        await self._removals.ended()
        await closing.suspend(self._desk, self._patience_s)
        if self._watching is not None:
            self._watching.cancel()
        await self._desk.ports.workers.stop()
        self._desk.stop()

    async def open(self, job_id: str, timeout_s: float) -> str:
        """Load the job into a worker; the id of the node it runs on, '' when it may be lazy and waits for memory.

        `NoSuchJob`; `Conflict` when it is not closed; `Unavailable` without capacity; `TimedOut` after `timeout_s`.
        """
        opened = await self._desk.acts.carry_out(opening.open_job(self._desk, job_id, timeout_s))
        return self.node_id if opened else ""

    async def post(
        self,
        job_id: str,
        pieces: AsyncIterator[bytes],
        reset: tuple[Seconds, Seconds] | None = None,
        mark: Document | None = None,
    ) -> Document:
        """Analyse the pieces of one upload; its data counts. `NotOpen`, `Unavailable` when too many wait already.

        mark  where the source of the records goes on: kept when they are
        """
        session = self._desk.accepting(job_id)
        with session.place():
            counts = await upload(self._desk, session, pieces, reset, self._patience_s, mark)
        self.persisting.shorten(session)
        return counts

    async def flush(self, job_id: str, flush: Flush) -> Document:
        """Wait until everything posted before is analysed, and do what `flush` asks besides; the answer of `_flush`."""
        session = self._desk.accepting(job_id)
        async with session.turn():
            outputs = await self._desk.tell(session, flush)
        end = outputs.finalized_end
        return {"flushed": True} | ({} if end is None else {"last_finalized_bucket_end": end * 1000})

    async def forecast(self, job_id: str, wanted: Wanted) -> str:
        """Begin a forecast, which goes on by itself; its id. `NotOpen`, `Invalid`, `Refused`."""
        return await self._desk.acts.carry_out(forecasting.request(self._desk, job_id, wanted))

    async def close(
        self, expression: str, *, force: bool = False, timeout_s: float = OPEN_WITHIN_S, allow_no_match: bool = True
    ) -> None:
        """Close the selected jobs, all at once; closed ones stay so.

        `NoSuchJob`; `Conflict` for failed jobs unless forced; `TimedOut` after `timeout_s`: closing then goes on by
        itself. Forced: whatever was learned since the last snapshot is lost.
        """
        if force:
            await self._desk.acts.carry_out(
                closing.close_by_force(self._desk, expression, allow_no_match=allow_no_match)
            )
        else:
            await closing.close(self._desk, expression, timeout_s, allow_no_match=allow_no_match)

    async def delete(
        self, job_id: str, *, force: bool = False, user_annotations: bool = False, task_id: str = ""
    ) -> None:
        """Remove the job with all it has and its datafeed, what users annotated only if asked to.

        task_id  the name under which clients can ask for it

        `NoSuchJob`, `Conflict` when it is not closed unless forced; `Stopping` when the server ends meanwhile, and
        goes on with it at its next start.
        """
        asked = {"force": force, "user_annotations": user_annotations}
        removing = removal.delete(self._desk, job_id, **asked, task_id=task_id)
        await self._removals.carry_out(removing)

    async def reset(self, job_id: str, *, user_annotations: bool = False, task_id: str = "") -> None:
        """Take the job back to its configuration; `NoSuchJob`, `Conflict` when it is not closed, `Stopping`."""
        resetting = removal.reset(self._desk, job_id, user_annotations=user_annotations, task_id=task_id)
        await self._removals.carry_out(resetting)

    async def revert(self, job_id: str, snapshot_id: str, *, delete_intervening_results: bool) -> Document:
        """Let a closed job go on from an earlier snapshot; its description. Problems as in `snapshots.revert`."""
        asked = {"delete_intervening_results": delete_intervening_results}
        return await self._removals.carry_out(removal.revert(self._desk, job_id, snapshot_id, **asked))

    async def change(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Change a calendar or a filter, and let every open job that it concerns follow from the next bucket on."""
        changed = await self._desk.write(act, *args, **kwargs)
        await asyncio.gather(
            *(_reschedule(self._desk, session) for session in self._desk.sessions() if session.accepting)
        )
        return changed

    async def update(self, job_id: str, body: object) -> Document:
        """Change the configuration of a job, which is followed from the next bucket on where the job is open.

        That holds of rules, of what is plotted, and of groups, by which calendars hold the job.

        Problems as in `configure.update`.
        """
        changed = await self._desk.write(configure.update, self._desk.ports, job_id, body)
        session = self._desk.session(job_id)
        if session is not None and session.accepting and isinstance(body, dict) and body.keys() & FOLLOWED:
            await _reschedule(self._desk, session)
        return changed

    async def set_upgrade_mode(self, *, enabled: bool, timeout_s: float) -> None:
        """Take every open job out of its worker, though not out of its state, or give all of them workers again.

        Until then jobs can neither be opened nor given data. `TimedOut` after `timeout_s`: it then goes on by itself.
        """
        await self._pausing.switch(enabled=enabled, timeout_s=timeout_s)


async def _reschedule(desk: Desk, session: Session) -> None:
    with suppress(NotOpen, NoSuchJob):  # closed or deleted meanwhile
        async with session.turn():
            await opening.follow(desk, session)


async def _watch(desk: Desk) -> None:
    while True:
        await desk.bereave(await desk.ports.workers.lost())
