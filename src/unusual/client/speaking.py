"""What blocking and asynchronous clients say alike: calls, walks over pages, posts, each as a conversation."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson

from unusual.client.connection import TLS, Connection
from unusual.client.exchange import Request, Talk
from unusual.client.posting import Recorded, blocks
from unusual.client.sending import JSON, called, received, request_of, word
from unusual.client.table import BODILESS, Call
from unusual.errors import Problem
from unusual.schema.answers import DataCounts
from unusual.schema.results import merged_counts

POST_DATA: Final = "post_data"
"""The one call whose body is cut into blocks."""


class Speaking:
    """What every client is made with.

    basic_auth   user and password
    api_key      encoded, or id and key
    bearer_auth  a token
    timeout_s    how long an answer may take; longer for calls with a longer timeout of their own
    retries      how many times a call that is safe to repeat is sent again when its answer is lost, or the server busy
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:9200",
        *,
        basic_auth: tuple[str, str] | None = None,
        api_key: str | tuple[str, str] | None = None,
        bearer_auth: str | None = None,
        tls: TLS | None = None,
        timeout_s: float = 60.0,
        retries: int = 3,
    ) -> None:
        self.connection = Connection(url, basic_auth, api_key, bearer_auth, tls, timeout_s, retries)

    def asked(self, call: Call, positional: tuple[Any, ...], named: Mapping[str, Any]) -> Talk[Any]:
        """A call, as a conversation."""
        return called(call, request_of(call, bound(call, positional, named), _now_ms()), self.connection.retries)

    def given(
        self,
        call: Call,
        job_id: str,
        data: Recorded,
        block_bytes: int,
        options: Mapping[str, Any],
    ) -> Talk[DataCounts]:
        """A post of records, as a conversation."""
        arguments = {"job_id": job_id, **options}
        return posted(call, arguments, blocks(data, block_bytes), _now_ms(), self.connection.retries)

    def free(self, method: str, path: str, query: Mapping[str, Any] | None, body: object) -> Talk[Any]:
        """A call that is not in the table, as a conversation."""
        return received(plain(method, path, query or {}, body), self.connection.retries)


def bound(call: Call, positional: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call by name; `TypeError` as with any function."""
    names = call.positional
    if len(positional) > len(names):
        raise TypeError(f"{call.name}() takes {len(names)} positional arguments but {len(positional)} were given")
    arguments = dict(zip(names, positional, strict=False))
    if twice := sorted(arguments.keys() & named.keys()):
        raise TypeError(f"{call.name}() got multiple values for argument '{twice[0]}'")
    arguments |= named
    needed = call.required if call.body in {"none", "may"} else {*call.required, "body"}
    if missing := [name for name in names if name in needed and arguments.get(name) is None]:
        raise TypeError(f"{call.name}() missing required argument: '{missing[0]}'")
    return arguments


def posted(
    call: Call, arguments: Mapping[str, Any], blocks: Iterable[bytes], now_ms: int, retries: int
) -> Talk[DataCounts]:
    """Post blocks one after the other; the counts of all of them together.

    A problem carries a note of how many records were taken before it.
    """
    total: dict[str, Any] | None = None
    for block in blocks:
        request = request_of(call, {**arguments, "body": block}, now_ms)
        try:
            counts = yield from called(call, request, retries)
        except Problem as problem:
            problem.add_note(f"{0 if total is None else total['input_record_count']} records were taken before")
            raise
        document = counts.model_dump(exclude_none=True)
        total = document if total is None else merged_counts(total, document)
    if total is None:
        counts = yield from called(call, request_of(call, {**arguments, "body": b""}, now_ms), retries)
        return DataCounts.model_validate(counts)
    return DataCounts.model_validate(total)


def plain(method: str, path: str, query: Mapping[str, Any], body: object) -> Request:
    """A request for a path that is not in the table of calls."""
    headers = {"accept": JSON} | ({} if body is None else {"content-type": JSON})
    content = None if body is None else orjson.dumps(body)
    words = {name: word(value) for name, value in query.items()}
    return Request(method, path, words, content, headers, repeatable=method in BODILESS)


def _now_ms() -> int:
    """The wall clock, milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def attach(
    client: type[Speaking],
    calls: Iterable[Call],
    perform: Callable[..., Any],
    walk: Callable[..., Any],
    post: Callable[..., Any],
) -> None:
    """Give a client a method for each call, and one more for each that answers page by page."""
    for call in calls:
        setattr(client, call.name, _method(call, call.name, post if call.name == POST_DATA else perform))
        if call.paged:
            setattr(client, walking(call), _method(call, walking(call), walk))


def walking(call: Call) -> str:
    """The method that goes through all pages of a call."""
    return call.name.replace("get_", "iter_", 1)


def _method(call: Call, name: str, way: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Speaking, *positional: Any, **named: Any) -> Any:  # noqa: ANN401 - the call's own types
        return way(self, call, *positional, **named)

    method.__name__ = name
    method.__doc__ = f"{call.route}: see docs/api.md."
    return method
