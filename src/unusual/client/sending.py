"""A call with its arguments → a request, and a response → an answer; knows no connection."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import quote

import orjson
from pydantic import BaseModel, ValidationError

from unusual.client.exchange import Request, Response, Talk, exchange
from unusual.client.failures import CallFailed, UnreadableAnswer
from unusual.client.table import BODILESS, Call
from unusual.errors import Invalid
from unusual.schema.durations import Duration
from unusual.schema.options import (
    BucketOptions,
    CategoryOptions,
    DataOptions,
    EventOptions,
    FlushOptions,
    OverallBucketOptions,
    PreviewOptions,
    StartDatafeedOptions,
    Window,
)
from unusual.schema.reading import read_query

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
FILE: Final = "application/octet-stream"
MEDIA: Final = {"lines": LINES, "file": FILE}
NOT_FOUND: Final = 404
FAILED: Final = 400
MARGIN_S: Final = 5.0  # for an answer to come in that was given at the last moment

Body: TypeAlias = Mapping[str, Any] | BaseModel
Lines: TypeAlias = bytes | str | Iterable[Body]
Argument: TypeAlias = str | float | datetime | timedelta | Iterable[str]

M = TypeVar("M", bound=BaseModel)


def called(call: Call, request: Request, retries: int) -> Talk[Any]:
    """The answer to a request; `CallFailed` and its kinds, `Unreachable`, `UnreadableAnswer`."""
    return understood(call, (yield from exchange(request, retries)))


def received(request: Request, retries: int) -> Talk[Any]:
    """The JSON value that answers a request; problems as in `called`."""
    response = yield from exchange(request, retries)
    if response.status >= FAILED:
        raise CallFailed.of(response.status, response.body)
    try:
        return orjson.loads(response.body) if response.body else None
    except orjson.JSONDecodeError as fault:
        raise UnreadableAnswer(f"no JSON: {fault}", response.body) from None


def request_of(call: Call, arguments: Mapping[str, Any], now_ms: int) -> Request:
    """The request for a call; `errors.Invalid` where the server's own rules would refuse the arguments.

    arguments  parameters of the path and of the query by name, `from_` for `from`; the body under `body`
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    body = given.pop("body", None)
    path = {name: word(given.pop(name)) for name in call.parameters if name in given}
    query = {"from" if name == "from_" else name: word(value) for name, value in given.items()}
    timeout_s = _checked(call, path, query, now_ms)
    method, pattern = call.at(path, body=body is not None)
    return Request(
        method=method,
        path=pattern.format_map({name: quote(value, safe="") for name, value in path.items()}),
        query=query,
        body=None if body is None else _written(call, body),
        headers={"accept": JSON} | ({} if body is None else {"content-type": MEDIA.get(call.body, JSON)}),
        timeout_s=timeout_s,
        repeatable=call.repeatable or method in BODILESS,
    )


def understood(call: Call, response: Response) -> Any:  # noqa: ANN401 - the call's own type, or whether it is there
    """What a response says."""
    if call.answer is None and not call.file and response.status in {200, NOT_FOUND}:
        return response.status != NOT_FOUND
    if response.status >= FAILED:
        raise CallFailed.of(response.status, response.body)
    return response.body if call.answer is None else read_answer(call.answer, response.body)


def read_answer(model: type[M], body: bytes) -> M:
    """An answer as its type, with whatever else it says; `UnreadableAnswer`."""
    try:
        return model.model_validate_json(body, extra="allow")
    except (ValidationError, Invalid) as fault:
        raise UnreadableAnswer(f"no {model.__name__}: {fault}", body) from None


def word(value: Argument) -> str:
    """A value as it stands in a URL.

    >>> word(True), word(timedelta(minutes=15)), word(["a", "b"])
    ('true', '900000ms', 'a,b')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, timedelta):
        return f"{value // timedelta(milliseconds=1)}ms"
    if isinstance(value, str | int | float):
        return str(value)
    return ",".join(value)


def lines(values: Iterable[Body]) -> bytes:
    """JSON values line by line."""
    return b"".join(orjson.dumps(_plain(value), option=orjson.OPT_APPEND_NEWLINE) for value in values)


def _checked(call: Call, path: Mapping[str, str], query: Mapping[str, str], now_ms: int) -> float | None:
    """How long the answer may take at least, after the server's own rules have been kept."""
    strangers = sorted(query.keys() - call.known)
    if strangers:
        raise Invalid(f"{call.name} has no parameter [{', '.join(strangers)}]")
    if call.options is None:
        return None
    extra = call.extra.split()
    own = {name: value for name, value in query.items() if name not in extra}
    _keep_rules(read_query(call.options, own, call.name), path, now_ms)
    return Duration(query["timeout"]).milliseconds / 1000 + MARGIN_S if "timeout" in own else None


def _keep_rules(options: BaseModel, path: Mapping[str, str], now_ms: int) -> None:
    """What options must keep together, and with what is in the path; `errors.Invalid`."""
    match options:
        case FlushOptions():
            options.times(now_ms)
        case DataOptions() | OverallBucketOptions() | PreviewOptions() | StartDatafeedOptions():
            options.window(now_ms)
        case BucketOptions():
            options.at(path.get("timestamp")).bucket_start()
        case CategoryOptions():
            options.number(path.get("category_id"))
        case EventOptions():
            options.check_calendar(path["calendar_id"])
    if isinstance(options, Window):
        options.window()


def _written(call: Call, body: Body | Lines) -> bytes:
    if call.body == "file" and isinstance(body, bytes):
        return body
    if call.body != "lines":
        return orjson.dumps(_plain(body))
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else lines(body)  # type: ignore[arg-type]  # - by the call's own type


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    return value
