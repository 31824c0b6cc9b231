"""What is left of a surprise in view of its like, and the score 0..100 of it: laws, and a twin that keeps all."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles import recurrence
from unusual.kernels import ranking
from unusual.kernels.ranking import (
    BINS,
    BLOCK,
    IN_FEATURE,
    IN_JOB,
    LARGEST,
    LEAST,
    RARITIES,
    SCORES,
    rank,
    rarity,
    recur,
    remembered,
    score,
    unwritten,
)

WINDOW = 2000.0
PAST = st.lists(st.floats(0.0, 60.0), max_size=50)
BUCKETS = st.lists(st.lists(st.floats(0.0, 60.0), max_size=3), max_size=60)
WINDOWS = st.floats(50.0, 5000.0)
LIKENESS = st.sampled_from([IN_FEATURE, IN_JOB])
TEACH, STAY = True, False


def in_feature(history, window, *rest):
    """`recur` as features have it."""
    recur(history, window, IN_FEATURE, *rest)


def answered(kernel, history, buckets, teach=TEACH, window=WINDOW):
    """Answers of `rank` or `in_feature` to the surprises of each bucket."""
    first = np.cumsum([0, *map(len, buckets)])
    answer = np.zeros(first[-1])
    kernel(history, window, np.array([one for bucket in buckets for one in bucket], float), first, answer, teach)
    return [answer[begin:end].tolist() for begin, end in pairwise(first)]


def run(history, surprises, teach=TEACH, window=WINDOW):
    """Scores of surprises that come one a bucket."""
    return [one for (one,) in answered(rank, history, [[surprise] for surprise in surprises], teach, window)]


def after(past, window=WINDOW, quiet=int(BLOCK) - 1):
    """The history after each surprise of the past had a block of buckets to itself."""
    history = unwritten()
    run(history, [value for one in past for value in [one, *[0.0] * quiet]], window=window)
    return history


def scored(history, surprise, window=WINDOW):
    return score(history.counts, window, history.seen[0] + BLOCK, surprise)


def left(history, surprise, likeness=IN_FEATURE, window=WINDOW):
    return rarity(history.counts, window, history.seen[0] + BLOCK, surprise, likeness)


def expected(buckets, window, likeness, of):
    """What a twin that keeps everything says of each surprise."""
    past, answers = [], []
    for bucket in buckets:
        answers.append([of(recurrence.left(past, one, window, likeness), one) for one in bucket])
        past.append(max(bucket, default=0.0))
    return answers


def as_score(left_of_it, surprise):
    return float(np.interp(left_of_it, RARITIES, SCORES)) if surprise > LEAST else 0.0


def flat(answers):
    return [one for bucket in answers for one in bucket]


@given(BUCKETS, WINDOWS)
def test_scores_are_what_a_twin_that_keeps_everything_says(buckets, window):
    found = answered(rank, unwritten(), buckets, window=window)
    assert flat(found) == pytest.approx(flat(expected(buckets, window, IN_JOB, as_score)), abs=1e-6)


@given(BUCKETS, WINDOWS)
def test_what_recurs_in_a_feature_is_what_a_twin_that_keeps_everything_says(buckets, window):
    found = answered(in_feature, unwritten(), buckets, window=window)
    assert flat(found) == pytest.approx(flat(expected(buckets, window, IN_FEATURE, lambda one, _: one)), abs=1e-6)


@given(PAST, WINDOWS, st.floats(0.1, 400.0), LIKENESS)
def test_how_many_were_alike_is_what_the_list_of_them_says(past, window, surprise, likeness):
    found = ranking.alike(after(past, window, quiet=4).counts, max(surprise, LEAST), likeness.near)
    stretches = [value for one in past for value in [one, *[0.0] * 4]]
    twin = recurrence.alike(stretches, max(surprise, LEAST), window, likeness.near)
    assert found == pytest.approx(twin, abs=1e-9)


@given(st.floats(LEAST, LARGEST), st.floats(1.0, 2.0))
def test_bins_lie_in_order_and_neighbours_differ_by_one_ratio(surprise, factor):
    lower, higher = ranking.bin_of(surprise), ranking.bin_of(min(LARGEST, surprise * factor))
    assert 0 <= lower <= higher < BINS
    assert higher - lower <= math.log(factor) / ranking.LOG_RATIO + 1.0


def test_surprises_beyond_the_largest_are_counted_as_if_they_were_it():
    assert ranking.bin_of(LEAST) == 0
    assert ranking.bin_of(LARGEST) == ranking.bin_of(1e9) == BINS - 1


@given(PAST, st.floats(0.0, 400.0), st.floats(0.0, 50.0), LIKENESS)
def test_a_larger_surprise_is_never_less_rare_and_never_scores_lower(past, surprise, more, likeness):
    history = after(past)
    assert left(history, surprise, likeness) <= left(history, surprise + more, likeness) + 1e-9
    assert 0.0 <= scored(history, surprise) <= scored(history, surprise + more) + 1e-9 <= 100.0 + 1e-9


@pytest.mark.parametrize("likeness", [IN_FEATURE, IN_JOB])
@pytest.mark.parametrize("often", [1, 3, 20])
def test_that_holds_where_surprising_things_come_all_the_time(often, likeness):
    history = after([3.0] * 400, quiet=often - 1)
    rarities = [left(history, surprise, likeness) for surprise in np.geomspace(0.1, 400.0, 400)]
    assert np.all(np.diff(rarities) >= -1e-9)


@given(PAST, st.floats(0.0, 60.0), LIKENESS)
def test_the_past_only_ever_takes(past, surprise, likeness):
    assert 0.0 <= left(after(past), surprise, likeness) <= surprise


@given(PAST, st.floats(0.0, 60.0), st.floats(0.0, 3.0))
def test_what_was_as_surprising_before_never_raises_the_score(past, surprise, more):
    again = min(surprise + more, 63.0)
    assert scored(after([*past, again]), surprise) <= scored(after(past), surprise) + 1.0  # one block fades
    assert scored(after([again]), surprise) <= scored(after([]), surprise)


@given(PAST, st.floats(2.0, 60.0))
def test_surprises_of_half_the_size_do_not_matter(past, surprise):
    small = after([min(one, 0.5 * surprise) for one in past])
    assert scored(small, surprise) == scored(after([]), surprise)
    assert left(small, surprise) == surprise


@given(st.integers(0, BINS - 2), st.floats(1e-3, 200.0))
def test_what_came_as_often_is_held_against_it_up_to_its_decades(place, many):
    middle = LEAST * math.exp((place + 0.5) * ranking.LOG_RATIO)
    history = unwritten()
    history.counts[place] = many
    history.seen[0] = WINDOW - BLOCK
    rarest = max(LEAST, IN_FEATURE.beyond - math.log10(many / WINDOW))
    assert left(history, middle * 1.0001) == pytest.approx(min(middle, rarest), rel=1e-2)


@pytest.mark.parametrize(("surprise", "points"), list(zip(RARITIES.tolist(), SCORES.tolist(), strict=True)))
def test_without_history_the_score_follows_the_table(surprise, points):
    assert scored(unwritten(), surprise) == pytest.approx(points)


def test_the_table_rises_from_nothing_to_a_hundred():
    assert (SCORES[0], SCORES[-1]) == (0.0, 100.0)
    assert np.all(np.diff(SCORES) > 0.0)
    assert np.all(np.diff(RARITIES) > 0.0)


@pytest.mark.parametrize("surprise", [5.0, 20.0, 100.0])
def test_what_happens_once_in_fifty_buckets_is_no_warning_to_its_feature_however_surprising(surprise):
    history = after([surprise] * 100, quiet=49)
    assert float(np.interp(left(history, surprise), RARITIES, SCORES)) < 25.0


def test_one_incident_counts_once_however_many_buckets_of_its_block_it_fills():
    lone, filled = unwritten(), unwritten()
    run(lone, [9.0, 0.0, 0.0, 0.0, 0.0])
    run(filled, [9.0, 8.0, 8.9, 7.0, 5.0])
    assert lone.counts.tolist() == filled.counts.tolist()


def test_a_history_fades():
    fading, kept = after([5.0, *[0.0] * 50], window=100.0), after([5.0, *[0.0] * 50])
    assert left(kept, 5.0) <= left(fading, 5.0, window=WINDOW)
    assert 0.0 < fading.counts.sum() < kept.counts.sum() <= 1.0


@pytest.mark.parametrize(("span", "buckets"), [(300, 8640), (900, 2880), (3600, 2000), (86_400, 2000)])
def test_thirty_days_are_remembered_but_no_fewer_than_two_thousand_buckets(span, buckets):
    assert remembered(span) == buckets


@given(PAST, WINDOWS)
def test_a_bucket_is_scored_by_the_buckets_before_it_only(past, window):
    whole = run(unwritten(), past, window=window)
    for end in range(0, len(past), 7):
        assert run(unwritten(), past[:end], window=window) == whole[:end]


@given(PAST)
def test_values_of_one_bucket_do_not_count_against_each_other(past):
    ((*found,),) = answered(rank, unwritten(), [past])
    assert found == [scored(unwritten(), one) for one in past]


@given(PAST, PAST, st.sampled_from([rank, in_feature]))
def test_without_teaching_the_history_stays(past, more, kernel):
    history = unwritten()
    run(history, past)
    kept = [part.tobytes() for part in history]
    answered(kernel, history, [[one] for one in more], STAY)
    assert [part.tobytes() for part in history] == kept


def test_what_one_value_in_thirty_reaches_has_no_score():
    assert scored(unwritten(), LEAST) == 0.0


def test_what_comes_in_every_stretch_of_buckets_has_no_score_in_its_feature_even_in_a_young_job():
    history = after([4.0] * 40)
    assert left(history, 4.0) <= LEAST


@pytest.mark.parametrize("likeness", [IN_FEATURE, IN_JOB])
def test_a_second_incident_soon_after_the_first_is_still_seen(likeness):
    history = after([12.0, *[0.0] * 40])
    assert left(history, 12.0, likeness) > 3.0
