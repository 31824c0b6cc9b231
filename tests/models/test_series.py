"""What holds for a model of series, whatever it predicts: restoring, independence, order, sides, and no NaN ever."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.walks import alone, block, content, measure, model, nobody, walked
from unusual.kernels.walk import BOTH, HIGH, LOW

SERIES = 3
VALUES = st.floats(-1e6, 1e6) | st.integers(0, 20).map(float)
BUCKETS = st.lists(st.dictionaries(st.integers(0, SERIES - 1), VALUES, min_size=1), max_size=25)
SPANS = (60, 300, 3600, 86_400, 604_800)


def rows_of(buckets, first=0, order=sorted):
    return [
        (first + number, series, bucket[series], float(series))
        for number, bucket in enumerate(buckets)
        for series in order(bucket)
    ]


@given(BUCKETS, BUCKETS, st.sampled_from(SPANS))
def test_a_restored_model_goes_on_as_if_never_stopped(before, after, span):
    whole, parted = model(SERIES, span), model(SERIES, span)
    expected = walked(whole, rows_of(before) + rows_of(after, len(before)), span=span)
    walked(parted, rows_of(before), span=span)
    restored = model(0, span)
    restored.restore(parted.state())
    found = walked(restored, rows_of(after, len(before)), span=span)
    assert found == expected[len(rows_of(before)) :]
    assert content(restored) == content(whole)


@given(BUCKETS, st.randoms(use_true_random=False))
def test_the_order_of_series_inside_a_bucket_does_not_matter(buckets, chance):
    def shuffled(bucket):
        return chance.sample(sorted(bucket), len(bucket))

    one, other = model(SERIES), model(SERIES)
    rows = rows_of(buckets, order=shuffled)
    expected = dict(zip([row[:2] for row in rows_of(buckets)], walked(one, rows_of(buckets)), strict=True))
    assert dict(zip([row[:2] for row in rows], walked(other, rows), strict=True)) == expected
    assert content(one) == content(other)


@given(BUCKETS, st.integers(0, SERIES - 1))
def test_a_series_does_not_know_the_others(buckets, chosen):
    rows = rows_of(buckets)
    mine = [row for row in rows if row[1] == chosen]
    together = walked(model(SERIES), rows)
    assert [one for row, one in zip(rows, together, strict=True) if row[1] == chosen] == walked(model(SERIES), mine)


@given(BUCKETS, st.integers(0, 25))
def test_where_a_block_is_cut_changes_no_bit(buckets, cut):
    rows = rows_of(buckets)
    whole, parted = model(SERIES), model(SERIES)
    assert walked(parted, rows[:cut]) + walked(parted, rows[cut:]) == walked(whole, rows)
    assert content(parted) == content(whole)


@given(BUCKETS, BUCKETS)
def test_to_judge_without_teaching_changes_nothing(before, after):
    judge = model(SERIES)
    walked(judge, rows_of(before))
    kept = content(judge)
    walked(judge, rows_of(after, len(before)), teach=False)
    assert content(judge) == kept


@given(BUCKETS)
def test_a_model_that_grows_keeps_what_it_knows(buckets):
    known = model(SERIES)
    walked(known, rows_of(buckets))
    kept = content(known)
    known.grow(40)
    assert known.size == 40
    assert all(now.startswith(was) for now, was in zip(content(known), kept, strict=True))


def extreme():
    """Inputs that numbers break on, by name."""
    chance = random.Random(1)
    noise = [chance.gauss(0, 1) for _ in range(200)]
    return {
        "constant": [5.0] * 200,
        "zero": [0.0] * 200,
        "huge": [1e300] * 200,
        "huge and not": [1e300 if i % 7 == 0 else 1.0 for i in range(200)],
        "tiny": [1e-300 * (i % 5) for i in range(200)],
        "smallest": [5e-324] * 200,
        "alternating": [(-1.0) ** i for i in range(200)],
        "alternating and huge": [(-1.0) ** i * 1e300 for i in range(200)],
        "noise with one huge value": [*noise[:100], 1e300, *noise[100:]],
        "zero then one": [0.0] * 199 + [1.0],
        "growing without end": [1.1**i for i in range(200)],
    }


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("kind", extreme())
def test_no_input_makes_a_number_that_is_none(kind, span):
    judge = model(1, span)
    for side in (BOTH, HIGH, LOW):
        found = walked(judge, alone(extreme()[kind]), span=span, side=side)
        assert all(surprise >= 0.0 and math.isfinite(surprise) for surprise, _ in found)
        assert all(math.isfinite(typical) for _, typical in found)


@settings(max_examples=50)
@given(st.lists(st.floats(-1e300, 1e300) | st.floats(-1, 1), max_size=60))
def test_no_finite_values_make_a_surprise_that_is_no_number(values):
    assert all(surprise >= 0.0 and math.isfinite(surprise) for surprise, _ in walked(model(1), alone(values)))


def test_the_first_two_values_of_a_series_surprise_nobody():
    assert [surprise for surprise, _ in walked(model(1), alone([3.0, 9e9]))] == [0.0, 0.0]


def trained(seed, noise, size=300):
    chance = np.random.default_rng(seed)
    judge = model(1)
    walked(judge, alone(noise(chance, size)))
    return judge


NOISES = {
    "normal": lambda chance, size: chance.normal(100, 5, size),
    "poisson": lambda chance, size: chance.poisson(20, size),
    "heavy tails": lambda chance, size: chance.standard_t(2, size),
    "log-normal": lambda chance, size: chance.lognormal(3, 1, size),
    "daily": lambda chance, size: 50 + 30 * np.sin(np.arange(size) * math.pi / 12) + chance.normal(0, 2, size),
    "random walk": lambda chance, size: np.cumsum(chance.normal(0, 1, size)),
    "mostly zero": lambda chance, size: chance.poisson(0.05, size),
}


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("seed", range(3))
def test_the_further_out_a_value_is_the_more_it_surprises(noise, seed):
    judge = trained(seed, NOISES[noise])
    _, typical = walked(judge, [(300, 0, 0.0, 1.0)], teach=False, side=HIGH)[0]
    far = [typical + step for step in np.geomspace(0.01, 1e6, 60)]
    surprises = [walked(judge, [(300, 0, value, 1.0)], teach=False, side=HIGH)[0][0] for value in far]
    assert surprises == sorted(surprises)
    assert surprises[-1] > 3.0


@pytest.mark.parametrize("noise", NOISES)
def test_one_sided_readings_see_one_side_only(noise):
    judge = trained(7, NOISES[noise])
    _, typical = walked(judge, [(300, 0, 0.0, 1.0)], teach=False)[0]
    high, low = [(300, 0, typical + 1e9, 1.0)], [(300, 0, typical - 1e9, 1.0)]
    for rows, seen, unseen in ((high, HIGH, LOW), (low, LOW, HIGH)):
        assert walked(judge, rows, teach=False, side=seen)[0][0] > 5.0
        assert walked(judge, rows, teach=False, side=unseen)[0][0] < 0.1
    assert min(walked(judge, rows, teach=False)[0][0] for rows in (high, low)) > 5.0


def test_a_daily_rhythm_is_learnt():
    chance = np.random.default_rng(3)
    found = walked(model(1), alone(NOISES["daily"](chance, 24 * 21)))
    errors = [abs(typical - 50 - 30 * math.sin(i * math.pi / 12)) for i, (_, typical) in enumerate(found)]
    assert np.mean(errors[-48:]) < 4.0


@pytest.mark.parametrize("side", [BOTH, HIGH, LOW])
def test_bounds_are_the_values_that_would_have_been_as_surprising_as_one_of_twenty(side):
    chance = np.random.default_rng(4)
    series = model(1)
    values = [float(value) for value in chance.standard_t(4, size=600)]
    walked(series, alone(values), side=side)
    asked = measure(side=side)._replace(bounded=np.ones(1, np.bool_))
    one = block([(600, 0, 0.0, 1.0)])
    verdict, _ = series.walk(asked, one, nobody(1), teach=False)
    low, high = float(verdict.low[0]), float(verdict.high[0])
    surprise = {HIGH: [high], LOW: [low], BOTH: [low, high]}[side]
    expected = -math.log10(0.05 if side == BOTH else 0.025)
    for value in surprise:
        assert walked(series, [(600, 0, value, 1.0)], teach=False, side=side)[0][0] == pytest.approx(expected, abs=0.01)
    assert low < 0.0 < high


def test_only_what_is_asked_for_and_what_surprises_has_bounds():
    series = model(2)
    rows = [(bucket, at, float(bucket % 2), 1.0) for bucket in range(200) for at in range(2)] + [(200, 0, 99.0, 1.0)]
    asked = measure()._replace(bounded=np.array([False, True]))
    verdict, _ = series.walk(asked, block(rows), nobody(len(rows)), teach=True)
    bounded = ~np.isnan(verdict.low)
    assert np.array_equal(bounded, ~np.isnan(verdict.high))
    assert not bounded[0:400:2].any()
    assert bounded[5:400:2].all()
    assert bounded[400]
