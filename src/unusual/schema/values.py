"""The kinds of values that documents are made of; knows no particular document."""

from typing import Annotated, Any, ClassVar, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from unusual.errors import Invalid

Document: TypeAlias = dict[str, Any]

NO_FLAG: Final = "no_flag"  # how words that are no flag are told from other faults


class Closed(BaseModel):
    """A frozen document that refuses unknown fields; a field set to null counts as not given."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, body: object) -> object:
        if isinstance(body, dict):
            return {name: value for name, value in body.items() if value is not None}
        return body

    def document(self) -> Document:
        """The document as JSON values; what was not set is absent."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class AnyDocument(RootModel[Document]):
    """Any JSON object."""


def one_or_many(value: object) -> object:
    """A single string as a list of one; anything else as it is."""
    return [value] if isinstance(value, str) else value


def _not_bool(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "not a number")
    return value


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("bool_type", "not a flag")
    if value not in {"true", "false", ""}:
        said = "Failed to parse value [{value}] as only [true] or [false] are allowed."
        raise PydanticCustomError(NO_FLAG, said, {"value": value})
    return value != "false"


def _empty_as_unset(value: object) -> object:
    return None if value == "" else value


def _not_negative(value: int, info: ValidationInfo) -> int:
    if value < 0:
        raise Invalid(f"{info.field_name} cannot be less than 0. Value = {value}")
    return value


_LONG = Field(ge=-(1 << 63), le=(1 << 63) - 1)

Words: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(one_or_many)]
Whole: TypeAlias = Annotated[int, _LONG, BeforeValidator(_not_bool)]
Natural: TypeAlias = Annotated[int, _LONG, BeforeValidator(_not_bool), AfterValidator(_not_negative)]
Number: TypeAlias = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(_not_bool)]
Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag)]
FieldName: TypeAlias = Annotated[str | None, BeforeValidator(_empty_as_unset)]
