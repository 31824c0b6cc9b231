"""Arrays that grow."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unusual.models.rows import grown


@given(st.lists(st.floats(0, 1), max_size=20), st.integers(0, 60))
def test_an_array_that_grows_keeps_its_rows_and_adds_zeros(values, rows):
    array = np.array(values, float)
    bigger = grown(array, rows)
    assert len(bigger) >= max(rows, len(values))
    assert bigger[: len(values)].tolist() == values
    assert not bigger[len(values) :].any()


@given(st.integers(0, 1000))
def test_growing_one_by_one_moves_the_rows_only_seldom(rows):
    array, moves = np.zeros(0), 0
    for size in range(rows):
        bigger = grown(array, size)
        moves += bigger is not array
        array = bigger
    assert moves <= 10
