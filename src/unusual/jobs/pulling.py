"""One run of a datafeed: slices of time read in order and posted to its job, past first and then as time goes on.

Knows the order of things and where to go on; knows neither where documents are nor what a job makes of them.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from unusual.analysis.control import Document, Flush
from unusual.errors import NoSuchIndex, NotOpen, Unavailable, Unreachable
from unusual.jobs.lifecycle import State
from unusual.jobs.missing import Missing
from unusual.jobs.notifications import Level, tell
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.records import as_lines, grain_ms
from unusual.jobs.running import Running
from unusual.jobs.sources import Portion, Source
from unusual.schema.datafeeds import Datafeed, usual_frequency_s
from unusual.schema.feed_timing import counted, searched
from unusual.schema.jobs import Job

# How long to wait before a job that takes nothing now, or a source that cannot be read now, is tried again; a source
# that stays unreadable is asked ever more seldom.
PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
# How often the clock is looked at while time must pass: it may be set, or the machine may sleep.
LOOK_S: Final = 1.0


class Ended(StrEnum):
    """Why a run is over."""

    STOPPED = "stopped"
    AT_END = "at_end"
    EMPTY = "empty"


@dataclass
class Pull:
    """A run from its start until it has ended.

    open       makes the source, which goes on where its job is by then
    window_ms  start, and end or None to go on as time does
    timing     timing stats, before and during the run
    waits_for  what the job has to wait for before it can be given anything, '' for nothing
    interval   the stretch that is being searched, ms; None between searches
    """

    feed: Datafeed
    job: Job
    open: Callable[[], Source]
    window_ms: tuple[int, int | None]
    timing: Document
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    real_time: bool = False
    waits_for: str = ""
    interval: tuple[int, int | None] | None = None

    async def run(self, ports: Ports, running: Running) -> Ended:
        """Read and post until the end, or until stopped; `errors.Problem` when the job or the source fails."""
        return await _Course(self, ports, running).follow()

    def running_state(self) -> Document:
        """How far the run is, as clients see it."""
        state: Document = {
            "real_time_configured": self.window_ms[1] is None,
            "real_time_running": self.real_time,
        }
        if self.interval is not None:
            start, end = self.interval
            state["search_interval"] = {"start_ms": start} | ({} if end is None else {"end_ms": end})
        return state


class _Course:
    """The way of one run; `_position` is the time before which nothing is left to read, ms.

    `_source` and `_missing` are there from the moment that the job answers.
    `_buckets` is how many final buckets of the job are counted already, `_trouble` why its source cannot be read,
    `_pause_s` how long it is left alone then.
    """

    _source: Source
    _missing: Missing

    def __init__(self, pull: Pull, ports: Ports, running: Running) -> None:
        self._pull = pull
        self._ports = ports
        self._running = running
        self._position = pull.window_ms[0]
        self._buckets = 0
        self._trouble = ""
        self._pause_s = PAUSE_S
        self._job_id = pull.job.job_id
        self._grain = grain_ms(pull.job.data_description.time_format)

    async def follow(self) -> Ended:
        """Walk it; why it ended."""
        if self._pull.waits_for:
            await _first_of(self._running.resumed(), self._pull.stopping.wait())
            if self._pull.stopping.is_set():
                return Ended.STOPPED
        self._buckets = _buckets(await self._stored())
        # After a restart the job may have to wait for memory: not before it answers is known where it goes on.
        await self._flush(Flush())
        if self._pull.stopping.is_set():
            return Ended.STOPPED
        pull, now_ms = self._pull, self._ports.clock.now_ms()
        self._source = await asyncio.to_thread(pull.open)
        self._missing = Missing(pull.feed, pull.job, self._source, pull.window_ms[0], now_ms)
        try:
            return await self._walk(now_ms)
        finally:
            await asyncio.to_thread(self._source.close)

    async def _walk(self, now_ms: int) -> Ended:
        """What there is until now, and what comes."""
        start, end = self._pull.window_ms
        await self._go_on_from(start)
        await self._read(now_ms - now_ms % self._grain if end is None else end)
        if self._pull.stopping.is_set():
            return Ended.STOPPED
        await self._flush(Flush(calc_interim=True))
        if end is not None:
            return Ended.AT_END
        # What comes late but before now is still to be read, as long as nothing newer has been.
        reached = _reached(await self._stored(), self._grain)
        self._position = start if reached is None else max(start, reached)
        return await self._keep_up()

    async def _go_on_from(self, start_ms: int) -> None:
        """Begin where the job is; a job that is not there yet skips to the start."""
        reached = _reached(await self._stored(), self._grain)
        if reached is None:
            return
        if start_ms > reached:
            await self._flush(Flush(skip_time=start_ms // 1000))
        self._position = max(start_ms, reached)
        self._missing.goes_on_from(self._position)

    async def _keep_up(self) -> Ended:
        """Read what has come since, again and again."""
        self._pull.real_time = True
        empty, most_empty = 0, self._pull.feed.max_empty_searches
        while True:
            end = await self._next_end()
            if end is None:
                return Ended.STOPPED
            if end <= self._position:
                continue
            await self._read(end)
            if self._pull.stopping.is_set():
                return Ended.STOPPED
            await self._flush(Flush(calc_interim=True, advance_time=end // 1000))
            await self._look_back()
            if most_empty is not None and not _has_data(await self._stored()):
                empty += 1
                if empty >= most_empty:
                    return Ended.EMPTY

    async def _next_end(self) -> int | None:
        """Wait until the next stretch is over and late documents are in; its end, None when stopped meanwhile."""
        step = _step_ms(self._pull)
        delay = self._pull.feed.query_delay.milliseconds
        now = self._ports.clock.now_ms()
        end = (now - delay) // step * step + step
        while now < end + delay:
            if await self._stopped_within(min((end + delay - now) / 1000, LOOK_S)):
                return None
            now = self._ports.clock.now_ms()
        return end

    async def _look_back(self) -> None:
        """See whether something has come for buckets that are over, if it is time to."""
        end = (await self._stored()).stats.get("finalized_end")
        missing = self._missing
        if end is not None and missing.is_due(self._ports.clock.now_ms()):
            # What cannot be read now is looked at the next time.
            with suppress(NoSuchIndex, Unreachable):
                await asyncio.to_thread(missing.look, self._ports, end * 1000, self._pull.stopping.is_set)

    async def _read(self, end_ms: int) -> None:
        """Post everything up to `end_ms`, portion by portion; ends early when stopped.

        While the job is at one portion, the next one is read.
        """
        ahead: asyncio.Task[Portion | None] | None = None
        try:
            while self._position < end_ms and not self._pull.stopping.is_set():
                portion = await (ahead or self._search(self._position, end_ms))
                ahead = None
                if portion is None:
                    continue
                self._missing.took(portion)
                until = end_ms if portion.until_ms is None else portion.until_ms
                if until < end_ms:
                    ahead = asyncio.create_task(self._search(until, end_ms))
                if portion.records:
                    await self._post(portion)
                self._position = until
        finally:
            if ahead is not None:
                await asyncio.gather(ahead, return_exceptions=True)  # nobody reads any more when the run is over

    async def _post(self, portion: Portion) -> None:
        lines = await asyncio.to_thread(as_lines, portion.records, self._pull.job.data_description)
        await self._patiently(lambda: self._running.post(self._job_id, _once(lines), mark=portion.mark))

    async def _search(self, start_ms: int, end_ms: int) -> Portion | None:
        """The next portion; None when the source cannot be read now, after a pause."""
        pull = self._pull
        pull.interval = (start_ms, end_ms)
        began = time.perf_counter()
        try:
            portion = await asyncio.to_thread(self._source.read, start_ms, end_ms)
        except (NoSuchIndex, Unreachable) as problem:
            await self._tell_trouble(problem.reason)
            await self._stopped_within(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
            return None
        finally:
            pull.interval = None
        self._pause_s = PAUSE_S
        await self._tell_trouble("")
        elapsed_ms = (time.perf_counter() - began) * 1000
        latest = portion.records[-1][pull.job.data_description.time_field] if portion.records else None
        pull.timing = searched(pull.timing, elapsed_ms, latest)
        return portion

    async def _tell_trouble(self, trouble: str) -> None:
        """Say once that the source cannot be read, and once that it can again."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        told = f"Datafeed cannot read its data: {trouble}" if trouble else "Datafeed reads its data again"
        await asyncio.to_thread(tell, self._ports, self._job_id, told, Level.ERROR if trouble else Level.INFO)

    async def _flush(self, flush: Flush) -> None:
        await self._patiently(lambda: self._running.flush(self._job_id, flush))

    async def _patiently(self, act: Callable[[], Coroutine[Any, Any, Document]]) -> None:
        """Do something with the job; while it is open but takes nothing (it is full, or without a worker), wait."""
        while True:
            try:
                await act()
            except Unavailable:
                pass
            except NotOpen:
                job = await self._stored()
                if job.state not in {State.OPENED, State.OPENING}:
                    raise
                self._pull.waits_for = job.reason
            else:
                count, counted_before = _buckets(await self._stored()), self._buckets
                self._pull.waits_for, self._buckets = "", count
                self._pull.timing = counted(self._pull.timing, max(0, count - counted_before))
                return
            if await self._stopped_within(PAUSE_S):
                return

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._pull.stopping.wait()
        except TimeoutError:
            return False
        return True

    async def _stored(self) -> StoredJob:
        return await asyncio.to_thread(self._ports.jobs.get, self._job_id)


def _step_ms(pull: Pull) -> int:
    """From one search to the next in real time."""
    feed = pull.feed
    usual = usual_frequency_s(pull.job.analysis_config.bucket_span) * 1000
    step = usual if feed.frequency is None else max(feed.frequency.milliseconds, 1)
    aggregation = feed.aggregation
    # Summaries are made of whole intervals.
    return step if aggregation is None else -(-step // aggregation.interval_ms) * aggregation.interval_ms


async def _first_of(*events: Coroutine[Any, Any, Any]) -> None:
    waiting = [asyncio.create_task(one) for one in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


async def _once(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


def _reached(job: StoredJob, grain_ms: int) -> int | None:
    """The time before which the job takes nothing more, ms; None when it has not begun.

    Records of one grain are posted together, since the job does not tell their times apart.
    """
    latest = job.stats.get("data_counts", {}).get("latest_record_timestamp")
    end = job.stats.get("finalized_end")
    points = ([] if latest is None else [latest - latest % grain_ms + grain_ms]) + ([] if end is None else [end * 1000])
    return max(points, default=None)


def _has_data(job: StoredJob) -> bool:
    return bool(job.stats.get("data_counts", {}).get("input_record_count", 0))


def _buckets(job: StoredJob) -> int:
    count: int = job.stats.get("data_counts", {}).get("bucket_count", 0)
    return count
