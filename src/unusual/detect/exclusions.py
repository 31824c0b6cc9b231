"""Rules: which values give no result and which are not learnt; knows numbers and lists of strings, no documents."""

import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import polars as pl

from unusual.detect.fields import Dictionary
from unusual.detect.splits import Split
from unusual.kernels.arrays import Flags, Floats, Ints

NEVER = 1 << 62  # number of a bucket after all others
_COMPARE = {"gt": np.greater, "gte": np.greater_equal, "lt": np.less, "lte": np.less_equal}


class Quantity(Enum):
    """The number that a condition looks at."""

    ACTUAL = "actual"
    TYPICAL = "typical"
    DIFFERENCE = "diff_from_typical"
    TIME = "time"


@dataclass(frozen=True)
class Condition:
    """A comparison that must hold. operator: gt, gte, lt or lte."""

    quantity: Quantity
    operator: str
    bound: float


@dataclass(frozen=True)
class Scope:
    """A splitting field whose value must (or must not) be in a list.

    key     which of the splitting fields, partition first
    listed  whether the rule means the values of the list, or all others
    """

    key: int
    field: str
    list_name: str
    listed: bool


@dataclass(frozen=True)
class Rule:
    """All its conditions and scopes must hold."""

    conditions: tuple[Condition, ...]
    scopes: tuple[Scope, ...]
    skips_result: bool
    skips_learning: bool
    shift: int = 0  # of the clock of a series, once while it holds for it [s]

    def buckets(self, span: int) -> tuple[int, int]:
        """The first bucket in which its conditions on time hold, and the first after them. span: of a bucket [s]."""
        first, until = -NEVER, NEVER
        for condition in self.conditions:
            if condition.quantity is Quantity.TIME:
                after = condition.operator in ("gt", "lte")  # the first bucket that begins after the bound
                edge = math.floor(condition.bound / span) + 1 if after else math.ceil(condition.bound / span)
                if condition.operator.startswith("g"):
                    first = max(first, edge)
                else:
                    until = min(until, edge)
        return first, until

    @property
    def asks_for_values(self) -> bool:
        """Whether a value must be known before it is known whether it holds."""
        return any(condition.quantity is not Quantity.TIME for condition in self.conditions)

    def met_by(self, values: "Values") -> Flags:
        """(k,) which values meet all its conditions, whatever its scopes say."""
        held = np.ones(values.series.size, np.bool_)
        for condition in self.conditions:
            held &= _COMPARE[condition.operator](_quantity(condition.quantity, values), condition.bound)
        return held


@dataclass(frozen=True)
class Values:
    """Values a rule may look at, (k,) each: start of the bucket [s], series, actual and typical [unit]."""

    time: Ints
    series: Ints
    actual: Floats
    typical: Floats


class Exclusion:
    """The rules of one detector, with the lists they refer to at present."""

    def __init__(
        self,
        rules: Sequence[Rule],
        split: Split,
        dictionaries: Mapping[str, Dictionary],
        lists: Mapping[str, list[str]],
    ) -> None:
        """A rule whose list does not exist never holds for a value being in it."""
        self._rules = rules
        self._within = [series_within(rule, split, dictionaries, lists) for rule in rules]

    @property
    def of_learning(self) -> "Exclusion":
        """The same as far as learning goes: everything gives a result."""
        other = copy(self)
        other._rules = [replace(rule, skips_result=False) for rule in self._rules]  # noqa: SLF001 - of its own class
        return other

    @property
    def skips_learning(self) -> bool:
        """Whether some values may not be learnt."""
        return any(rule.skips_learning for rule in self._rules)

    @property
    def learning_needs_typical(self) -> bool:
        """Whether what is learnt hangs on what was expected, so that judging must come in a pass of its own."""
        return bool(self._asked & {Quantity.TYPICAL, Quantity.DIFFERENCE})

    @property
    def learning_needs_verdict(self) -> bool:
        """The same where judging also says which of several samples is the actual value."""
        return bool(self._asked - {Quantity.TIME})

    @property
    def _asked(self) -> set[Quantity]:
        return {c.quantity for rule in self._rules if rule.skips_learning for c in rule.conditions}

    def without_result(self, values: Values) -> Flags:
        """(k,) which values give no result."""
        return self._any(values, [rule.skips_result for rule in self._rules])

    def unlearnt(self, values: Values) -> Flags:
        """(k,) which values are not learnt."""
        return self._any(values, [rule.skips_learning for rule in self._rules])

    def _any(self, values: Values, chosen: list[bool]) -> Flags:
        held = np.zeros(values.series.size, np.bool_)
        for rule, within, wanted in zip(self._rules, self._within, chosen, strict=True):
            if wanted:
                held |= within[values.series] & rule.met_by(values)
        return held


def series_within(
    rule: Rule, split: Split, dictionaries: Mapping[str, Dictionary], lists: Mapping[str, list[str]]
) -> Flags:
    """(S,) which series all scopes of a rule mean."""
    within = np.ones(split.size, np.bool_)
    for scope in rule.scopes:
        found = matching(dictionaries[scope.field].values, lists.get(scope.list_name, []))
        within &= found[split.codes(scope.key)] == scope.listed
    return within


def matching(values: list[str], patterns: list[str]) -> Flags:
    """Which values are in a list whose items may begin or end with `*`.

    >>> matching(["quay", "quarry", "dock"], ["qua*", "dock"])
    array([ True,  True,  True])
    """
    column = pl.Series(values, dtype=pl.String)
    found = column.is_in([pattern for pattern in patterns if "*" not in (pattern[:1], pattern[-1:])])
    for pattern in patterns:
        body = pattern.removeprefix("*").removesuffix("*")
        if pattern.startswith("*") and pattern.endswith("*"):
            found |= column.str.contains(body, literal=True)
        elif pattern.startswith("*"):
            found |= column.str.ends_with(body)
        elif pattern.endswith("*"):
            found |= column.str.starts_with(body)
    return found.to_numpy().astype(np.bool_)


def _quantity(quantity: Quantity, values: Values) -> Ints | Floats:
    if quantity is Quantity.TIME:
        return values.time
    if quantity is Quantity.ACTUAL:
        return values.actual
    return values.typical if quantity is Quantity.TYPICAL else np.abs(values.actual - values.typical)
