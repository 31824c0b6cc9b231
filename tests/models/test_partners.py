"""Series beside those they move with: against a plain twin, and laws of memory, search and forgetting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.partners import Twin, deviation
from unusual.kernels.pairs import Seen
from unusual.kernels.partners import Manner
from unusual.models.partners import BYTES_EACH, PartnersModel, normal

SPAN = 300


def stream(chance, groups, buckets, gaps=0.1):
    """Values of series that share a driver per group, some absent, some unusual, some not to be learnt."""
    groups = np.array(groups)
    driver = chance.normal(size=(buckets, groups.max() + 1))
    loading = chance.choice([-0.9, 0.7, 0.9, 0.97], groups.size)
    own = chance.normal(size=(buckets, groups.size)) * np.sqrt(1 - loading**2)
    value = driver[:, groups] * loading + own
    value[chance.random(buckets) < 0.05] *= 4.0
    bucket, series = np.nonzero(chance.random(value.shape) >= gaps)
    value = value[bucket, series]
    telling = np.where(np.abs(value) > 3.0, np.abs(value), 0.0)
    return Seen(bucket, series, value, telling, chance.random(series.size) >= 0.1)


def part(seen, chosen):
    return Seen(*(array[chosen] for array in seen))


def model_of(groups):
    model = PartnersModel()
    model.grow(np.array(groups))
    return model


@pytest.mark.parametrize("side", [0, 1, -1])
@pytest.mark.parametrize("groups", [[0] * 5, [0, 1, 0, 1, 1, 0, 2], [0, 0], [0] * 12])
def test_every_value_is_judged_as_the_plain_twin_says(groups, side):
    seen = stream(np.random.default_rng(10 * len(groups) + side), groups, 200)
    answer = model_of(groups).walk(seen, Manner(side, SPAN), teach=True)
    twin, told = Twin(groups, side), []
    for bucket in range(200):
        rows = np.flatnonzero(seen.bucket == bucket)
        values = {int(seen.series[row]): float(seen.deviation[row]) for row in rows}
        telling = {int(seen.series[row]): float(seen.telling[row]) for row in rows}
        found = twin.bucket(values, telling, {int(seen.series[row]) for row in rows if seen.learnt[row]})
        told += [found[s] for s in values]
    surprise, partner, explained = zip(*told, strict=True)
    np.testing.assert_allclose(answer.surprise, surprise, rtol=1e-3, atol=1e-3)
    assert answer.explained.tolist() == list(explained)
    assert np.mean(answer.partner == partner) > 0.995  # correlations are kept in single precision
    if len(groups) > 2:
        assert answer.explained.any()
        assert (answer.partner >= 0).mean() > 0.1


@given(st.floats(1e-6, 40), st.booleans(), st.sampled_from([0, 1, -1]))
def test_a_deviation_is_as_surprising_as_its_value(surprise, above, side):
    found = float(normal(np.array([surprise]), np.array([above]), side)[0])
    one_sided, way = (surprise + np.log10(2.0), 1 if above else -1) if side == 0 else (surprise, side)
    assert found == pytest.approx(deviation(one_sided) * way, abs=2e-4, rel=3e-4)


@settings(max_examples=10)
@given(st.integers(0, 100), st.integers(1, 119))
def test_a_restored_model_goes_on_as_if_never_stopped(seed, at):
    groups = [0, 1, 0, 0, 1] * 6
    seen = stream(np.random.default_rng(seed), groups, 120)
    lived, early = model_of(groups), seen.bucket < at
    lived.walk(part(seen, early), Manner(0, SPAN), teach=True)
    restored = PartnersModel()
    restored.restore(lived.state())
    told = [model.walk(part(seen, ~early), Manner(0, SPAN), teach=True) for model in (lived, restored)]
    for one, other in zip(*told, strict=True):
        np.testing.assert_array_equal(one, other)
    for name, array in lived.state().items():
        assert array.tobytes() == restored.state()[name].tobytes()


def test_what_is_not_taught_leaves_the_model_alone():
    groups = [0] * 6
    model = model_of(groups)
    model.walk(stream(np.random.default_rng(1), groups, 100), Manner(0, SPAN), teach=True)
    before = {name: array.tobytes() for name, array in model.state().items()}
    model.walk(stream(np.random.default_rng(2), groups, 100), Manner(0, SPAN), teach=False)
    assert before == {name: array.tobytes() for name, array in model.state().items()}


def test_what_stays_goes_on_without_what_was_forgotten():
    groups = [0] * 6
    seen = stream(np.random.default_rng(3), groups, 300, gaps=0.0)
    early, late = part(seen, seen.bucket < 200), part(seen, (seen.bucket >= 200) & (seen.series > 1))
    whole, fewer = model_of(groups), model_of(groups)
    for model in (whole, fewer):
        model.walk(early, Manner(0, SPAN), teach=True)
    fewer.keep(np.arange(2, 6), np.zeros(4, np.int64))
    expected = whole.walk(late, Manner(0, SPAN), teach=True)
    found = fewer.walk(late._replace(series=late.series - 2), Manner(0, SPAN), teach=True)
    np.testing.assert_array_equal(found.surprise, expected.surprise)
    assert found.partner.tolist() == np.maximum(expected.partner - 2, -1).tolist()


def test_partners_are_found_in_a_group_far_larger_than_what_a_series_keeps():
    chance = np.random.default_rng(4)
    families, each, buckets = 60, 5, 1_000
    size = families * each
    driver = np.repeat(chance.normal(size=(buckets, families)), each, axis=1)
    value = 0.95 * driver + np.sqrt(1 - 0.95**2) * chance.normal(size=(buckets, size))
    order = chance.permutation(size)
    bucket, series = np.indices(value.shape).reshape(2, -1)
    nothing = np.zeros(series.size)
    seen = Seen(bucket, order[series], value.ravel(), nothing, np.ones(series.size, np.bool_))
    answer = model_of([0] * size).walk(seen, Manner(0, SPAN), teach=True)
    last = slice(-size, None)
    assert np.mean(answer.partner[last] >= 0) > 0.95
    family = np.empty(size, np.int64)
    family[order] = np.arange(size) // each
    known = answer.partner[last] >= 0
    assert np.array_equal(family[answer.partner[last][known]], family[seen.series[last][known]])


def test_a_series_takes_as_much_memory_in_a_large_group_as_in_a_small_one():
    model = model_of([0] * 4096)
    assert sum(array.nbytes for array in model.state().values()) <= 4096 * BYTES_EACH
