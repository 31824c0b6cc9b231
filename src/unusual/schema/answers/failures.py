"""What is answered when a call fails: the error envelope."""

from unusual.schema.answers.shape import Answer


class Reason(Answer):
    """One thing that went wrong; `caused_by` is what went wrong inside it."""

    type: str
    reason: str | None = None
    caused_by: "Reason | None" = None


class Fault(Reason):
    """What went wrong, and the innermost causes of it."""

    root_cause: tuple[Reason, ...] = ()


class Failure(Answer):
    """The whole answer; a path that nobody serves is told in plain words instead."""

    error: Fault | str
    status: int | None = None
