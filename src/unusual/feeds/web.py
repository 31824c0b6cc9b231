"""Calls of servers that speak JSON over HTTP; knows how to get in and what went wrong, not what is asked."""

from collections.abc import Mapping
from ssl import SSLCertVerificationError
from typing import Any, Final

import httpx
import orjson

from unusual.analysis.control import Document
from unusual.errors import Missing, Problem, Refused, Unreachable
from unusual.feeds.connections import Web

_SHOWN: Final = 300  # characters of an answer that nobody expected
# Where the question is wrong, not the moment.
_PROBLEMS: Final[dict[int, type[Problem]]] = {400: Refused, 404: Missing, 405: Refused, 422: Refused}


class Calls:
    """A connection that is used for many calls; opened with the first of them."""

    def __init__(self, connection: Web) -> None:
        self._connection = connection
        self._client: httpx.Client | None = None

    def call(
        self, method: str, path: str, body: Document | None = None, *, form: Mapping[str, str] | None = None
    ) -> Document:
        """The answer to a question with a body of JSON, or a form.

        `Missing` where the other side knows nothing of that name, `Refused` where it finds another fault with the
        question, `Unreachable` for all else.
        """
        content = None if body is None else orjson.dumps(body)
        headers = None if body is None else {"Content-Type": "application/json"}
        try:
            response = self._opened().request(method, path, content=content, headers=headers, data=form)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unreachable(self._told(f"cannot be reached: {_trouble(error)}")) from None
        try:
            answer: Any = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            answer = response.text
        if response.is_success and isinstance(answer, dict):
            return answer
        reason = self._told(f"answered with status {response.status_code}: {_reason(answer)}")
        raise _PROBLEMS.get(response.status_code, Unreachable)(reason)

    def close(self) -> None:
        """Let go of the connection; the next call opens it again."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _opened(self) -> httpx.Client:
        if self._client is None:
            known = self._connection
            self._client = httpx.Client(
                base_url=known.address,
                auth=known.basic,
                headers=known.headers,
                verify=known.tls,
                timeout=known.timeout_s,
                trust_env=False,
            )
        return self._client

    def _told(self, what: str) -> str:
        return self._connection.hidden(f"[{self._connection.address}] {what[:_SHOWN]}")


def _trouble(error: BaseException) -> str:
    """Why nothing was answered; a certificate that is not trusted lies some causes deep."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SSLCertVerificationError):
            return f"its certificate is not trusted ({cause.verify_message}); [ca] names a file of those that are"
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


def _reason(answer: object) -> str:
    """What the other side says, in its own words."""
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    reason = error.get("reason", error) if isinstance(error, dict) else error
    return str(reason)
