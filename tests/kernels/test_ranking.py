"""Scores 0..100 by how often something as surprising happened: laws of the score."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.ranking import BINS, LEAST, SCORES, SURPRISES, rank, score

PAST = st.lists(st.floats(0.0, 60.0), max_size=50)


def history(past, fading=1.0):
    counts = np.zeros(BINS)
    rank(counts, fading, np.array(past, float), np.arange(len(past) + 1), np.zeros(len(past)), True)
    return counts


@given(PAST, st.floats(0.0, 400.0), st.floats(0.0, 50.0))
def test_a_larger_surprise_never_scores_lower(past, surprise, more):
    counts = history(past)
    assert 0.0 <= score(counts, surprise) <= score(counts, surprise + more) + 1e-9 <= 100.0 + 1e-9


@given(PAST, st.floats(0.0, 60.0), st.floats(0.0, 3.0))
def test_what_was_as_surprising_before_lowers_the_score(past, surprise, more):
    before = score(history(past), surprise)
    after = score(history([*past, min(surprise + more, 63.0)]), surprise)
    assert after <= before + 1e-9
    if LEAST < surprise < 50.0 and more > 0.2 and before > 0.0:
        assert after < before


@given(PAST, st.floats(2.0, 60.0))
def test_smaller_surprises_of_the_past_do_not_matter(past, surprise):
    small = [min(one, surprise - 0.2) for one in past]
    assert score(history(small), surprise) == score(history([]), surprise)


@pytest.mark.parametrize(("surprise", "expected"), list(zip(SURPRISES.tolist(), SCORES.tolist(), strict=True)))
def test_without_history_the_score_follows_the_table(surprise, expected):
    assert score(np.zeros(BINS), surprise) == pytest.approx(expected)


def test_nine_of_the_same_cost_one_decade():
    assert score(history([5.05] * 9), 5.0) == pytest.approx(score(np.zeros(BINS), 5.0 - math.log10(1 + 9)), abs=1.5)


def test_a_history_fades():
    past = [5.0, *[0.0] * 200]
    faded, kept = score(history(past, 0.97), 5.0), score(history(past), 5.0)
    assert kept < faded < score(np.zeros(BINS), 5.0)


@given(PAST, st.floats(0.5, 1.0))
def test_a_bucket_is_scored_by_the_buckets_before_it_only(past, fading):
    scores = np.zeros(len(past))
    rank(np.zeros(BINS), fading, np.array(past, float), np.arange(len(past) + 1), scores, True)
    expected = [score(history(past[:i], fading), one) for i, one in enumerate(past)]
    assert scores.tolist() == pytest.approx(expected)


@given(PAST)
def test_values_of_one_bucket_do_not_count_against_each_other(past):
    scores = np.zeros(len(past))
    rank(np.zeros(BINS), 1.0, np.array(past, float), np.array([0, len(past)]), scores, True)
    assert scores.tolist() == [score(np.zeros(BINS), one) for one in past]


@given(PAST, PAST)
def test_without_teaching_the_history_stays(past, more):
    counts = history(past)
    kept = counts.tobytes()
    rank(counts, 0.9, np.array(more, float), np.arange(len(more) + 1), np.zeros(len(more)), False)
    assert counts.tobytes() == kept
