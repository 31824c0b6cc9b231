"""The calls that an app serves, gathered from its routes; knows no call and writes no description."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from inspect import cleandoc
from typing import Final, NamedTuple

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from starlette.applications import Starlette

from unusual.api.declaring import Declared, Intake, Takes, declared
from unusual.api.serving import Served

OLDER: Final = "/_xpack/ml/"
_BODILESS: Final = ("GET", "HEAD")
_METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE")


class Route(NamedTuple):
    """One method of one path, whose parameters are in braces."""

    path: str
    method: str

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return re.findall(r"\{(\w+)\}", self.path)


@dataclass(frozen=True)
class Call:
    """One call with all its routes: the shortest paths first, GET before all others, those under older prefixes apart.

    part   which part of the API it belongs to
    told   what it does, in a sentence
    takes  what its dependencies read
    """

    declared: Declared
    part: str
    told: str
    routes: tuple[Route, ...]
    older: tuple[Route, ...]
    takes: tuple[Takes, ...]

    @property
    def name(self) -> str:
        """As clients call it."""
        return self.declared.name

    @cached_property
    def options(self) -> type[BaseModel] | None:
        """The document whose fields are parameters of the query."""
        return next((takes.options for takes in self.takes if takes.options is not None), None)

    @cached_property
    def body(self) -> Takes | None:
        """What is said of the body, None when there is none."""
        return next((takes for takes in self.takes if takes.body is not None), None)

    @cached_property
    def names(self) -> list[str]:
        """Further parameters of the query."""
        return list(dict.fromkeys(name for takes in self.takes for name in takes.names))

    def route(self, given: Collection[str], *, body: bool) -> Route:
        """The route with just these parameters in its path, and with a method for a body if there is one."""
        fitting = (route for route in self.routes if set(route.parameters) == {*given})
        return next(route for route in fitting if not body or route.method not in _BODILESS)


def calls_of(app: Starlette) -> list[Call]:
    """Every call that is declared, by part and then in the order of the routes."""
    found: dict[str, Call] = {}
    for served in (route for route in app.routes if isinstance(route, Served)):
        said = declared(served.endpoint)
        if said is None:
            continue
        routes = tuple(Route(served.path_format, method) for method in served.methods or ())
        told = cleandoc(served.endpoint.__doc__ or "")
        part = served.endpoint.__module__.rsplit(".", 1)[-1]
        known = found.get(said.name) or Call(said, part, told, (), (), ())
        every = sorted({*known.routes, *known.older, *routes}, key=_order)
        found[said.name] = Call(
            said,
            part,
            told,
            tuple(route for route in every if not route.path.startswith(OLDER)),
            tuple(route for route in every if route.path.startswith(OLDER)),
            tuple(dict.fromkeys((*known.takes, *_takes(served.dependant)))),
        )
    return sorted(found.values(), key=lambda call: call.part)


def _order(route: Route) -> tuple[int, str, int]:
    return len(route.parameters), route.path, _METHODS.index(route.method)


def _takes(dependant: Dependant) -> Iterator[Takes]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Intake):
            yield inner.call.takes
