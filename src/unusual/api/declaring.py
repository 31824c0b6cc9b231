"""What a route says of itself beside its path, as descriptions and clients need it; knows no route.

A route is declared by `@call("flush_job", Flushed)` below the framework's own lines. What it takes from the query and
from the body is said by the dependencies that read them, each an `Intake`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, TypeVar

from fastapi import Request, params
from pydantic import BaseModel

JSON_MEDIA: Final = "application/json"
LINES_MEDIA: Final = "application/x-ndjson"
FILE_MEDIA: Final = "application/octet-stream"
# Parameters that every call understands, and what they say.
EVERYWHERE: Final = {
    "pretty": "the answer is laid out for people",
    "human": "readable sizes stand beside numbers of bytes",
    "filter_path": "which parts of the answer are wanted: paths with wildcards, separated by commas",
    "format": "in which form the answer is wanted: `json`, `yaml`, or `text` where there is a table",
    "error_trace": "accepted, and without effect",
}
_DECLARED: Final = "declared"

F = TypeVar("F", bound=Callable[..., object])
File: TypeAlias = Literal["", "answer", "body"]


@dataclass(frozen=True)
class Declared:
    """The call that a route serves.

    name        as clients call it
    answer      the type of its answer, None for one without a body
    text        whether the answer is text for people, unless the client asks for JSON
    lines       whether the body is JSON values line by line
    repeatable  whether a PUT or DELETE has the same answer when it is sent twice
    file        whether the answer or the body is a file, whose bytes are as they are
    """

    name: str
    answer: type[BaseModel] | None
    text: bool = False
    lines: bool = False
    repeatable: bool = False
    file: File = ""


@dataclass(frozen=True)
class Takes:
    """What is read from a request.

    options  the document whose fields are parameters of the query, None without any
    names    further parameters, which are accepted as words
    body     the document that the body is read as, None without a body
    needed   whether there must be a body
    media    of which types the body may be
    """

    options: type[BaseModel] | None = None
    names: tuple[str, ...] = ()
    body: type[BaseModel] | None = None
    needed: bool = False
    media: tuple[str, ...] = (JSON_MEDIA,)


class Intake:
    """A dependency that reads from a request, and tells what."""

    def __init__(self, read: Callable[[Request], Awaitable[object]], takes: Takes) -> None:
        self._read = read
        self.takes = takes

    async def __call__(self, request: Request) -> object:
        """What is read."""
        return await self._read(request)


def intake(read: Callable[[Request], Awaitable[object]], takes: Takes) -> params.Depends:
    """The dependency that reads so."""
    return params.Depends(Intake(read, takes))


def call(
    name: str,
    answer: type[BaseModel] | None,
    *,
    text: bool = False,
    lines: bool = False,
    repeatable: bool = False,
    file: File = "",
) -> Callable[[F], F]:
    """Declare what a route serves; see `Declared`."""

    def declare(endpoint: F) -> F:
        vars(endpoint)[_DECLARED] = Declared(name, answer, text, lines, repeatable, file)
        return endpoint

    return declare


def declared(endpoint: Callable[..., object]) -> Declared | None:
    """What a route serves; None for one that belongs to the description itself."""
    found: Declared | None = vars(endpoint).get(_DECLARED)
    return found
