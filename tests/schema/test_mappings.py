"""What fields are, and the values at their paths."""

import pytest

from unusual.errors import Malformed, Unreadable
from unusual.schema.mappings import Field, date_ms, fields_of, with_inferred
from unusual.schema.paths import values_at


@pytest.mark.parametrize(
    ("written_as", "value", "expected"),
    [
        ("strict_date_optional_time||epoch_millis", "1970-01-02", 86_400_000),
        ("strict_date_optional_time||epoch_millis", "1970-01-01T00:00:01.5+01:00", -3_598_500),
        ("strict_date_optional_time||epoch_millis", 1500, 1500),
        ("strict_date_optional_time||epoch_millis", "1500", 1500),
        ("epoch_second", 1.5, 1500),
        ("yyyy-MM-dd HH:mm:ss||epoch_second", "1970-01-01 01:00:00", 3_600_000),
        ("dd/MM/yyyy", "02/01/1970", 86_400_000),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSX", "1970-01-01T00:00:00.250Z", 250),
    ],
)
def test_a_date_is_read_as_its_format_says(written_as: str, value, expected: int) -> None:
    assert date_ms(written_as, value) == expected


@pytest.mark.parametrize("value", ["dawn", True, {"a": 1}, "01/02"])
def test_what_is_no_date_is_refused(value) -> None:
    with pytest.raises(Unreadable, match="failed to parse date field"):
        date_ms("strict_date_optional_time||epoch_millis", value)


def test_fields_are_known_by_their_dotted_names() -> None:
    fields = fields_of(
        {
            "properties": {
                "net": {"properties": {"host": {"type": "keyword"}}},
                "line": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
                "machine": {"type": "alias", "path": "net.host"},
            }
        }
    )
    assert {name: (field.kind, field.source) for name, field in fields.items()} == {
        "net.host": ("keyword", "net.host"),
        "line": ("text", "line"),
        "line.raw": ("keyword", "line"),
        "machine": ("keyword", "net.host"),
    }


def test_unknown_fields_are_described_by_what_they_hold() -> None:
    document = {"n": {"a": 1, "b": [None, 2.5]}, "up": True, "at": "2021-01-01", "line": "hello", "none": None}
    mappings = with_inferred({"properties": {"up": {"type": "keyword"}}}, [document])
    kinds = {name: field.kind for name, field in fields_of(mappings).items()}
    assert kinds == {
        "up": "keyword",
        "n.a": "long",
        "n.b": "float",
        "at": "date",
        "line": "text",
        "line.keyword": "keyword",
    }


def test_strict_mappings_refuse_and_others_may_ignore() -> None:
    assert with_inferred({"dynamic": "false"}, [{"a": 1}]) == {"dynamic": "false"}
    with pytest.raises(Malformed, match=r"dynamic introduction of \[a\]"):
        with_inferred({"dynamic": "strict"}, [{"a": 1}])


@pytest.mark.parametrize(
    ("document", "path", "expected"),
    [
        ({"a": 1}, "a", [1]),
        ({"a": {"b": [1, [2, None]]}}, "a.b", [1, 2]),
        ({"a.b": 1}, "a.b", [1]),
        ({"a": [{"b": 1}, {"b": 2}, 3]}, "a.b", [1, 2]),
        ({"a": 1}, "a.b", []),
        ({"a.b": {"c": 1}}, "a.b.c", [1]),
    ],
)
def test_values_are_found_however_a_path_is_spelled(document, path: str, expected) -> None:
    assert values_at(document, path) == expected


@pytest.mark.parametrize("written_as", [None, "epoch_second", "yyyy||epoch_millis"])
@pytest.mark.parametrize(
    "values",
    [
        [5, None, 7],
        ["2021-01-01T00:00:00Z", None, "1969-12-31T23:59:59.999Z"],
        ["2021-01-01", "2021-01-01T01:00:00+01:00", 5, ["2021-01-02", "2021-01-01"]],
        ["2021-02-30T00:00:00Z"],
        [True],
    ],
)
def test_the_times_of_many_documents_are_those_of_each(written_as, values) -> None:
    field = Field("date", "at", *([] if written_as is None else [written_as]))
    documents = [{} if value is None else {"at": value} for value in values]
    try:
        held = [field.dates(one) for one in documents]
    except Unreadable:
        with pytest.raises(Unreadable):
            field.moments(documents)
    else:
        single = all(len(dates) < 2 for dates in held)
        assert field.moments(documents) == ([dates[0] if dates else None for dates in held] if single else None)


def test_documents_that_look_alike_are_described_as_one_after_the_other() -> None:
    alike = [{"a": 1, "b": 2}, {"a": 1, "b": 2}, {"a": 1, "c": None}, {"a": 1, "c": 2.5}, {"a": 1, "n": {"d": "x"}}]
    documents = [*alike, {"a": 1, "n": [{"e": True}]}, {"n": {"d": "y", "f": 1}, "a": None}, {"b": [None, 2]}]
    mappings: dict = {}
    for one in documents:
        mappings = with_inferred(mappings, [one])
    assert with_inferred({}, documents) == mappings
