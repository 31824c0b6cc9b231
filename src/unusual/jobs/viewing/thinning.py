"""Many points for a screen that has fewer: the highest and the lowest of each column of pixels; knows no metric."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Curves(NamedTuple):
    """Values over time, with the interval in which each was expected.

    times    (n,) growing [ms]
    actual   (n,) NaN where there is none
    lower, upper  (n,) NaN where nothing was expected
    """

    times: NDArray[np.int64]
    actual: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def thinned(curves: Curves, most: int) -> Curves:
    """At most about twice `most` points, among them the lowest and the highest value of each of `most` stretches.

    A point that stays has the widest interval of its stretch.
    """
    times = curves.times
    if times.size <= 2 * most:
        return curves
    stretch = (times - times[0]) * most // (times[-1] - times[0] + 1)
    first = np.flatnonzero(np.diff(stretch, prepend=-1))
    lower = np.fmin.reduceat(curves.lower, first)
    upper = np.fmax.reduceat(curves.upper, first)
    column = np.cumsum(np.diff(stretch, prepend=-1) > 0) - 1
    kept = np.unique(
        np.concatenate([_places(curves.actual, column, low=True), _places(curves.actual, column, low=False)])
    )
    return Curves(times[kept], curves.actual[kept], lower[column[kept]], upper[column[kept]])


def _places(values: NDArray[np.float64], column: NDArray[np.int64], *, low: bool) -> NDArray[np.int64]:
    """Where the lowest or the highest value of each column is; NaN only where there is nothing else."""
    order = np.lexsort((values if low else -values, column))
    return order[np.flatnonzero(np.diff(column[order], prepend=-1))]
