"""Options of the endpoints that make and remove forecasts; the same document in query and body."""

from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, ConfigDict

from unusual.errors import Invalid
from unusual.schema.durations import Duration, parse_size
from unusual.schema.values import Closed, Flag

_LONGEST: Final = Duration("3650d")
_MOST_MEMORY: Final = parse_size("500mb")


def _not_too_long(duration: Duration) -> Duration:
    if duration.nanos <= 0:
        raise Invalid(f"[duration] must be positive: [{duration}]")
    if duration.nanos > _LONGEST.nanos:
        raise Invalid(f"[duration] must be {_LONGEST} or less: [{duration}]")
    return duration


def _not_negative(expires_in: Duration) -> Duration:
    if expires_in.nanos < 0:
        raise Invalid(f"[expires_in] must be non-negative: [{expires_in}]")
    return expires_in


def _small(memory: str) -> str:
    if parse_size(memory, "max_model_memory") >= _MOST_MEMORY:
        raise Invalid("[max_model_memory] must be less than 500mb")
    return memory


class ForecastOptions(Closed):
    """How far a forecast looks, how long it is kept, and what it may use; `expires_in` 0 means for ever."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="forecast_job")

    duration: Annotated[Duration, AfterValidator(_not_too_long)] = Duration("1d")
    expires_in: Annotated[Duration, AfterValidator(_not_negative)] = Duration("14d")
    max_model_memory: Annotated[str, AfterValidator(_small)] = "20mb"


class DeleteForecastOptions(Closed):
    """How forecasts are removed."""

    allow_no_forecasts: Flag = True
    timeout: Duration = Duration("30s")
