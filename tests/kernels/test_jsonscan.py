"""Where JSON objects begin and end, against the standard library's parser."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles.json_texts import BROKEN, RECORDS, leaves, spelt
from unusual.kernels.jsonscan import count_fields, find_objects


def found(text: bytes):
    """The objects as slices, how many stretches are broken, and where the unfinished rest begins."""
    room = min(text.count(b"{"), text.count(b"}")) + 1
    starts, ends = np.zeros(room, np.int64), np.zeros(room, np.int64)
    count, broken, behind = find_objects(np.frombuffer(text, np.uint8), starts, ends)
    slices = zip(starts[:count].tolist(), ends[:count].tolist(), strict=True)
    return [text[start:end] for start, end in slices], broken, behind


@given(st.data(), RECORDS)
def test_every_object_of_a_well_formed_text_is_found_whole(data, records):
    text = data.draw(spelt(records))
    objects, broken, behind = found(text)
    assert [json.loads(one) for one in objects] == records
    assert (broken, behind) == (0, len(text))


@given(st.data(), RECORDS)
def test_fields_are_counted_as_the_parsed_objects_have_them(data, records):
    text = data.draw(spelt(records, listed=False))
    assert count_fields(np.frombuffer(text, np.uint8)) == sum(map(leaves, records))


@given(st.lists(st.dictionaries(st.just("time"), st.integers(), min_size=1) | BROKEN, max_size=8))
def test_objects_on_lines_of_their_own_survive_broken_lines_that_close_themselves(parts):
    closing = (b"oops\n", b"7 8\n", b"null\n", b"}\n", b'{"host": "x\n')
    kept = [part for part in parts if isinstance(part, dict) or part in closing]
    text = b"".join(part if isinstance(part, bytes) else json.dumps(part).encode() + b"\n" for part in kept)
    objects, broken, _ = found(text)
    assert [json.loads(one) for one in objects] == [part for part in kept if isinstance(part, dict)]
    assert broken == sum(isinstance(part, bytes) for part in kept)


@given(st.data(), RECORDS, st.lists(BROKEN, max_size=3))
def test_a_text_searched_in_two_halves_holds_what_it_holds_as_one(data, records, junk):
    pieces = data.draw(st.permutations([*(json.dumps(record).encode() for record in records), *junk]))
    text = data.draw(st.sampled_from([b"", b"\n"])).join(pieces)
    cut = data.draw(st.integers(0, len(text)))
    first, broken, behind = found(text[:cut])
    second, more, rest = found(text[behind:])
    whole, all_broken, end = found(text)
    assert (first + second, broken + more, behind + rest) == (whole, all_broken, end)


@pytest.mark.parametrize(
    ("text", "objects", "broken", "behind"),
    [
        pytest.param(b"", [], 0, 0, id="nothing"),
        pytest.param(b'{"a": 1} {"b', [b'{"a": 1}'], 0, 9, id="an unfinished object"),
        pytest.param(b'{"a": "}{"}', [b'{"a": "}{"}'], 0, 11, id="braces in a string"),
        pytest.param(rb'{"a": "\"}"}', [rb'{"a": "\"}"}'], 0, 12, id="an escaped quote"),
        pytest.param(rb'{"a": "\\"}', [rb'{"a": "\\"}'], 0, 11, id="an escaped backslash"),
        pytest.param(b'{"a": "x\n{"b": 1}', [b'{"b": 1}'], 1, 17, id="a line end in a string"),
        pytest.param(b'{"a": 1 {"b": 1}', [b'{"b": 1}'], 1, 16, id="an object where none may be"),
        pytest.param(b"what is\nthis", [], 1, 8, id="two lines of junk, one not ended"),
        pytest.param(b'{"a": "x\\', [], 0, 0, id="a text that ends in a backslash"),
    ],
)
def test_what_is_broken_is_fenced_in(text, objects, broken, behind):
    assert found(text) == (objects, broken, behind)


@given(st.binary(max_size=60) | st.text('{}[]":,\\\n a1', max_size=60).map(str.encode))
def test_any_bytes_are_searched_to_their_end(text):
    objects, broken, behind = found(text)
    assert broken >= 0
    assert 0 <= behind <= len(text)
    assert all(one[:1] == b"{" and one[-1:] == b"}" for one in objects)
