"""How bad a score is: four bands from 3, 25, 50 and 75, each with a name and a colour; knows no page.

The colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any kind of colour vision tell
apart; black text is readable on each of them. Colour is never alone: a score is written beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

INK: Final = "#000000"


@dataclass(frozen=True)
class Band:
    """Scores of one severity: those from `least` on, below the next band.

    colour  behind text of the colour `INK`, as CSS
    """

    name: str
    least: float
    colour: str


LOW: Final = Band("low", 0, "#c3ccd6")
WARNING: Final = Band("warning", 3, "#56b4e9")
MINOR: Final = Band("minor", 25, "#f0e442")
MAJOR: Final = Band("major", 50, "#e69f00")
CRITICAL: Final = Band("critical", 75, "#d55e00")

BANDS: Final[Sequence[Band]] = (LOW, WARNING, MINOR, MAJOR, CRITICAL)
THRESHOLDS: Final = tuple(band.least for band in BANDS[1:])


def band_of(score: float) -> Band:
    """The band of a score from 0 to 100.

    >>> band_of(2.9).name, band_of(25).name, band_of(99.9).name
    ('low', 'minor', 'critical')
    """
    return next(band for band in reversed(BANDS) if score >= band.least)


def score_text(score: float) -> str:
    """A score as people read it: whole, and never 0 for what has one.

    >>> score_text(0.4), score_text(74.9), score_text(0)
    ('<1', '74', '0')
    """
    return "<1" if 0 < score < 1 else str(int(score))
