"""One worker process as its parent sees it: a child, a line to it, the replies it owes; knows no placing of jobs."""

import asyncio
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, groupby
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple

from unusual.errors import JobBroke, NotOpen, Problem, WorkerDied
from unusual.workers.line import Line
from unusual.workers.residence import Order, Reply
from unusual.workers.resident import BEAT, READY, UNSENDABLE

# Parallel work is done by many processes: libraries inside one of them must not start a thread per core each.
THREADS: Final = dict.fromkeys(
    (
        "POLARS_MAX_THREADS",
        "NUMBA_NUM_THREADS",
        "RAYON_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
    ),
    "1",
)


@dataclass(frozen=True)
class Owed:
    """A reply that somebody on an event loop waits for."""

    job_id: str
    loop: asyncio.AbstractEventLoop
    reply: "asyncio.Future[Reply]"


class _Letter(NamedTuple):
    """An order that waits to be sent."""

    number: int
    owed: Owed
    order: Order


class Process:
    """A child process with engines in it, and two threads of this one that talk to it.

    engines  `<module>:<class>` of the engines
    alone    whether it is for one job only
    on_end   called once, from another thread, when the child is gone
    jobs     ids of the jobs that were placed here
    ready    whether it ever got so far as to take orders
    alive    whether it takes orders now
    """

    def __init__(self, engines: str, on_end: Callable[["Process"], None], *, alone: bool = False) -> None:
        self.alone = alone
        self.jobs: set[str] = set()
        self.ready = False
        self.alive = True
        self._on_end = on_end
        self._owed: dict[int, Owed] = {}
        self._owing = threading.Lock()
        self._numbers = count(READY + 1)
        self._heard = False
        self._order: int | None = None
        self._silent = self._same = 0
        self._line, self._child = _start(engines)
        self._letters = Line(self._line)
        self._waiting: SimpleQueue[_Letter | None] = SimpleQueue()
        threading.Thread(target=self._write, name="unusual-send", daemon=True).start()
        threading.Thread(target=self._read, name="unusual-read", daemon=True).start()

    @property
    def pid(self) -> int:
        """The id of the child."""
        return self._child.pid

    @property
    def load(self) -> tuple[int, int]:
        """How busy it is, for comparison: replies it owes, jobs it holds."""
        return len(self._owed), len(self.jobs)

    def order(self, job_id: str, order: Order) -> "asyncio.Future[Reply]":
        """Send an order; the reply to come, which is `WorkerDied` when the child dies before."""
        loop = asyncio.get_running_loop()
        owed = Owed(job_id, loop, loop.create_future())
        with self._owing:
            if not self.alive:
                raise WorkerDied(job_id)
            number = next(self._numbers)
            self._owed[number] = owed
        self._waiting.put(_Letter(number, owed, order))
        return owed.reply

    def disown(self, job_id: str) -> None:
        """Whoever waits for a reply about the job is told that it is not open; the replies will be ignored."""
        self.jobs.discard(job_id)
        with self._owing:
            waiting = [owed for owed in self._owed.values() if owed.job_id == job_id]
        for owed in waiting:
            _resolve(owed.reply, NotOpen(job_id))

    def look(self) -> tuple[int, int]:
        """Two counts of looks: how many in a row found no sign of life, and how many found it at the same order."""
        self._silent = 0 if self._heard else self._silent + 1
        self._heard = False
        with self._owing:
            order = next(iter(self._owed), None)
        self._same = self._same + 1 if order is not None and order == self._order else 0
        self._order = order
        return self._silent, self._same

    def kill(self) -> None:
        """End the child at once."""
        self._child.kill()

    def end(self, patience_s: float) -> None:
        """Let the child finish what it is doing now and end; kill it when that takes longer than `patience_s`."""
        self._waiting.put(None)
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(patience_s)
        self.kill()
        self._child.wait()
        with self._owing:
            self.alive = False

    def _write(self) -> None:
        """Send the orders, all together that wait."""
        while letters := _taken(self._waiting):
            # A child that has gone is noticed by the reading thread too, which settles all that is owed.
            with suppress(OSError):
                self._letters.send(filter(None, map(self._packed, letters)))

    def _packed(self, letter: _Letter) -> bytes:
        """An order as bytes; none for one that cannot be sent, whose sender is told so."""
        try:
            return pickle.dumps((letter.number, letter.owed.job_id, letter.order), protocol=pickle.HIGHEST_PROTOCOL)
        except UNSENDABLE as fault:
            with self._owing:
                self._owed.pop(letter.number, None)
            _settle([(letter.owed, JobBroke(letter.owed.job_id, f"{type(fault).__name__}: {fault}"))])
            return b""

    def _read(self) -> None:
        try:
            while True:
                replies = [pickle.loads(letter) for letter in self._letters.receive()]  # noqa: S301 - from our own child
                self._heard = True
                self.ready = True
                with self._owing:
                    paid = [(self._owed.pop(number), reply) for number, reply in replies if number not in {READY, BEAT}]
                _settle(paid)
        except (EOFError, OSError):
            return
        finally:
            self._bury()

    def _bury(self) -> None:
        with self._owing:
            self.alive = False
            unpaid = list(self._owed.values())
            self._owed.clear()
        _settle([(owed, WorkerDied(owed.job_id)) for owed in unpaid])
        self._child.kill()
        self._child.wait()
        self._waiting.put(None)
        self._line.close()
        self._on_end(self)


def _start(engines: str) -> tuple[socket.socket, "subprocess.Popen[bytes]"]:
    """A new child and our end of the line to it; the child has a session of its own, out of the reach of Ctrl-C."""
    ours, theirs = socket.socketpair()
    command = (sys.executable, "-P", "-m", "unusual.workers.resident", str(theirs.fileno()), engines)
    environment = {**THREADS, **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with theirs:
        child = subprocess.Popen(  # noqa: S603 - our own program
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    return ours, child


def _taken(waiting: "SimpleQueue[_Letter | None]") -> list[_Letter]:
    """The orders that wait, one at least; none once there come no more."""
    taken: list[_Letter] = []
    with suppress(Empty):
        letter = waiting.get()
        while letter is not None:
            taken.append(letter)
            letter = waiting.get_nowait()
        waiting.put(None)  # to be met again
        return []
    return taken


def _settle(paid: Iterable[tuple[Owed, Reply]]) -> None:
    """Give replies from any thread; a loop may be gone, and with it whoever waited."""
    for loop, some in groupby(paid, key=lambda one: one[0].loop):
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve_all, [(owed.reply, reply) for owed, reply in some])


def _resolve_all(replies: Iterable[tuple["asyncio.Future[Reply]", Reply]]) -> None:
    for waiting, reply in replies:
        _resolve(waiting, reply)


def _resolve(waiting: "asyncio.Future[Reply]", reply: Reply) -> None:
    if waiting.done():
        return
    if isinstance(reply, Problem):
        waiting.set_exception(reply)
        # Read once, so that a reply nobody waits for any more is not reported as a lost error.
        waiting.exception()
    else:
        waiting.set_result(reply)
