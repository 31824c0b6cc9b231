"""What each detector function takes from the raw records of a bucket, in plain Python over dictionaries."""

from collections import Counter
from math import log2
from statistics import median

FILLED = ("count", "distinct_count", "info_content", "sum")


def _base(function):
    base = function.removeprefix("low_").removeprefix("high_")
    return "mean" if base == "avg" else base


def _weighted(function):
    return _base(function) in ("count", "non_zero_count", "mean", "min", "max", "varp")


def _mean(rows):
    return sum(value * weight for value, weight in rows) / sum(weight for _, weight in rows)


def _variance(rows):
    mean = _mean(rows)
    return sum(weight * (value - mean) ** 2 for value, weight in rows) / sum(weight for _, weight in rows)


def _information(rows):
    """Bits of the different strings, each ended by a symbol that no string holds."""
    symbols = [symbol for text in {value for value, _ in rows} for symbol in [*text.encode(), "end"]]
    return sum(-times * log2(times / len(symbols)) for times in Counter(symbols).values())


TAKEN = {
    "count": lambda rows: sum(weight for _, weight in rows),
    "non_zero_count": lambda rows: sum(weight for _, weight in rows),
    "distinct_count": lambda rows: len({value for value, _ in rows}),
    "info_content": _information,
    "mean": _mean,
    "median": lambda rows: median(value for value, _ in rows),
    "min": lambda rows: min(value for value, _ in rows),
    "max": lambda rows: max(value for value, _ in rows),
    "sum": lambda rows: sum(value for value, _ in rows),
    "non_null_sum": lambda rows: sum(value for value, _ in rows),
    "varp": _variance,
}


def series_of(record, detector):
    """The values that split the record off, partition first; None when it belongs to no series."""
    values = []
    if detector.get("partition_field_name"):
        values.append(record.get(detector["partition_field_name"]) or "")
    if detector.get("by_field_name"):
        value = record.get(detector["by_field_name"])
        if value is None and not detector.get("use_null"):
            return None
        values.append(value or "")
    return tuple(values)


def kept(records, detector, span, summary=None):
    """{(bucket, series): [(value, weight)]} of the records that count."""
    rows = {}
    for record in records:
        series = series_of(record, detector)
        value = record.get(detector["field_name"]) if detector.get("field_name") else 1.0
        count = 1 if summary is None else record.get(summary) or 0
        if series is None or value is None or count <= 0:
            continue
        weight = count if _weighted(detector["function"]) else 1
        rows.setdefault((record["time"] // span, series), []).append((value, weight))
    return rows


def values(records, detector, span, until, summary=None):
    """{(bucket, series): value} of every bucket before number `until` in which the series is judged."""
    base = _base(detector["function"])
    rows = kept(records, detector, span, summary)
    taken = {key: TAKEN[base](samples) for key, samples in rows.items()}
    if base in FILLED:
        for series in {series for _, series in rows}:
            begin = min(bucket for bucket, one in rows if one == series)
            for bucket in range(begin, until):
                taken.setdefault((bucket, series), 0.0)
    return taken
