"""Declared routes put into an app, each with no more between a request and its endpoint than the endpoint asks for.

Endpoints ask for the request, for what their dependencies read from it, and for words of the path. The framework's own
way there can do much more, and takes longer than a small post takes to be analysed. Knows no route.
"""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any, Final

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

_REQUEST: Final = "request"


class Served(Route):
    """One route of an app.

    dependant  what its endpoint asks for
    """

    def __init__(self, path: str, declared: APIRoute) -> None:
        super().__init__(path, _Answering(declared.dependant), methods=declared.methods)
        self.methods = set(declared.methods or ())  # as declared: without HEAD beside each GET
        self.endpoint = declared.endpoint
        self.dependant = declared.dependant


def serve(app: Starlette, router: APIRouter, prefix: str = "") -> None:
    """Put the routes of a router into an app, below a prefix."""
    app.router.routes += [Served(prefix + one.path, one) for one in router.routes if isinstance(one, APIRoute)]


class _Answering:
    """The way from a request to the answer of one endpoint, as an ASGI app."""

    def __init__(self, asked: Dependant) -> None:
        self._reads = [_reading(one) for one in asked.dependencies]
        self._words = {field.name for field in asked.path_params}
        self._request = asked.request_param_name
        self._endpoint: Callable[..., Any] = _called(asked)
        self._waits = iscoroutinefunction(self._endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive, send)
        given = {name: word for name, word in scope["path_params"].items() if name in self._words}
        for name, read in self._reads:
            found = await read(request)
            if name is not None:
                given[name] = found
        if self._request is not None:
            given[self._request] = request
        response: Response
        if self._waits:
            response = await self._endpoint(**given)
        else:
            response = await run_in_threadpool(self._endpoint, **given)
        await response(scope, receive, send)


def _reading(dependency: Dependant) -> tuple[str | None, Callable[[Request], Awaitable[object]]]:
    """The parameter that a dependency is for, and the coroutine that reads it, which asks for the request alone."""
    more = dependency.dependencies or dependency.path_params or dependency.query_params or dependency.body_params
    if dependency.request_param_name != _REQUEST or more:
        raise TypeError(f"{dependency.call} asks for more than the request")
    read = _called(dependency)
    if not (iscoroutinefunction(read) or iscoroutinefunction(type(read).__call__)):
        raise TypeError(f"{read} is no coroutine")
    return dependency.name, read


def _called(asked: Dependant) -> Callable[..., Any]:
    assert asked.call is not None  # noqa: S101 - the framework says so only of what it has not read yet
    return asked.call
