"""Conversations carried out one after the other, each call waiting for its answer; knows no call."""

import time
from collections.abc import Iterator, Mapping
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


class Blocking(Speaking):
    """A client whose calls wait; it may be shared by threads, and is best closed."""

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(**self.connection.options())

    def perform(self, call: Call, *positional: Any, **named: Any) -> Any:  # noqa: ANN401 - the call's own types
        """The answer of a call."""
        return self.run(self.asked(call, positional, named))

    def walk(self, call: Call, *positional: Any, **named: Any) -> Iterator[Any]:  # noqa: ANN401 - as above
        """All entries of a paged call."""
        walk = Walk(call, bound(call, positional, named))
        while not walk.ended:
            yield from walk.take(self.perform(call, **walk.arguments))

    def post(
        self,
        call: Call,
        job_id: str,
        data: Recorded,
        *,
        block_bytes: int = BLOCK_BYTES,
        **options: Any,  # noqa: ANN401 - the call's own types
    ) -> DataCounts:
        """Post records in blocks of a bounded size; the counts of all of them."""
        return self.run(self.given(call, job_id, data, block_bytes, options))

    def request(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: object = None) -> Any:  # noqa: ANN401 - any JSON value
        """Any other call of a server: its answer as it is; problems as in all calls."""
        return self.run(self.free(method, path, query, body))

    def run(self, talk: Talk[A]) -> A:
        """Carry out a conversation."""
        try:
            step = next(talk)
            while True:
                step = talk.send(self._do(step))
        except StopIteration as end:
            outcome: A = end.value
            return outcome

    def _do(self, step: Step) -> Reply:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            return response_of(self._http.request(**self.connection.arguments(step)))
        except httpx.TransportError as fault:
            return lost(step, fault)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
