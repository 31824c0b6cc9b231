"""Many circles, days or weeks: when on each something usually happens, and how unusual another moment is.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from math import prod
from typing import Any

import numpy as np

from unusual.kernels import calibration, circular
from unusual.kernels.arrays import Flags, Floats, Ints
from unusual.kernels.circular import CIRCLE, PHASES, WIDTHS, Circles, Dial, walk_moments
from unusual.kernels.samples import Judgement, Samples, judgement
from unusual.models.rows import grown, taken
from unusual.models.sampled import judged_in_lanes

FREEDOM = 6.0  # of the t distribution that smooths
WIDEN = 3.0  # from one width to the next
BINS = {86_400: 144, 604_800: 336}  # by the period: bins of ten minutes, of half an hour
LAYOUT = (circular.LAYOUT, calibration.LAYOUT)


class CircularModel:
    """Learnt state of circles that share one period.

    >>> model = CircularModel(period=86_400, span=900)
    >>> model.grow(3)
    >>> model.size
    3
    """

    def __init__(self, period: int, span: int) -> None:
        """An empty model. period: a day or a week [s]; span: length of a bucket [s]."""
        self.size = 0
        bins = BINS[period]
        self.dial = Dial(period, span, smoothing(bins))
        self._circles = Circles(
            np.zeros(0, CIRCLE),
            np.zeros((0, WIDTHS + 1)),
            np.zeros((0, WIDTHS, bins), np.float32),
            np.zeros(0, calibration.CALIBRATION),
        )

    def grow(self, size: int) -> None:
        """Make room for circles 0 .. size - 1; those that exist stay as they are."""
        if size <= self.size:
            return
        self._circles = Circles(*(grown(array, size) for array in self._circles))
        self._circles.calibrations[self.size : size] = calibration.fresh()
        self.size = size

    def keep(self, chosen: Ints) -> None:
        """Forget all circles but the chosen, (s,) in order, which become circles 0 .. s - 1."""
        self._circles = Circles(*(taken(array, chosen) for array in self._circles))
        self.size = chosen.size

    def walk(self, moments: Samples, *, teach: bool) -> Judgement:
        """Judge each entry by the buckets before its own and, if `teach`, learn it."""

        def judge(some: Samples) -> Judgement:
            answer = judgement(some.row.size)
            walk_moments(self._circles, self.dial, some, answer, teach)
            return answer

        return judged_in_lanes(moments, judge)

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen circles, (S,), ahead; what has learnt nothing has no clock yet."""
        self._circles.rows["shift"][: self.size][chosen & self.known] += seconds

    @property
    def known(self) -> Flags:
        """(S,) which circles have learnt anything."""
        return np.asarray(self._circles.rows["n"][: self.size] > 0.0)

    @property
    def bytes_each(self) -> int:
        """Memory of one row [bytes]."""
        return sum(array.itemsize * prod(array.shape[1:]) for array in self._circles)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        return {name: array[: self.size] for name, array in zip(Circles._fields, self._circles, strict=True)}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken; period and span must be the same."""
        self._circles = Circles(*(state[name].copy() for name in Circles._fields))
        self.size = len(self._circles.rows)


def smoothing(bins: int) -> Floats:
    """(WIDTHS, PHASES, bins) the share of a moment in bin 0 that each bin gets, by kernel and place within the bin.

    Bin b stands for the place b on a circle of `bins`; the kernels are wrapped Student t of scales 1, 3 and 9 bins.
    """
    scale = WIDEN ** np.arange(WIDTHS)[:, None, None]
    place = (np.arange(PHASES)[None, :, None] + 0.5) / PHASES
    away = np.abs(np.arange(bins)[None, None, :] - place)
    ring = np.minimum(away, bins - away)
    lines = (1.0 + (ring / scale) ** 2 / FREEDOM) ** (-(FREEDOM + 1.0) / 2.0)
    return np.ascontiguousarray(lines / lines.sum(axis=2, keepdims=True), np.float64)
