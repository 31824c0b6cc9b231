"""Lasting changes found by cumulated evidence: Page's test said plainly, against SciPy's t, and how often it errs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unusual.kernels import changes
from unusual.kernels.changes import CHANGES, DOWN, EARLIER, ENOUGH, LATER, NARROWER, TEST, UP, WIDER

LEVELS, SPREADS = (UP, DOWN), (WIDER, NARROWER)
ERRORS = st.floats(-30.0, 30.0)
LONG = 20_000


def fresh():
    rows = np.zeros(1, CHANGES)
    rows["spread"] = 1.0
    return rows[0]


def density(error, *, at=0.0, scale=1.0):
    return stats.t.logpdf(error, changes.FREEDOM, at, scale)


ALTERNATIVES = {
    UP: {"at": changes.SHIFT},
    DOWN: {"at": -changes.SHIFT},
    WIDER: {"scale": changes.FACTOR},
    NARROWER: {"scale": 1.0 / changes.FACTOR},
}


def page(gains, enough):
    """The value with which the test calls a change, and how many there were since the evidence was nothing; or None.

    The evidence after a value is the largest sum of gains that ends with it.
    """
    for end in range(1, len(gains) + 1):
        sums = np.cumsum(gains[:end][::-1])
        since = int(np.argmax(sums)) + 1
        if sums.max() >= enough and since >= changes.FEWEST:
            return end - 1, since
    return None


def called(errors, kernel):
    """(place, answer) of the first error at which a fresh row calls a change; None without."""
    row = fresh()
    for at, error in enumerate(errors):
        answer = kernel(row, error)
        if answer:
            return at, answer
    return None


def noise(seed, size=LONG):
    return np.random.default_rng(seed).standard_t(changes.FREEDOM, size).tolist()


@given(st.sampled_from([*LEVELS, *SPREADS]), ERRORS)
def test_evidence_is_the_log_likelihood_ratio_of_t(test, error):
    expected = density(error, **ALTERNATIVES[test]) - density(error)
    assert changes.gained(test, error) == pytest.approx(expected, abs=1e-9)


@given(st.sampled_from([*LEVELS, *SPREADS]), ERRORS)
def test_an_error_begins_a_test_if_and_only_if_it_is_evidence(test, error):
    gained = changes.gained(test, error)
    if abs(gained) > 1e-9:
        assert changes.begins(test, error) == (gained > 0.0)


def test_the_mean_size_of_an_error_is_that_of_the_distribution():
    assert pytest.approx(stats.t(changes.FREEDOM).expect(abs), abs=1e-3) == changes.MEAN_SIZE


@given(st.lists(st.floats(-6.0, 6.0) | st.floats(1.0, 5.0), max_size=60), st.sampled_from([*LEVELS, *SPREADS]))
def test_a_change_is_called_where_pages_test_calls_it(errors, test):
    row, gains = fresh(), [changes.gained(test, error) for error in errors]
    found = next((at for at, e in enumerate(errors) if changes.decides(row["tests"][test], test, e, abs(e))), None)
    expected = page(gains, ENOUGH[test])
    assert found == (None if expected is None else expected[0])


@given(st.lists(st.floats(1.6, 6.0), min_size=20, max_size=30), st.sampled_from([-1.0, 1.0]))
def test_the_new_level_is_the_mean_of_the_errors_that_speak_for_it(errors, sign):
    gains = [changes.gained(UP, error) for error in errors]
    expected = page(gains, ENOUGH[UP])
    if expected is not None:
        at, since = expected
        mean = np.mean(errors[at + 1 - since : at + 1])
        assert called([sign * error for error in errors], changes.shifted) == (at, pytest.approx(sign * mean))


@given(st.lists(st.floats(-5.0, 5.0), max_size=60))
def test_up_and_down_are_alike(errors):
    up, down = called(errors, changes.shifted), called([-error for error in errors], changes.shifted)
    assert down == (None if up is None else (up[0], pytest.approx(-up[1])))


@pytest.mark.parametrize("seed", range(3))
def test_noise_has_no_changes(seed):
    errors = noise(seed)
    assert called(errors, changes.shifted) is None
    assert called(errors, changes.respread) is None


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_shift_of_three_deviations_is_called_within_ten_values_and_measured(seed, sign):
    errors = [*noise(seed, 300), *(sign * changes.SHIFT + np.array(noise(1000 + seed, 100)))]
    at, by = called(errors, changes.shifted)
    assert 303 <= at < 310
    assert sign * by == pytest.approx(changes.SHIFT, abs=2.5)


@pytest.mark.parametrize("factor", [1.0 / 3.0, 3.0])
@pytest.mark.parametrize("seed", range(10))
def test_a_spread_three_times_as_wide_or_narrow_is_called(seed, factor):
    errors = [*noise(seed, 300), *(factor * np.array(noise(1000 + seed, 150)))]
    at, _ = called(errors, changes.respread)
    assert 300 <= at < 400


@pytest.mark.parametrize("seed", range(5))
def test_a_spread_that_stays_as_wide_as_it_has_become_is_called_once(seed):
    row = fresh()
    for error in noise(seed, 300):
        assert not changes.respread(row, error)
    settling = 1.0 + 2.0 * 0.5 ** (np.arange(2000) * changes.SETTLING / math.log(2.0))  # what the predictors have not
    wider = settling * np.array(noise(1000 + seed, 2000))
    assert sum(changes.respread(row, error) for error in wider.tolist()) == 1


@given(st.lists(st.floats(100.0, 1e100), min_size=1, max_size=int(changes.FEWEST) - 1), st.sampled_from([-1, 1]))
def test_a_few_outliers_change_nothing_however_far_out_they_are(outliers, sign):
    for kernel in (changes.shifted, changes.respread):
        assert called([*noise(1, 50), *(sign * one for one in outliers), *noise(2, 200)], kernel) is None


@pytest.mark.parametrize("seed", range(5))
def test_one_outlier_in_twenty_values_is_no_change_of_level(seed):
    chance = np.random.default_rng(seed)
    outliers = (chance.random(5000) < 0.05) * chance.exponential(20.0, 5000) * chance.choice([-1.0, 1.0], 5000)
    assert called((np.array(noise(seed, 5000)) + outliers).tolist(), changes.shifted) is None


def most(hours):
    """Evidence for another clock that a value of so many hours can give [nats]."""
    return changes.HOURLY * hours


@given(st.lists(st.tuples(ERRORS, ERRORS, ERRORS), max_size=80), st.sampled_from([1.0 / 12.0, 0.25, 1.0]))
def test_the_clock_is_moved_where_pages_test_says_so(rows, span):
    row, found, limit = fresh(), None, most(span)
    for at, (error, earlier, later) in enumerate(rows):
        hours = changes.reclocked(row, error, earlier, later, span)
        if hours:
            found = at, hours
            break
    first = {}
    for hours, moved, test in ((1, 1, EARLIER), (-1, 2, LATER)):
        gains = [max(-limit, min(limit, density(one[moved]) - density(one[0]))) for one in rows]
        expected = page(gains, ENOUGH[test])
        if expected is not None:
            first.setdefault(expected[0], hours)
    assert found == (min(first.items()) if first else None)


@pytest.mark.parametrize("hours", [1.0 / 60.0, 0.25, 1.0])
def test_one_late_job_is_no_change_of_clocks(hours):
    row, values = fresh(), 1
    while not changes.reclocked(row, 1e6, 0.0, 1e6, hours):
        values += 1
    assert values * hours > 3.0
    assert values >= ENOUGH[EARLIER] / most(hours) - 1e-6


@given(st.lists(st.floats(-1e150, 1e150) | st.sampled_from([0.0, 5e-324, 1e150, -1e150]), max_size=80))
def test_no_error_makes_a_number_that_is_none(errors):
    row = fresh()
    for error in errors:
        assert math.isfinite(changes.shifted(row, error))
        changes.respread(row, error)
        changes.reclocked(row, error, 0.5 * error, -error, 1.0)
    for name in TEST.names:
        assert np.all(np.isfinite(row["tests"][name]))
    assert np.all(row["tests"]["evidence"] >= 0.0)
    assert math.isfinite(row["spread"])
    assert row["spread"] > 0.0
