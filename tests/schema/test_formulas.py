"""Expressions read into trees."""

import pytest

from unusual.errors import Invalid
from unusual.schema.formulas import LONGEST, Call, Literal, Reference, parse_expression, references


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("-a * b", "(-a) * b"),
        ("a < b && c || d", "((a < b) && c) || d"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("doc['net.bytes'].value / 2", "net.bytes/2"),
        ("max( a , b )", "max(a,b)"),
    ],
)
def test_signs_bind_as_usual(source, same) -> None:
    assert parse_expression(source) == parse_expression(same)


def test_a_tree_says_what_is_meant() -> None:
    tree = parse_expression("!(load >= 1.5e1) ? 'low' : \"hi\"")
    asked = Call("!", (Call(">=", (Reference("load"), Literal(15.0))),))
    assert tree == Call("?", (asked, Literal("low"), Literal("hi")))
    assert [*references(parse_expression("a + min(doc['b-c'].value, a)"))] == ["a", "b-c", "a"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (None, "must be a text"),
        (" ", "must be a text"),
        ("a +", "ends too early"),
        ("a b", r"\[b\] is not expected"),
        ("(a", "ends too early"),
        ("a ; b", r"cannot read \[; b\]"),
        ("__import__('os')", r"unknown function \[__import__\]"),
        ("doc['a'].values", "cannot read|not expected"),
        ("a.b()", r"unknown function \[a.b\]"),
        ("abs(a, b)", r"function \[abs\] cannot have \[2\] operands"),
        ("abs()", r"\[\)\] is not expected"),
        ("(" * 60 + "a" + ")" * 60, "so deep"),
        ("a" * (LONGEST + 1), "longer than"),
    ],
)
def test_what_cannot_be_read_is_told(source, reason) -> None:
    with pytest.raises(Invalid, match=reason):
        parse_expression(source)
