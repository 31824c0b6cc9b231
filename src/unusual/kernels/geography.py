"""Places on the globe as single numbers and as unit vectors; arrays in and out.

A place is kept to a multiple of 0.000002 degrees (some 20 cm), so that latitude and longitude fit one exact number.
"""

import numpy as np

from unusual.kernels.arrays import Floats

EARTH = 6371.0088  # mean radius [km]
PER_DEGREE = 500_000.0  # steps
DECIMALS = 6  # of degrees that steps make out
ROUND = 180_000_000.0  # steps of longitude in a whole turn


def packed(latitude: Floats, longitude: Floats) -> Floats:
    """(k,) one number per place; NaN where the place is none: |latitude| > 90, |longitude| > 180 [degrees], or NaN.

    >>> packed(np.array([52.5, 91.0]), np.array([13.25, 0.0])).tolist()
    [4725000006625000.0, nan]
    """
    inside = (np.abs(latitude) <= 90.0) & (np.abs(longitude) <= 180.0)
    north = np.round(np.where(inside, latitude, np.nan) * PER_DEGREE)
    east = np.round(np.where(inside, longitude, np.nan) * PER_DEGREE)
    return np.asarray(north * ROUND + np.where(east == ROUND / 2, -east, east))


def unpacked(places: Floats) -> tuple[Floats, Floats]:
    """(k,) latitude and (k,) longitude of packed places [degrees].

    >>> unpacked(packed(np.array([-52.5]), np.array([13.25])))
    (array([-52.5]), array([13.25]))
    """
    north, east = _steps(places)
    return np.round(north / PER_DEGREE, DECIMALS), np.round(east / PER_DEGREE, DECIMALS)


def _steps(places: Floats) -> tuple[Floats, Floats]:
    north = np.floor(places / ROUND + 0.5)
    return north, places - north * ROUND


def vectors(places: Floats) -> Floats:
    """(k, 3) unit vectors of packed places."""
    latitude, longitude = (steps * (np.pi / 180.0 / PER_DEGREE) for steps in _steps(places))
    level = np.cos(latitude)
    return np.stack([level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)], axis=1)


def places_of(vector: Floats) -> Floats:
    """(k,) the packed places of (k, 3) vectors of any length above 0."""
    x, y, z = vector.T
    return packed(np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x)))
