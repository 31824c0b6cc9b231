"""Many series of one metric over time: predictions, their errors, and how surprising each was lately.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from math import prod
from typing import Any

import numpy as np

from unusual.kernels import calibration, predictors
from unusual.kernels.compiled import Ints, States
from unusual.kernels.continuing import Course, go_on
from unusual.kernels.predictors import EXPERT, LEVELS, PREDICTORS, SLOT, Series
from unusual.kernels.walk import DAY, WEEK, Block, Measure, Parts, Verdict, walk
from unusual.models.rows import grown

FINEST_DAY = 288  # slots of the daily profile at most
FINEST_WEEK = 168  # slots of the weekly correction at most
LAYOUT = (predictors.LAYOUT, calibration.LAYOUT)


class SeriesModel:
    """Learnt state of `size` series that share one bucket span.

    >>> model = SeriesModel(span=900)
    >>> model.grow(3)
    >>> model.size
    3
    """

    def __init__(self, span: int) -> None:
        """An empty model. span: length of a bucket [s]."""
        self.size = 0
        days = 0 if span * 2 > DAY else min(FINEST_DAY, DAY // span)
        weeks = 0 if span * 2 > WEEK or days == 0 else min(FINEST_WEEK, WEEK // span)
        self._series = Series(
            np.zeros(0, LEVELS),
            np.zeros((0, PREDICTORS), EXPERT),
            np.zeros((0, days), SLOT),
            np.zeros((0, weeks), SLOT),
        )
        self._calibrations: States = np.zeros(0, calibration.CALIBRATION)

    def grow(self, size: int) -> None:
        """Make room for series 0 .. size - 1; those that exist stay as they are."""
        if size <= self.size:
            return
        had = len(self._calibrations)
        self._series = Series(*(grown(array, size) for array in self._series))
        self._calibrations = grown(self._calibrations, size)
        self._calibrations[had:] = calibration.fresh()
        self.size = size

    def walk(self, measure: Measure, block: Block, parts: Parts, *, teach: bool) -> Verdict:
        """Judge each value of the block by what came before it and, if `teach`, learn it."""
        block = block._replace(value=np.clip(block.value, -predictors.LARGEST, predictors.LARGEST))
        verdict = Verdict(np.zeros(block.series.size), np.zeros(block.series.size))
        walk(self._series, self._calibrations, measure, block, parts, verdict, teach)
        return verdict

    def course(self, measure: Measure, chosen: Ints, first: int, buckets: int) -> Course:
        """The chosen series (s,) over `buckets` buckets from number `first` on; the model stays as it is."""
        course = Course(*(np.empty((chosen.size, buckets)) for _ in Course._fields))
        go_on(self._series, self._calibrations, measure, chosen, first, course)
        return course

    @property
    def known(self) -> Ints:
        """The series that have seen enough to be continued."""
        return np.flatnonzero(self._series.levels[: self.size]["n"] >= predictors.FEWEST)

    @property
    def bytes_each(self) -> int:
        """Memory of one series [bytes]."""
        return sum(array.itemsize * prod(array.shape[1:]) for array in (*self._series, self._calibrations))

    @property
    def bytes(self) -> int:
        """Memory of all rows [bytes], those kept for growth included."""
        return sum(array.nbytes for array in self._series) + self._calibrations.nbytes

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        named = zip(Series._fields, self._series, strict=True)
        return {"calibrations": self._calibrations[: self.size]} | {name: a[: self.size] for name, a in named}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken; the span must be the same."""
        self._series = Series(*(state[name].copy() for name in Series._fields))
        self._calibrations = state["calibrations"].copy()
        self.size = len(self._calibrations)
