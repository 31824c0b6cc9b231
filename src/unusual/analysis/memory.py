"""How much memory a job takes, as model size stats; knows sizes, not what is learnt."""

from typing import Any

from unusual.analysis.control import Document, Seconds
from unusual.analysis.detection import Detection
from unusual.analysis.plan import Plan
from unusual.schema.results import model_size_stats

SOFT = 0.6  # share of the limit from which on memory is called tight


class Memory:
    """The size of one job, now and at its largest."""

    def __init__(self, plan: Plan) -> None:
        """The plan gives the limit and the roles of the fields."""
        self._plan = plan
        self._peak = 0

    def stats(self, detection: Detection, end: Seconds | None, log_time: int | None) -> Document:
        """Model size stats. end: of the newest final bucket; log_time: wall clock [ms], if known."""
        used = detection.bytes if detection.series else 0
        self._peak = max(self._peak, used)
        limit = self._plan.memory_limit
        stats = model_size_stats(self._plan.job_id, limit_bytes=limit) | {
            "model_bytes": used,
            "peak_model_bytes": self._peak,
            "model_bytes_exceeded": max(0, used - limit),
            "memory_status": "ok" if used < SOFT * limit else "soft_limit" if used < limit else "hard_limit",
            "total_by_field_count": self._values(detection, "by"),
            "total_partition_field_count": self._values(detection, "partition"),
        }
        if end is not None:
            stats["timestamp"] = (end - self._plan.span) * 1000
        if log_time is not None:
            stats["log_time"] = log_time
        return stats

    def _values(self, detection: Detection, role: str) -> int:
        """How many different values the fields of one role have."""
        fields = {getattr(detector, role) for detector in self._plan.detectors} - {None}
        return sum(len(detection.dictionaries[field].values) for field in fields)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"peak": self._peak}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self._peak = state["peak"]
