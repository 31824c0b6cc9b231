"""Which field values tell a series from the others of its detector; knows the plan and the numbers of values."""

from unusual.analysis.detection import Detection
from unusual.analysis.plan import DetectorPlan, Plan


def split_values(plan: Plan, detection: Detection, detector: DetectorPlan, series: int) -> list[tuple[str, str]]:
    """(field, value) of each splitting field of a series, partition first."""
    codes = detection.splits[detector.source].values_of(series)
    fields = [key.field for key in plan.sources[detector.source].keys]
    values = (detection.dictionaries[field].values[code] for field, code in zip(fields, codes, strict=True))
    return list(zip(fields, values, strict=True))


def roles(detector: DetectorPlan) -> list[str]:
    """What the splitting fields are to the detector, in the same order."""
    return [role for role in ("partition", "by") if getattr(detector, role) is not None]
