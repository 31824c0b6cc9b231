"""Engines for worker tests: they count posts, and break, hang or die when a post says so."""

import json
import os
import signal
import time

from unusual.analysis.control import Outputs, Post, Save
from unusual.errors import Invalid


class Fragile:
    """An engine that does what it is told, also when that is to break."""

    def __init__(self, job, _) -> None:
        self._job = job
        self._posts = 0
        self._facts = {}

    @classmethod
    def restore(cls, job, state: bytes, stopwatch) -> "Fragile":
        engine = cls(job, stopwatch)
        engine._posts = json.loads(state)
        return engine

    def handle(self, message) -> Outputs:
        if isinstance(message, Post):
            self._posts += 1
            self._obey(message.data)
        state = json.dumps(self._posts).encode() if isinstance(message, Save) else None
        facts = self._facts | {"posts": self._posts, "pid": os.getpid(), "threads": os.environ["POLARS_MAX_THREADS"]}
        return Outputs(upload=facts, counts=facts, model_size={}, finalized_end=None, state=state)

    def _obey(self, order: bytes) -> None:
        match order.split():
            case [b"raise"]:
                raise ZeroDivisionError("told to")
            case [b"blur"]:
                self._facts = {"unsendable": lambda: None}
            case [b"refuse"]:
                raise Invalid("told to")
            case [b"sleep", seconds]:
                time.sleep(float(seconds))
            case [b"wait", path]:
                while not os.path.exists(path):  # noqa: PTH110 - the path is bytes
                    time.sleep(0.001)
            case [b"die"]:
                os.kill(os.getpid(), signal.SIGKILL)


class Unlucky(Fragile):
    """An engine that cannot be made."""

    def __init__(self, job, _) -> None:
        raise MemoryError(job.job_id)
