"""Options of the endpoints that answer with a table for people; knows no table."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationInfo

from unusual.errors import Invalid
from unusual.schema.durations import Duration
from unusual.schema.options.datafeeds import AllowNoFeed
from unusual.schema.options.paging import AllowNoMatch
from unusual.schema.values import Closed, Flag

BYTES: Final = {"b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
MILLISECONDS: Final = {
    "nanos": 1e-6,
    "micros": 1e-3,
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
}


def _unit(value: str | None, info: ValidationInfo) -> str | None:
    name, units = ("bytes", BYTES) if info.field_name == "size_unit" else ("time", MILLISECONDS)
    if value is not None and value not in units:
        raise Invalid(f"Unknown unit [{value}] for parameter [{name}]; select from [{', '.join(units)}]")
    return value


class TableOptions(Closed):
    """Which columns of a table are shown (`h`), in which order (`s`), with a header (`v`), in which units."""

    columns: Annotated[str | None, Field(alias="h")] = None
    sort: Annotated[str | None, Field(alias="s")] = None
    header: Annotated[Flag, Field(alias="v")] = False
    explain: Annotated[Flag, Field(alias="help")] = False
    size_unit: Annotated[
        str | None, AfterValidator(_unit), Field(alias="bytes", json_schema_extra={"enum": [*BYTES]})
    ] = None
    time_unit: Annotated[
        str | None, AfterValidator(_unit), Field(alias="time", json_schema_extra={"enum": [*MILLISECONDS]})
    ] = None
    master_timeout: Duration = Duration("30s")


class JobTableOptions(TableOptions):
    """The table of jobs, and whether an expression may match none."""

    allow_no_match: AllowNoMatch = True


class DatafeedTableOptions(TableOptions):
    """The table of datafeeds, and whether an expression may match none."""

    allow_no_match: AllowNoFeed = True
