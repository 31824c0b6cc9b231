"""The detector functions and which fields each of them takes; knows no detector and no mathematics."""

from enum import Enum, StrEnum, auto
from typing import Final, NamedTuple

from unusual.errors import Invalid


class Need(Enum):
    """Whether a function takes a field."""

    REQUIRED = auto()
    OPTIONAL = auto()
    FORBIDDEN = auto()


class Family(NamedTuple):
    """What the low, high and two-sided variants of a function share.

    described        name in results
    field, by, over  which fields the function takes
    stands_alone     needs none of the three
    summary          works on pre-summarised input
    time_rules_only  its rules may have conditions on the time only
    """

    described: str
    field: Need = Need.REQUIRED
    by: Need = Need.OPTIONAL
    over: Need = Need.OPTIONAL
    stands_alone: bool = False
    summary: bool = True
    time_rules_only: bool = False


_FAMILIES: Final = {
    "count": Family("count", field=Need.FORBIDDEN, stands_alone=True),
    "non_zero_count": Family("count", field=Need.FORBIDDEN, over=Need.FORBIDDEN, stands_alone=True),
    "distinct_count": Family("distinct_count"),
    "rare": Family("rare", field=Need.FORBIDDEN, by=Need.REQUIRED, time_rules_only=True),
    "freq_rare": Family("rare", field=Need.FORBIDDEN, by=Need.REQUIRED, over=Need.REQUIRED, time_rules_only=True),
    "info_content": Family("info_content"),
    "metric": Family("metric", summary=False, time_rules_only=True),
    "mean": Family("mean"),
    "avg": Family("mean"),
    "median": Family("median"),
    "min": Family("min"),
    "max": Family("max"),
    "sum": Family("sum"),
    "non_null_sum": Family("sum"),
    "varp": Family("varp"),
    "time_of_day": Family("time", field=Need.FORBIDDEN, stands_alone=True),
    "time_of_week": Family("time", field=Need.FORBIDDEN, stands_alone=True),
    "lat_long": Family("lat_long", time_rules_only=True),
}

ALIASES: Final = {
    "nzc": "non_zero_count",
    "low_nzc": "low_non_zero_count",
    "high_nzc": "high_non_zero_count",
    "dc": "distinct_count",
    "low_dc": "low_distinct_count",
    "high_dc": "high_distinct_count",
    "nns": "non_null_sum",
    "low_nns": "low_non_null_sum",
    "high_nns": "high_non_null_sum",
}


class Function(StrEnum):
    """A detector function under its long name."""

    COUNT = "count"
    LOW_COUNT = "low_count"
    HIGH_COUNT = "high_count"
    NON_ZERO_COUNT = "non_zero_count"
    LOW_NON_ZERO_COUNT = "low_non_zero_count"
    HIGH_NON_ZERO_COUNT = "high_non_zero_count"
    DISTINCT_COUNT = "distinct_count"
    LOW_DISTINCT_COUNT = "low_distinct_count"
    HIGH_DISTINCT_COUNT = "high_distinct_count"
    RARE = "rare"
    FREQ_RARE = "freq_rare"
    INFO_CONTENT = "info_content"
    LOW_INFO_CONTENT = "low_info_content"
    HIGH_INFO_CONTENT = "high_info_content"
    METRIC = "metric"
    MEAN = "mean"
    LOW_MEAN = "low_mean"
    HIGH_MEAN = "high_mean"
    AVG = "avg"
    LOW_AVG = "low_avg"
    HIGH_AVG = "high_avg"
    MEDIAN = "median"
    LOW_MEDIAN = "low_median"
    HIGH_MEDIAN = "high_median"
    MIN = "min"
    MAX = "max"
    SUM = "sum"
    LOW_SUM = "low_sum"
    HIGH_SUM = "high_sum"
    NON_NULL_SUM = "non_null_sum"
    LOW_NON_NULL_SUM = "low_non_null_sum"
    HIGH_NON_NULL_SUM = "high_non_null_sum"
    VARP = "varp"
    LOW_VARP = "low_varp"
    HIGH_VARP = "high_varp"
    TIME_OF_DAY = "time_of_day"
    TIME_OF_WEEK = "time_of_week"
    LAT_LONG = "lat_long"

    @classmethod
    def named(cls, name: str) -> "Function":
        """The function of that long or short name; `errors.Invalid` when there is none.

        >>> Function.named("dc")
        <Function.DISTINCT_COUNT: 'distinct_count'>
        """
        try:
            return cls(ALIASES.get(name, name))
        except ValueError:
            raise Invalid(f"Unknown function '{name}'") from None

    @property
    def family(self) -> Family:
        """The rules this function shares with its one-sided and two-sided relatives."""
        return _FAMILIES[self.value.removeprefix("low_").removeprefix("high_")]

    @property
    def described(self) -> str:
        """The base name used as `function_description` in results.

        >>> Function.HIGH_MEAN.described
        'mean'
        """
        return self.family.described
