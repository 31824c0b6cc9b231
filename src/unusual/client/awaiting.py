"""Conversations carried out side by side, each call awaited; knows no call."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import cached_property
from typing import Any, Self, TypeVar

import httpx

from unusual.client.connection import lost, response_of
from unusual.client.exchange import Pause, Reply, Step, Talk
from unusual.client.paging import Walk
from unusual.client.posting import BLOCK_BYTES, Recorded
from unusual.client.speaking import Speaking, bound
from unusual.client.table import Call
from unusual.schema.answers import DataCounts

A = TypeVar("A")


class Awaiting(Speaking):
    """A client whose calls are awaited; it belongs to one event loop, and is best closed."""

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(**self.connection.options())

    async def perform(self, call: Call, *positional: Any, **named: Any) -> Any:  # noqa: ANN401 - the call's own types
        """The answer of a call."""
        return await self.run(self.asked(call, positional, named))

    async def walk(self, call: Call, *positional: Any, **named: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - as above
        """All entries of a paged call."""
        walk = Walk(call, bound(call, positional, named))
        while not walk.ended:
            for entry in walk.take(await self.perform(call, **walk.arguments)):
                yield entry

    async def post(
        self,
        call: Call,
        job_id: str,
        data: Recorded,
        *,
        block_bytes: int = BLOCK_BYTES,
        **options: Any,  # noqa: ANN401 - the call's own types
    ) -> DataCounts:
        """Post records in blocks of a bounded size; the counts of all of them."""
        return await self.run(self.given(call, job_id, data, block_bytes, options))

    async def request(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: object = None
    ) -> Any:  # noqa: ANN401 - any JSON value
        """Any other call of a server: its answer as it is; problems as in all calls."""
        return await self.run(self.free(method, path, query, body))

    async def run(self, talk: Talk[A]) -> A:
        """Carry out a conversation."""
        try:
            step = next(talk)
            while True:
                step = talk.send(await self._do(step))
        except StopIteration as end:
            outcome: A = end.value
            return outcome

    async def _do(self, step: Step) -> Reply:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return response_of(await self._http.request(**self.connection.arguments(step)))
        except httpx.TransportError as fault:
            return lost(step, fault)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
