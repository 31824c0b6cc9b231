"""The program of one worker process: orders in, replies out, until the pipe of its parent closes.

Started as `python -m unusual.workers.resident <file descriptor> <module>:<class>`. Knows its pipe and its engines;
knows neither which jobs there are elsewhere nor who asks.
"""

import gc
import os
import pickle
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from typing import Final

from unusual.errors import JobBroke
from unusual.kernels.machine_code import leave_out_linear_algebra
from unusual.workers.line import Line
from unusual.workers.residence import Engines, Reply, Residence

# What pickling raises for things that cannot leave their process.
UNSENDABLE: Final = (pickle.PicklingError, AttributeError, TypeError)
# The number of the word that says that a process is ready; orders are counted from one.
READY = 0
# The number of the sign of life that a process gives while it is at work, and how often.
BEAT = -1
BEAT_S = 1.0
# New objects between two searches for garbage: documents make many, and no cycles.
SELDOM: Final = 50_000


def serve(line: Line, engines: Engines) -> None:
    """Answer one order after the other, with signs of life meanwhile."""
    residence = Residence(engines)
    replies = _Replies(line)
    replies.send(_letter(READY, None))
    threading.Thread(target=_beat, args=(replies,), name="unusual-beat", daemon=True).start()
    while True:
        for order in line.receive():
            replies.send(_answered(residence, order))


def _answered(residence: Residence, letter: bytes) -> bytes:
    number, job_id, order = pickle.loads(letter)  # noqa: S301 - from our own parent
    reply = residence.take(job_id, order)
    try:
        return _letter(number, reply)
    except UNSENDABLE as fault:
        return _letter(number, JobBroke(job_id, f"{type(fault).__name__}: {fault}"))


class _Replies:
    """The way to the parent, for one letter at a time."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._sending = threading.Lock()

    def send(self, letter: bytes) -> None:
        with self._sending:
            self._line.send(letter)


def _beat(line: _Replies) -> None:
    letter = _letter(BEAT, None)
    with suppress(OSError):  # the line is cut: the main thread ends the process
        while True:
            line.send(letter)
            time.sleep(BEAT_S)


def main(descriptor: str, engines: str) -> None:
    """Run until the parent has gone; only the parent decides when that is, not a signal to its whole group."""
    leave_out_linear_algebra()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, args=(int(descriptor),), name="unusual-follow", daemon=True).start()
    module, _, name = engines.partition(":")
    try:
        kind = getattr(import_module(module), name)
        look_seldom_for_garbage()
        serve(Line(socket.socket(fileno=int(descriptor))), kind)
    except (EOFError, OSError):
        # The line is cut: whoever gave the orders is gone.
        return


def look_seldom_for_garbage() -> None:
    """Of this process, whose modules are all loaded and never become garbage."""
    gc.freeze()
    gc.set_threshold(SELDOM)


def _follow_parent(descriptor: int) -> None:
    """End the process, whatever it is doing, when the parent has gone without a word: nobody would get the reply.

    A parent that ends in order closes only its own direction first, which leaves time for the last reply.
    """
    line = select.poll()
    line.register(descriptor, 0)  # that the other end is closed is reported without being asked for
    line.poll()
    os._exit(0)


def _letter(number: int, reply: Reply) -> bytes:
    return pickle.dumps((number, reply), protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main(*sys.argv[1:])
