"""How new a value is to its own series: a slow twin that keeps everything, and laws of the four channels."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.oracles.novelty import Twin
from unusual.kernels import novelty
from unusual.kernels.novelty import CHANNELS, DEPARTURE, FREQUENCY, NO_HOUR, NOVELTY, RANGE, SUSTAINED, Sight
from unusual.kernels.novelty_scale import KNOTS, STEEPNESS, WORTH

WINDOW = 2880.0
QUIET = 0.3
SURPRISES = st.floats(0.0, 60.0) | st.floats(0.0, 2.0)
ERRORS = st.floats(-12.0, 12.0)
VALUES = st.floats(-1e3, 1e3)
SIDES = st.sampled_from([-1, 0, 1])


def fresh():
    row = np.zeros(1, NOVELTY)
    row["hour"] = NO_HOUR
    return row[0]


def sight(surprise=QUIET, *, value=0.0, expected=0.0, error=0.0, hour=NO_HOUR, side=0):
    return Sight(float(value), float(expected), float(surprise), float(error), int(hour), int(side), WINDOW)


def seen(row, one):
    """(rarity, strengths) of a sight."""
    strengths = np.zeros(CHANNELS)
    lasting = novelty.sustained(row, one)
    return novelty.rarity(row, one, lasting, strengths), strengths.tolist()


def shown(sights, row=None):
    """A series that has learnt the sights, and [(rarity, strengths)] of each before it was learnt."""
    row, answers = fresh() if row is None else row, []
    for one in sights:
        answers.append(seen(row, one))
        novelty.remember(row, one, novelty.sustained(row, one))
    return row, answers


def rarity(row, one):
    return seen(row, one)[0]


def strength(row, one, channel):
    return seen(row, one)[1][channel]


@st.composite
def courses(draw, shortest=0):
    """Sights of one series, of a span of up to an hour (so many values an hour) or longer (no hours)."""
    an_hour, side = draw(st.sampled_from([0, 1, 2, 5])), draw(SIDES)
    rows = draw(st.lists(st.tuples(SURPRISES, VALUES, ERRORS), min_size=shortest, max_size=90))
    hours = [at // an_hour % 24 if an_hour else NO_HOUR for at in range(len(rows))]
    return [sight(s, value=v, error=e, hour=h, side=side) for (s, v, e), h in zip(rows, hours, strict=True)]


@settings(max_examples=150)
@given(courses(), st.sets(st.integers(0, 90), max_size=2))
def test_channels_and_memory_are_what_the_whole_past_says(sights, moves):
    row, twin = fresh(), Twin()
    for at, one in enumerate(sights):
        if at in moves:
            novelty.forget_errors(row)
            twin.shown.append(None)
        assume(not twin.on_the_edge(one))
        lasting = novelty.sustained(row, one)
        assert lasting == pytest.approx(twin.sustained(one), rel=1e-3, abs=1e-3)
        found, strengths = seen(row, one)
        assert found == pytest.approx(twin.rarity(one, lasting), rel=1e-3, abs=1e-3)
        if found > 0.0:
            assert strengths == pytest.approx(twin.strengths(one, lasting), rel=1e-4, abs=1e-4)
        novelty.remember(row, one, lasting)
        twin.shown.append((one, lasting))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 30), st.floats(2.0, 12.0), st.booleans()), min_size=1, max_size=12))
def test_a_series_that_has_jumped_is_less_surprised_by_a_departure(stretches):
    row, twin, level = fresh(), Twin(), 0.0
    for length, surprise, stays in stretches:
        sights = [sight(surprise, value=level + 10.0, expected=level)]
        level += 10.0 * stays
        for one in sights + [sight(value=level, expected=level)] * length:
            novelty.remember(row, one, 0.0)
            twin.shown.append((one, 0.0))
        assert rarity(row, sight(9.0)) == pytest.approx(twin.rarity(sight(9.0), 0.0), rel=1e-3)
        assert rarity(row, sight(60.0)) == pytest.approx(twin.rarity(sight(60.0), 0.0), rel=1e-3)
        for value in (level - 12.9, level - 9.0, level - 5.0, level + 9.0):
            again = sight(9.0, value=value, expected=level)
            assert rarity(row, again) == pytest.approx(twin.rarity(again, 0.0), rel=1e-3)


def at_level(level, count):
    return [sight(value=level, expected=level)] * count


def test_coming_back_is_half_the_news_that_anything_else_is():
    row = shown([*at_level(0.0, 2000), sight(6.0, value=10.0), *at_level(10.0, 50)])[0]
    news = rarity(row, sight(6.0, value=5.0, expected=10.0))
    assert news > 3.0
    for other in (-4.0, 20.0):
        assert rarity(row, sight(6.0, value=other, expected=10.0)) >= news
    back = sight(6.0, value=1.0, expected=10.0)
    assert rarity(row, back) == pytest.approx(news / 2)
    shown([back], row)
    assert rarity(row, sight(4.0, value=0.0, expected=4.0)) < 0.6 * rarity(row, sight(4.0, value=0.0, expected=-4.0))
    shown(at_level(0.0, 20), row)
    for away in (-10.0, 10.0):  # not from somewhere else; the next time it leaves is news again
        assert rarity(row, sight(6.0, value=away)) > 0.9 * news


def test_what_stays_longer_than_it_was_elsewhere_has_nowhere_to_come_back_to():
    row = shown([*at_level(0.0, 2000), sight(6.0, value=10.0), *at_level(10.0, 2100)])[0]
    assert rarity(row, sight(6.0, value=0.0, expected=10.0)) > 3.0


def test_a_series_that_came_back_slowly_is_back():
    fading = [sight(value=10.0 - at / 5, expected=10.0 - at / 5) for at in range(50)]
    row = shown([*at_level(0.0, 2000), sight(6.0, value=10.0), *at_level(10.0, 20), *fading, *at_level(0.0, 5)])[0]
    assert rarity(row, sight(6.0, value=-10.0)) > 3.0


def test_jumps_become_usual_and_spikes_as_large_do_not():
    calm = [sight(value=at % 2, expected=0.5) for at in range(200)]
    jumping, spiking = shown(calm)[0], shown(calm)[0]
    for level in range(10, 170, 10):
        leap = sight(7.0, value=level, expected=level - 10.0)
        shown([leap, *at_level(level, 200)], jumping)
        shown([leap, *at_level(level - 10.0, 200)], spiking)
    assert rarity(jumping, sight(7.0)) < 3.5
    assert rarity(spiking, sight(7.0)) > rarity(jumping, sight(7.0)) + 0.3
    assert rarity(jumping, sight(60.0)) > 5.5


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.sampled_from([NO_HOUR, 24]))
def test_over_days_as_well(seed, hours):
    chance = np.random.default_rng(seed)
    rows = zip(chance.exponential(2.0, 150), chance.normal(size=150), 2.0 * chance.normal(size=150), strict=True)
    row, twin = fresh(), Twin()
    for at, (surprise, value, error) in enumerate(rows):
        one = sight(surprise, value=value, error=error, hour=at % hours if hours > 0 else NO_HOUR)
        lasting = novelty.sustained(row, one)
        assert seen(row, one)[0] == pytest.approx(twin.rarity(one, lasting), rel=1e-3, abs=1e-3)
        novelty.remember(row, one, lasting)
        twin.shown.append((one, lasting))


@given(courses(), st.floats(0.0, 0.99))
def test_a_quiet_value_is_no_news(sights, surprise):
    row, _ = shown(sights)
    assert rarity(row, sight(surprise, hour=sights[-1].hour if sights else NO_HOUR)) == 0.0


@given(courses(), SURPRISES, st.floats(0.0, 30.0), VALUES, ERRORS)
def test_the_more_surprising_a_value_the_newer(sights, surprise, more, value, error):
    row, _ = shown(sights)
    at = {"value": value, "error": error, "hour": sights[-1].hour if sights else NO_HOUR}
    assert rarity(row, sight(surprise, **at)) <= rarity(row, sight(surprise + more, **at)) + 1e-9


@given(courses(1), st.floats(2.0, 40.0), VALUES, VALUES)
def test_the_farther_beyond_all_seen_the_newer(sights, surprise, value, farther):
    row, _ = shown(sights)
    side, hour = sights[0].side, sights[-1].hour
    middle = 0.5 * (row["low"] + row["high"])
    near, far = sorted((value, farther), key=lambda one: abs(one - middle))
    far = math.copysign(far - middle, near - middle) + middle
    of = [strength(row, sight(surprise, value=one, hour=hour, side=side), RANGE) for one in (near, far)]
    assert of[0] <= of[1] + 1e-9


@given(st.floats(2.0, 40.0), st.integers(100, 400), st.integers(1, 40))
def test_a_surprise_that_comes_again_is_worth_less_each_time(surprise, calm, apart):
    row, _ = shown([sight(value=at % 2) for at in range(calm)])
    again = sight(surprise, value=2.0)
    worths = []
    for _ in range(5):
        worths.append(rarity(row, again))
        shown([again] + [sight(value=at % 2) for at in range(apart + 5)], row)
    assert worths == sorted(worths, reverse=True)
    assert worths[-1] < worths[0]


@pytest.mark.parametrize("away", range(-11, 13))
def test_what_came_at_a_time_of_day_is_usual_within_two_hours_of_it_on_later_days(away):
    at = 5
    row, _ = shown([sight(hour=hour) for hour in range(at)])
    shown([sight(12.0, hour=at)] + [sight(hour=(at + hour) % 24) for hour in range(1, 24 + away)], row)
    now = sight(12.0, hour=(at + away) % 24)
    elsewhere, _ = shown([sight(12.0)] + [sight()] * (23 + away))
    newer = strength(elsewhere, now._replace(hour=NO_HOUR), DEPARTURE)
    if abs(away) <= 2:
        assert strength(row, now, DEPARTURE) < newer - 0.05
    else:
        assert strength(row, now, DEPARTURE) == pytest.approx(newer, rel=0.06)


def test_what_no_longer_comes_at_a_time_of_day_is_news_again_after_a_while():
    row, _ = shown([sight(12.0 if hour == 5 else QUIET, hour=hour) for hour in range(24)])
    strengths = []
    for _ in range(20):
        shown([sight(hour=hour) for hour in range(5)], row)
        strengths.append(strength(row, sight(12.0, hour=5), DEPARTURE))
        shown([sight(hour=hour) for hour in range(5, 24)], row)
    assert strengths == sorted(strengths)
    assert strengths[-1] > strengths[0] + 0.2


def test_what_comes_each_day_is_no_longer_rare_at_its_time():
    def after(days, now):
        row, _ = shown([sight(8.0 if hour == 5 else QUIET, hour=hour) for _ in range(days) for hour in range(24)])
        return strength(row, sight(8.0, hour=now), FREQUENCY)

    once, twice, often = (after(days, 5) for days in (1, 2, 6))
    assert once > 4.0  # one day is no habit
    assert often < twice < 2.5
    assert after(6, 15) > often + 1.0  # at another time it is as rare as it was


def test_a_value_inside_what_was_seen_is_not_beyond_it():
    row, _ = shown([sight(value=value) for value in (-1.0, 3.0, 0.0)])
    assert strength(row, sight(9.0, value=2.9), RANGE) == 0.0
    assert 0.0 < strength(row, sight(9.0, value=3.1), RANGE) < strength(row, sight(9.0, value=30.0), RANGE) < 1.0


def test_one_sided_readings_look_beyond_one_end_only():
    row, _ = shown([sight(value=value) for value in (-1.0, 1.0)])
    for side, inside, outside in ((1, -50.0, 50.0), (-1, 50.0, -50.0)):
        assert strength(row, sight(9.0, value=inside, side=side), RANGE) == 0.0
        assert strength(row, sight(9.0, value=outside, side=side), RANGE) > 0.5


@pytest.mark.parametrize("side", [-1, 1])
def test_one_sided_readings_see_what_lasts_on_their_side_only(side):
    chance = np.random.default_rng(1)
    row, _ = shown([sight(error=error, side=side) for error in chance.normal(size=300)])
    for sign in (-1, 1):
        lasts, _ = shown([sight(error=2.0 * sign, side=side)] * 15, row.copy())
        assert (novelty.sustained(lasts, sight(error=2.0 * sign, side=side)) > 2.0) == (sign == side)


def test_errors_to_one_side_are_told_of_once_they_last_and_single_ones_are_not():
    chance = np.random.default_rng(2)
    row, _ = shown([sight(error=error) for error in chance.normal(size=500)])
    _, answers = shown([sight(1.2, error=2.0)] * 16, row)
    strengths = [one[SUSTAINED] for _, one in answers]
    assert strengths[0] == 0.0
    assert strengths[-1] > 0.3
    assert rarity(row, sight(0.5, error=2.0)) > 0.0


def test_errors_from_a_level_that_is_left_are_forgotten():
    chance = np.random.default_rng(3)
    row, _ = shown([sight(error=error) for error in chance.normal(size=500)])
    shown([sight(error=3.0)] * 16, row)
    assert novelty.sustained(row, sight(error=1.0)) > 2.0
    novelty.forget_errors(row)
    assert novelty.sustained(row, sight(error=1.0)) == 0.0


@given(st.integers(0, CHANNELS - 1), st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_a_greater_strength_is_worth_more(channel, strength, more):
    assert 0.0 <= novelty.worth(channel, strength) <= novelty.worth(channel, strength + more)


@pytest.mark.parametrize("channel", range(CHANNELS))
def test_the_scale_rises_and_starts_at_nothing(channel):
    assert KNOTS[channel, 0] == WORTH[channel, 0] == 0.0
    assert np.all(np.diff(KNOTS[channel]) > 0.0)
    assert np.all(np.diff(WORTH[channel]) > 0.0)
    assert STEEPNESS[channel] > 0.0


EXTREME = st.floats(-1e140, 1e140) | st.sampled_from([0.0, 5e-324, -5e-324, 1e-300, 1e140, -1e140])


@given(st.lists(st.tuples(EXTREME, st.floats(0.0, 1e6), EXTREME, SIDES), max_size=60))
def test_no_value_makes_a_number_that_is_none(rows):
    sights = [sight(s, value=v, error=e, hour=at % 24, side=side) for at, (v, s, e, side) in enumerate(rows)]
    row, answers = shown(sights)
    for found, strengths in answers:
        assert all(one >= 0.0 and math.isfinite(one) for one in (found, *strengths))
        assert max(strengths[DEPARTURE], strengths[RANGE], strengths[SUSTAINED]) <= 1.0
    for name in ("low", "high", "total", "square", "counts", "errors"):
        assert np.all(np.isfinite(row[name]))


@given(courses())
def test_a_new_series_finds_the_first_surprise_as_new_as_can_be(sights):
    first = seen(fresh(), sight(8.0))[1]
    assert strength(shown(sights)[0], sight(8.0, hour=sights[-1].hour if sights else NO_HOUR), DEPARTURE) <= (
        first[DEPARTURE] + 1e-9
    )
    assert first[FREQUENCY] == 8.0
    assert first[RANGE] == first[SUSTAINED] == 0.0
