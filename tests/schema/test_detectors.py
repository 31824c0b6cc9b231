"""Detectors: which fields each function takes, how rules fit, and the description that is generated."""

from itertools import product

import pytest

from unusual.errors import Invalid, Malformed
from unusual.schema.detectors import Detector
from unusual.schema.functions import ALIASES, Function
from unusual.schema.reading import read

# Field, by and over of each family: R required, - forbidden, o optional; then its name in results.
FAMILIES = {
    "count": ("-oo", "count"),
    "low_count": ("-oo", "count"),
    "high_count": ("-oo", "count"),
    "non_zero_count": ("-o-", "count"),
    "low_non_zero_count": ("-o-", "count"),
    "high_non_zero_count": ("-o-", "count"),
    "distinct_count": ("Roo", "distinct_count"),
    "low_distinct_count": ("Roo", "distinct_count"),
    "high_distinct_count": ("Roo", "distinct_count"),
    "rare": ("-Ro", "rare"),
    "freq_rare": ("-RR", "rare"),
    "info_content": ("Roo", "info_content"),
    "low_info_content": ("Roo", "info_content"),
    "high_info_content": ("Roo", "info_content"),
    "metric": ("Roo", "metric"),
    "mean": ("Roo", "mean"),
    "low_mean": ("Roo", "mean"),
    "high_mean": ("Roo", "mean"),
    "avg": ("Roo", "mean"),
    "low_avg": ("Roo", "mean"),
    "high_avg": ("Roo", "mean"),
    "median": ("Roo", "median"),
    "low_median": ("Roo", "median"),
    "high_median": ("Roo", "median"),
    "min": ("Roo", "min"),
    "max": ("Roo", "max"),
    "sum": ("Roo", "sum"),
    "low_sum": ("Roo", "sum"),
    "high_sum": ("Roo", "sum"),
    "non_null_sum": ("Roo", "sum"),
    "low_non_null_sum": ("Roo", "sum"),
    "high_non_null_sum": ("Roo", "sum"),
    "varp": ("Roo", "varp"),
    "low_varp": ("Roo", "varp"),
    "high_varp": ("Roo", "varp"),
    "time_of_day": ("-oo", "time"),
    "time_of_week": ("-oo", "time"),
    "lat_long": ("Roo", "lat_long"),
}
FIELDS = ("field_name", "by_field_name", "over_field_name")
STAND_ALONE = {name for name in FAMILIES if name.endswith("count") and "distinct" not in name} | {
    "time_of_day",
    "time_of_week",
}
NEEDS_ONE = (
    "Unless a count or temporal function is used one of field_name, by_field_name or over_field_name must be set"
)


def _expected(function: str, given: tuple[bool, ...]) -> str | None:
    """What the table of functions says to this choice of fields."""
    if function not in STAND_ALONE and not any(given):
        return NEEDS_ONE
    for field, need, present in zip(FIELDS, FAMILIES[function][0], given, strict=True):
        if need == "R" and not present:
            return f"{field} must be set when the '{function}' function is used"
        if need == "-" and present:
            return f"{field} cannot be used with function '{function}'"
    return None


def test_every_function_is_in_the_table():
    assert {function.value for function in Function} == set(FAMILIES)


@pytest.mark.parametrize("function", FAMILIES)
@pytest.mark.parametrize("given", list(product([False, True], repeat=3)))
def test_a_function_takes_the_fields_of_its_row(function, given, refused):
    body = {"function": function, **{name: name[0] for name, present in zip(FIELDS, given, strict=True) if present}}
    expected = _expected(function, given)
    if expected is None:
        assert read(Detector, body, "detector").function is Function(function)
    else:
        assert refused(read, Detector, body, "detector") == [(Invalid, expected)]


@pytest.mark.parametrize(("function", "row"), FAMILIES.items())
def test_results_name_the_base_function(function, row):
    assert Function(function).described == row[1]


@pytest.mark.parametrize(("short", "long"), ALIASES.items())
def test_a_short_name_is_kept_in_its_long_form(short, long):
    assert Function.named(short) is Function(long)


@pytest.mark.parametrize("name", ["zigzag", "c", "", "Mean", "low_min"])
def test_other_names_are_unknown(name, refused):
    assert refused(read, Detector, {"function": name}, "detector") == [(Invalid, f"Unknown function '{name}'")]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"by_field_name": "x", "partition_field_name": "x"},
            "partition_field_name and by_field_name cannot be the same: 'x'",
        ),
        (
            {"over_field_name": "x", "partition_field_name": "x"},
            "partition_field_name and over_field_name cannot be the same: 'x'",
        ),
        ({"by_field_name": "x", "over_field_name": "x"}, "by_field_name and over_field_name cannot be the same: 'x'"),
        ({"by_field_name": "count"}, "'count' is not a permitted value for by_field_name"),
        ({"by_field_name": "over"}, "'over' is not a permitted value for by_field_name"),
        ({"over_field_name": "by"}, "'by' is not a permitted value for over_field_name"),
    ],
)
def test_split_fields_differ_and_are_no_key_words(fields, reason, refused):
    assert refused(read, Detector, {"function": "count", **fields}, "detector") == [(Invalid, reason)]


@pytest.mark.parametrize("name", ['a"b', "a\\b"])
@pytest.mark.parametrize("field", [*FIELDS, "partition_field_name"])
def test_field_names_have_no_quotes_or_backslashes(field, name, refused):
    [(kind, reason)] = refused(read, Detector, {"function": "mean", "field_name": "x", field: name}, "detector")
    assert kind is Invalid
    assert reason.startswith(f"Invalid fieldname '{name}': fields including ")
    assert reason.endswith('cannot contain any of these characters: [", \\]')


def test_an_empty_field_name_counts_as_none():
    assert read(Detector, {"function": "count", "by_field_name": ""}, "detector").split_fields == ()


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ({"function": "count"}, "count"),
        ({"function": "mean", "field_name": "load", "by_field_name": "valve"}, "mean(load) by valve"),
        ({"function": "count", "over_field_name": "client"}, "count over client"),
        ({"function": "sum", "field_name": "flow", "partition_field_name": "site"}, "sum(flow) partitionfield=site"),
        ({"function": "rare", "by_field_name": "fault", "use_null": True}, "rare by fault usenull=true"),
        ({"function": "rare", "by_field_name": "fault", "use_null": False}, "rare by fault"),
        ({"function": "dc", "field_name": "x", "exclude_frequent": "all"}, "distinct_count(x) excludefrequent=all"),
        (
            {"function": "high_sum", "field_name": "net bytes", "by_field_name": "host.name"},
            'high_sum("net bytes") by "host.name"',
        ),
        (
            {
                "function": "max",
                "field_name": "a",
                "by_field_name": "b",
                "over_field_name": "c",
                "partition_field_name": "d",
                "use_null": True,
                "exclude_frequent": "by",
            },
            "max(a) by b over c usenull=true partitionfield=d excludefrequent=by",
        ),
    ],
)
def test_a_description_is_generated(body, description):
    assert read(Detector, body, "detector").placed(0).detector_description == description


def test_a_given_description_stays():
    detector = read(Detector, {"function": "count", "detector_description": "all calls"}, "detector")
    assert detector.placed(3).document() == {
        "detector_description": "all calls",
        "function": "count",
        "detector_index": 3,
    }


RULE = {"conditions": [{"applies_to": "actual", "operator": "lt", "value": 10.0}]}


def _mean(*rules: object) -> dict[str, object]:
    return {"function": "mean", "field_name": "load", "custom_rules": list(rules)}


def test_a_rule_gets_its_defaults_and_shows_no_empty_parts():
    detector = read(Detector, _mean(RULE) | {"by_field_name": "site"}, "detector")
    assert detector.document()["custom_rules"] == [{"actions": ["skip_result"], **RULE}]
    scoped = read(Detector, _mean({"scope": {"site": {"filter_id": "f"}}}) | {"by_field_name": "site"}, "detector")
    assert scoped.document()["custom_rules"] == [
        {"actions": ["skip_result"], "scope": {"site": {"filter_id": "f", "filter_type": "include"}}}
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            _mean({"actions": ["skip_result"]}),
            "Invalid detector rule: at least scope or a condition is required",
        ),
        (
            _mean({"scope": {"valve": {"filter_id": "f"}}}),
            "Invalid detector rule: scope field 'valve' is invalid; detector has no available fields for scoping",
        ),
        (
            _mean({"scope": {"site": {"filter_id": "f"}}}) | {"by_field_name": "valve", "over_field_name": "client"},
            "Invalid detector rule: scope field 'site' is invalid; select from [client, valve]",
        ),
        *(
            (
                {"function": function, **fields, "custom_rules": [RULE]},
                f"Invalid detector rule: function {function} only supports conditions that apply to time",
            )
            for function, fields in {
                "metric": {"field_name": "x"},
                "rare": {"by_field_name": "x"},
                "freq_rare": {"by_field_name": "x", "over_field_name": "y"},
                "lat_long": {"field_name": "x"},
            }.items()
        ),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(body, reason, refused):
    assert (Invalid, reason) in refused(read, Detector, body, "detector")


@pytest.mark.parametrize("function", ["metric", "lat_long"])
def test_every_function_takes_conditions_on_the_time(function):
    rule = {"conditions": [{"applies_to": "time", "operator": "gte", "value": 0}]}
    assert read(Detector, _mean(rule) | {"function": function}, "detector").custom_rules


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({**RULE, "actions": ["shrug"]}, "actions"),
        ({"conditions": [{"applies_to": "shape", "operator": "lt", "value": 1}]}, "applies_to"),
        ({"conditions": [{"applies_to": "actual", "operator": "eq", "value": 1}]}, "operator"),
        ({"conditions": [{"applies_to": "actual", "operator": "lt", "value": "much"}]}, "value"),
        ({"scope": {"site": {"filter_id": "f", "filter_type": "some"}}}, "filter_type"),
    ],
)
def test_unknown_words_in_rules_name_their_field(rule, field, refused):
    reasons = refused(read, Detector, _mean(rule) | {"by_field_name": "site"}, "detector")
    assert reasons[0][0] is Malformed
    assert any(f"failed to parse field [{field}]" in reason for _, reason in reasons)


def test_a_time_shift_and_its_amount_come_together(refused):
    amount = {"force_time_shift": {"time_shift_amount": 3600}}
    shift = {**RULE, "actions": ["force_time_shift"]}
    assert read(Detector, _mean({**shift, "params": amount}), "detector").custom_rules[0].params is not None
    for rule in (shift, {**RULE, "params": amount}):
        assert "force_time_shift" in refused(read, Detector, _mean(rule), "detector")[-1][1]
