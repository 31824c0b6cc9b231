"""What each detector function reads out of a tally, which side counts, and who is to blame; knows no configuration."""

from dataclasses import dataclass
from enum import Enum

from unusual.kernels import walk

WHOLE = 0.5  # grain of values that are whole numbers: half a unit is rounding


class Value(Enum):
    """What is taken from a (bucket, series) entry."""

    COUNT = "count"
    DISTINCT = "distinct"
    INFORMATION = "information"
    MEAN = "mean"
    SUM = "sum"
    LOW = "low"
    HIGH = "high"
    MEDIAN = "median"
    VARIANCE = "variance"
    PRESENCE = "presence"  # that there is an entry at all
    FREQUENCY = "frequency"  # how often there is what should be rare
    DAYTIME = "daytime"  # when in the day its records are
    WEEKTIME = "weektime"  # when in the week
    PLACE = "place"  # where on the globe


RARE = {Value.PRESENCE, Value.FREQUENCY}
SAMPLED = {Value.DAYTIME, Value.WEEKTIME, Value.PLACE}  # where the least usual record speaks for its entry


@dataclass(frozen=True)
class Reading:
    """One feature of a detector.

    described  the name in results
    value      what is judged
    side       walk.BOTH, HIGH or LOW
    fills      a bucket without rows counts as zero
    grain      least scale of a deviation [unit]
    blame      how an entity's part leaves the value (walk.COUNTED ...)
    """

    described: str
    value: Value
    side: int
    fills: bool
    grain: float
    blame: int


_BASES = {
    "count": (Value.COUNT, True, WHOLE, walk.COUNTED),
    "non_zero_count": (Value.COUNT, False, WHOLE, walk.COUNTED),
    "distinct_count": (Value.DISTINCT, True, WHOLE, walk.SUMMED),
    "info_content": (Value.INFORMATION, True, 0.0, walk.SUMMED),
    "mean": (Value.MEAN, False, 0.0, walk.AVERAGED),
    "avg": (Value.MEAN, False, 0.0, walk.AVERAGED),
    "median": (Value.MEDIAN, False, 0.0, walk.SHARED),
    "min": (Value.LOW, False, 0.0, walk.LOWEST),
    "max": (Value.HIGH, False, 0.0, walk.HIGHEST),
    "sum": (Value.SUM, True, 0.0, walk.SUMMED),
    "non_null_sum": (Value.SUM, False, 0.0, walk.SUMMED),
    "varp": (Value.VARIANCE, False, 0.0, walk.SHARED),
}
_DESCRIBED = {"non_zero_count": "count", "non_null_sum": "sum", "avg": "mean"}


def _reading(base: str, side: int) -> Reading:
    value, fills, grain, blame = _BASES[base]
    return Reading(_DESCRIBED.get(base, base), value, side, fills, grain, blame)


def _own(described: str, value: Value) -> Reading:
    """A reading with a model of its own."""
    return Reading(described, value, walk.BOTH, fills=False, grain=0.0, blame=walk.SHARED)


def _table() -> dict[str, tuple[Reading, ...]]:
    table: dict[str, tuple[Reading, ...]] = {}
    for base in _BASES:
        table[base] = (_reading(base, walk.BOTH),)
        if base not in ("min", "max"):
            table[f"high_{base}"] = (_reading(base, walk.HIGH),)
            table[f"low_{base}"] = (_reading(base, walk.LOW),)
    table["metric"] = (_reading("min", walk.BOTH), _reading("max", walk.BOTH), _reading("mean", walk.BOTH))
    table["rare"] = (_own("rare", Value.PRESENCE),)
    table["freq_rare"] = (_own("rare", Value.FREQUENCY),)
    table["time_of_day"] = (_own("time", Value.DAYTIME),)
    table["time_of_week"] = (_own("time", Value.WEEKTIME),)
    table["lat_long"] = (_own("lat_long", Value.PLACE),)
    return table


READINGS = _table()  # by long name of the function; several features where a function watches several
