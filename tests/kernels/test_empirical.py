"""The fading distribution against samples whose law is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels import empirical
from unusual.kernels.empirical import BINS, DOWN, EDGES, UP

PLACES = st.floats(-50, 50).filter(lambda y: abs(y) > 1e-9)  # zero lies on the upper side
LAWS = {
    "exponential": (lambda chance, size: chance.exponential(0.5, size), lambda y: math.exp(-2 * y)),
    "logistic": (lambda chance, size: chance.logistic(0, 0.4, size), lambda y: 1 / (1 + math.exp(y / 0.4))),
}


def counted(values):
    counts = empirical.assumed()
    np.add.at(counts, [empirical.bin_of(value) for value in values], 1.0)
    return counts


def ready(counts, least=0.1):
    tails = empirical.blank()
    empirical.prepare(counts, least, 1.0, tails)
    return tails


@given(PLACES)
def test_a_value_is_in_the_bin_whose_edges_hold_it(y):
    at = empirical.bin_of(y)
    inside = np.clip(y, EDGES[0], EDGES[-1])
    assert EDGES[at] <= inside <= EDGES[at + 1]


def test_what_is_assumed_at_first_is_symmetric_and_worth_what_is_told():
    counts = empirical.assumed()
    assert counts.size == BINS
    assert counts.sum() == pytest.approx(empirical.WORTH)
    assert np.allclose(counts, counts[::-1])
    assert (counts > 0).all()


@given(st.lists(PLACES, max_size=60), st.lists(PLACES, min_size=2, max_size=10), st.sampled_from([UP, DOWN]))
def test_farther_out_is_never_less_surprising(values, asked, side):
    tails = ready(counted(values))
    found = [empirical.surprise(tails, side, y) for y in sorted(asked)]
    assert found == sorted(found)
    assert all(math.isfinite(one) and one >= 0.0 for one in found)


@given(st.lists(PLACES, max_size=60), PLACES)
def test_the_two_sides_mirror_each_other(values, y):
    tails, mirrored = ready(counted(values)), ready(counted([-value for value in values]))
    assert empirical.surprise(tails, UP, y) == pytest.approx(empirical.surprise(mirrored, DOWN, y), abs=0.02)


@pytest.mark.parametrize("law", LAWS)
def test_the_share_beyond_a_value_is_that_of_the_law_even_far_outside_the_sample(law):
    draw, share = LAWS[law]
    tails = ready(counted(draw(np.random.default_rng(3), 50_000)))
    for y in (0.5, 1.0, 2.0, 3.0, 5.0, 8.0):
        assert empirical.surprise(tails, UP, y) == pytest.approx(-math.log10(share(y)), rel=0.15, abs=0.05)


def test_a_few_outliers_do_not_blunt_the_tail():
    values = np.random.default_rng(4).exponential(0.5, 20_000)
    without, among = ready(counted(values)), ready(counted([*values, *([20.0] * 5)]))
    assert empirical.surprise(among, UP, 12.0) > 0.6 * empirical.surprise(without, UP, 12.0)


def test_an_incredible_value_is_learnt_as_one_that_is_just_credible():
    counts = counted(np.random.default_rng(5).exponential(0.5, 20_000))
    tails = ready(counts)
    farthest = tails.reach[UP]
    taught, same = counts.copy(), counts.copy()
    empirical.count(taught, tails, 30.0, 0.0)
    empirical.count(same, tails, farthest, 0.0)
    assert taught.tobytes() == same.tobytes()


@pytest.mark.parametrize(
    ("before", "after", "learnt"), [(30.0, 29.0, 0), (30.0, -29.0, 1), (0.0, 29.0, 1), (30.0, 0.5, 1)]
)
def test_an_incredible_value_is_learnt_once_where_its_source_repeats_it(before, after, learnt):
    counts = counted(np.random.default_rng(6).exponential(0.5, 20_000))
    taught = counts.copy()
    empirical.count(taught, ready(counts), after, before)
    assert taught.sum() - counts.sum() == pytest.approx(learnt)
