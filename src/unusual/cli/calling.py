"""One request to a running server, for commands that ask it for something; knows no command."""

import urllib.error
import urllib.request
from typing import Annotated, Final

import orjson
import typer

from unusual.errors import Problem, Unavailable

WITHIN_S: Final = 1800.0

Url = Annotated[str, typer.Option(envvar="UNUSUAL_URL", help="Where the server is.")]
HERE: Final = "http://127.0.0.1:9200"


def call(method: str, url: str, body: bytes | None = None) -> bytes:
    """The body of the answer; `errors.Problem` with the server's own words when it refuses."""
    kind = {} if body is None else {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, body, kind, method=method)  # noqa: S310 - as `_checked` says
    try:
        with urllib.request.urlopen(_checked(request), timeout=WITHIN_S) as answer:  # noqa: S310 - as `_checked` says
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as refusal:
        raise Problem(_reason(refusal.read(), refusal.code)) from None
    except OSError as fault:
        raise Unavailable(f"the server at [{url}] cannot be reached: {fault}") from None


def _checked(request: urllib.request.Request) -> urllib.request.Request:
    """The request, if it goes to a web server and not to a file."""
    if request.type not in {"http", "https"}:
        raise Problem(f"[{request.full_url}] is no address of a server: it must begin with http:// or https://")
    return request


def _reason(body: bytes, status: int) -> str:
    try:
        error = orjson.loads(body)["error"]
        return str(error["reason"] if isinstance(error, dict) else error)
    except (ValueError, LookupError, TypeError):
        return f"the server answered with status {status}"
