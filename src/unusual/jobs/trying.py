"""A job tried on some history, in a worker like any job's, without that anything of it is kept; knows no store."""

import uuid
from collections.abc import Sequence
from typing import Self

import orjson

from unusual.analysis.control import Document, Flush, Message, Post, Proceed
from unusual.analysis.rescoring import Kept
from unusual.jobs.ports import Workers
from unusual.schema.jobs import Job


class Trial:
    """One job while it is tried, under a name that no other job has."""

    def __init__(self, workers: Workers, job: Job) -> None:
        self._workers = workers
        self._job = job.model_copy(update={"job_id": f"trial-{uuid.uuid4().hex}"})
        self._kept = Kept()
        self._interim: list[Document] = []

    @property
    def records(self) -> Sequence[Document]:
        """The anomaly records so far, in order of time, with their scores as they stand now."""
        final = [orjson.loads(result.body) for result in self._kept.results if result.kind == "record"]
        return [*final, *self._interim]

    async def __aenter__(self) -> Self:
        """Take a place in a worker; `errors.WorkerDied`, `errors.Invalid` for what cannot be analysed."""
        await self._workers.open(self._job, None)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Leave the worker, and be forgotten."""
        await self._workers.drop(self._job.job_id)

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
        for outputs in told:
            final = (result for result in outputs.results if not result.is_interim)
            self._kept.add(final, outputs.rescorings, outputs.reopened)
        records = [one for outputs in told for one in outputs.results if one.is_interim and one.kind == "record"]
        self._interim = [orjson.loads(record.body) for record in records]
