"""What many reading endpoints share: which part of a list, from which range of times, of things that may be missing."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, AliasChoices, ConfigDict, Field, ValidationInfo

from unusual.errors import Invalid
from unusual.schema.moments import ResultTime
from unusual.schema.times import result_time
from unusual.schema.values import Closed, Flag, Whole

# Older clients speak of jobs where newer ones speak of matches.
AllowNoMatch: TypeAlias = Annotated[Flag, Field(validation_alias=AliasChoices("allow_no_match", "allow_no_jobs"))]


def _not_negative(value: int, info: ValidationInfo) -> int:
    if value < 0:
        name = "from" if info.field_name == "start" else info.field_name
        raise Invalid(f"Parameter [{name}] cannot be < 0")
    return value


class Page(Closed):
    """A part of a list: `size` entries after the first `start` (`from` on the wire)."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="page")

    start: Annotated[Whole, AfterValidator(_not_negative), Field(alias="from")] = 0
    size: Annotated[Whole, AfterValidator(_not_negative)] = 100


class Paged(Closed):
    """Which page of a list is read."""

    page: Page = Page()

    def refuse_page_of(self, field: str) -> None:
        """`errors.Invalid` when a page is asked for of the one thing that `field` names."""
        if "page" in self.model_fields_set:
            raise Invalid(f"Parameters [from, size] are incompatible with [{field}]")


class Window(Closed):
    """A range of times, its end excluded."""

    start: ResultTime | None = None
    end: ResultTime | None = None

    def window(self) -> tuple[int | None, int | None]:
        """Start and end in milliseconds, None where open; `errors.Unreadable`."""
        return (
            result_time("start", self.start) if self.start else None,
            result_time("end", self.end) if self.end else None,
        )
