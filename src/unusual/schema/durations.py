"""Durations and sizes as clients spell them; knows nothing of the fields that hold them."""

import re
from typing import Any, Final, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from unusual.errors import Invalid

_NANOS: Final = {
    "nanos": 1,
    "micros": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
}
_DURATION: Final = re.compile(rf"(-?\d{{1,18}})\s*({'|'.join(_NANOS)})", re.ASCII)
_LONGEST: Final = (1 << 63) - 1
_UNITLESS: Final = ("0", "-1")

_BYTES: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_SIZE: Final = re.compile(r"(\d{1,18})\s*(?:b|([kmgt])b?)", re.ASCII | re.IGNORECASE)


class Duration(str):
    """A length of time that keeps the spelling in which it was given; `-1` counts as minus one millisecond.

    >>> Duration("15m").seconds
    900
    """

    __slots__ = ("nanos",)
    nanos: int

    def __new__(cls, text: str, name: str = "duration") -> Self:
        """The duration that `text` spells; `errors.Invalid` names the setting `name`."""
        self = super().__new__(cls, text)
        self.nanos = _nanos(text, name)
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (str(self),)

    @classmethod
    def of_seconds(cls, seconds: int) -> Self:
        """The shortest spelling in whole days, hours, minutes or seconds.

        >>> Duration.of_seconds(7200)
        '2h'
        """
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
            if seconds and seconds % size == 0:
                return cls(f"{seconds // size}{unit}")
        return cls(f"{seconds}s")

    @property
    def milliseconds(self) -> int:
        """Whole milliseconds, rounded down."""
        return self.nanos // 1_000_000

    @property
    def seconds(self) -> int:
        """Whole seconds, rounded down."""
        return self.nanos // 1_000_000_000

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(
            cls._validated, core_schema.str_schema(), serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"description": "a length of time such as `15m`", "examples": ["15m"]}

    @classmethod
    def _validated(cls, text: str, info: ValidationInfo) -> Self:
        return cls(text, info.field_name or "duration")


def _nanos(text: str, name: str) -> int:
    spelled = text.strip()
    if spelled in _UNITLESS:
        return int(spelled) * _NANOS["ms"]
    match = _DURATION.fullmatch(spelled)
    if match is None:
        raise Invalid(f"{_unread(name, text, 'a time value')}: unit is missing or unrecognized")
    amount, unit = match.groups()
    if int(amount) < 0:
        raise Invalid(f"{_unread(name, text, 'a time value')}: negative durations are not supported")
    nanos = int(amount) * _NANOS[unit]
    if nanos > _LONGEST:
        raise Invalid(f"{_unread(name, text, 'a time value')}: it is too long")
    return nanos


def parse_size(text: str, name: str = "size") -> int:
    """Bytes of a size with a unit (powers of 1024); `errors.Invalid` names the setting `name`.

    >>> parse_size("2kb")
    2048
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise Invalid(f"{_unread(name, text, 'a size in bytes')}: unit is missing or unrecognized")
    amount, unit = match.groups()
    return int(amount) * _BYTES[(unit or "").lower()]


def _unread(name: str, text: str, kind: str) -> str:
    return f"failed to parse setting [{name}] with value [{text}] as {kind}"
