"""What goes wrong with a call, as problems that a caller can tell apart; knows no transport.

CallFailed             the server says no
├── BadRequest         400, also an `errors.Invalid`, as what the client itself refuses to send
├── Unauthorized       401, 403
├── NotFound           404, also an `errors.Missing`
├── TookTooLong        408, also an `errors.TimedOut`
├── StateConflict      409, also an `errors.Conflict`
├── TooManyRequests    429, also an `errors.Unavailable`
└── ServerFault        500 and above
Unreachable            no answer
└── NoAnswerInTime
UnreadableAnswer       an answer that is not what it should be
"""

from typing import Final

from pydantic import ValidationError

from unusual.errors import Conflict, Invalid, Missing, Problem, TimedOut, Unavailable
from unusual.schema.answers import Failure, Fault, Reason

SERVER_FAULTS: Final = 500


class CallFailed(Problem):
    """The server says no.

    status      of the HTTP response
    type        of the error, `unknown` when the server told none
    reason      what is wrong
    root_cause  the innermost causes, each with `type` and `reason`
    caused_by   the next cause inside, None for a plain error
    """

    def __init__(self, status: int, fault: Fault) -> None:
        super().__init__(fault.reason or fault.type)
        self.args = (status, fault)
        self.status = status
        self.type = fault.type
        self.root_cause: tuple[Reason, ...] = fault.root_cause
        self.caused_by: Reason | None = fault.caused_by

    def __str__(self) -> str:
        return f"[{self.status}] {self.type}: {self.reason}"

    @classmethod
    def of(cls, status: int, body: bytes) -> "CallFailed":
        """What a response with such a status says."""
        return _KINDS.get(status, ServerFault if status >= SERVER_FAULTS else CallFailed)(status, _fault(body))


class BadRequest(CallFailed, Invalid):
    """Something in the request is not allowed."""


class Unauthorized(CallFailed):
    """Who asks is not known, or may not."""


class NotFound(CallFailed, Missing):
    """Something named does not exist."""


class TookTooLong(CallFailed, TimedOut):
    """It was not done before the timeout of the call."""


class StateConflict(CallFailed, Conflict):
    """The state of things forbids the call now."""


class TooManyRequests(CallFailed, Unavailable):
    """No room for the call now."""


class ServerFault(CallFailed):
    """The server failed, or something between it and here."""


class Unreachable(Problem):
    """No answer: the connection could not be made, or broke."""


class NoAnswerInTime(Unreachable):
    """No answer within the timeout of the client."""


class UnreadableAnswer(Problem):
    """The answer is not what the call should answer; `body` is the whole of it."""

    def __init__(self, reason: str, body: bytes) -> None:
        super().__init__(reason)
        self.args = (reason, body)
        self.body = body


_KINDS: Final[dict[int, type[CallFailed]]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    408: TookTooLong,
    409: StateConflict,
    429: TooManyRequests,
}


def _fault(body: bytes) -> Fault:
    """What an error body says; of one that is no envelope, its text."""
    try:
        error = Failure.model_validate_json(body).error
    except ValidationError:
        error = body.decode(errors="replace")[:_MOST_TEXT]
    return error if isinstance(error, Fault) else Fault(type="unknown", reason=error)


_MOST_TEXT: Final = 1000
