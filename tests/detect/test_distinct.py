"""How many different things were met, beside how many there were."""

import numpy as np
import pytest

from unusual.detect.distinct import Distinct


def digests(seed, size):
    return np.random.default_rng(seed).integers(-(2**63), 2**63, size)


@pytest.mark.parametrize("size", [0, 1, 10, 1000, 3000, 30_000, 1_000_000])
@pytest.mark.parametrize("seed", range(3))
def test_the_count_is_near_the_true_one(size, seed):
    met = Distinct()
    met.add(digests(seed, size))
    assert abs(met.count - size) <= 0.1 * size


def test_what_is_met_again_counts_once_in_whatever_order_and_pieces():
    known = digests(7, 5000)
    once, often = Distinct(), Distinct()
    once.add(known)
    for part in np.array_split(np.random.default_rng(1).permutation(np.concatenate([known, known])), 9):
        often.add(part)
    assert often.registers.tobytes() == once.registers.tobytes()
    assert Distinct(once.registers).count == once.count
