"""How often a job would have called in some history: alerts at each threshold, the worst of each bucket."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.ui.severity import THRESHOLDS
from unusual.ui.wording import moment

WEEK_MS: Final = 7 * 86_400_000
FOUND: Final = {
    "at": "Time (UTC)",
    "score": "Score",
    "function": "Detector",
    "entity": "Entity",
    "actual": "Actual",
    "typical": "Typical",
}


@dataclass(frozen=True)
class Alerts:
    """Buckets that would have led to an alert. a_week: how many of them there are in a week."""

    least: float
    buckets: int
    a_week: float


def worst_of(records: Sequence[Document]) -> dict[int, float]:
    """By the time of each bucket that has records, ms, the highest score in it, in order of time."""
    worst: dict[int, float] = {}
    for record in sorted(records, key=lambda one: (one["timestamp"], -one["record_score"])):
        worst.setdefault(record["timestamp"], record["record_score"])
    return worst


def alerts(worst: dict[int, float], lasting_ms: int) -> list[Alerts]:
    """What each threshold of severity would have led to, in a history of this length."""
    weeks = max(lasting_ms, 1) / WEEK_MS
    numbers = {least: sum(score >= least for score in worst.values()) for least in THRESHOLDS}
    return [Alerts(least, number, number / weeks) for least, number in numbers.items()]


def record_row(record: Document) -> Document:
    """An anomaly as a row of a table."""
    field = f"({record['field_name']})" if "field_name" in record else ""
    roles = [f"{role}_field_value" for role in ("partition", "by", "over")]
    return {
        "at": moment(record["timestamp"]),
        "score": round(record["record_score"], 1),
        "function": record["function"] + field,
        "entity": ", ".join(str(record[role]) for role in roles if role in record),
        "actual": _number(record.get("actual")),
        "typical": _number(record.get("typical")),
    }


def _number(values: Sequence[float] | None) -> str:
    return f"{values[0]:.6g}" if values else ""
