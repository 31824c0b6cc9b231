"""Which field values tell a series from the others of its detector; knows the plan and the numbers of values."""

from unusual.analysis.detection import Detection
from unusual.analysis.plan import DetectorPlan, Plan


def split_values(plan: Plan, detection: Detection, detector: DetectorPlan, series: int) -> list[tuple[str, str]]:
    """(field, value) of each splitting field of a series, partition first."""
    codes = detection.splits[detector.source].values_of(series)
    fields = [key.field for key in plan.sources[detector.source].keys]
    values = (detection.dictionaries[field].values[code] for field, code in zip(fields, codes, strict=True))
    return list(zip(fields, values, strict=True))


def series_fields(plan: Plan, detection: Detection, detector: DetectorPlan, series: int) -> dict[str, str]:
    """What a document of one series says of its splitting fields: name and value of each, under its role."""
    named = split_values(plan, detection, detector, series)
    return {
        f"{role}_field_{part}": text
        for role, pair in zip(roles(detector), named, strict=True)
        for part, text in zip(("name", "value"), pair, strict=True)
    }


def feature_name(detector: DetectorPlan, feature: int) -> str:
    """How clients know the model of one feature of a detector: what it reads, and of which field."""
    described = detector.readings[feature].described
    return described if detector.field is None else f"{described}({detector.field})"


def roles(detector: DetectorPlan) -> list[str]:
    """What the splitting fields are to the detector, in the same order."""
    return list(detector.roles)
