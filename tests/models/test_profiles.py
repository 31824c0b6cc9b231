"""Profiles take memory as they are reached, and hold what they learnt however they are walked over and kept."""

import numpy as np
import pytest

from tests.models.walks import content, in_a_row, measure, model, nobody, side_by_side
from unusual.kernels.learnt import SLOT, TOGETHER
from unusual.models.profiles import joined, none, paged
from unusual.models.series import EACH

MINUTE = 60
DAYS, WEEKS = 30, 7


def values(buckets, series, seed=1):
    hours = np.arange(buckets)[:, None] / 60
    return 50.0 + 20.0 * np.sin(hours) + np.random.default_rng(seed).normal(0.0, 2.0, (buckets, series))


def test_an_hour_of_minutes_takes_little_memory_and_a_day_takes_more():
    young, older = model(3, MINUTE), model(3, MINUTE)
    side_by_side(young, values(60, 3), span=MINUTE)
    side_by_side(older, values(24 * 60, 3), span=MINUTE)
    assert EACH < young.bytes / 3 < 3 * 1024 < older.bytes / 3 < young.bytes_each


def test_many_series_walked_over_side_by_side_learn_what_each_learns_bucket_by_bucket():
    many = values(20, 600)
    together, apart = model(600, MINUTE), model(600, MINUTE)
    told = side_by_side(together, many, span=MINUTE)[0]
    steps = [side_by_side(apart, row[None], first=bucket, span=MINUTE)[0] for bucket, row in enumerate(many)]
    assert np.array_equal(told, np.concatenate(steps))
    assert content(together) == content(apart)


def test_forgetting_and_restoring_leave_the_others_as_they_were():
    chosen = np.array([3, 64, 65, 130, 199])
    kept, restored = model(200, MINUTE), model(0, MINUTE)
    many = values(130, 200)
    side_by_side(kept, many, span=MINUTE)
    kept.keep(chosen)
    restored.restore(kept.state())
    alone = model(chosen.size, MINUTE)
    side_by_side(alone, many[:, chosen], span=MINUTE)
    assert content(kept) == content(restored) == content(alone)
    assert kept.bytes == restored.bytes == alone.bytes
    more = in_a_row(values(10, chosen.size, seed=2), 130)
    answers = [
        one.walk(measure(span=MINUTE), more, nobody(more.series.size), teach=True) for one in (kept, restored, alone)
    ]
    assert len({tuple(verdict.surprise) for verdict, _ in answers}) == 1


def whole(profiles):
    """(p, slots) SLOT, however much of it has been reached."""
    places = profiles.pages[:, :, None] * TOGETHER + np.arange(TOGETHER)
    return profiles.slots[places.reshape(len(places), profiles.pages.shape[1] * TOGETHER)][:, : DAYS + WEEKS]


def rows(size, seed):
    """Days and weeks of so many profiles, of which some slots have learnt something."""
    draw = np.random.default_rng(seed)
    slots = np.zeros((size, DAYS + WEEKS), SLOT)
    slots["n"] = draw.integers(0, 3, slots.shape) * (draw.random(slots.shape) < 0.1)
    slots["value"] = np.where(slots["n"] > 0, draw.normal(size=slots.shape), 0.0)
    return slots[:, :DAYS], slots[:, DAYS:]


@pytest.mark.parametrize("size", [0, 1, 5])
def test_profiles_that_stood_in_rows_of_their_own_are_the_same_on_pages(size):
    days, weeks = rows(size, 3)
    assert whole(paged(days, weeks)).tobytes() == np.concatenate([days, weeks], axis=1).tobytes()


def test_chosen_profiles_of_several_parts_are_joined_in_order():
    one, other = paged(*rows(4, 4)), paged(*rows(3, 5))
    both = joined([one, other], np.array([0, 1, 1, 0]), np.array([3, 0, 2, 1]))
    assert whole(both).tobytes() == np.stack([whole(one)[3], whole(other)[0], whole(other)[2], whole(one)[1]]).tobytes()
    assert both.size == 4
    assert joined([none(37)], np.zeros(0, np.int64), np.zeros(0, np.int64)).bytes == 0
