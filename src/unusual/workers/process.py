"""One worker process as its parent sees it: a child, a line to it, the replies it owes; knows no placing of jobs."""

import asyncio
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Final, NamedTuple

from unusual.errors import JobBroke, NotOpen, Problem, WorkerDied
from unusual.workers.line import Letters, enveloped
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


class Owed(NamedTuple):
    """A reply that somebody waits for."""

    job_id: str
    reply: "asyncio.Future[Reply]"


class Process(asyncio.Protocol):
    """A child process with engines in it, talked to on the event loop on which it was connected.

    engines  `<module>:<class>` of the engines
    alone    whether it is for one job only
    on_end   called once when the child is gone
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
        self._numbers = count(READY + 1)
        self._heard = False
        self._order: int | None = None
        self._silent = self._same = 0
        self._end, self._child = _start(engines)
        self._letters = Letters()
        self._line: asyncio.WriteTransport | None = None
        self._connecting: asyncio.Task[asyncio.WriteTransport] | None = None

    @property
    def pid(self) -> int:
        """The id of the child."""
        return self._child.pid

    @property
    def load(self) -> tuple[int, int]:
        """How busy it is, for comparison: replies it owes, jobs it holds."""
        return len(self._owed), len(self.jobs)

    async def connect(self) -> asyncio.WriteTransport:
        """Begin to talk to the child, unless that was begun already; the line to it."""
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connected())
        return await asyncio.shield(self._connecting)  # others wait for it, too

    def order(self, job_id: str, order: Order) -> "asyncio.Future[Reply]":
        """Send an order; the reply to come, which is `WorkerDied` when the child dies before. It is connected.

        `JobBroke` for what cannot be sent.
        """
        if self._line is None or not self.alive:
            raise WorkerDied(job_id)
        number = next(self._numbers)
        try:
            letter = pickle.dumps((number, job_id, order), protocol=pickle.HIGHEST_PROTOCOL)
        except UNSENDABLE as fault:
            raise JobBroke(job_id, f"{type(fault).__name__}: {fault}") from fault
        owed = self._owed[number] = Owed(job_id, asyncio.get_running_loop().create_future())
        self._line.writelines(enveloped(letter))
        return owed.reply

    def disown(self, job_id: str) -> None:
        """Whoever waits for a reply about the job is told that it is not open; the replies will be ignored."""
        self.jobs.discard(job_id)
        for owed in self._owed.values():
            if owed.job_id == job_id:
                _resolve(owed.reply, NotOpen(job_id))

    def look(self) -> tuple[int, int]:
        """Two counts of looks: how many in a row found no sign of life, and how many found it at the same order."""
        self._silent = 0 if self._heard else self._silent + 1
        self._heard = False
        order = next(iter(self._owed), None)
        self._same = self._same + 1 if order is not None and order == self._order else 0
        self._order = order
        return self._silent, self._same

    def kill(self) -> None:
        """End the child at once."""
        self._child.kill()

    async def end(self, patience_s: float) -> None:
        """Let the child finish what it is doing now and end; kill it when that takes longer than `patience_s`."""
        line = await self.connect()
        if not line.is_closing():
            line.write_eof()
        await asyncio.to_thread(self._wait, patience_s)
        self.alive = False

    async def _connected(self) -> asyncio.WriteTransport:
        loop = asyncio.get_running_loop()
        self._line, _ = await loop.create_unix_connection(lambda: self, sock=self._end)
        return self._line

    def _wait(self, patience_s: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(patience_s)
        self.kill()
        self._child.wait()

    def data_received(self, data: bytes) -> None:
        """Replies come in, or parts of them."""
        for letter in self._letters.taken(data):
            number, reply = pickle.loads(letter)  # noqa: S301 - from our own child
            self._heard = True
            self.ready = True
            if number not in {READY, BEAT}:
                _resolve(self._owed.pop(number).reply, reply)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's
        """The child is gone."""
        self.alive = False
        unpaid = list(self._owed.values())
        self._owed.clear()
        for owed in unpaid:
            _resolve(owed.reply, WorkerDied(owed.job_id))
        self._child.kill()
        if self._child.poll() is None:
            asyncio.get_running_loop().run_in_executor(None, self._child.wait)
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
