"""Scores 0..100 by how often something as surprising happened: laws of the score."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.ranking import BINS, BLOCK, LEAST, SCORES, SURPRISES, History, alike, rank, score

WINDOW = 2000.0
PAST = st.lists(st.floats(0.0, 60.0), max_size=50)
TEACH, STAY = True, False


def fresh():
    return History(np.zeros(BINS), np.zeros(2), np.zeros(1))


def run(history, surprises, teach=TEACH, window=WINDOW):
    """Scores of surprises that come one a bucket."""
    scores = np.zeros(len(surprises))
    rank(history, window, np.array(surprises, float), np.arange(len(surprises) + 1), scores, teach)
    return scores.tolist()


def after(past, window=WINDOW):
    """The counts after each surprise of the past had a block of buckets to itself."""
    history = fresh()
    for one in past:
        run(history, [one] + [0.0] * (int(BLOCK) - 1), window=window)
    return history.counts


@given(PAST, st.floats(0.0, 400.0), st.floats(0.0, 50.0))
def test_a_larger_surprise_never_scores_lower(past, surprise, more):
    counts = after(past)
    lower, higher = score(counts, WINDOW, WINDOW, surprise), score(counts, WINDOW, WINDOW, surprise + more)
    assert 0.0 <= lower <= higher + 1e-9 <= 100.0 + 1e-9


@given(PAST, st.floats(0.0, 60.0), st.floats(0.0, 3.0))
def test_what_was_as_surprising_before_never_raises_the_score(past, surprise, more):
    again = min(surprise + more, 63.0)
    assert (
        score(after([*past, again]), WINDOW, WINDOW, surprise) <= score(after(past), WINDOW, WINDOW, surprise) + 1.0
    )  # one block fades
    assert score(after([again]), WINDOW, WINDOW, surprise) <= score(after([]), WINDOW, WINDOW, surprise)


@given(PAST, st.floats(2.0, 60.0))
def test_surprises_of_half_the_size_do_not_matter(past, surprise):
    small = [min(one, 0.5 * surprise) for one in past]
    assert score(after(small), WINDOW, WINDOW, surprise) == score(after([]), WINDOW, WINDOW, surprise)


@pytest.mark.parametrize(("surprise", "expected"), list(zip(SURPRISES.tolist(), SCORES.tolist(), strict=True)))
def test_without_history_the_score_follows_the_table(surprise, expected):
    assert score(np.zeros(BINS), WINDOW, WINDOW, surprise) == pytest.approx(expected)


def test_what_happens_once_in_a_hundred_buckets_is_no_warning_however_surprising():
    counts = np.zeros(BINS)
    counts[200] = WINDOW / 100
    assert alike(counts, 20.0) == pytest.approx(WINDOW / 100)
    assert score(counts, WINDOW, WINDOW, 20.0) < 25.0


def test_one_incident_counts_once_however_many_buckets_of_its_block_it_fills():
    lone, filled = fresh(), fresh()
    run(lone, [9.0, 0.0, 0.0, 0.0, 0.0])
    run(filled, [9.0, 8.0, 8.9, 7.0, 5.0])
    assert lone.counts.tolist() == filled.counts.tolist()


def test_a_history_fades():
    fading = after([5.0, *[0.0] * 50], window=100.0)
    kept = after([5.0, *[0.0] * 50])
    assert 0.0 < alike(fading, 5.0) < alike(kept, 5.0) <= 1.0


@given(PAST, st.floats(100.0, 5000.0))
def test_a_bucket_is_scored_by_the_buckets_before_it_only(past, window):
    whole = run(fresh(), past, window=window)
    for end in range(0, len(past), 7):
        assert run(fresh(), past[:end], window=window) == whole[:end]


@given(PAST)
def test_values_of_one_bucket_do_not_count_against_each_other(past):
    scores = np.zeros(len(past))
    rank(fresh(), WINDOW, np.array(past, float), np.array([0, len(past)]), scores, TEACH)
    assert scores.tolist() == [score(np.zeros(BINS), WINDOW, WINDOW, one) for one in past]


@given(PAST, PAST)
def test_without_teaching_the_history_stays(past, more):
    history = fresh()
    run(history, past)
    kept = [part.tobytes() for part in history]
    run(history, more, STAY)
    assert [part.tobytes() for part in history] == kept


def test_what_one_value_in_thirty_reaches_has_no_score():
    assert score(np.zeros(BINS), WINDOW, WINDOW, LEAST) == 0.0


def test_what_comes_in_every_stretch_of_buckets_has_no_score_even_in_a_young_job():
    history = fresh()
    run(history, [4.0] * 200)
    assert run(history, [4.0]) == [0.0]


def test_a_second_incident_soon_after_the_first_is_still_seen():
    history = fresh()
    run(history, [12.0] + [0.0] * 199)
    assert run(history, [12.0])[0] > 25.0
