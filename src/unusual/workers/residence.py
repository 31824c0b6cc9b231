"""The engines that live in one worker, and how a fault in one of them is kept from the others; knows no transport."""

import logging
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Protocol, TypeAlias

from unusual.analysis.control import Message, Outputs, Proceed, Replay
from unusual.errors import Invalid, JobBroke, Problem
from unusual.schema.jobs import Job

LOG: Final = logging.getLogger(__name__)


# Seconds that only grow.
Stopwatch: TypeAlias = Callable[[], float]


class Engine(Protocol):
    """One job in memory."""

    def handle(self, message: Message) -> Outputs:
        """What the message leads to; `errors.Invalid` when the message is wrong and nothing has changed."""


class Engines(Protocol):
    """Where engines come from: the engine's class."""

    def __call__(self, job: Job, stopwatch: Stopwatch) -> Engine:
        """The engine of a job that has seen nothing."""

    def restore(self, job: Job, state: bytes, stopwatch: Stopwatch) -> Engine:
        """The engine that goes on from a saved state."""


@dataclass(frozen=True)
class Settle:
    """Give the job an engine, one that goes on from `state` when there is one."""

    job: Job
    state: bytes | None


@dataclass(frozen=True)
class Leave:
    """Forget the job's engine."""


Order: TypeAlias = Settle | Leave | Replay | Message
Reply: TypeAlias = Outputs | Problem | None


class Residence:
    """The engines of one worker by the ids of their jobs."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._living: dict[str, Engine] = {}

    def take(self, job_id: str, order: Order) -> Reply:
        """Carry out an order for a job; what went wrong is an answer too, and never another job's matter."""
        try:
            return self._carry_out(job_id, order)
        except Invalid as problem:
            return problem
        except Exception as fault:
            # An engine that raised in the middle of its work cannot be trusted any more.
            self._living.pop(job_id, None)
            LOG.exception("the analysis of job [%s] failed", job_id)
            return JobBroke(job_id, _told(fault))

    def _engine(self, job: Job, state: bytes | None) -> Engine:
        if state is None:
            return self._engines(job, perf_counter)
        return self._engines.restore(job, state, perf_counter)

    def _carry_out(self, job_id: str, order: Order) -> Outputs | None:
        match order:
            case Settle(job, state):
                self._living[job_id] = self._engine(job, state)
                return None
            case Leave():
                self._living.pop(job_id, None)
                return None
            case Replay(messages):
                _replay(self._living[job_id], messages)
                return None
            case message:
                return self._living[job_id].handle(message)


def _replay(engine: Engine, messages: Iterable[Message]) -> None:
    """Let an engine take messages that were answered before, also by refusing them."""
    for message in messages:
        with suppress(Invalid):
            outputs = engine.handle(message)
            while outputs.unfinished:
                outputs = engine.handle(Proceed())


def _told(fault: Exception) -> str:
    """What happened and where, in one line."""
    frames = traceback.extract_tb(fault.__traceback__)
    where = f" ({frames[-1].name}, line {frames[-1].lineno} of {frames[-1].filename.rpartition('/')[2]})"
    return f"{type(fault).__name__}: {fault}{where}"
