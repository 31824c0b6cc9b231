"""One worker process as its parent sees it: a child, a line to it, the replies it owes; knows no placing of jobs."""

import asyncio
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from multiprocessing.connection import Connection
from typing import Final, TypeAlias

from unusual.errors import JobBroke, NotOpen, Problem, WorkerDied
from unusual.workers.residence import Order, Reply
from unusual.workers.resident import BEAT, READY, UNSENDABLE

Pipe: TypeAlias = "Connection[bytes, bytes]"

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

    def settle(self, reply: Reply) -> None:
        """Give the reply from any thread; the loop may be gone, and with it whoever waited."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(_resolve, self.reply, reply)


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
        self._pipe: Pipe = Connection(os.dup(self._line.fileno()))
        self._sending = ThreadPoolExecutor(max_workers=1, thread_name_prefix="unusual-send")
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
        self._sending.submit(self._send, number, owed, order)
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
        self._sending.shutdown(wait=False, cancel_futures=True)
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(patience_s)
        self.kill()
        self._child.wait()
        with self._owing:
            self.alive = False

    def _send(self, number: int, owed: Owed, order: Order) -> None:
        try:
            letter = pickle.dumps((number, owed.job_id, order), protocol=pickle.HIGHEST_PROTOCOL)
        except UNSENDABLE as fault:
            with self._owing:
                self._owed.pop(number, None)
            owed.settle(JobBroke(owed.job_id, f"{type(fault).__name__}: {fault}"))
            return
        # A child that has gone is noticed by the reading thread too, which settles all that is owed.
        with suppress(OSError):
            self._pipe.send_bytes(letter)

    def _read(self) -> None:
        try:
            while True:
                number, reply = pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - from our own child
                self._heard = True
                if number in {READY, BEAT}:
                    self.ready = True
                    continue
                with self._owing:
                    owed = self._owed.pop(number)
                owed.settle(reply)
        except (EOFError, OSError):
            return
        finally:
            self._bury()

    def _bury(self) -> None:
        with self._owing:
            self.alive = False
            unpaid = list(self._owed.values())
            self._owed.clear()
        for owed in unpaid:
            owed.settle(WorkerDied(owed.job_id))
        self._child.kill()
        self._child.wait()
        self._sending.shutdown(wait=False, cancel_futures=True)
        self._pipe.close()
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


def _resolve(waiting: "asyncio.Future[Reply]", reply: Reply) -> None:
    if waiting.done():
        return
    if isinstance(reply, Problem):
        waiting.set_exception(reply)
        # Read once, so that a reply nobody waits for any more is not reported as a lost error.
        waiting.exception()
    else:
        waiting.set_result(reply)
