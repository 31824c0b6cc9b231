"""How much memory a job takes, and whether that is enough, as model size stats; knows sizes, not what is learnt."""

from collections.abc import Mapping
from math import prod
from typing import Any, Final

from unusual.analysis import charging
from unusual.analysis.control import Document, Seconds
from unusual.analysis.detection import Detection, customs_of
from unusual.analysis.entities import Entities
from unusual.analysis.plan import Plan, compile_plan
from unusual.kernels.tally import ENTRY, PART
from unusual.schema.jobs import Job
from unusual.schema.results import model_size_stats

STEADY: Final = 20  # buckets after which a model that has not grown counts as grown up
GROWN: Final = 1.05  # factor by which it has to grow to count as growing


def expected(job: Job, values: Mapping[str, int]) -> int:
    """About how many bytes the models of a job take once they know so many values of each field, all of them at once.

    From the rows that this version keeps. `errors.Refused` for what this version cannot analyse.
    """
    plan = compile_plan(job)
    known, opened = {**dict.fromkeys(plan.texts, 0), **values}, 0
    for number, source in enumerate(plan.sources):
        size = prod(known[key.field] for key in source.keys)
        parts = [max(size, known[field]) for field in plan.influencing(source)]
        opened += size * ENTRY.itemsize + 2 * sum(parts) * PART.itemsize + customs_of(plan, number).expected(parts)
    courses = 2 if plan.late else 1
    return courses * (charging.expected(plan, Detection(plan).entities.prices, known) + opened)


class Memory:
    """The size of one job, now and at its largest."""

    def __init__(self, plan: Plan) -> None:
        """The plan gives the limit and the roles of the fields."""
        self._plan = plan
        self._peak = 0
        self._grown = [0, 0]  # the size when the models last grew visibly [bytes], and the end of that bucket [s]

    def stats(self, detection: Detection, used: int, end: Seconds | None, log_time: int | None) -> Document:
        """Model size stats. used: [bytes]; end: of the newest final bucket; log_time: wall clock [ms], if known."""
        self._peak = max(self._peak, used)
        limit = self._plan.memory_limit
        entities = detection.entities
        stats = model_size_stats(self._plan.job_id, limit_bytes=limit) | {
            "model_bytes": used,
            "peak_model_bytes": self._peak,
            "model_bytes_exceeded": max(0, used - limit),
            "memory_status": self._status(entities, used),
            "assignment_memory_basis": self._basis(used, end),
            "bucket_allocation_failures_count": entities.refusals.buckets,
            "total_by_field_count": self._values(detection, "by"),
            "total_over_field_count": self._values(detection, "over"),
            "total_partition_field_count": self._values(detection, "partition"),
        }
        reserved = detection.reserved
        if reserved > 0:  # the course that lags behind lacks about as much
            stats["reserved_model_bytes"] = used + (2 if self._plan.late else 1) * reserved
        if entities.refusals.fields:
            stats["allocation_failure_fields"] = entities.refusals.fields
            stats["allocation_failure_record_count"] = entities.refusals.records
            stats["allocation_failure_values"] = {
                field: met.count for field, met in sorted(entities.refusals.values.items())
            }
        if entities.pruned:
            stats["pruned_series_count"] = entities.pruned
        if end is not None:
            stats["timestamp"] = (end - self._plan.span) * 1000
        if log_time is not None:
            stats["log_time"] = log_time
        return stats

    def _status(self, entities: Entities, used: int) -> str:
        """Whether something has found no room lately, or soon may not."""
        if entities.refusals.full or used > self._plan.memory_limit:
            return "hard_limit"
        return "soft_limit" if entities.tight else "ok"

    def _basis(self, used: int, end: Seconds | None) -> str:
        """What tells best how much memory the job is going to need: its limit, until it has ceased to grow."""
        if used > GROWN * self._grown[0]:
            self._grown = [used, end or 0]
        if end is None or end - self._grown[1] < STEADY * self._plan.span:
            return "model_memory_limit"
        return "current_model_bytes" if GROWN * used >= self._peak else "peak_model_bytes"

    def _values(self, detection: Detection, role: str) -> int:
        """How many different values the fields of one role have."""
        fields = {getattr(detector, role) for detector in self._plan.detectors} - {None}
        return sum(len(detection.dictionaries[field].values) for field in fields)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"peak": self._peak, "grown": self._grown}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self._peak, self._grown = state["peak"], state["grown"]
