"""Bands of scores, told apart by everyone: by colour under every kind of colour vision, and by their number."""

from itertools import combinations

import numpy as np
import pytest

from unusual.ui.severity import BANDS, INK, THRESHOLDS, band_of, score_text

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ @ np.ones(3)
PAIRS = [pytest.param(*pair, id="-".join(band.name for band in pair)) for pair in combinations(BANDS, 2)]
TOLD_APART = 15  # a difference in CIE L*a*b* that is seen at a glance; 2.3 can just be noticed


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a CSS colour."""
    shares = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_bands_are_told_apart(one, other, vision):
    seen = [lab(VISION[vision] @ linear(band.colour)) for band in (one, other)]
    assert np.linalg.norm(seen[0] - seen[1]) > TOLD_APART


@pytest.mark.parametrize("band", BANDS, ids=lambda band: band.name)
def test_a_score_is_readable_on_its_colour(band):
    light, dark = ((TO_XYZ @ linear(colour))[1] + 0.05 for colour in (band.colour, INK))
    assert light / dark >= 4.5  # WCAG 2.2, 1.4.3


def test_bands_begin_where_the_api_says():
    assert THRESHOLDS == (3, 25, 50, 75)
    assert [band_of(score).name for score in (0, 3, 25, 50, 75, 100)] == [
        "low",
        "warning",
        "minor",
        "major",
        "critical",
        "critical",
    ]


def test_only_a_score_of_nothing_is_written_as_nothing():
    assert [score_text(score) for score in (0, 0.01, 1, 99.99)] == ["0", "<1", "1", "99"]
