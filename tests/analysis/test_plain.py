"""Plain JSON lines in one pass: what is read is what a JSON parser reads, and all that is plain is read."""

import json

import orjson
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from unusual.analysis import plain
from unusual.analysis.plain import PlainReader
from unusual.models import lanes

TYPES = {"time": pl.Float64, "value": pl.Float64, "host": pl.String, "é": pl.String}
WORDS = st.text(st.characters(codec="utf-8", min_codepoint=32, exclude_characters='"\\'), max_size=8)
NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-(10**9), 10**9).map(lambda number: number / 1000)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "time": NUMBERS | st.none(),
            "value": NUMBERS | st.none(),
            "host": WORDS | st.integers(-(10**18) + 1, 10**18 - 1) | st.none(),
            "é": WORDS | st.none(),
            "other": WORDS | NUMBERS | st.booleans() | st.none(),
        },
    ),
    max_size=8,
)

MEMBERS = st.lists(st.tuples(st.sampled_from([*TYPES, "other"]), st.none() | st.integers(0, 9)), max_size=4)


def together(members):
    """An object with these members, even those of the same name."""
    return "{" + ", ".join(f'"{name}": {json.dumps(value)}' for name, value in members) + "}"


def read(text: bytes):
    """Rows and fields, or None when the text is declined."""
    answer = PlainReader(TYPES).read(text)
    return None if answer is None else (answer[0].rows(), answer[1])


def expected(records):
    """Rows and fields of parsed records."""
    return [tuple(map(cell, TYPES, map(one.get, TYPES))) for one in records], sum(map(len, records))


def cell(name, value):
    """What a column holds for a value."""
    if value is None:
        return None
    return float(value) if TYPES[name] == pl.Float64 else str(value)


@given(RECORDS, st.sampled_from(["\n", " ", "", "\r\n\n"]), st.sampled_from([(",", ":"), (", ", " : "), (" ,\t", ":")]))
def test_all_that_is_plain_is_read(records, between, separators):
    text = between.join(json.dumps(one, ensure_ascii=False, separators=separators) for one in records).encode()
    assert read(text) == expected(records)


@given(RECORDS, st.integers(0, 400), st.binary(max_size=2) | st.sampled_from('{}[]":,\\\n -.e01n').map(str.encode))
@example([{"host": "a"}], 10, b"\xff")
@settings(max_examples=400)
def test_a_broken_text_is_declined_or_means_the_same_to_a_strict_parser(records, at, junk):
    text = b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in records)
    text = text[:at] + junk + text[at + 1 :]
    found = read(text)
    if found is not None:
        lines = text.replace(b"}{", b"}\n{").replace(b"} {", b"}\n{").split(b"\n")
        parsed = [orjson.loads(line) for line in lines if line.strip(b" \t\r")]
        assert found[0] == expected(parsed)[0]


@given(st.lists(MEMBERS, max_size=4))
def test_of_members_with_one_name_the_last_counts_or_the_text_is_declined(objects):
    text = "\n".join(together(members) for members in objects)
    found = read(text.encode())
    if found is not None:
        assert found[0] == expected(list(map(json.loads, text.splitlines())))[0]
        assert found[1] == sum(map(len, objects))


def test_a_text_may_hold_any_number_of_objects_and_of_different_words():
    records = [{"time": at, "host": f"host {at % 5000}", "é": "same"} for at in range(20_000)]
    assert read(b"\n".join(map(orjson.dumps, records))) == expected(records)
    assert read(b"\n" + b"{}\n" * 20_000) == expected([{}] * 20_000)


def test_parts_of_a_text_are_read_side_by_side(monkeypatch):
    monkeypatch.setattr(plain, "WORTHWHILE", 1)
    monkeypatch.setattr(lanes, "WORTHWHILE", 1)
    records = [{"time": at, "host": f"host {at % 7}"} for at in range(100)]
    assert read(b"\n".join(map(orjson.dumps, records))) == expected(records)
    assert read(b"{}") == expected([{}])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b'{"host": "\\u0041"}', id="an escape in what is wanted"),
        pytest.param(b'{"value": "5"}', id="a number in a string"),
        pytest.param(b'{"host": 1.50}', id="a fraction as a text"),
        pytest.param(b'{"host": true}', id="a boolean as a text"),
        pytest.param(b'{"other": {"a": 1}}', id="an inner object"),
        pytest.param(b'{"other": [1]}', id="a list"),
        pytest.param(b'{"value": 1, "value": 2}', id="a member twice"),
        pytest.param(b'{"value": 1, "value": null}', id="a member twice, at last without a value"),
        pytest.param(b'{"host": null, "host": "a"}', id="a member twice, at first without a value"),
        pytest.param(b'[{"value": 1}]', id="an array of objects"),
        pytest.param(b'{"value": 1,\n"time": 2}', id="an object on two lines"),
    ],
)
def test_what_is_not_plain_is_declined(text):
    assert read(text) is None


def test_names_that_cannot_be_written_plainly_are_declined():
    assert PlainReader({'quo"te': pl.String}).read(b'{"time": 1}') is None
