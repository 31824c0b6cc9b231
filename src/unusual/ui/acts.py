"""What can be done to a job, or to many at once, and what became of it; knows no page."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from unusual.analysis.control import Flush
from unusual.errors import Missing, Problem
from unusual.jobs import datafeeds
from unusual.jobs.datafeeds import StoredFeed
from unusual.jobs.lifecycle import State
from unusual.ui.parts import Parts

OPEN_WITHIN_S: Final = 300.0
STOP_WITHIN_S: Final = 20.0
AT_ONCE: Final = 4  # jobs that one person's click keeps busy


class Act(NamedTuple):
    """One thing that can be done. warns: what is lost by it, '' for nothing."""

    name: str
    icon: str
    call: Callable[[Parts, str], Awaitable[object]]
    warns: str = ""


@dataclass
class Outcome:
    """What became of an act. refused: jobs with the reason why not."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, Problem]] = field(default_factory=list)


async def carry_out(parts: Parts, act: Act, job_ids: Sequence[str]) -> Outcome:
    """Do it to each of the jobs, a few at a time; a refusal keeps none of the others from it."""
    outcome = Outcome()
    room = asyncio.Semaphore(AT_ONCE)

    async def one(job_id: str) -> None:
        async with room:
            try:
                await act.call(parts, job_id)
                outcome.done.append(job_id)
            except Problem as problem:
                outcome.refused.append((job_id, problem))

    await asyncio.gather(*map(one, job_ids))
    return outcome


async def _open(parts: Parts, job_id: str) -> None:
    await parts.running.open(job_id, OPEN_WITHIN_S)


async def _close(parts: Parts, job_id: str) -> None:
    job = await asyncio.to_thread(parts.ports.jobs.get, job_id)
    await parts.feeding.close_jobs(job_id, force=job.state is State.FAILED)


async def _flush(parts: Parts, job_id: str) -> None:
    await parts.running.flush(job_id, Flush(calc_interim=True))


async def _start(parts: Parts, job_id: str) -> None:
    feed = await _feed(parts, job_id)
    job = await asyncio.to_thread(parts.ports.jobs.get, job_id)
    if job.state is State.CLOSED:
        await parts.running.open(job_id, OPEN_WITHIN_S)
    end = job.stats.get("finalized_end")
    await parts.feeding.start(feed.datafeed_id, (0 if end is None else end * 1000, None))


async def _stop(parts: Parts, job_id: str) -> None:
    feed = await _feed(parts, job_id)
    await parts.feeding.stop(
        feed.datafeed_id, force=False, timeout_s=STOP_WITHIN_S, allow_no_match=False, close_job=False
    )


async def _reset(parts: Parts, job_id: str) -> None:
    await parts.running.reset(job_id)


async def _delete(parts: Parts, job_id: str) -> None:
    await parts.feeding.delete_job(job_id, force=True)


async def _feed(parts: Parts, job_id: str) -> StoredFeed:
    feed = await asyncio.to_thread(datafeeds.of_job, parts.ports, job_id)
    if feed is None:
        raise Missing(f"Job [{job_id}] has no datafeed.")
    return feed


OPEN: Final = Act("Open", "play_arrow", _open)
CLOSE: Final = Act("Close", "stop", _close, "Closed jobs take no data; a failed job loses what it learnt last.")
FLUSH: Final = Act("Flush", "done_all", _flush)
START: Final = Act("Start datafeed", "play_circle", _start)
STOP: Final = Act("Stop datafeed", "stop_circle", _stop)
RESET: Final = Act("Reset", "restart_alt", _reset, "All results and everything learnt are removed.")
DELETE: Final = Act("Delete", "delete", _delete, "The jobs are removed with all they have, their datafeeds too.")
ACTS: Final = (OPEN, CLOSE, FLUSH, START, STOP, RESET, DELETE)
