"""One detector of a job: a function over fields; knows nothing of its neighbours in the job."""

import re
from enum import StrEnum
from operator import not_
from typing import Annotated, ClassVar, Final, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from unusual.errors import Invalid
from unusual.schema.functions import Function, Need
from unusual.schema.rules import Rule
from unusual.schema.values import Closed, FieldName, Flag, Whole

MLCATEGORY: Final = "mlcategory"

_PLAIN: Final = re.compile(r"\w+", re.ASCII)
_FORBIDDEN_CHARACTERS: Final = ('"', "\\")
_RESERVED: Final = ("count", "by", "over")
_PAIRS: Final = (
    ("partition_field_name", "by_field_name"),
    ("partition_field_name", "over_field_name"),
    ("by_field_name", "over_field_name"),
)


class Frequent(StrEnum):
    """For which split the frequent values are left out."""

    ALL = "all"
    NONE = "none"
    BY = "by"
    OVER = "over"


def _function(value: object) -> object:
    return Function.named(value) if isinstance(value, str) else value


class Detector(Closed):
    """A function, the field it works on and the fields that split it.

    The function is kept under its long name. Index and description are settled by `placed`.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(title="detector")

    detector_description: Annotated[str, Field(exclude_if=not_)] = ""
    function: Annotated[Function, BeforeValidator(_function)]
    field_name: FieldName = None
    by_field_name: FieldName = None
    over_field_name: FieldName = None
    partition_field_name: FieldName = None
    use_null: Flag | None = None
    exclude_frequent: Frequent | None = None
    custom_rules: Annotated[tuple[Rule, ...], Field(exclude_if=not_)] = ()
    detector_index: Whole = 0

    @model_validator(mode="after")
    def _valid(self) -> Self:
        self._check_needs()
        self._check_names()
        self._check_distinct()
        for rule in self.custom_rules:
            rule.check_fits(self.function, self.split_fields)
        return self

    @property
    def split_fields(self) -> tuple[str, ...]:
        """The by, over and partition fields that are set."""
        fields = (self.by_field_name, self.over_field_name, self.partition_field_name)
        return tuple(field for field in fields if field)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field the detector reads, its split fields included."""
        return (self.field_name, *self.split_fields) if self.field_name else self.split_fields

    def placed(self, index: int) -> Self:
        """The same detector at a position of its job, with a generated description if it has none."""
        description = self.detector_description or self.generated_description()
        return self.model_copy(update={"detector_index": index, "detector_description": description})

    def generated_description(self) -> str:
        """What the detector looks at, in one line such as `mean(load) by valve`."""
        head = f"{self.function}({_quoted(self.field_name)})" if self.field_name else str(self.function)
        parts = (
            ("by ", _quoted(self.by_field_name)),
            ("over ", _quoted(self.over_field_name)),
            ("usenull=", "true" if self.use_null else None),
            ("partitionfield=", _quoted(self.partition_field_name)),
            ("excludefrequent=", self.exclude_frequent),
        )
        return " ".join([head, *(f"{word}{value}" for word, value in parts if value)])

    def _check_needs(self) -> None:
        function, family = self.function, self.function.family
        if not (family.stands_alone or self.field_name or self.by_field_name or self.over_field_name):
            raise Invalid(
                "Unless a count or temporal function is used one of field_name, by_field_name or over_field_name "
                "must be set"
            )
        for field, need in (
            ("field_name", family.field),
            ("by_field_name", family.by),
            ("over_field_name", family.over),
        ):
            given = getattr(self, field) is not None
            if need is Need.REQUIRED and not given:
                raise Invalid(f"{field} must be set when the '{function}' function is used")
            if need is Need.FORBIDDEN and given:
                raise Invalid(f"{field} cannot be used with function '{function}'")

    def _check_names(self) -> None:
        for field in self.fields:
            if any(character in field for character in _FORBIDDEN_CHARACTERS):
                raise Invalid(
                    f"Invalid fieldname '{field}': fields including over, by and partition fields: "
                    'cannot contain any of these characters: [", \\]'
                )
        for name in ("by_field_name", "over_field_name"):
            if getattr(self, name) in _RESERVED:
                raise Invalid(f"'{getattr(self, name)}' is not a permitted value for {name}")

    def _check_distinct(self) -> None:
        for one, other in _PAIRS:
            field = getattr(self, one)
            if field is not None and field == getattr(self, other):
                raise Invalid(f"{one} and {other} cannot be the same: '{field}'")


def _quoted(field: str | None) -> str | None:
    """The field name as descriptions show it: in quotes unless it is made of word characters."""
    return field if field is None or _PLAIN.fullmatch(field) else f'"{field}"'
