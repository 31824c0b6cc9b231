"""The life of a job as one table of states and events; knows nothing of how a transition is carried out.

A close that comes while a job is opening waits for the end of the opening; only force cuts it short.
"""

from enum import StrEnum

from unusual.errors import Conflict


class State(StrEnum):
    """Where a job is; the words clients read."""

    CLOSED = "closed"
    OPENING = "opening"
    OPENED = "opened"
    CLOSING = "closing"
    FAILED = "failed"


class Event(StrEnum):
    """What can happen to a job.

    give_up  nothing had been loaded when the deadline of opening passed
    break    its analysis, its worker or the keeping of its results failed
    restart  the server starts and finds the job stored in this state
    """

    OPEN = "open"
    READY = "ready"
    GIVE_UP = "give_up"
    CLOSE = "close"
    DONE = "done"
    BREAK = "break"
    FORCE_CLOSE = "force_close"
    RESTART = "restart"


NEXT = {
    (State.CLOSED, Event.OPEN): State.OPENING,
    (State.CLOSED, Event.CLOSE): State.CLOSED,
    (State.CLOSED, Event.FORCE_CLOSE): State.CLOSED,
    (State.OPENING, Event.READY): State.OPENED,
    (State.OPENING, Event.GIVE_UP): State.CLOSED,
    (State.OPENING, Event.BREAK): State.FAILED,
    (State.OPENING, Event.FORCE_CLOSE): State.CLOSED,
    (State.OPENED, Event.CLOSE): State.CLOSING,
    (State.OPENED, Event.BREAK): State.FAILED,
    (State.OPENED, Event.FORCE_CLOSE): State.CLOSED,
    (State.CLOSING, Event.CLOSE): State.CLOSING,
    (State.CLOSING, Event.DONE): State.CLOSED,
    (State.CLOSING, Event.BREAK): State.FAILED,
    (State.CLOSING, Event.FORCE_CLOSE): State.CLOSED,
    (State.FAILED, Event.FORCE_CLOSE): State.CLOSED,
    (State.OPENING, Event.RESTART): State.OPENING,
    (State.OPENED, Event.RESTART): State.OPENING,
    (State.CLOSING, Event.RESTART): State.CLOSING,
    (State.CLOSING, Event.READY): State.CLOSING,
    (State.CLOSING, Event.GIVE_UP): State.CLOSED,
}


def after(state: State, event: Event) -> State:
    """The state that follows; `Conflict` where the table has no way.

    >>> after(State.CLOSED, Event.OPEN)
    <State.OPENING: 'opening'>
    """
    try:
        return NEXT[state, event]
    except KeyError:
        raise Conflict(f"a job that is {state} cannot {event.replace('_', ' ')}") from None


def diagram() -> str:
    """The table as a state diagram in Mermaid's language."""
    ways = (f"    {state} --> {following}: {event}" for (state, event), following in NEXT.items())
    return "\n".join(("stateDiagram-v2", f"    [*] --> {State.CLOSED}", *ways))
