"""What is left without one entity, against the same counted anew without it."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.interning import fill, slots_for
from unusual.kernels.parting import UNSEEN, alone, best_of_others, note_soles

RECORDS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=40)


@given(RECORDS)
def test_the_largest_without_an_entity_is_that_of_the_others_or_of_a_record_without_any(records):
    """Records of (value they belong to, entity or 0 for none, number)."""
    parts = sorted({(row, who) for row, who, _ in records if who > 0})
    row = np.array([part[0] for part in parts], np.int64)
    extreme = np.array([max(x for r, w, x in records if (r, w) == part) for part in parts], np.float64)
    whole = np.array([max((x for r, _, x in records if r == wanted), default=-math.inf) for wanted in range(3)])
    others = np.zeros(len(parts))
    best_of_others(row, np.zeros(len(parts), np.int32), extreme, whole.astype(np.float64), others)
    for (mine, who), found in zip(parts, others, strict=True):
        named = [(w, x) for r, w, x in records if r == mine and w > 0]
        nameless = whole[mine] > max(x for _, x in named)
        assert found == (whole[mine] if nameless else max((x for w, x in named if w != who), default=-math.inf))


@given(RECORDS)
def test_items_that_only_one_entity_had_are_counted_for_it(records):
    """Records of (entry, entity or 0 for none, item)."""
    entry = np.array([one[0] for one in records], np.int32)
    code = np.array([one[1] - 1 for one in records], np.int32)
    item = np.array([one[2] for one in records], np.int32)
    items = sorted({(e, i) for e, _, i in records})
    keys = np.array([(e << 32) | i for e, i in items], np.int64)
    slots = slots_for(keys.size)
    fill(slots, keys, keys.size)
    soles = np.full(keys.size, UNSEEN, np.int32)
    half = entry.size // 2
    for some in (slice(0, half), slice(half, None)):
        note_soles(slots, keys, entry[some], item[some], code[some], soles)
    parts = sorted({(e, c - 1) for e, c, _ in records if c > 0})
    found = alone(
        np.array([e for e, _ in items]),
        soles,
        np.array([e for e, _ in parts], np.int32),
        np.array([c for _, c in parts], np.int32),
    )
    for (e, c), count in zip(parts, found, strict=True):
        with_it = {i for one, who, i in records if (one, who - 1) == (e, c)}
        without = {i for one, who, i in records if one == e and who - 1 != c}
        assert count == len(with_it - without)
