"""Small numbers are put in order as NumPy's stable sort does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.sorting import in_order


@given(st.lists(st.integers(0, 9), max_size=40))
def test_numbers_are_in_order_and_equal_ones_as_they_came(numbers):
    array = np.array(numbers, np.int64)
    assert in_order(array, 10).tolist() == np.argsort(array, kind="stable").tolist()
