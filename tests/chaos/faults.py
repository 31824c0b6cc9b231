"""Faults injected into a server for real, at moments of a seed that come with the work done; knows no job."""

import random
import resource
import threading
import time
from collections import Counter
from contextlib import suppress
from os import kill
from signal import SIGKILL
from typing import Self

from tests.chaos.supervised import Supervised

WORKER, SERVER, FULL = "worker killed", "server killed", "disk full"
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


class Faults:
    """Kills workers and the server, and lets the disk be full, about once in so many acts, until it is over.

    A fault comes with the work and not with the clock: a slow machine sees as many as a fast one.

    done  how often which fault came
    """

    def __init__(self, server: Supervised, seed: int, every: int) -> None:
        self._server = server
        self._chance = random.Random(seed)
        self._every = every
        self._acts = threading.Semaphore(0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.done: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._acts.release()
        self._thread.join()

    def act(self) -> None:
        """An act was done."""
        self._acts.release()

    def _run(self) -> None:
        while True:
            for _ in range(self._chance.randint(1, 2 * self._every - 1)):
                self._acts.acquire()
                if self._over.is_set():
                    return
            # Somewhere in the middle of what is being done now.
            time.sleep(self._chance.uniform(0, 0.1))
            self._server.serving.wait(60)
            self._strike(self._chance.choices((WORKER, SERVER, FULL), (7, 3, 1))[0])

    def _strike(self, fault: str) -> None:
        with suppress(ProcessLookupError):
            if fault == WORKER:
                workers = self._server.workers()
                if not workers:
                    return
                kill(self._chance.choice(workers), SIGKILL)
            elif fault == SERVER:
                self._server.kill()
            else:
                self._fill()
            self.done[fault] += 1

    def _fill(self) -> None:
        """No file of the server can grow for a while, be it old or new."""
        pid = self._server.process.pid
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        self._over.wait(self._chance.uniform(0.2, 1.0))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, UNLIMITED)
