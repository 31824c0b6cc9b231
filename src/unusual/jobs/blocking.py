"""Jobs that something is done to which allows nothing else meanwhile; knows not how long it takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from unusual.errors import Conflict


class Blocking:
    """What is being done to which job; used on one thread."""

    def __init__(self) -> None:
        self._blocked: dict[str, str] = {}

    @contextmanager
    def during(self, job_id: str, what: str) -> Iterator[None]:
        """A time in which the job is `what` (deleted, reset); `Conflict` when it is blocked already."""
        self.require_free(job_id)
        self._blocked[job_id] = what
        try:
            yield
        finally:
            del self._blocked[job_id]

    def require_free(self, job_id: str) -> None:
        """`Conflict` while the job is blocked."""
        if job_id in self._blocked:
            raise Conflict(f"job [{job_id}] is being {self._blocked[job_id]}")
