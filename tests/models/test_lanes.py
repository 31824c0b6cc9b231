"""What goes side by side, and how entries of several samples are dealt out to lanes."""

import threading

import numpy as np
import pytest

from tests.models.samples import content, samples
from unusual.kernels.geography import packed
from unusual.models import lanes
from unusual.models.circular import CircularModel
from unusual.models.lanes import LANES, NEIGHBOURS, WORTHWHILE, lanes_of, parts_of, side_by_side
from unusual.models.places import PlacesModel
from unusual.models.sampled import of_entries

ROWS = 3 * LANES * NEIGHBOURS


def entries(places):
    """Some rows in each bucket, with up to three samples each."""
    chance = np.random.default_rng(1)
    made = []
    for bucket in range(12):
        for row in sorted(chance.choice(ROWS, 100, replace=False).tolist()):
            size = int(chance.integers(1, 4))
            spots = packed(chance.normal(50, 1, size), chance.normal(10, 1, size))
            times = bucket * 900 + chance.integers(0, 900, size)
            made.append((bucket, row, (spots if places else times.astype(float)).tolist()))
    return made


@pytest.mark.parametrize(
    ("model", "places"), [(lambda: PlacesModel(900), True), (lambda: CircularModel(86_400, 900), False)]
)
def test_rows_in_lanes_are_judged_and_learn_as_they_do_alone(model, places, monkeypatch):
    monkeypatch.setattr(lanes, "WORTHWHILE", 1)
    together, given = model(), samples(entries(places))
    together.grow(ROWS)
    found = together.walk(given, teach=True)
    for row in range(0, ROWS, 17):
        alone = model()
        alone.grow(ROWS)
        mine, where = of_entries(given, np.flatnonzero(given.row == row))
        expected = alone.walk(mine, teach=True)
        assert found.surprise[given.row == row].tolist() == expected.surprise.tolist()
        assert found.typical[given.row == row].tolist() == expected.typical.tolist()
        assert found.least[given.row == row].tolist() == where[expected.least].tolist()
        assert [array[row].tobytes() for array in together.state().values()] == [
            array[row].tobytes() for array in alone.state().values()
        ]


def test_threads_or_none_leave_the_same_behind(monkeypatch):
    given, left = samples(entries(places=True)), []
    for worthwhile in (1, given.value.size + 1):
        monkeypatch.setattr(lanes, "WORTHWHILE", worthwhile)
        model = PlacesModel(900)
        model.grow(ROWS)
        answer = model.walk(given, teach=True)
        left.append([*content(model), *(column.tobytes() for column in answer)])
    assert left[0] == left[1]


def test_chosen_entries_have_their_samples():
    given = entries(places=False)
    chosen = np.array([0, 3, 4, 700])
    some, where = of_entries(samples(given), chosen)
    expected = samples([given[number] for number in chosen])
    assert [column.tolist() for column in some] == [column.tolist() for column in expected]
    assert samples(given).value[where].tolist() == some.value.tolist()
    assert of_entries(samples(given), np.zeros(0, np.int64))[0].first.tolist() == [0]


def test_neighbours_share_a_lane_and_lanes_take_turns():
    expected = [row // NEIGHBOURS % LANES for row in range(ROWS)]
    assert lanes_of(np.arange(ROWS)).tolist() == expected


@pytest.mark.parametrize("size", [0, 1, WORTHWHILE - 1, WORTHWHILE, WORTHWHILE + 1])
def test_parts_are_all_there_is_in_order(size):
    whole = list(range(size))
    assert [one for part in parts_of(size) for one in whole[part]] == whole
    assert len(parts_of(size)) == (LANES if size >= WORTHWHILE else 1)


def test_what_is_worth_it_goes_at_the_same_time():
    meeting = threading.Barrier(2, timeout=20)
    assert sorted(side_by_side([meeting.wait, meeting.wait], WORTHWHILE)) == [0, 1]
    here = threading.current_thread()
    assert side_by_side([threading.current_thread] * 2, WORTHWHILE - 1) == [here, here]
    assert side_by_side([], WORTHWHILE) == []


def test_what_fails_fails_for_the_caller():
    with pytest.raises(ZeroDivisionError):
        side_by_side([lambda: 1, lambda: 1 // 0], WORTHWHILE)
