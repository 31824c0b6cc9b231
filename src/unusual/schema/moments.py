"""Points in time as types of fields: words in options, milliseconds in answers; reads no words and knows no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, TypeAlias

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Milliseconds(int):
    """Milliseconds since the epoch: a number, and a moment too.

    >>> Milliseconds(86_400_000).moment.isoformat()
    '1970-01-02T00:00:00+00:00'
    """

    __slots__ = ()

    @property
    def moment(self) -> datetime:
        """The same as a date and time in UTC; `OverflowError` beyond the year 9999."""
        return _EPOCH + timedelta(milliseconds=int(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.int_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"format": "int64", "description": "milliseconds since the epoch"}


@dataclass(frozen=True)
class Spelled:
    """How a point in time may be spelled in an option."""

    told: str

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"description": self.told}


FlushTime: TypeAlias = Annotated[
    str, Spelled("`now`, ISO 8601, or the epoch in seconds (up to ten digits) or in milliseconds (more)")
]
ResultTime: TypeAlias = Annotated[str, Spelled("ISO 8601, or milliseconds since the epoch")]
FeedTime: TypeAlias = Annotated[
    str, Spelled("`now`, ISO 8601, date math on either (`now-2d`, `2021-01-01||+1h`), or milliseconds since the epoch")
]
