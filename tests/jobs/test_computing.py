"""Computed fields of documents."""

import json
import math

import orjson
import pytest

from unusual.errors import Invalid
from unusual.jobs.computing import check, with_values
from unusual.jobs.ports import Found
from unusual.schema.computed import runtime_field, script_field
from unusual.schema.mappings import Field

FIELDS = {
    "a": Field("long", "a"),
    "b": Field("double", "b"),
    "pier": Field("keyword", "pier"),
    "at": Field("date", "at"),
    "twice": Field("double", "twice"),
}


def computed(source: str, document: dict, kind: str = ""):
    """The value of an expression over one document; None when it has none."""
    script = {"script": {"lang": "expression", "source": source}}
    one = runtime_field("x", script | {"type": kind}) if kind else script_field("x", script)
    (found,) = with_values({"x": one}, FIELDS, [Found("log", "1", 0, json.dumps(document).encode())])
    return orjson.loads(found.body).get("x")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b / 2", 7 + 2.5 / 2),
        ("a % 4 - -b", 5.5),
        ("a > 6 && b < 3 ? a : b", 7),
        ("a == 7 || b == 0", True),
        ("!(a != 7)", True),
        ("pow(a, 2) + abs(-1)", 50),
        ("sqrt(a + 2) * exp(0) + ln(1) + log10(100)", 5.0),
        ("min(a, b) + max(a, b, 10)", 12.5),
        ("floor(b) + ceil(b) + round(b)", 8.0),
        ("concat(upper(pier), '-', a)", "NORTH-7"),
        ("length(lower(pier))", 5),
        ("pier == 'north' ? 1 : 0", 1),
        ("coalesce(none, 3)", 3),
        ("a / 0", None),
        ("a + gone", None),
        ("ln(0 - 1)", None),
        ("at / 1000", 1_609_459_200.0),
    ],
)
def test_an_expression_is_computed(source, expected) -> None:
    value = computed(source, {"a": 7, "b": 2.5, "pier": ["north", "south"], "at": "2021-01-01"})
    assert value == expected if expected is None or isinstance(expected, str) else math.isclose(value, expected)


@pytest.mark.parametrize(("source", "expected"), [("2", 2), ("'x'", "x"), ("1 / 0", None), ("1 + a", None)])
def test_every_document_has_the_value_of_an_expression_that_reads_none_of_them(source, expected) -> None:
    one = script_field("x", {"script": {"lang": "expression", "source": source}})
    given = [Found("log", str(number), number, b"{}") for number in range(3)]
    values = [orjson.loads(found.body).get("x") for found in with_values({"x": one}, FIELDS, given)]
    assert values == [expected] * 3


def test_a_runtime_field_has_the_type_it_is_given() -> None:
    assert computed("a / 2", {"a": 7}, "long") == 3
    assert computed("a", {"a": 7}, "keyword") == "7"
    assert computed("a > 1", {"a": 7}, "boolean") == "true"


def test_a_field_is_computed_from_one_before_it() -> None:
    fields = {
        name: script_field(name, {"script": {"lang": "expression", "source": source}})
        for name, source in {"twice": "a * 2", "more": "twice + 1"}.items()
    }
    (found,) = with_values(fields, FIELDS, [Found("log", "1", 0, b'{"a":7}')])
    assert orjson.loads(found.body) == {"a": 7, "twice": 14, "more": 15}


@pytest.mark.parametrize("source", ["pier * 2", "upper(a)", "pier && a", "a ? 1 : 2", "pier > 3"])
def test_what_does_not_fit_the_types_of_the_fields_is_told_before(source) -> None:
    one = script_field("x", {"script": {"lang": "expression", "source": source}})
    with pytest.raises(Invalid, match=r"field \[x\] of \[script_fields\] cannot be computed"):
        check({"x": one}, FIELDS)
