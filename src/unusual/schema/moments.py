"""Points in time as answers tell them: milliseconds that know their date; knows no options and no clock."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

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
