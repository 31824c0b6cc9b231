"""When something usually happens, against densities added up moment by moment; order, restoring, honest alarms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.models.samples import DAY, alone, content, samples, walked
from unusual.kernels import circular
from unusual.models.circular import BINS, CircularModel, smoothing

SPAN = 900
HOUR = 3600
ENTRIES = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.integers(0, 20), min_size=1, max_size=4)), min_size=1, max_size=20
)


def model(rows=1, period=DAY, span=SPAN):
    made = CircularModel(period, span)
    made.grow(rows)
    return made


def spread(entries, first=0):
    """Entries of (row, minutes), a bucket each."""
    return [
        (first + n, row, [(first + n) * SPAN + 40 * m for m in minutes]) for n, (row, minutes) in enumerate(entries)
    ]


def daily(days, hour, spread, seed=1):
    return np.arange(days) * DAY + hour * HOUR + np.random.default_rng(seed).normal(size=days) * spread


def density(times, place, width):
    """Smoothed by hand: wrapped Student t of six degrees, each moment in the middle of its eighth of a bin."""
    bins = BINS[DAY]
    total = 0.0
    for time in times:
        at = np.floor(time % DAY * bins / DAY * circular.PHASES) / circular.PHASES + 0.5 / circular.PHASES
        ring = np.abs(np.arange(bins) - at)
        line = stats.t.pdf(np.minimum(ring, bins - ring) / 3.0**width, 6)
        line /= line.sum()
        low = int(place)
        total += np.interp(place - low, [0, 1], [line[low], line[(low + 1) % bins]])
    return total / len(times)


@given(st.lists(st.integers(0, DAY - 1), min_size=1, max_size=6, unique=True), st.integers(0, DAY - 1))
def test_the_densities_are_sums_over_the_moments(times, asked):
    times = list({time // 600: time for time in times}.values())
    known = model()
    walked(known, [(0, 0, times)])
    found, place = np.zeros(circular.WIDTHS + 1), asked * BINS[DAY] / DAY
    circular.densities_at(known._circles, 0, place, found)
    expected = [density(times, place, width) for width in range(circular.WIDTHS)]
    assert found[:-1] == pytest.approx(expected, rel=1e-4)
    assert found[-1] == 1 / BINS[DAY]


@pytest.mark.parametrize("bins", BINS.values())
def test_a_moment_is_shared_out_whole(bins):
    assert smoothing(bins).sum(axis=2) == pytest.approx(1.0)


def test_a_moment_is_as_unusual_as_the_region_that_is_no_denser():
    known = model()
    walked(known, alone(daily(30, 9, 1200), SPAN))
    bins = BINS[DAY]
    weight = known._circles.weights[0]
    found = np.zeros((bins, circular.WIDTHS + 1))
    for place in range(bins):
        circular.densities_at(known._circles, 0, float(place), found[place])
    mean = found @ weight
    assert mean.sum() == pytest.approx(1.0, rel=1e-3)
    for place in (0, 30, 50, 54, 60):
        expected = mean[mean <= mean[place] * (1 + 1e-6)].sum()
        assert circular.region(known._circles, 0, mean[place]) == pytest.approx(expected)


@given(ENTRIES, ENTRIES)
def test_a_restored_model_goes_on_as_if_never_stopped(before, after):
    whole, parted, restored = model(3), model(3), model(0)
    expected = walked(whole, spread(before) + spread(after, len(before)))
    found = walked(parted, spread(before))
    restored.restore(parted.state())
    assert found + walked(restored, spread(after, len(before))) == expected
    assert content(restored) == content(whole)


@given(ENTRIES, ENTRIES)
def test_to_judge_without_teaching_changes_nothing(before, after):
    judge = model(3)
    walked(judge, spread(before))
    kept = content(judge)
    walked(judge, spread(after, len(before)), teach=False)
    assert content(judge) == kept


@given(ENTRIES)
def test_the_rows_know_nothing_of_each_other(entries):
    shared, whole = model(3), spread(entries)
    together = walked(shared, whole)
    for row in range(3):
        mine = [entry for entry in whole if entry[1] == row]
        assert walked(model(3), mine) == [
            answer for answer, entry in zip(together, whole, strict=True) if entry[1] == row
        ]


def test_several_entries_of_a_bucket_may_share_a_row_and_none_sees_the_others():
    known = model()
    walked(known, alone(daily(20, 9, 600), SPAN))
    late = 20 * DAY + 3 * HOUR
    both = walked(known, [(late // SPAN, 0, [late]), (late // SPAN, 0, [late])])
    assert both[0][0] == both[1][0] > 4.0


def test_what_is_kept_moves_up_and_what_is_new_starts_fresh():
    known, other = model(3), model(1)
    entries = alone(daily(20, 9, 600), SPAN)
    walked(known, entries._replace(row=entries.row + 2))
    walked(other, entries)
    known.keep(np.array([2]))
    assert content(known) == content(other)
    known.grow(2)
    assert walked(known, [(9, 1, [9 * SPAN])], teach=False)[0][0] == 0.0


@pytest.mark.parametrize("hour", [0, 9, 23.9])
def test_an_unheard_of_hour_is_found_after_two_weeks_wherever_on_the_clock(hour):
    known = model()
    walked(known, alone(daily(15, hour, 1200), SPAN))
    odd = 16 * DAY + int((hour + 10) % 24 * HOUR)
    ((surprise, least, typical),) = walked(known, [(odd // SPAN, 0, [odd])])
    assert surprise > 4.5
    assert least == odd
    assert abs((typical / HOUR - hour + 12) % 24 - 12) < 0.5


def test_a_weekday_that_never_was_is_found_by_the_week_but_not_by_the_day():
    times = np.concatenate([daily(28, 9 + part / 4, 300, part) for part in range(32)])
    times = times[(times // DAY + 3) % 7 < 5]
    odd = 30 * DAY + 9 * HOUR  # a Saturday
    for period, least, most in ((7 * DAY, 5.0, 99.0), (DAY, 0.0, 1.5)):
        known = model(period=period)
        walked(known, alone(times[times < 29 * DAY], SPAN))
        ((surprise, _, _),) = walked(known, [(odd // SPAN, 0, [odd])])
        assert least <= surprise <= most


def test_the_least_usual_of_several_moments_speaks_for_its_entry():
    known = model(span=DAY)
    walked(known, alone(np.concatenate([daily(20, 9, 600), daily(20, 15, 600, 2)]), DAY))
    day = 20 * DAY
    ((surprise, least, typical),) = walked(known, [(20, 0, [day + 9 * HOUR, day + 3 * HOUR, day + 15 * HOUR])])
    assert surprise > 4.0
    assert least == day + 3 * HOUR
    assert typical == pytest.approx(9 * HOUR, abs=600)


def test_a_clock_that_was_set_ahead_expects_everything_so_much_earlier():
    known = model(2)
    walked(known, alone(daily(20, 9, 600), SPAN))
    known.shift(HOUR, np.array([True, True]))
    usual, odd = 20 * DAY + 8 * HOUR, 20 * DAY + 10 * HOUR
    ((now, _, typical),) = walked(known, [(usual // SPAN, 0, [usual])], teach=False)
    ((then, _, _),) = walked(known, [(odd // SPAN, 0, [odd])], teach=False)
    assert now < 1.0
    assert then > 2.0
    assert typical == pytest.approx(8 * HOUR, abs=600)
    assert known._circles.rows["shift"][:2].tolist() == [HOUR, 0]


def test_the_past_fades_by_half_in_sixty_days():
    known = model()
    walked(known, [(0, 0, [9 * HOUR])])
    walked(known, [(circular.HALF_LIFE // SPAN, 0, [circular.HALF_LIFE + 15 * HOUR])])
    row = known._circles.rows[0]
    assert row["n"] == pytest.approx(1.5)
    assert known._circles.density[0].sum(axis=1) / row["gain"] == pytest.approx(1.5, rel=1e-6)


def test_a_very_long_past_neither_overflows_nor_loses_the_density():
    known = model()
    walked(known, alone(daily(4000, 9, 600), SPAN))
    row = known._circles.rows[0]
    assert row["gain"] <= 2 * circular.HEAVIEST
    assert known._circles.density[0].sum(axis=1) / row["gain"] == pytest.approx(row["n"], rel=1e-3)


NOISES = {
    "any time": lambda chance, days: chance.random(days * 60) * days * DAY,
    "once a day at any time": lambda chance, days: chance.random(days) * days * DAY,
    "office hours": lambda chance, days: (
        np.arange(days)[:, None] * DAY + (9 + 8 * chance.random((days, 40))) * HOUR
    ).ravel(),
    "around noon": lambda chance, days: (
        (np.arange(days)[:, None] + 0.5 + chance.normal(size=(days, 30)) / 8).ravel() * DAY
    ),
    "two shifts": lambda chance, days: (
        np.arange(days)[:, None] * DAY
        + np.where(chance.random((days, 20)) < 0.3, 22, 8) * HOUR
        + chance.normal(size=(days, 20)) * 1800
    ).ravel(),
}


@pytest.mark.parametrize("period", BINS)
@pytest.mark.parametrize("noise", NOISES)
def test_alarms_on_noise_are_as_rare_as_they_claim(noise, period):
    times = NOISES[noise](np.random.default_rng(3), 400)
    surprise = np.array([one[0] for one in walked(model(period=period), alone(times[times >= 0], SPAN))])
    assert np.mean(surprise > 2) < 1.5e-2
    assert np.mean(surprise > 3) < 3e-3
    assert np.mean(surprise > 5) < 2e-4


def test_no_entry_is_no_trouble():
    assert walked(model(), samples([])) == []
