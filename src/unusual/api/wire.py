"""The options of a request: from the query or, when there is one, from the body alone; knows no route.

A route says `options: Annotated[FlushOptions, options_of(FlushOptions)]` and gets them read and checked.
"""

from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from fastapi import Request, params
from pydantic import BaseModel

from unusual.api.content import json_body
from unusual.api.declaring import EVERYWHERE, Takes, intake
from unusual.errors import Invalid, Unreadable
from unusual.schema.names import check_agreement
from unusual.schema.reading import closest, parameter_names, read, read_query

IDS: Final = frozenset({"job_id", "datafeed_id", "calendar_id", "filter_id"})
SOURCE: Final = frozenset({"source", "source_content_type"})

M = TypeVar("M", bound=BaseModel)


def options_of(model: type[M]) -> params.Depends:
    """Dependency: the options of an endpoint that takes them in the query or in a body."""
    name = _called(model)

    async def options(request: Request) -> M:
        query = parameters(request, parameter_names(model) | SOURCE)
        body = await _stated(request, model)
        if body is not None:
            return read(model, body, name)
        return read_query(model, {key: value for key, value in query.items() if key not in SOURCE}, name)

    return intake(options, Takes(options=model, body=model))


def query_of(model: type[M]) -> params.Depends:
    """Dependency: the options of an endpoint that takes them in the query only."""

    async def options(request: Request) -> M:
        return read_query(model, parameters(request, parameter_names(model)), _called(model))

    return intake(options, Takes(options=model))


def body_of(model: type[M], *names: str, needed: bool = True) -> params.Depends:
    """Dependency: the document in a body; unless it is `needed`, no body is an empty one.

    names  of parameters that the endpoint accepts, and does nothing with
    """
    name = _called(model)

    async def document(request: Request) -> M:
        parameters(request, names)
        body = await _stated(request, model, needed=needed)
        return read(model, {} if body is None else body, name)

    return intake(document, Takes(names=names, body=model, needed=needed))


def raw_body(model: type[BaseModel], *, needed: bool = True) -> params.Depends:
    """Dependency: the JSON value of a body, which the use case reads as such a document; None without a body."""

    async def document(request: Request) -> object:
        return await _stated(request, model, needed=needed)

    return intake(document, Takes(body=model, needed=needed))


async def _stated(request: Request, model: type[BaseModel], *, needed: bool = False) -> object:
    """The JSON value of a body; the ids of the URL may stand in it once more, where a document has none of its own."""
    body = await required_body(request) if needed else await json_body(request)
    if not isinstance(body, dict):
        return body
    repeated = (IDS & request.path_params.keys() & body.keys()) - parameter_names(model)
    for name in sorted(repeated):
        check_agreement(name, body[name], request.path_params[name])
    return {name: value for name, value in body.items() if name not in repeated}


async def required_body(request: Request) -> object:
    """The JSON value of a body that must be there."""
    body = await json_body(request)
    if body is None:
        raise Unreadable("request body is required")
    return body


def knowing(*names: str) -> params.Depends:
    """Dependency: an endpoint that accepts these parameters, and does nothing with them."""

    async def check(request: Request) -> None:
        parameters(request, names)

    return intake(check, Takes(names=names))


def parameters(request: Request, known: Collection[str]) -> dict[str, str]:
    """The query without what is understood everywhere; `Invalid` names those that are not `known`."""
    given = {name: value for name, value in request.query_params.items() if name not in EVERYWHERE}
    if given:
        check_known(request.url.path, given, {*known})
    return given


def flag(request: Request, name: str) -> bool:
    """Whether a parameter of the query that is understood leniently is on: it is there, and not `false`."""
    return request.query_params.get(name, "false") != "false"


def check_known(path: str, given: Mapping[str, str], known: set[str]) -> None:
    """`Invalid` when a parameter is not known, with the name that was probably meant.

    >>> check_known("/_ml/info", {"sise": "1"}, {"size"})
    Traceback (most recent call last):
    unusual.errors.Invalid: request [/_ml/info] contains unrecognized parameter: [sise] -> did you mean [size]?
    """
    strangers = sorted(given.keys() - known)
    if not strangers:
        return
    told = [_with_hint(name, {*known, *EVERYWHERE}) for name in strangers]
    noun = "parameter" if len(told) == 1 else "parameters"
    raise Invalid(f"request [{path}] contains unrecognized {noun}: {', '.join(told)}")


def _called(model: type[BaseModel]) -> str:
    return model.model_config.get("title") or "request"


def _with_hint(name: str, known: set[str]) -> str:
    meant = closest(name, known)
    return f"[{name}]" if meant is None else f"[{name}] -> did you mean [{meant}]?"
