"""What the explorer's table says of a record; knows documents, no page."""

from typing import Final

from unusual.analysis.control import Document
from unusual.ui.charts.evidence import entity_of
from unusual.ui.charts.series import actual_of, typical_of
from unusual.ui.charts.style import number_text
from unusual.ui.severity import band_of, score_text
from unusual.ui.tables import Column
from unusual.ui.wording import NOTHING, moment

TOLD: Final = 1.01  # ratios nearer to one are no number that tells anything
_ROLES: Final = ("by", "over", "partition")


def detector_text(record: Document) -> str:
    """What a record's detector does, in the words of its configuration.

    >>> detector_text({"function": "mean", "field_name": "load", "by_field_name": "host"})
    'mean(load) by host'
    """
    field = record.get("field_name")
    splits = [f"{role} {name}" for role in _ROLES if (name := record.get(f"{role}_field_name"))]
    return " ".join([f"{record['function']}({field})" if field else record["function"], *splits])


def departure_text(record: Document) -> str:
    """How far the value is from what is typical.

    >>> departure_text({"actual": [30.0], "typical": [10.0]}), departure_text({"actual": [1.0], "typical": [4.0]})
    ('3x higher', '4x lower')
    """
    actual, typical = actual_of(record), typical_of(record)
    if actual is None or typical is None or actual == typical or record.get("geo_results"):
        return NOTHING
    word = "higher" if actual > typical else "lower"
    larger, smaller = max(actual, typical), min(actual, typical)
    if smaller <= 0.0 or larger < TOLD * smaller:
        return word
    return f"{larger / smaller:.3g}x {word}"


def influencers_text(record: Document) -> str:
    """Who made it unusual.

    >>> influencers_text({"influencers": [{"influencer_field_name": "host", "influencer_field_values": ["a", "b"]}]})
    'host: a, b'
    """
    told = record.get("influencers", ())
    return "; ".join(f"{one['influencer_field_name']}: {', '.join(one['influencer_field_values'])}" for one in told)


def score_cell(record: Document) -> str:
    """The score with the name of its band, which does not need a colour.

    >>> score_cell({"record_score": 93.4, "is_interim": True})
    '93 critical, interim'
    """
    score = record["record_score"]
    return f"{score_text(score)} {band_of(score).name}{', interim' if record['is_interim'] else ''}"


def _value(value: float | None) -> str:
    return NOTHING if value is None else number_text(value)


def _actual(record: Document) -> str:
    places = record.get("geo_results")
    return places["actual_point"] if places else _value(actual_of(record))


def _typical(record: Document) -> str:
    places = record.get("geo_results")
    return places["typical_point"] if places else _value(typical_of(record))


JOB: Final = Column("Job", lambda record: record["job_id"])
COLUMNS: Final = (
    Column("Time (UTC)", lambda record: moment(record["timestamp"]), "timestamp"),
    Column("Score", score_cell, "score"),
    Column("Detector", detector_text),
    Column("Entity", lambda record: entity_of(record) or NOTHING),
    Column("Actual", _actual),
    Column("Typical", _typical),
    Column("Departure", departure_text),
    Column("Influencers", lambda record: influencers_text(record) or NOTHING),
)
# A file tells numbers as they are.
FILE_COLUMNS: Final = (
    Column("timestamp", lambda record: record["timestamp"]),
    Column("time", lambda record: moment(record["timestamp"])),
    Column("record_score", lambda record: record["record_score"]),
    Column("initial_record_score", lambda record: record["initial_record_score"]),
    Column("is_interim", lambda record: str(record["is_interim"]).lower()),
    Column("detector", detector_text),
    Column("entity", entity_of),
    Column("actual", lambda record: "" if (value := actual_of(record)) is None else value),
    Column("typical", lambda record: "" if (value := typical_of(record)) is None else value),
    Column("probability", lambda record: record.get("probability", "")),
    Column("influencers", influencers_text),
    Column("job", lambda record: record["job_id"]),
)

_FACTS: Final = {
    "anomaly_type": "Kind",
    "anomaly_length": "Unusual for",
    "incomplete_bucket_penalty": "Few samples",
    "multimodal_distribution": "Several usual values",
    "high_variance_penalty": "Wide interval",
    "by_field_first_occurrence": "Seen for the first time",
}


def facts(record: Document) -> list[tuple[str, str]]:
    """Terms and what is said of them, beside the table's row."""
    told = record.get("anomaly_score_explanation", {})
    lines = [
        ("Score now", f"{record['record_score']:.1f}"),
        ("First score", f"{record['initial_record_score']:.1f}"),
        ("Actual", _actual(record)),
        ("Typical", _typical(record)),
        ("Probability", f"{record['probability']:.3g}" if "probability" in record else NOTHING),
    ]
    if "lower_confidence_bound" in told:
        low, high = told["lower_confidence_bound"], told["upper_confidence_bound"]
        lines.append(("Normal from", f"{number_text(low)} to {number_text(high)}"))
    lines += [(name, _fact(told[key])) for key, name in _FACTS.items() if told.get(key)]
    return lines


def _fact(value: object) -> str:
    if value is True:
        return "yes"
    return f"{value} buckets" if isinstance(value, int) and value != 1 else "1 bucket" if value == 1 else str(value)
