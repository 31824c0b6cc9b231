"""Jobs that something is done to which allows nothing else meanwhile; knows not how long it takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Conflict

# What clients call that which is done to a job.
_REASONS: Final = {"deleted": "delete", "reset": "reset", "reverted": "revert"}


class Blocking:
    """What is being done to which job, and as which task; changed on one thread."""

    def __init__(self) -> None:
        self._blocked: dict[str, tuple[str, str]] = {}

    @contextmanager
    def during(self, job_id: str, what: str, task_id: str = "") -> Iterator[None]:
        """A time in which the job is `what` (deleted, reset, reverted); `Conflict` when it is blocked already."""
        self.require_free(job_id)
        self._blocked[job_id] = what, task_id
        try:
            yield
        finally:
            del self._blocked[job_id]

    def require_free(self, job_id: str) -> None:
        """`Conflict` while the job is blocked."""
        if job_id in self._blocked:
            raise Conflict(f"job [{job_id}] is being {self._blocked[job_id][0]}")

    def shown(self) -> dict[str, Document]:
        """What the configuration of each blocked job tells beside what is configured."""
        return {job_id: _shown(*block) for job_id, block in self._blocked.copy().items() if block[0] in _REASONS}


def _shown(what: str, task_id: str) -> Document:
    blocked = {"reason": _REASONS[what]} | ({"task_id": task_id} if task_id else {})
    return ({"deleting": True} if what == "deleted" else {}) | {"blocked": blocked}
