"""What past surprises deserve once more is known: laws, and a slow twin that leaves each one out of the history."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.ranking import BLOCK, rank, score, unwritten
from unusual.kernels.rescoring import GRID, NOTABLE, SELDOM, deserve, rank_on

WINDOW = 8640.0
TEACH = True
PAST = st.lists(st.floats(0.0, 60.0), max_size=40)


def after(past, window=WINDOW):
    """The history after each surprise had a block of buckets to itself."""
    history, quiet = unwritten(), [0.0] * (int(BLOCK) - 1)
    surprises = np.array([value for one in past for value in (one, *quiet)], float)
    rank(history, window, surprises, np.arange(surprises.size + 1), np.zeros(surprises.size), TEACH)
    return history


def deserved(history, surprise, window=WINDOW):
    scores = np.zeros(GRID.size)
    deserve(history, window, GRID, scores)
    return float(np.interp(surprise, GRID, scores))


def at_first(surprise, past=()):
    return score(after(past).counts, WINDOW, BLOCK, surprise)


@given(PAST)
def test_a_larger_surprise_never_deserves_a_lower_score(past):
    scores = np.zeros(GRID.size)
    deserve(after(past), WINDOW, GRID, scores)
    assert np.all(np.diff(scores) >= 0.0)
    assert scores[0] >= 0.0
    assert scores[-1] <= 100.0


@given(st.floats(1.6, 60.0))
def test_what_came_once_keeps_the_score_it_was_given_at_first(surprise):
    assert deserved(after([surprise]), surprise) == pytest.approx(at_first(surprise), abs=1.0)


@pytest.mark.parametrize("surprise", [6.0, 8.0, 12.0, 20.0])
def test_a_score_falls_when_as_large_or_larger_ones_follow(surprise):
    once, larger = deserved(after([surprise]), surprise), deserved(after([surprise, 3.0 * surprise]), surprise)
    twice, often = deserved(after([surprise] * 2), surprise), deserved(after([surprise] * 30), surprise)
    assert once > max(twice, larger) + 1.0
    assert min(twice, larger) > often + 1.0


@given(PAST, st.floats(20.0, 60.0))
def test_smaller_surprises_take_nothing_from_a_much_larger_one(past, surprise):
    small = [min(one, 0.5 * surprise) for one in past]
    assert deserved(after([*small, surprise]), surprise) == pytest.approx(at_first(surprise), abs=1.0)


@given(st.lists(st.integers(16, 300), min_size=1, max_size=12, unique=True))
def test_each_is_scored_as_if_it_came_last_after_all_others(tenths):
    past = [tenth / 10.0 + 0.05 for tenth in tenths]
    long = 1e9  # nothing fades, so that the order does not matter
    everything = after(past, long)
    for one in past:
        others = after([other for other in past if other != one], long)
        twin = score(others.counts, long, others.seen[0] + BLOCK, one)
        smaller = [other for other in past if other < one]
        below = GRID[: np.searchsorted(GRID, one, "right")][-1]  # the curve is known at points only
        assert deserved(everything, one, long) >= score(others.counts, long, others.seen[0] + BLOCK, below) - 1.0
        if not smaller:  # otherwise a smaller one of a higher score may have lifted it
            assert deserved(everything, one, long) == pytest.approx(twin, abs=2.5)


@given(st.lists(st.lists(st.floats(0.0, 30.0), max_size=3), max_size=60))
def test_ranking_with_stops_is_ranking(buckets):
    surprises = np.array([one for bucket in buckets for one in bucket], float)
    first = np.cumsum([0, *map(len, buckets)])
    plain, stopped = np.zeros(surprises.size), np.zeros(surprises.size)
    expected, history, watch, at = unwritten(), unwritten(), np.zeros(2), 0
    rank(expected, WINDOW, surprises, first, plain, TEACH)
    while at < len(buckets):
        before = at
        at = rank_on(history, WINDOW, surprises, first, stopped, at, watch)
        assert at > before
        if not watch[1]:  # a stop: at the end of a block, after something notable
            assert history.block[1] == 0.0
            assert max(stopped[first[before] : first[at]]) >= NOTABLE
    assert stopped.tolist() == plain.tolist()
    assert [part.tolist() for part in history] == [part.tolist() for part in expected]


def test_a_quiet_history_is_looked_at_seldom_but_surely():
    buckets, watch = 2500, np.zeros(2)
    until = rank_on(unwritten(), WINDOW, np.zeros(0), np.zeros(buckets + 1, np.int64), np.zeros(0), 0, watch)
    assert SELDOM <= until < SELDOM + BLOCK
    assert not watch.any()
