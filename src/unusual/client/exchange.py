"""A call as a conversation: what is to be sent, what came back, when to try again; sends nothing itself.

A conversation is a generator: it yields what is to be done next, gets what came of it, and returns the outcome. Both
clients carry out the same ones.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar

from unusual.client.failures import Unreachable

TRIED_AGAIN: Final = (429, 502, 503, 504)
FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 10.0

A = TypeVar("A")


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    query       parameters as words
    timeout_s   the least time that the answer may take, None for the client's own
    repeatable  whether it may be sent again when its answer is lost
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float | None = None
    repeatable: bool = False


@dataclass(frozen=True)
class Pause:
    """Some time in which nothing is done, seconds."""

    seconds: float


@dataclass(frozen=True)
class Response:
    """One HTTP response, read to its end; headers by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Step: TypeAlias = Request | Pause
Reply: TypeAlias = Response | Unreachable | None
Talk: TypeAlias = Generator[Step, Reply, A]


def exchange(request: Request, retries: int) -> Talk[Response]:
    """Send until there is an answer worth reading; `Unreachable` when there is none.

    retries  how many times a request is sent again, if it is repeatable
    """
    pauses = _pauses(retries) if request.repeatable else iter(())
    while True:
        reply = yield request
        pause = next(pauses, None)
        if isinstance(reply, Response) and (pause is None or reply.status not in TRIED_AGAIN):
            return reply
        if pause is None:
            raise reply if isinstance(reply, Unreachable) else TypeError(f"no reply: {reply!r}")
        yield Pause(max(pause, _asked(reply)))


def _pauses(retries: int) -> Iterator[float]:
    return (min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**number) for number in range(retries))


def _asked(reply: Reply) -> float:
    """How long the server wants to be left alone, seconds."""
    told = reply.headers.get("retry-after", "") if isinstance(reply, Response) else ""
    return min(LONGEST_PAUSE_S, float(told)) if told.isdecimal() else 0.0
