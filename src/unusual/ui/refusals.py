"""What was refused, told with its reason and what to do next; knows no use case."""

from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import ui

from unusual import errors

ADVICE: Final[dict[type[errors.Problem], str]] = {
    errors.NoSuchJob: "It may have been deleted: look it up in the list of jobs.",
    errors.Missing: "It may have been deleted: load the page again.",
    errors.Taken: "Choose another name.",
    errors.JobFailed: "Read the messages of the job, then close it by force and open it again.",
    errors.NotOpen: "Open the job first.",
    errors.Conflict: "Wait until what is going on has ended, or end it first.",
    errors.Unwritable: "The disk may be full: make room, then try again.",
    errors.Unavailable: "Close another job, or give the server more memory.",
    errors.TimedOut: "It may still be going on: look at the state of the job, then try again.",
    errors.WorkerDied: "The server restores the job by itself: try again in a moment.",
    errors.JobBroke: "Read the messages of the job; reverting to an earlier snapshot may help.",
    errors.Invalid: "Change what the reason names, then try again.",
    errors.Problem: "The log of the server tells more.",
}


def advice(problem: errors.Problem) -> str:
    """What to do about a problem: that of the nearest class above it that has any.

    >>> advice(errors.JobIdTaken("pumps"))
    'Choose another name.'
    """
    return next(ADVICE[kind] for kind in type(problem).__mro__ if kind in ADVICE)


def reason_of(problem: errors.Problem) -> str:
    """Why something was refused: the innermost reason, where a document has one inside the other."""
    return (problem.innermost() if isinstance(problem, errors.Malformed) else problem).reason


def told(problem: errors.Problem) -> str:
    """Why something was refused, and what to do.

    >>> told(errors.JobIdTaken("pumps"))
    "The job cannot be created with the Id 'pumps'. The Id is already used. Choose another name."
    """
    return f"{reason_of(problem).rstrip('.')}. {advice(problem)}"


def show_refusal(problem: errors.Problem) -> None:
    """A card in the place of what could not be shown."""
    with ui.card().props("role=alert").classes("w-full"):
        ui.label(reason_of(problem)).classes("text-weight-medium")
        ui.label(advice(problem))


def notify_refusal(problem: errors.Problem) -> None:
    """A note on top of the page, which stays until it is taken away."""
    ui.notify(told(problem), type="negative", multi_line=True, timeout=0, close_button="Close")


async def attempted(act: Callable[[], Awaitable[object]]) -> bool:
    """Do something, and say why if it is refused; whether it was done."""
    try:
        await act()
    except errors.Problem as problem:
        notify_refusal(problem)
        return False
    return True
