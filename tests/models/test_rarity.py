"""How rare values are, against a plain count over all buckets so far; groups, order, restoring, honest alarms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels import rarity
from unusual.kernels.rarity import Meetings
from unusual.models.rarity import RarityModel

VALUES = 8
GROUPS = np.arange(VALUES) % 2
BUCKETS = st.lists(st.lists(st.integers(0, VALUES - 1), unique=True, max_size=VALUES), max_size=14)


def model(groups=GROUPS):
    made = RarityModel()
    made.grow(np.asarray(groups, np.int64))
    return made


def met(buckets, first=0):
    bucket = np.repeat(np.arange(first, first + len(buckets)), [len(values) for values in buckets])
    value = np.array([one for values in buckets for one in values], np.int64)
    return Meetings(bucket, value, np.ones(value.size, np.bool_))


def judged(over, buckets, first=0, *, teach=True):
    """[(surprise, share, told)] of every meeting."""
    answer = over.meet(met(buckets, first), teach=teach)
    return list(zip(*(column.tolist() for column in answer), strict=True))


def plain(buckets, groups):
    """(surprise, share) of every meeting, from counts over the buckets before."""
    answer = []
    for number, values in enumerate(buckets):
        past = buckets[:number]
        for value in values:
            mates = [one for one in range(len(groups)) if groups[one] == groups[value]]
            counts = {one: sum(one in bucket for bucket in past) for one in mates}
            n = sum(any(one in mates for one in bucket) for bucket in past)
            seldom = sum(count for count in counts.values() if count <= counts[value] + 1)
            expected = (seldom + 1) / (n + 1)
            answer.append((-math.log10(1 - math.exp(-expected)), counts[value] / n if n else 0.0))
    return answer


def content(of):
    state = of.state()
    return [state["values"].tobytes(), *(column.tobytes() for column in state["groups"].values())]


@given(BUCKETS)
def test_a_value_is_as_rare_as_the_meetings_of_values_met_as_seldom(buckets):
    found = judged(model(), buckets)
    assert [one[:2] for one in found] == [pytest.approx(pair) for pair in plain(buckets, GROUPS)]


@given(BUCKETS)
def test_the_rarest_of_each_group_in_a_bucket_counts_as_judged_and_so_does_all_that_surprises(buckets):
    flags = iter(judged(model(), buckets))
    for values in buckets:
        told = {value: next(flags) for value in values}
        assert all(flag for surprise, _, flag in told.values() if surprise >= rarity.TOLD)
        for group in {GROUPS[value] for value in values}:
            mates = [told[value] for value in values if GROUPS[value] == group]
            assert max(mates)[0] == max(one[0] for one in mates if one[2])


@given(BUCKETS, st.randoms(use_true_random=False))
def test_the_order_of_values_inside_a_bucket_does_not_matter(buckets, chance):
    one, other = model(), model()
    judged(one, buckets)
    judged(other, [chance.sample(values, len(values)) for values in buckets])
    assert content(one) == content(other)


@given(BUCKETS, BUCKETS)
def test_a_restored_model_goes_on_as_if_never_stopped(before, after):
    whole, parted, restored = model(), model(), model([])
    expected = judged(whole, before + after)
    found = judged(parted, before)
    restored.restore(parted.state())
    assert found + judged(restored, after, len(before)) == expected
    assert content(restored) == content(whole)


@given(BUCKETS, BUCKETS)
def test_to_judge_without_teaching_changes_nothing(before, after):
    judge = model()
    judged(judge, before)
    kept = content(judge)
    judged(judge, after, len(before), teach=False)
    assert content(judge) == kept


def test_nothing_is_rare_within_the_first_twenty_buckets():
    for seed in range(20):
        chance = np.random.default_rng(seed)
        buckets = [np.unique(np.minimum(chance.zipf(1.5, 5) - 1, 299)).tolist() for _ in range(19)]
        assert max(one[0] for one in judged(model([0] * 300), buckets)) < 1.3


def test_a_value_never_met_before_surprises_by_how_seldom_new_ones_appear():
    steady = [[0, 1, 2]] * 1000
    restless = [[0, 3 + number] for number in range(1000)]
    ((calm, share, _),) = judged(after(steady, 1004), [[1003]], 1000, teach=False)
    ((usual, _, _),) = judged(after(restless, 1004), [[1003]], 1000, teach=False)
    assert calm == pytest.approx(3.0, abs=0.01)
    assert share == 0.0
    assert usual < 0.3


def after(buckets, values):
    judge = model([0] * values)
    judged(judge, buckets)
    return judge


def test_a_value_met_less_often_surprises_more():
    judge = after([[0, *([1] if n % 10 == 0 else []), *([2] if n % 100 == 0 else [])] for n in range(1000)], 4)
    surprises = [one[0] for one in judged(judge, [[0, 1, 2, 3]], 1000, teach=False)]
    assert surprises == sorted(surprises)
    assert surprises[1] == pytest.approx(1.0, abs=0.1)
    assert surprises[2] == pytest.approx(2.0, abs=0.1)


def test_the_past_fades_by_halves():
    judge = model([0, 0, 0])
    judged(judge, [[0]] * 10 + [[0, 1]] * 4)
    judge._known.groups["n"][0] = rarity.MEMORY - 1
    judged(judge, [[0]], 14)
    assert judge._known.groups["n"][0] == rarity.MEMORY / 2
    assert judge._known.values["count"][:3].tolist() == [7.5, 2.0, 0.0]
    assert judge._known.groups["mass"][0].sum() == 9.5


@pytest.mark.parametrize("slope", [1.2, 1.5, 2.0])
def test_alarms_on_categories_of_zipf_like_sizes_are_as_rare_as_they_claim(slope):
    seen, alarms = 0, np.zeros(2)
    for seed in range(6):
        chance = np.random.default_rng(seed)
        buckets = [np.unique(np.minimum(chance.zipf(slope, 20) - 1, 4999)).tolist() for _ in range(3000)]
        answer = model([0] * 5000).meet(met(buckets), teach=True)
        worst = np.zeros(3000)
        np.maximum.at(worst, met(buckets).bucket, answer.surprise)
        seen += 2000
        alarms += [np.count_nonzero(worst[1000:] > limit) for limit in (2.0, 3.0)]
    assert alarms[0] <= 1.5 * 1e-2 * seen
    assert alarms[1] <= 3.0 * 1e-3 * seen
