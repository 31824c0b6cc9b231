"""Learnt state as bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.analysis.given import T, engine, job, post
from unusual.analysis.control import Save
from unusual.analysis.engine import Engine, configuration_in
from unusual.analysis.snapshot import MARK, dump, load
from unusual.errors import Invalid

KINDS = st.sampled_from(["f8", "i4", "i8", "?", "u1"]) | st.sampled_from(
    [[("n", "f8"), ("slot", "i4")], [("n", "f8"), ("bins", "f4", (2, 3)), ("past", [("low", "f8")], (2,))]]
)
ARRAYS = KINDS.flatmap(
    lambda kind: arrays.arrays(np.dtype(kind), arrays.array_shapes(min_dims=0, min_side=0, max_dims=3))
)
PLAIN = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.sampled_from(["array", "state", "", "é"]) | st.text(st.characters(codec="utf-8"), max_size=4)
STATES = st.dictionaries(
    NAMES,
    st.recursive(
        PLAIN | ARRAYS | st.lists(NAMES, max_size=3),
        lambda inner: st.dictionaries(NAMES, inner, max_size=3) | st.lists(PLAIN | ARRAYS, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(STATES)
def test_what_was_dumped_is_loaded(state):
    assert same(load(dump(state)), state)


def test_what_is_loaded_can_be_written_to():
    rows = load(dump({"rows": np.zeros(3)}))["rows"]
    rows[1] = 4.0
    assert rows.tolist() == [0.0, 4.0, 0.0]


@given(st.binary(max_size=40))
def test_foreign_bytes_are_refused(raw):
    for some in (raw, MARK + raw):
        with pytest.raises(Invalid, match="model snapshot"):
            load(some)


def test_a_snapshot_that_lost_its_end_is_refused():
    whole = dump({"rows": np.arange(100.0), "name": "x"})
    for end in range(len(whole)):
        with pytest.raises(Invalid, match="model snapshot"):
            load(whole[:end])


def test_a_state_of_another_layout_is_refused():
    with pytest.raises(Invalid, match=r"layout \[99\]"):
        Engine.restore(job(), dump({"layout": 99}))


@pytest.mark.parametrize("field", ["array", "state", "place"])
def test_a_field_may_have_any_name(field):
    settings = {"analysis": {"influencers": [field]}, "custom_settings": {"array": 0}}
    running = engine({"function": "count", "by_field_name": field}, **settings)
    post(running, [{"time": T, field: "x"}, {"time": T + 400, field: "y"}])
    state = running.handle(Save()).state
    restored = Engine.restore(job({"function": "count", "by_field_name": field}, **settings), state)
    assert restored.handle(Save()).state == state


def test_a_snapshot_tells_the_job_that_it_belongs_to():
    running = engine({"function": "mean", "field_name": "load"}, bucket_span="7m")
    post(running, [{"time": T, "load": 1}])
    assert configuration_in(running.handle(Save()).state) == running._job
