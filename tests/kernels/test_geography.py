"""Places as single numbers: nothing is lost but less than half a metre, and what is no place is none."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.geography import PER_DEGREE, packed, places_of, unpacked, vectors

LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)


def there_and_back(latitude, longitude):
    north, east = unpacked(packed(np.array([latitude]), np.array([longitude])))
    return float(north[0]), float(east[0])


@given(LATITUDES, LONGITUDES)
def test_a_place_comes_back_to_within_half_a_step(latitude, longitude):
    north, east = there_and_back(latitude, longitude)
    assert abs(north - latitude) <= 0.51 / PER_DEGREE
    assert abs((east - longitude + 180) % 360 - 180) <= 0.51 / PER_DEGREE


@given(st.integers(-9_000_000, 9_000_000), st.integers(-17_999_999, 17_999_999))
def test_five_decimals_come_back_exactly(north, east):
    assert there_and_back(north / 1e5, east / 1e5) == (north / 1e5, east / 1e5)


def test_both_sides_of_the_date_line_are_one_place():
    assert there_and_back(12.5, 180.0) == there_and_back(12.5, -180.0) == (12.5, -180.0)


@pytest.mark.parametrize("place", [(90.001, 0.0), (0.0, -180.001), (math.nan, 0.0), (0.0, math.inf)])
def test_what_is_no_place_is_none(place):
    assert np.isnan(packed(*(np.array([part]) for part in place))).all()


@given(LATITUDES, LONGITUDES)
def test_a_vector_points_at_its_place(latitude, longitude):
    place = packed(np.array([latitude]), np.array([longitude]))
    vector = vectors(place)
    assert np.linalg.norm(vector) == pytest.approx(1.0)
    assert vectors(places_of(3.0 * vector))[0] == pytest.approx(vector[0], abs=1e-7)
