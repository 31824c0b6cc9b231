"""A job tried on some history, in a worker and with memory like any job's, without that anything of it is kept."""

import uuid
from collections.abc import Sequence
from typing import Self

import orjson

from unusual.analysis.control import Document, Flush, Message, Post, Proceed
from unusual.analysis.rescoring import Kept
from unusual.errors import Unavailable
from unusual.jobs.capacity import Capacity
from unusual.jobs.desk import Desk
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.schema.jobs import Job


class Trial:
    """One job while it is tried, under a name that no other job has."""

    def __init__(self, desk: Desk, job: Job) -> None:
        self._desk = desk
        self._workers = desk.ports.workers
        self._job = job.model_copy(update={"job_id": f"trial-{uuid.uuid4().hex}"})
        self._kept = Kept()
        self._interim: list[Document] = []

    @property
    def records(self) -> Sequence[Document]:
        """The anomaly records so far, in order of time, with their scores as they stand now."""
        final = [orjson.loads(result.body) for result in self._kept.results if result.kind == "record"]
        return [*final, *self._interim]

    async def __aenter__(self) -> Self:
        """Take memory, and a place in a worker.

        `errors.Unavailable` without memory, `errors.WorkerDied`, `errors.Invalid` for what cannot be analysed.
        """
        await self._desk.write(_hold, self._desk.capacity, StoredJob(self._job.document(), State.CLOSED))
        try:
            await self._workers.open(self._job, None)
        except BaseException:
            self._desk.release(self._job.job_id)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave the worker, give the memory back, and be forgotten."""
        try:
            await self._workers.drop(self._job.job_id)
        finally:
            self._desk.release(self._job.job_id)

    async def post(self, piece: bytes) -> None:
        """Let it see some lines of history; `errors.JobBroke`, `errors.WorkerDied`."""
        await self._tell(Post(piece, 0))

    async def finish(self) -> None:
        """Judge the last, open bucket as well."""
        await self._tell(Flush(calc_interim=True))

    async def _tell(self, message: Message) -> None:
        told = [await self._workers.send(self._job.job_id, message)]
        while told[-1].unfinished:
            told.append(await self._workers.send(self._job.job_id, Proceed()))
        self._desk.capacity.follow(self._job.job_id, told[-1].model_size)
        for outputs in told:
            final = (result for result in outputs.results if not result.is_interim)
            self._kept.add(final, outputs.rescorings, outputs.reopened)
        records = [one for outputs in told for one in outputs.results if one.is_interim and one.kind == "record"]
        self._interim = [orjson.loads(record.body) for record in records]


def _hold(capacity: Capacity, job: StoredJob) -> None:
    lacking = capacity.lacking(job)
    if lacking:
        raise Unavailable(f"Nothing can be tried now: {lacking}")
    capacity.hold(job)
