"""Fading means, against a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.moments import follow


@given(st.lists(st.integers(0, 1000), max_size=30), st.floats(0.01, 1.0))
def test_the_mean_of_the_numbers_above_zero_fades(numbers, weight):
    before = np.zeros(len(numbers))
    last = follow(np.array(numbers, np.int64), 0.0, weight, before)
    mean, seen = None, []
    for number in numbers:
        seen.append(mean or 0.0)
        if number > 0:
            mean = float(number) if mean is None else (1 - weight) * mean + weight * number
    assert before.tolist() == pytest.approx(seen)
    assert last == pytest.approx(mean or 0.0)
