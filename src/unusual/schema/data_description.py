"""Where and how the records of a job carry their time; knows no records."""

from typing import Annotated, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, ConfigDict, model_validator

from unusual.errors import Invalid
from unusual.schema.time_patterns import strptime_format
from unusual.schema.values import Closed

EPOCH: Final = "epoch"
EPOCH_MS: Final = "epoch_ms"
EPOCH_FORMATS: Final = (EPOCH, EPOCH_MS)
JSON: Final = "xcontent"
MARKS: Final = ("format", "field_delimiter", "quote_character")
QUOTE: Final = '"'


def _readable(time_format: str) -> str:
    if time_format not in EPOCH_FORMATS:
        strptime_format(time_format)
    return time_format


def _one_letter(text: str) -> str:
    if len(text) != 1 or text in "\r\n":
        raise Invalid(f"it must be one character and no line end. Value = {text}")
    return text


Letter: TypeAlias = Annotated[str, AfterValidator(_one_letter)]


class DataDescription(Closed):
    """The time field and its format; marks of delimited text are for jobs that are sent such, and forgotten else."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="data_description")

    time_field: str = "time"
    time_format: Annotated[str, AfterValidator(_readable)] = "epoch_ms"
    format: Literal["xcontent", "delimited"] | None = None
    field_delimiter: Letter | None = None
    quote_character: Letter | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_marks(cls, body: object) -> object:
        if not isinstance(body, dict) or body.get("format", JSON) != JSON:
            return body
        return {name: value for name, value in body.items() if name not in MARKS}

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.delimited and self.field_delimiter == self.quote:
            raise Invalid(f"[field_delimiter] and [quote_character] may not be the same character [{self.quote}]")
        return self

    @property
    def quote(self) -> str:
        """What stands around the cells of delimited text that hold a delimiter or a line end."""
        return self.quote_character or QUOTE

    @property
    def delimited(self) -> bool:
        """Whether records are posted as delimited text, the names of the columns in the first line."""
        return self.format == "delimited"
