"""How much memory the open jobs hold, and whether one more fits; knows sizes, not how a job is opened."""

from threading import Lock
from typing import Final

from unusual.analysis.control import Document
from unusual.jobs.ports import StoredJob
from unusual.schema.durations import parse_size
from unusual.schema.readable import readable_size

NO_ROOM: Final = "Could not open job because no ML nodes with sufficient capacity were found"
_BASES: Final = {"current_model_bytes": "model_bytes", "peak_model_bytes": "peak_model_bytes"}


class Capacity:
    """The memory that open jobs share, and who waits for some of it; safe to call from any thread."""

    def __init__(self, total_bytes: int | None = None, *, sets_aside: bool = True) -> None:
        """Nothing is held.

        total_bytes  all there is, None for no bound
        sets_aside   whether a job holds what it may come to need, or only what it takes by now
        """
        self._total = total_bytes
        self._sets_aside = sets_aside
        self._held: dict[str, int] = {}
        self._limits: dict[str, int] = {}
        self._waiting: dict[str, bool] = {}  # in the order in which they came
        self._lock = Lock()

    def lacking(self, job: StoredJob) -> str:
        """Why there is no memory for a job that is to be opened, '' where there is."""
        if self._total is None:
            return ""
        with self._lock:
            free = max(0, self._total - sum(size for job_id, size in self._held.items() if job_id != job.job_id))
        if needed(job) <= free:
            return ""
        needs, left, total = (readable_size(size) for size in (needed(job), free, self._total))
        return f"not enough memory: the job needs [{needs}], [{left}] of [{total}] are free"

    def hold(self, job: StoredJob) -> None:
        """A job is opened, and holds its memory from now on."""
        with self._lock:
            self._waiting.pop(job.job_id, None)
            self._limits[job.job_id] = _limit(job)
            self._held[job.job_id] = self._counted(job.stats.get("model_size_stats", {}), _limit(job))

    def wait(self, job_id: str, *, restarted: bool) -> None:
        """A job would be opened, or opened again after a restart of the server, if there were memory for it."""
        with self._lock:
            self._waiting[job_id] = restarted

    def follow(self, job_id: str, sizes: Document) -> bool:
        """An open job has got another size, as its model size stats say; whether some memory becomes free."""
        with self._lock:
            before = self._held.get(job_id)
            if before is None:
                return False
            self._held[job_id] = self._counted(sizes, self._limits[job_id])
            return self._held[job_id] < before

    def release(self, job_id: str) -> None:
        """A job holds nothing any more, and waits for nothing."""
        with self._lock:
            for known in (self._held, self._limits, self._waiting):
                known.pop(job_id, None)

    @property
    def waiting(self) -> dict[str, bool]:
        """The jobs for which there was no memory, in the order in which they came; whether they had been open."""
        with self._lock:
            return dict(self._waiting)

    def _counted(self, sizes: Document, limit: int) -> int:
        return _assigned(sizes, limit) if self._sets_aside else sizes.get("model_bytes", 0)


def needed(job: StoredJob) -> int:
    """Bytes that a job may come to need: its limit, until what it takes is known better."""
    return _assigned(job.stats.get("model_size_stats", {}), _limit(job))


def _assigned(sizes: Document, limit: int) -> int:
    basis = _BASES.get(sizes.get("assignment_memory_basis", ""))
    size: int = limit if basis is None else sizes.get(basis, limit)
    return size


def _limit(job: StoredJob) -> int:
    return parse_size(job.config["analysis_limits"]["model_memory_limit"])
