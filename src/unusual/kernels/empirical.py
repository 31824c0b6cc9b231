"""A fading empirical distribution around zero: how far out a value lies among those of the past, on either side.

As far out as there were enough values their share is the answer. Beyond that the tail goes on as an exponential one,
whose scale is the distance between two high quantiles divided by the logarithm of their ratio, as it is for an
exponential distribution (compare J. Pickands, "Statistical inference using extreme order statistics", Ann. Statist. 3,
1975); so a few past outliers do not blunt it. Knows values on a logarithmic scale; knows nothing of what they are.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Floats
from unusual.kernels.compiled import kernel

LAYOUT = 1

FINE, COARSE = 1.0 / 32.0, 1.0 / 4.0  # widths of a bin near zero and farther out
NEAR, FAR = 3.0, 36.0  # where the coarse bins begin, and where the last one ends
FINES = int(NEAR / FINE)
SIDE = FINES + int((FAR - NEAR) / COARSE)  # bins of a side
BINS = 2 * SIDE
_OUTWARD = np.concatenate([np.arange(FINES) * FINE, NEAR + np.arange(SIDE - FINES + 1) * COARSE])
EDGES = np.concatenate([-_OUTWARD[:0:-1], _OUTWARD])  # (BINS + 1,) of the bins

WORTH = 20.0  # values that the distribution assumed at first is worth: Laplace's, of scale 1
DEEP, DEEPER = 64.0, 8.0  # values beyond the two quantiles that the tail is measured between
FEW = 8.0  # one of so many values at most lies beyond the nearer quantile
RATIO = math.log(DEEP / DEEPER)
STEEPEST = 0.02  # least scale of a tail, wherever it begins
DECADE = math.log(10.0)
FEWEST = 10.0  # crowds of values for one incredible one
UP, DOWN = 0, 1


def assumed() -> Floats:
    """(BINS,) what is assumed before anything is known."""
    outward = np.exp(-_OUTWARD)
    outward[-1] = 0.0
    side = -0.5 * WORTH * np.diff(outward)
    return np.concatenate([side[::-1], side])


class Tails(NamedTuple):
    """A distribution made ready for questions, of UP and DOWN: looked at from below and from above.

    above   (2, BINS + 1)  values at or beyond each edge
    start   (2,)           where the exponential tail begins
    scale   (2,)           of the tail
    reach   (2,)           how far out a value is believed when it is learnt
    """

    above: Floats
    start: Floats
    scale: Floats
    reach: Floats


@kernel
def blank() -> Tails:
    """Room for the tails of one distribution."""
    return Tails(np.zeros((2, BINS + 1)), np.zeros(2), np.zeros(2), np.zeros(2))


@kernel
def bin_of(y: float) -> int:
    """The bin of a value; the outermost ones have no end."""
    far = abs(y)
    at = int(far / FINE) if far < NEAR else min(SIDE - 1, FINES + int((min(far, FAR) - NEAR) / COARSE))
    return SIDE + at if y >= 0.0 else SIDE - 1 - at


@kernel
def beyond(above: Floats, y: float) -> float:
    """How many values lie at or beyond y. above: (BINS + 1,) values at or beyond each edge."""
    at = bin_of(y)
    share = min(1.0, max(0.0, (y - EDGES[at]) / (EDGES[at + 1] - EDGES[at])))
    return float(above[at] + share * (above[at + 1] - above[at]))


@kernel
def quantile(above: Floats, many: float) -> float:
    """Beyond which value there are so many, fewer than all. above: (BINS + 1,) as in `beyond`."""
    low, high = 0, BINS
    while high - low > 1:
        middle = (low + high) // 2
        if above[middle] > many:
            low = middle
        else:
            high = middle
    inside = above[low] - above[high]
    share = (above[low] - many) / inside if inside > 0.0 else 1.0
    return float(EDGES[low] + share * (EDGES[high] - EDGES[low]))


@kernel
def prepare(counts: Floats, least: float, coming: float, tails: Tails) -> None:
    """Fill in the tails of a distribution.

    counts  (BINS,)
    least   the smallest scale of a tail that begins at zero; farther out it falls as 1 / cosh
    coming  how many values are about to be learnt: one in ten such crowds at most has an incredible one
    """
    for side in range(2):
        above = tails.above[side]
        above[BINS] = 0.0
        for at in range(BINS - 1, -1, -1):
            above[at] = above[at + 1] + counts[at if side == UP else BINS - 1 - at]
        deep = min(DEEP, above[0] / FEW)
        nearer, farther = quantile(above, deep), quantile(above, deep * DEEPER / DEEP)
        tails.start[side] = farther
        tails.scale[side] = max((farther - nearer) / RATIO, least / math.cosh(farther), STEEPEST)
        crowd = max(1.0, coming * deep * DEEPER / DEEP / above[0])
        tails.reach[side] = farther + math.log(FEWEST * crowd) * tails.scale[side]


@kernel
def surprise(tails: Tails, side: int, y: float) -> float:
    """-log10 of the share of values to be expected at or beyond y; from below when `side` is UP, else that of -y."""
    above = tails.above[side]
    start = float(tails.start[side])
    many = beyond(above, min(y, start))
    out = max(0.0, y - start) / float(tails.scale[side])
    return max(0.0, out / DECADE - math.log10(many / above[0]))


@kernel
def count(counts: Floats, tails: Tails, y: float, before: float) -> None:
    """Learn one value, one that is incredible as one that just is not, and that only once.

    counts  (BINS,)  changed in place
    tails   as they were before
    before  what its source had given: where that was as incredible already, nothing is learnt
    """
    high, low = tails.reach[UP], -tails.reach[DOWN]
    if not ((y > high and before > high) or (y < low and before < low)):
        counts[bin_of(min(high, max(low, y)))] += 1.0
