"""What judged values mean in their job: records, buckets as a whole, and the scores of both."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.verdicts import judged
from unusual.analysis.standings import Standings
from unusual.kernels.ranking import LEAST, RARITIES, SCORES

SPAN = 900
CALM = 0.3
SIZES = st.floats(0.0, 60.0)
SERIES = 4


def score_of(rarity):
    """Where nothing came before."""
    return float(np.interp(rarity, RARITIES, SCORES)) if rarity > LEAST else 0.0


def told(rows):
    """A feature whose model tells the rarity of each value: (bucket, series, surprise, rarity)."""
    return judged([row[:3] for row in rows], rarity=[row[3] for row in rows])


def concluded(features, buckets=1, *, first=0, standings=None, teach=True):
    """(whole, findings) of features per detector."""
    standings = Standings(SPAN, [len(one) for one in features], 0) if standings is None else standings
    return standings.conclude(features, np.arange(first, first + buckets + 1), teach=teach)


def one_bucket(rarities, bucket=0):
    """One detector with one feature that has judged so many series in one bucket, as surprising as rare."""
    return [[told([(bucket, series, one, one) for series, one in enumerate(rarities)])]]


def experienced(crowd, buckets=600):
    """Standings that have seen calm buckets of so many values, as perfect models would judge them."""
    standings, chance = Standings(SPAN, [1], 0), np.random.default_rng(1)
    surprise = chance.exponential(1.0 / math.log(10.0), (buckets, crowd))
    rows = [(at, series, surprise[at, series], 0.0) for at in range(buckets) for series in range(crowd)]
    concluded([[told(rows)]], buckets, standings=standings)
    return standings, buckets


@given(st.floats(LEAST + 0.01, 60.0))
def test_a_value_alone_in_its_bucket_is_as_rare_as_its_series_says(rarity):
    whole, (finding,) = concluded(one_bucket([rarity]))
    assert finding.rarity == rarity
    assert whole.rarity.tolist() == [rarity]
    assert finding.score == pytest.approx(score_of(rarity))
    assert whole.score.tolist() == pytest.approx([score_of(rarity)])


@given(st.floats(4.0, 60.0), st.integers(1, 2000))
def test_a_value_among_many_must_be_as_much_rarer_as_they_are_many(rarity, crowd):
    _, findings = concluded(one_bucket([rarity] + [CALM] * (crowd - 1)))
    expected = rarity - math.log10(crowd)
    if expected > LEAST + 1e-9:
        (finding,) = findings
        assert (finding.bucket, finding.detector, finding.feature, finding.row) == (0, 0, 0, 0)
        assert finding.rarity == pytest.approx(expected)
        assert finding.score == pytest.approx(score_of(expected))
    elif expected < LEAST - 1e-9:
        assert findings == []


@given(st.lists(SIZES, min_size=1, max_size=6))
def test_what_has_no_score_is_no_record(rarities):
    _, findings = concluded(one_bucket(rarities))
    scores = [score_of(one - math.log10(len(rarities))) for one in rarities]
    assert [(one.row, one.score) for one in findings] == [
        (row, pytest.approx(score)) for row, score in enumerate(scores) if score > 0.0
    ]


@given(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, SERIES - 1)), SIZES))
def test_a_detector_reports_a_series_once_a_bucket_by_its_rarest_reading(rarities):
    """rarities: of (bucket, feature, series)."""
    features = []
    for feature in range(3):
        rows = sorted((b, s, rarity, rarity) for (b, f, s), rarity in rarities.items() if f == feature)
        features.append(told(rows))
    _, findings = concluded([features], 3)
    crowd = [max(1, sum(bucket == at for bucket, _, _ in rarities)) for at in range(3)]
    best = {}
    for (bucket, _, series), rarity in rarities.items():
        best[bucket, series] = max(best.get((bucket, series), 0.0), rarity)
    expected = sorted((bucket, rarity - math.log10(crowd[bucket])) for (bucket, _), rarity in best.items())
    found = sorted((one.bucket, one.rarity) for one in findings)
    assert [one for one in found if one[1] > LEAST + 1e-9] == [
        (bucket, pytest.approx(rarity)) for bucket, rarity in expected if rarity > LEAST + 1e-9
    ]
    for one in findings:
        judged_as = features[one.feature]
        assert judged_as.bucket[one.row] == one.bucket
        assert best[one.bucket, int(judged_as.series[one.row])] == judged_as.rarity[one.row]


def test_findings_come_by_bucket_then_detector():
    detectors = [[told([(0, 0, 9.0, 9.0), (1, 0, 9.0, 9.0)])], [told([(0, 0, 9.0, 9.0), (1, 1, 9.0, 9.0)])]]
    _, findings = concluded(detectors, 2)
    assert [(one.bucket, one.detector) for one in findings] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert {one.rarity for one in findings} == {9.0 - math.log10(2.0)}


@given(st.lists(st.tuples(SIZES, SIZES), min_size=2, max_size=8))
def test_a_bucket_is_at_least_as_rare_as_its_rarest_value(values):
    whole, findings = concluded([[told([(0, at, *one) for at, one in enumerate(values)])]])
    rarest = max(rarity for _, rarity in values)
    assert whole.rarity[0] >= rarest - math.log10(len(values)) - 1e-9
    assert all(whole.rarity[0] >= one.rarity - 1e-9 for one in findings)


@pytest.mark.parametrize("crowd", [20, 200])
def test_many_values_that_are_unusual_at_once_make_a_bucket_rarer_than_any_of_them(crowd):
    standings, at = experienced(crowd)
    alone = [[told([(at, series, 2.5 if series < crowd // 2 else CALM, 1.0) for series in range(crowd)])]]
    whole, findings = concluded(alone, first=at, standings=standings, teach=False)
    assert findings == []
    assert whole.rarity[0] > 5.0
    assert whole.score[0] > 50.0


@pytest.mark.parametrize("crowd", [20, 200])
def test_few_values_that_are_unusual_are_nothing_among_many(crowd):
    standings, at = experienced(crowd)
    surprises = np.random.default_rng(2).exponential(1.0 / math.log(10.0), (200, crowd))
    rows = [(at + row, series, surprises[row, series], 0.0) for row in range(200) for series in range(crowd)]
    whole, findings = concluded([[told(rows)]], 200, first=at, standings=standings)
    assert findings == []
    assert np.sum(whole.score > 25.0) <= 1


def test_where_a_model_does_not_tell_the_past_of_the_feature_takes_from_its_surprises():
    surprises = [9.0 if at % 50 == 0 else CALM for at in range(2000)]
    silent, telling = Standings(SPAN, [1], 0), Standings(SPAN, [1], 0)
    rows = [(at, 0, one) for at, one in enumerate(surprises)]
    _, findings = concluded([[judged(rows)]], 2000, standings=silent)
    _, others = concluded([[judged(rows, rarity=surprises)]], 2000, standings=telling)
    assert findings[0].rarity == others[0].rarity == others[-1].rarity == 9.0
    assert findings[-1].rarity < 3.0


def test_features_of_other_detectors_have_pasts_of_their_own():
    often = judged([(at, 0, 9.0 if at % 50 == 0 else CALM) for at in range(2000)])
    seldom = judged([(1950, 0, 9.0)])
    _, findings = concluded([[often], [seldom]], 2000)
    rarity = {one.detector: one.rarity for one in findings if one.bucket == 1950}
    assert rarity[1] == pytest.approx(9.0 - math.log10(2.0))
    assert rarity.get(0, 0.0) < 3.0


@given(st.lists(st.lists(st.tuples(SIZES, SIZES), max_size=3), min_size=1, max_size=25), st.integers(0, 25))
def test_where_the_buckets_are_cut_changes_no_bit(buckets, cut):
    cut = min(cut, len(buckets))

    def part(first, until, standings):
        rows = [(at, s, *one) for at in range(first, until) for s, one in enumerate(buckets[at])]
        whole, findings = concluded([[told(rows)]], until - first, first=first, standings=standings)
        where = {one[:2]: number for number, one in enumerate(rows)}
        shown = [(one.bucket, rows[one.row][1], one.rarity, one.score) for one in findings]
        assert len(where) == len(rows)
        return list(zip(whole.surprise, whole.rarity, whole.score, strict=True)), shown

    single, parted = Standings(SPAN, [1], 30), Standings(SPAN, [1], 30)
    whole, findings = part(0, len(buckets), single)
    first, second = part(0, cut, parted), part(cut, len(buckets), parted)
    assert (first[0] + second[0], first[1] + second[1]) == (whole, findings)


@given(st.lists(SIZES, min_size=1, max_size=40), st.lists(SIZES, min_size=1, max_size=20))
def test_restored_standings_go_on_as_if_never_stopped(before, after):
    def rows(values, first):
        return [[judged([(first + at, 0, one) for at, one in enumerate(values)])]]

    standings, restored = Standings(SPAN, [1], 30), Standings(SPAN, [1], 30)
    concluded(rows(before, 0), len(before), standings=standings)
    restored.restore(standings.state())
    answers = []
    for one in (restored, standings):
        whole, findings = concluded(rows(after, len(before)), len(after), first=len(before), standings=one)
        answers.append((whole.surprise.tolist(), whole.rarity.tolist(), whole.score.tolist(), findings))
    assert answers[0] == answers[1]


@given(st.lists(SIZES, min_size=1, max_size=10))
def test_without_teaching_nothing_is_kept(values):
    standings, fresh = Standings(SPAN, [1], 0), Standings(SPAN, [1], 0)
    rows = [[judged([(at, 0, one) for at, one in enumerate(values)])]]
    concluded(rows, len(values), standings=standings, teach=False)
    after = [concluded(rows, len(values), standings=one) for one in (standings, fresh)]
    assert after[0][1] == after[1][1]
    assert after[0][0].score.tolist() == after[1][0].score.tolist()


def test_a_stretch_without_values_has_nothing_unusual():
    whole, findings = concluded([[told([])]], 5)
    assert findings == []
    assert whole.score.tolist() == whole.rarity.tolist() == [0.0] * 5
