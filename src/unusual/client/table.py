"""What a client knows of one call: where it goes, what it takes, what it answers; sends nothing."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from pydantic import BaseModel

from unusual.schema.reading import parameter_names

BODILESS: Final = ("GET", "HEAD")
_NAME: Final = re.compile(r"\{(\w+)\}")
_OPTIONAL: Final = re.compile(r"\[(/\{(\w+)\})\]")
PAGED: Final = {"from", "size"}


@dataclass(frozen=True)
class Call:
    """One call of the REST API.

    name        as clients call it
    route       methods and path, such as "GET,POST /_ml/filters[/{filter_id}]"; what is in brackets may be left out
    answer      the type of its answer, None when the status says all
    options     the document whose fields are parameters of the query
    extra       further parameters of the query, which are words, separated by blanks
    body        whether a body can be sent, or must be, or must be as JSON values line by line, or a file
    repeatable  whether it may be sent twice when nobody knows whether it arrived
    file        whether the answer is a file
    """

    name: str
    route: str
    answer: type[BaseModel] | None
    options: type[BaseModel] | None = None
    extra: str = ""
    body: Literal["none", "may", "must", "lines", "file"] = "none"
    repeatable: bool = False
    file: bool = False

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that can be in the path, in their order there."""
        return tuple(_NAME.findall(self.route))

    @cached_property
    def required(self) -> set[str]:
        """Those of them that must be there."""
        return set(_NAME.findall(_OPTIONAL.sub("", self.route)))

    @cached_property
    def positional(self) -> tuple[str, ...]:
        """The arguments that need no name: what must be there first, the body after the path."""
        needed = tuple(name for name in self.parameters if name in self.required)
        rest = tuple(name for name in self.parameters if name not in self.required)
        must, may = (("body",) if self.body in kinds else () for kinds in (("must", "lines", "file"), ("may",)))
        return needed + must + rest + may

    @cached_property
    def known(self) -> set[str]:
        """The parameters of the query."""
        return {*self.extra.split(), *(parameter_names(self.options) if self.options else ())}

    @property
    def paged(self) -> bool:
        """Whether it answers page by page."""
        return self.known >= PAGED and self.body == "none"

    def at(self, given: Collection[str], *, body: bool) -> tuple[str, str]:
        """Method and path for the parameters given."""
        methods, path = self.route.split(" ")
        whole = _OPTIONAL.sub(lambda part: part[1] if part[2] in given else "", path)
        return next(method for method in methods.split(",") if not body or method not in BODILESS), whole
