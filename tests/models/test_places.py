"""Where something usually happens, against SciPy and plain formulas; order, restoring, honest alarms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.models.samples import DAY, content, samples, walked
from unusual.kernels import places
from unusual.kernels.geography import EARTH, packed, unpacked, vectors
from unusual.models.places import PlacesModel

SPAN = 900
KM = 1 / 111.2  # degrees of latitude
HOME, WORK, FAR = (52.5, 13.4), (52.6, 13.2), (-33.9, 151.2)
SPOTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
ENTRIES = st.lists(st.tuples(st.integers(0, 1), st.lists(SPOTS, min_size=1, max_size=3)), min_size=1, max_size=40)


def model(rows=1):
    made = PlacesModel(SPAN)
    made.grow(rows)
    return made


def pack(*spots):
    return packed(*(np.array(part, float) for part in zip(*spots, strict=True))).tolist()


def spread(entries, first=0):
    return [(first + n, row, pack(*spots)) for n, (row, spots) in enumerate(entries)]


def around(spots, spread_km, seed=1):
    """An entry a bucket, each at one of the spots."""
    chance = np.random.default_rng(seed)
    off = chance.normal(size=(len(spots), 2)) * spread_km * KM
    return [(n, 0, pack((lat + dn, lon + de))) for n, ((lat, lon), (dn, de)) in enumerate(zip(spots, off, strict=True))]


def commuting(days=14, seed=1):
    chance = np.random.default_rng(seed)
    return around([HOME if chance.random() < 0.6 else WORK for _ in range(days * DAY // SPAN)], 0.3, seed)


@given(SPOTS, SPOTS)
def test_distances_are_those_of_the_law_of_haversines(one, other):
    (a, b), (c, d) = (np.radians(unpacked(np.array(pack(spot)))).ravel() for spot in (one, other))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    expected = 2 * EARTH * math.asin(min(1.0, math.sqrt(h)))
    first, second = vectors(np.array(pack(one, other)))
    found = places.distance(*(first - second))
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("freedom", [places.FREEDOM, places.JUMP_FREEDOM])
@pytest.mark.parametrize("away", [0.0, 0.5, 3.0, 40.0])
def test_a_cluster_is_a_bivariate_student_t(away, freedom):
    law = stats.multivariate_t([0, 0], 4.0 * np.eye(2), freedom)
    assert places.density(away, 4.0, freedom) == pytest.approx(law.pdf([away, 0.0]))
    peak = law.pdf([0.0, 0.0])
    farther = (1 + (away / 2.0) ** 2 / freedom) ** (-freedom / 2)  # 1 - F of a squared radius: 2 F(2, freedom)
    assert farther == pytest.approx(stats.f.sf((away / 2.0) ** 2 / 2, 2, freedom))
    assert places.beyond(law.pdf([away, 0.0]), peak, freedom) == pytest.approx(farther)


@given(ENTRIES, ENTRIES)
def test_a_restored_model_goes_on_as_if_never_stopped(before, after):
    whole, parted, restored = model(2), model(2), model(0)
    expected = walked(whole, spread(before) + spread(after, len(before)))
    found = walked(parted, spread(before))
    restored.restore(parted.state())
    assert found + walked(restored, spread(after, len(before))) == expected
    assert content(restored) == content(whole)


@given(ENTRIES, ENTRIES)
def test_to_judge_without_teaching_changes_nothing(before, after):
    judge = model(2)
    walked(judge, spread(before))
    kept = content(judge)
    walked(judge, spread(after, len(before)), teach=False)
    assert content(judge) == kept


@given(ENTRIES)
def test_any_places_give_numbers_and_no_place_is_lost(entries):
    known, told = model(2), spread(entries)
    assert np.isfinite(walked(known, told)).all()
    for row in range(2):
        different = sum(len(set(values)) for _, at, values in told if at == row)
        clusters = known._regions.clusters[row]
        assert clusters["n"].sum() == pytest.approx(different, rel=1e-2)
        assert known._regions.rows[row]["n"] == pytest.approx(different, rel=1e-2)
        used = clusters["n"] > 0
        centres = np.stack([clusters[axis][used] for axis in "xyz"])
        assert np.linalg.norm(centres, axis=0) == pytest.approx(np.ones(used.sum()))


def test_what_is_kept_moves_up_and_what_is_new_starts_fresh():
    known, other = model(3), model(1)
    for row, learner in ((2, known), (0, other)):
        walked(learner, [(bucket, row, values) for bucket, _, values in commuting(2)])
    known.keep(np.array([2]))
    assert content(known) == content(other)
    known.grow(2)
    assert walked(known, [(999, 1, pack(FAR))], teach=False)[0][0] == 0.0


def nearest(found, spot):
    lat, lon = (float(part[0]) for part in unpacked(np.array([found])))
    return (lat, lon) == pytest.approx(spot, abs=0.02)


def test_home_and_work_are_clusters_and_another_continent_is_none():
    known = model()
    walked(known, commuting())
    assert sorted(known._regions.clusters["n"][0])[-2] > 400
    assert known._regions.clusters["n"][0].max() < 900
    bucket = 14 * DAY // SPAN
    ((at_home, _, home),) = walked(known, [(bucket, 0, pack((52.503, 13.4)))], teach=False)
    ((at_work, _, work),) = walked(known, [(bucket, 0, pack((52.6, 13.204)))], teach=False)
    ((abroad, least, _),) = walked(known, [(bucket, 0, pack(HOME, FAR))], teach=False)
    ((near, _, _),) = walked(known, [(bucket, 0, pack((53.5, 10.0)))], teach=False)
    assert max(at_home, at_work) < 1.0
    assert 3.0 < near < abroad
    assert abroad > 5.5
    assert least == pack(FAR)[0]
    assert nearest(home, HOME)
    assert nearest(work, WORK)


def test_a_place_that_was_new_yesterday_is_known_today():
    known = model()
    walked(known, commuting())
    bucket = 14 * DAY // SPAN
    first, *later = walked(known, [(bucket + n, 0, pack(FAR)) for n in range(30)])
    assert first[0] > 5.5
    assert later[0][0] < 4.0
    assert later[-1][0] < 2.0


def test_the_date_line_and_the_poles_are_no_borders():
    for spot, beside in (((0.0, 179.999), (0.0, -179.999)), ((89.999, 0.0), (89.999, 180.0))):
        known = model()
        walked(known, around([spot] * 500, 0.0))
        assert walked(known, [(500, 0, pack(beside))])[0][0] < 1.0


def test_more_places_than_there_is_room_for_are_joined_with_their_neighbours():
    chance = np.random.default_rng(5)
    towns = [(lat + chance.normal() * KM, lon) for lat in (10, 40, -30) for lon in (0, 50) for _ in range(20)]
    known = model()
    walked(known, around([towns[n % len(towns)] for n in range(2000)], 0.01))
    quiet = [walked(known, [(2000, 0, pack(town))], teach=False)[0][0] for town in towns]
    assert max(quiet) < 2.5
    assert walked(known, [(2000, 0, pack((60.0, -120.0)))], teach=False)[0][0] > max(quiet)


def test_the_past_fades_by_half_in_sixty_days():
    known = model()
    walked(known, [(0, 0, pack(HOME)), (places.HALF_LIFE // SPAN, 0, pack(FAR))])
    assert known._regions.rows["n"][0] == pytest.approx(1.5)
    assert sorted(known._regions.clusters["n"][0])[-2:] == pytest.approx([0.5, 1.0])


def cities(chance, n):
    choice = np.minimum(chance.zipf(1.6, n), 200)
    plan = np.random.default_rng(7)
    lat, lon = plan.uniform(-60, 60, 201), plan.uniform(-180, 180, 201)
    return lat[choice], lon[choice]


NOISES = {
    "one spot": lambda _, n: (np.full(n, 52.5), np.full(n, 13.4)),
    "one town": lambda chance, n: (52.5 + chance.normal(size=n) * 10 * KM, 13.4 + chance.normal(size=n) * 16 * KM),
    "heavy tails": lambda chance, n: (52.5 + chance.standard_t(2, n) * KM, 13.4 + chance.standard_t(2, n) * KM),
    "Zipf's cities": cities,
    "anywhere": lambda chance, n: (np.degrees(np.arcsin(chance.uniform(-1, 1, n))), chance.uniform(-180, 180, n)),
    "a wanderer": lambda chance, n: (np.cumsum(chance.normal(size=n)) * 0.02, np.cumsum(chance.normal(size=n)) * 0.02),
}


@pytest.mark.parametrize("noise", NOISES)
def test_alarms_on_noise_are_as_rare_as_they_claim(noise):
    lat, lon = NOISES[noise](np.random.default_rng(4), 8000)
    entries = samples([(n, 0, pack(spot)) for n, spot in enumerate(zip(lat, lon, strict=True))])
    surprise = np.array([one[0] for one in walked(model(), entries)])
    assert np.mean(surprise > 2) < 1.5e-2
    assert np.mean(surprise > 3) < 2e-3
    assert np.mean(surprise > 5) < 3e-4
