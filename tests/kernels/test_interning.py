"""Keys to numbers, against a dictionary."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.interning import fill, intern, locate, slots_for

KEYS = st.lists(st.integers(-1, 20) | st.integers(0, 2**62), max_size=60)


def numbered(keys, known=()):
    """What a dictionary gives: number of each key, and the keys in the order of their numbers."""
    numbers = {key: number for number, key in enumerate(known)}
    return [numbers.setdefault(key, len(numbers)) if key >= 0 else -1 for key in keys], list(numbers)


@given(KEYS, KEYS)
def test_keys_are_numbered_as_a_dictionary_would(before, after):
    slots, keys = slots_for(len(before) + len(after)), np.zeros(len(before) + len(after), np.int64)
    used, found = 0, []
    for wanted in (before, after):
        numbers = np.empty(len(wanted), np.int32)
        used = intern(slots, keys, used, np.array(wanted, np.int64), numbers)
        found += numbers.tolist()
    assert (found, keys[:used].tolist()) == numbered(before + after)


@given(st.lists(st.integers(0, 2**62), unique=True, max_size=60))
def test_a_filled_table_finds_every_key_where_it_is(keys):
    slots, table = slots_for(len(keys)), np.array(keys, np.int64)
    fill(slots, table, len(keys))
    assert [int(slots[locate(slots, table, key)]) for key in keys] == list(range(len(keys)))


@given(st.integers(0, 10_000))
def test_a_table_is_at_most_half_full_and_a_power_of_two(count):
    size = slots_for(count).size
    assert size >= 2 * count
    assert size & (size - 1) == 0
