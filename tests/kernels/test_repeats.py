"""Members that an object has twice, against the standard library's parser, which tells all members in order."""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles.json_texts import MEMBERS, RECORDS, spelt, written
from unusual.kernels.plainjson import Wanted
from unusual.kernels.repeats import repeats

FIELDS = ("time", "host", "é", 'quo"te', "line\nend", "\N{GRINNING FACE}", "v")


def are_repeated(text: str) -> bool:
    names = [field.encode() for field in FIELDS]
    edges = np.cumsum([0, *map(len, names)], dtype=np.int64)
    wanted = Wanted(np.frombuffer(b"".join(names), np.uint8), edges, np.zeros(len(names), np.bool_))
    return repeats(np.frombuffer(text.encode(), np.uint8), wanted)


def twice(text: str) -> bool:
    """The same of one object, slowly."""
    outermost = []
    json.loads(text, object_pairs_hook=lambda pairs: outermost.append(pairs) or dict(pairs))
    counts = Counter(name for name, _ in outermost[-1])
    return any(counts[field] > 1 for field in FIELDS)


@given(st.data(), st.lists(MEMBERS, min_size=1, max_size=4))
def test_a_wanted_member_that_is_there_twice_is_found_however_it_is_written(data, objects):
    texts = [data.draw(written(members)) for members in objects]
    assert are_repeated("\n".join(texts)) == any(map(twice, texts))


@given(st.data(), RECORDS)
def test_well_formed_objects_repeat_nothing(data, records):
    assert not are_repeated(data.draw(spelt(records)).decode())


@pytest.mark.parametrize("name", ["\\ud83d\\uDE00", "\N{GRINNING FACE}"])
def test_a_character_of_two_halves_is_one(name):
    assert are_repeated(f'{{"\\ud83d\\ude00": 1, "{name}": 2}}')


@pytest.mark.parametrize(
    "text",
    [
        '{"time": 1, "a": {"time": 2}}',
        '{"time": "host", "host": "time"}',
        '{"time": 1}{"time": 2}',
        '{"a": [{"time": 1}, {"time": 2}], "time": 3}',
        '{"ti": 1, "time": 2, "timer": 3}',
        '{"other": 1, "other": 2}',
        '{"\\u00',
        '{"time": 1, "time',
    ],
)
def test_what_only_looks_so_is_no_repetition(text):
    assert not are_repeated(text)


def test_a_member_of_an_object_between_them_separates_no_two():
    assert are_repeated('{"time": 1, "a": {"b": {}}, "time": null}')
