"""How a new job comes by its records: posted from a file, or read by a datafeed; knows no browser."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

import polars as pl

from unusual.analysis.control import Document
from unusual.errors import Problem
from unusual.jobs import configure
from unusual.ui.newjob import uploaded
from unusual.ui.newjob.draft import Draft
from unusual.ui.parts import Parts

Progress: TypeAlias = Callable[[float], object]  # is told the share that is done
OPEN_WITHIN_S: Final = 300.0


class Supply(Protocol):
    """Records to choose by, and the way to all of them."""

    @property
    def name(self) -> str:
        """What the job is called unless somebody knows better."""

    @property
    def records(self) -> pl.DataFrame:
        """Those that are looked at, in order of time."""

    @property
    def time_field(self) -> str:
        """The field with their time, ms."""

    @property
    def asks(self) -> Document:
        """What the request for the job has besides."""

    async def begin(self, parts: Parts, draft: Draft, progress: Progress) -> None:
        """Give the job, which has just been made, its records; `errors.Problem`."""


@dataclass(frozen=True)
class Posted:
    """The `Supply` of a file: all of it is posted, then the job is closed."""

    name: str
    records: pl.DataFrame
    time_field: str
    asks: Document = field(default_factory=dict)

    async def begin(self, parts: Parts, draft: Draft, progress: Progress) -> None:
        """Analyse the whole file."""
        await parts.running.open(draft.job_id, OPEN_WITHIN_S)
        await parts.running.post(draft.job_id, pieces(self, draft, progress))
        await parts.running.close(draft.job_id)


@dataclass(frozen=True)
class Fed:
    """The `Supply` of a datafeed, which reads on its own from when it is started.

    feed       its configuration
    window_ms  from when on it reads, and until when, None to go on as time does
    """

    name: str
    records: pl.DataFrame
    time_field: str
    feed: Document
    window_ms: tuple[int, int | None]

    @property
    def asks(self) -> Document:
        """The datafeed."""
        return {"datafeed_config": self.feed}

    async def begin(self, parts: Parts, draft: Draft, _: Progress) -> None:
        """Let the datafeed, which is called as its job is, begin to read."""
        await parts.running.open(draft.job_id, OPEN_WITHIN_S)
        await parts.feeding.start(draft.job_id, self.window_ms)


async def make(parts: Parts, supply: Supply, draft: Draft, limit_mib: int, progress: Progress) -> None:
    """Make the job, and let its records come; `errors.Problem`, after which there is no such job.

    limit_mib  how much memory it is given
    """
    await asyncio.to_thread(configure.create, parts.ports, draft.job_id, draft.body(limit_mib) | supply.asks)
    try:
        await supply.begin(parts, draft, progress)
    except Problem:
        await parts.feeding.delete_job(draft.job_id, force=True)
        raise


async def pieces(supply: Supply, draft: Draft, progress: Progress) -> AsyncIterator[bytes]:
    """The records that are looked at as they are posted, of each the fields that the job wants."""
    total = max(1, supply.records.height)
    left = uploaded.pieces(supply.records, draft.fields(supply.records.columns))
    done = 0
    while piece := await asyncio.to_thread(next, left, None):
        yield piece
        done += uploaded.PIECE
        progress(min(1.0, done / total))
