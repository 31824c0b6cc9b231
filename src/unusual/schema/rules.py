"""Custom rules of a detector: when its results or its learning are to be skipped; knows no values and no filters."""

from collections.abc import Collection
from enum import StrEnum
from operator import not_
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from unusual.errors import Invalid
from unusual.schema.functions import Function
from unusual.schema.values import Closed, Number, Whole, one_or_many


class Action(StrEnum):
    """What a rule does where it holds."""

    SKIP_RESULT = "skip_result"
    SKIP_MODEL_UPDATE = "skip_model_update"
    FORCE_TIME_SHIFT = "force_time_shift"


class AppliesTo(StrEnum):
    """The number that a condition looks at."""

    ACTUAL = "actual"
    TYPICAL = "typical"
    DIFF_FROM_TYPICAL = "diff_from_typical"
    TIME = "time"


class Operator(StrEnum):
    """How a condition compares."""

    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"


class FilterType(StrEnum):
    """Whether a scope means the listed values or all others."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class Condition(Closed):
    """A comparison that must hold."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="rule_condition")

    applies_to: AppliesTo
    operator: Operator
    value: Number


class FilterRef(Closed):
    """A filter whose values a split field must (or must not) have."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="filter_ref")

    filter_id: str
    filter_type: FilterType = FilterType.INCLUDE


class TimeShift(Closed):
    """By how many seconds a `force_time_shift` moves the model's clock."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="force_time_shift")

    time_shift_amount: Whole


class RuleParams(Closed):
    """Numbers that belong to actions."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="rule_params")

    force_time_shift: TimeShift | None = None


class Rule(Closed):
    """All its scopes and all its conditions must hold; then its actions are done."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="detector_rule")

    actions: Annotated[tuple[Action, ...], BeforeValidator(one_or_many)] = (Action.SKIP_RESULT,)
    params: RuleParams | None = None
    scope: Annotated[dict[str, FilterRef], Field(default_factory=dict, exclude_if=not_)]
    conditions: Annotated[tuple[Condition, ...], Field(exclude_if=not_)] = ()

    @model_validator(mode="after")
    def _restricts_something(self) -> Self:
        if not self.scope and not self.conditions:
            raise Invalid("Invalid detector rule: at least scope or a condition is required")
        return self

    @model_validator(mode="after")
    def _parameters_fit_actions(self) -> Self:
        shifts = self.params is not None and self.params.force_time_shift is not None
        if shifts != (Action.FORCE_TIME_SHIFT in self.actions):
            raise Invalid(
                "Invalid detector rule: force_time_shift needs params.force_time_shift, and only it takes them"
            )
        return self

    def check_fits(self, function: Function, split_fields: Collection[str]) -> None:
        """`errors.Invalid` when a detector of this function, split by these fields, cannot have the rule."""
        for field in self.scope:
            if not split_fields:
                raise Invalid(
                    f"Invalid detector rule: scope field '{field}' is invalid; "
                    "detector has no available fields for scoping"
                )
            if field not in split_fields:
                raise Invalid(
                    f"Invalid detector rule: scope field '{field}' is invalid; "
                    f"select from [{', '.join(sorted(split_fields))}]"
                )
        if function.family.time_rules_only and any(c.applies_to is not AppliesTo.TIME for c in self.conditions):
            raise Invalid(f"Invalid detector rule: function {function} only supports conditions that apply to time")
