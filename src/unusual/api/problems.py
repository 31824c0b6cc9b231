"""What went wrong → HTTP status and Elastic's error envelope; the only module that joins the two.

Knows the tree of problems and the web framework's own errors; knows no route.
"""

from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from unusual import errors
from unusual.analysis.control import Document
from unusual.api.answers import answer

SHAPES: Final[dict[type[errors.Problem], tuple[int, str]]] = {
    errors.Missing: (404, "resource_not_found_exception"),
    errors.NoSuchIndex: (404, "index_not_found_exception"),
    errors.Taken: (400, "resource_already_exists_exception"),
    errors.Conflict: (409, "status_exception"),
    errors.Unavailable: (429, "status_exception"),
    errors.Unwritable: (503, "status_exception"),
    errors.Stopping: (503, "status_exception"),
    errors.Unreachable: (503, "status_exception"),
    errors.TimedOut: (408, "status_exception"),
    errors.WorkerDied: (503, "status_exception"),
    errors.JobBroke: (500, "status_exception"),
    errors.Invalid: (400, "illegal_argument_exception"),
    errors.Unreadable: (400, "parse_exception"),
    errors.Malformed: (400, "x_content_parse_exception"),
    errors.Misphrased: (400, "parsing_exception"),
    errors.Refused: (400, "status_exception"),
    errors.Incomplete: (400, "action_request_validation_exception"),
    errors.Problem: (500, "status_exception"),
}
METHODS: Final = ("DELETE", "GET", "HEAD", "POST", "PUT")


def install(app: Starlette) -> None:
    """Let every problem, and every error of the framework, leave the app in Elastic's shape."""
    app.add_exception_handler(errors.Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_framework_error)


def shape(problem: errors.Problem) -> tuple[int, str]:
    """Status and type of a problem: those of the nearest class above it that has its own.

    >>> shape(errors.NoSuchJob("pumps"))
    (404, 'resource_not_found_exception')
    """
    return next(SHAPES[kind] for kind in type(problem).__mro__ if kind in SHAPES)


def envelope(problem: errors.Problem) -> Document:
    """The error body: the problem, what caused it inside, and the innermost cause as root.

    >>> envelope(errors.Taken("in use"))["error"]["root_cause"]
    [{'type': 'resource_already_exists_exception', 'reason': 'in use'}]
    """
    status, _ = shape(problem)
    chain = [problem]
    while isinstance(chain[-1], errors.Malformed) and chain[-1].cause is not None:
        chain.append(chain[-1].cause)
    told: Document = _facts(chain[-1])
    root = dict(told)
    for outer in reversed(chain[:-1]):
        told = _facts(outer) | {"caused_by": told}
    return {"error": {"root_cause": [root], **told}, "status": status}


def unexpected(ticket: str) -> Document:
    """The body for an error nobody foresaw: nothing of its text, only where to look it up."""
    facts = {"type": "exception", "reason": f"unexpected error; the server's log has it under [{ticket}]"}
    return {"error": {"root_cause": [facts], **facts}, "status": 500}


def _facts(problem: errors.Problem) -> Document:
    return {"type": shape(problem)[1], "reason": problem.reason}


async def _answer_problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, errors.Problem)  # noqa: S101 - the registration above says so
    return answer(envelope(problem), shape(problem)[0])


async def _answer_framework_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the registration above says so
    if error.status_code not in (404, 405):
        return answer({"error": error.detail, "status": error.status_code}, error.status_code)
    allowed = _allowed(request)
    uri = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if not allowed:
        return answer({"error": f"no handler found for uri [{uri}] and method [{request.method}]"}, 400)
    said = f"Incorrect HTTP method for uri [{uri}] and method [{request.method}], allowed: [{', '.join(allowed)}]"
    return answer({"error": said, "status": 405}, 405, headers={"Allow": ",".join(allowed)})


def _allowed(request: Request) -> list[str]:
    # One path is often served by several routes, each with methods of its own: the framework would name only one.
    routes = request.app.router.routes
    scopes = {method: dict(request.scope) | {"method": method} for method in METHODS}
    return [
        method for method, scope in scopes.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)
    ]
