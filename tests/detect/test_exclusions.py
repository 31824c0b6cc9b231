"""Rules hold where all their conditions and scopes hold, against plain comparisons in Python."""

import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.detect.exclusions import Condition, Exclusion, Quantity, Rule, Scope, Values, matching
from unusual.detect.fields import Dictionary
from unusual.detect.splits import Split

COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
NUMBER = st.integers(-3, 3).map(float)
ROW = st.tuples(st.integers(0, 3), st.integers(0, 2), NUMBER, NUMBER)  # time, series, actual, typical


def values(rows) -> Values:
    time, series, actual, typical = zip(*rows, strict=True) if rows else ((), (), (), ())
    numbers = [np.array(column, np.int64) for column in (time, series)]
    return Values(*numbers, np.array(actual, float), np.array(typical, float))


def sites():
    """Three series, split by the fields site and pump: (dock, a), (quay, a), (dock, b)."""
    dictionaries = {"site": Dictionary(["dock", "quay"]), "pump": Dictionary(["a", "b"])}
    split = Split(fields=2)
    split.encode([np.array([0, 1, 0], np.int32), np.array([0, 0, 1], np.int32)], rows=3)
    return split, dictionaries


def exclusion(*rules, lists=None) -> Exclusion:
    return Exclusion(rules, *sites(), lists or {})


def seen(row, quantity) -> float:
    time, _, actual, typical = row
    return {"actual": actual, "typical": typical, "diff_from_typical": abs(actual - typical), "time": time}[quantity]


@given(st.lists(ROW), st.lists(st.tuples(st.sampled_from(Quantity), st.sampled_from(sorted(COMPARE)), NUMBER)))
def test_a_rule_holds_where_every_condition_holds(rows, conditions):
    rule = Rule(tuple(Condition(*one) for one in conditions), (), skips_result=True, skips_learning=False)
    expected = [all(COMPARE[c](seen(row, q.value), bound) for q, c, bound in conditions) for row in rows]
    assert exclusion(rule).without_result(values(rows)).tolist() == expected


@given(st.lists(ROW), NUMBER, NUMBER)
def test_any_of_several_rules_is_enough_each_for_its_own_action(rows, low, high):
    below = Rule((Condition(Quantity.ACTUAL, "lt", low),), (), skips_result=True, skips_learning=False)
    above = Rule((Condition(Quantity.ACTUAL, "gt", high),), (), skips_result=True, skips_learning=True)
    both = exclusion(below, above)
    assert both.without_result(values(rows)).tolist() == [row[2] < low or row[2] > high for row in rows]
    assert both.unlearnt(values(rows)).tolist() == [row[2] > high for row in rows]


@pytest.mark.parametrize(
    ("key", "field", "items", "listed", "held"),
    [
        (0, "site", ["quay"], True, [False, True, False]),
        (0, "site", ["quay"], False, [True, False, True]),
        (1, "pump", ["a", "c"], True, [True, True, False]),
        (0, "site", [], True, [False, False, False]),
        (0, "site", [], False, [True, True, True]),
    ],
)
def test_a_scope_means_the_series_whose_value_is_listed_or_is_not(key, field, items, listed, held):
    rule = Rule((), (Scope(key, field, "safe", listed=listed),), skips_result=True, skips_learning=False)
    rows = [(0, series, 0.0, 0.0) for series in range(3)]
    assert exclusion(rule, lists={"safe": items}).without_result(values(rows)).tolist() == held


def test_a_list_that_does_not_exist_holds_nothing():
    rule = Rule((), (Scope(0, "site", "gone", listed=True),), skips_result=True, skips_learning=False)
    assert not exclusion(rule).without_result(values([(0, 0, 0.0, 0.0)])).any()


@pytest.mark.parametrize(
    ("pattern", "held"),
    [
        ("quay", "quay"),
        ("qu*", "quay quarry"),
        ("*rry", "quarry ferry"),
        ("*ua*", "quay quarry"),
        ("*", "all"),
        ("q", ""),
    ],
)
def test_items_may_begin_or_end_with_a_star(pattern, held):
    known = ["quay", "quarry", "ferry", "dock"]
    wanted = known if held == "all" else held.split()
    assert [value for value, found in zip(known, matching(known, [pattern]), strict=True) if found] == wanted


@pytest.mark.parametrize(("quantity", "needed"), [("actual", False), ("time", False), ("typical", True)])
def test_learning_waits_for_judging_only_where_a_rule_asks_what_was_expected(quantity, needed):
    condition = Condition(Quantity(quantity), "gt", 0.0)
    assert exclusion(Rule((condition,), (), skips_result=False, skips_learning=True)).learning_needs_typical is needed
    assert not exclusion(Rule((condition,), (), skips_result=True, skips_learning=False)).learning_needs_typical
