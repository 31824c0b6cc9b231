"""Where and how the records of a job carry their time; knows no records."""

from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field

from unusual.schema.time_patterns import strptime_format
from unusual.schema.values import Closed

EPOCH: Final = "epoch"
EPOCH_MS: Final = "epoch_ms"
EPOCH_FORMATS: Final = (EPOCH, EPOCH_MS)


def _readable(time_format: str) -> str:
    if time_format not in EPOCH_FORMATS:
        strptime_format(time_format)
    return time_format


class DataDescription(Closed):
    """The time field and its format; what older clients say about delimiters is tolerated and forgotten."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="data_description")

    time_field: str = "time"
    time_format: Annotated[str, AfterValidator(_readable)] = "epoch_ms"
    format: Annotated[Literal["xcontent", "delimited"] | None, Field(exclude=True)] = None
    field_delimiter: Annotated[str | None, Field(exclude=True)] = None
    quote_character: Annotated[str | None, Field(exclude=True)] = None
