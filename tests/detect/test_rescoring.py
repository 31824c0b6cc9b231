"""Which past results follow a history that moved: how far back, how many, and whatever way the stream was cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unusual.detect.rescoring import MOST, SHARES, VISIBLE
from unusual.detect.scores import Scores
from unusual.kernels.rescoring import GRID, SELDOM

SPAN = 300
FEW, SOME, MANY = 400, 1200, 3000


def stream(seed, buckets, most=2):
    """Surprises per bucket: ordinary ones, and now and then some of any size."""
    chance = np.random.default_rng(seed)
    sizes = [int(chance.integers(1, most + 1)) for _ in range(buckets)]
    return [
        chance.exponential(0.434, size) + (chance.uniform(2.0, 20.0) if chance.random() < 0.03 else 0.0)
        for size in sizes
    ]


class Told:
    """What was said of the results of one kind, and what is said of them now."""

    def __init__(self, days=None):
        self.scores = Scores(SPAN, days)
        self.bucket, self.surprise, self.first, self.now = (np.zeros(0) for _ in range(4))
        self.changes, self.until, self.curves = [], 0, []

    def hear(self, buckets):
        """The next buckets, at once."""
        surprises, sizes = np.concatenate([*buckets, []]).round(5), [len(one) for one in buckets]
        first = np.cumsum([0, *sizes])
        scores = self.scores.rank("record", surprises, first, start=self.until, teach=True).round(5)
        numbers = np.repeat(np.arange(len(buckets)), sizes) + self.until
        known = scores > 0.0
        self.bucket, self.surprise = np.append(self.bucket, numbers[known]), np.append(self.surprise, surprises[known])
        self.first, self.now = np.append(self.first, scores[known]), np.append(self.now, scores[known])
        self.until += len(buckets)
        for curve in self.scores.curves():
            inside = (self.bucket >= curve.first) & (self.bucket < curve.until)
            better = np.interp(self.surprise, GRID, curve.scores).round(5)
            self.changes.append(int(np.sum(inside & (better != self.now))))
            self.now = np.where(inside, better, self.now)
            self.curves.append(curve)
        return self


def cut(buckets, at):
    edges = [0, *sorted(min(one, len(buckets)) for one in at), len(buckets)]
    return [buckets[a:b] for a, b in pairwise(edges)]


@settings(max_examples=30)
@given(st.integers(0, 30), st.lists(st.integers(0, SOME), max_size=8))
def test_current_scores_do_not_depend_on_how_the_buckets_came(seed, at):
    buckets = stream(seed, SOME)
    whole, pieces = Told().hear(buckets), Told()
    for piece in cut(buckets, at):
        pieces.hear(piece)
    assert whole.curves
    assert pieces.first.tolist() == whole.first.tolist()
    assert pieces.now.tolist() == whole.now.tolist()


@settings(max_examples=10)
@given(st.integers(0, 30), st.integers(1, SOME))
def test_restored_scores_go_on_as_if_never_stopped(seed, at):
    buckets = stream(seed, SOME)
    lived, moved = Told().hear(buckets[:at]), Told().hear(buckets[:at])
    other = Scores(SPAN)
    other.restore(moved.scores.state())
    moved.scores = other
    assert lived.hear(buckets[at:]).now.tolist() == moved.hear(buckets[at:]).now.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_of_all_rescored_together_a_larger_surprise_never_has_a_lower_score(seed):
    told, last = Told(), None
    for bucket in stream(seed, FEW):
        told.hear([bucket])
        last = told.curves[-1] if told.curves else None
    inside = (told.bucket >= last.first) & (told.bucket < last.until)
    order = np.argsort(told.surprise[inside], kind="stable")
    assert np.all(np.diff(told.now[inside][order]) >= 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_while_nothing_happens_scores_seldom_change(seed):
    told = Told().hear(stream(seed, FEW))
    before = len(told.curves)
    told.hear([np.zeros(1)] * MANY)
    assert len(told.curves) - before <= MANY / SELDOM + 1


def test_an_anomaly_falls_when_larger_ones_follow_and_its_first_score_stays():
    quiet = [np.zeros(1)] * 100
    told = Told().hear([*quiet, np.array([8.0]), *quiet])
    assert told.first.tolist() == pytest.approx([90.0])
    assert told.now.tolist() == pytest.approx([90.0], abs=VISIBLE)
    told.hear([np.array([20.0]), *quiet, np.array([30.0]), *quiet])
    assert told.first[0] == pytest.approx(90.0)
    assert told.now[0] < 85.0
    assert told.now[2] == pytest.approx(told.first[2], abs=VISIBLE)


def test_scores_change_no_further_back_than_the_job_says():
    day = 86_400 // SPAN
    buckets = stream(1, MANY)
    told = Told(days=1).hear(buckets)
    assert told.curves
    assert all(curve.until - curve.first <= day for curve in told.curves)
    assert max(c.until - c.first for c in Told().hear(buckets).curves) > day


def test_no_day_at_all_means_never():
    told = Told(days=0).hear(stream(1, MANY))
    assert told.curves == []
    assert told.scores.state()["rescorings"] == {}


def test_how_long_the_past_counts_does_not_depend_on_how_far_back_scores_change():
    buckets = stream(2, SOME)
    assert Told(days=0).hear(buckets).first.tolist() == Told(days=300).hear(buckets).first.tolist()


def test_a_job_of_very_many_results_changes_few_of_them_at_once_and_a_small_share_in_all():
    """Incidents of ever more series, each larger than the last, so that every one lowers all before."""
    told, crowd = Told(), 600
    for number in range(300):
        size = 3.0 * 1.02**number
        told.hear([np.linspace(size, 1.05 * size, crowd), *([np.zeros(1)] * 4)])
    assert len(told.now) == 300 * crowd
    assert max(told.changes) <= MOST + crowd
    assert 0 < sum(told.changes) <= MOST + told.until + len(told.now) / SHARES + crowd


def test_no_more_results_are_remembered_than_may_change(monkeypatch):
    monkeypatch.setattr("unusual.detect.rescoring.REMEMBERED", 100)
    told = Told()
    for number in range(40):
        told.hear([np.linspace(5.0, 6.0, 30) * (1.0 + 0.1 * number), *([np.zeros(1)] * 4)])
        state = told.scores.state()["rescorings"]["record"]
        assert state["given"].shape[1] <= 100
    assert told.curves
    assert max(told.changes) <= 100


def test_who_goes_back_knows_which_scores_were_told_after_that():
    buckets = stream(3, 1000)
    early, late = Told().hear(buckets[:700]), Told().hear(buckets)
    until = 600
    early.scores.correct(late.scores.told(), until)
    corrected, told = early.scores.told()["record"], late.scores.told()["record"]
    known = told[:, told[0] < until]
    inside = (corrected[0] < until) & (corrected[0] >= known[0, 0])
    assert corrected[:, inside].tolist() == known.tolist()
    later = early.bucket >= until
    assert corrected[2, corrected[0] >= until].tolist() == early.now[later].tolist()
    assert any(known[2] != early.now[: known.shape[1]])
