"""Between which values a series is expected: the surprise of a value turned round.

Outside the interval lies what would have been more surprising than one value of twenty of this series. Knows predictors
and calibration; knows nothing of blocks or of what comes later.
"""

import math

from unusual.kernels import noise
from unusual.kernels.arrays import Floats, States
from unusual.kernels.calibration import QUANTILE, uncalibrate
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.learnt import PREDICTORS, Series
from unusual.kernels.predictors import Forecast
from unusual.kernels.student import FREEDOM, LN10, normal_surprise

CLOSE = 1e-3  # how exactly a bound is looked for [scales]
FARTHEST = 1e4  # no bound lies farther out than this [scales]
LARGEST_EXPONENT = 3.0 * math.log(FARTHEST)  # whose exponential is a number, well beyond the farthest
HALVINGS = 60  # at most, on the way to a bound
EXACT = 1e-9  # how exactly a normal deviation is looked for
ONE_OF_TWO = math.log10(2.0)  # surprise of a side


@bare_kernel
def limit(calibration: States, one_sided: bool, least: float) -> float:
    """The surprise, to either side, of the bounds: that which this series exceeds in one value of twenty.

    least  as in `calibration.calibrate`
    """
    if one_sided:
        return uncalibrate(calibration, QUANTILE + ONE_OF_TWO, least)
    return uncalibrate(calibration, QUANTILE, least) + ONE_OF_TWO


@bare_kernel
def normal_reach(surprise: float) -> float:
    """How far out a standard normal value has this surprise >= log10(2) [deviations]."""
    near, far = 0.0, math.sqrt(2.0 * LN10 * surprise)  # the tail is at most exp(-y^2 / 2)
    while far - near > EXACT:
        middle = 0.5 * (near + far)
        if normal_surprise(middle) < surprise:
            near = middle
        else:
            far = middle
    return far


@bare_kernel
def reach(freedom: float, deviations: float) -> float:
    """How far out Student's t is as surprising as a normal value so many deviations out [scales].

    The inverse of the approximation in `student.t_surprise`.
    """
    root = deviations / (1.0 - 0.25 / freedom)
    exponent = min(root * root / freedom, LARGEST_EXPONENT)
    return min(FARTHEST, math.sqrt(freedom * math.expm1(exponent)))


@bare_kernel
def bound(series: Series, at: int, into: Forecast, reaches: Floats, surprise: float, direction: float) -> float:
    """The value whose surprise to one side is `surprise`: it lies between those of the single predictors.

    reaches    (7,) of each predictor [scales]
    direction  +1 upper, -1 lower
    """
    near, far, scale = math.inf, -math.inf, 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            out = direction * into.mean[i] + reaches[i] * into.scale[i]
            near, far, scale = min(near, out), max(far, out), max(scale, into.scale[i])
    for _ in range(HALVINGS):
        if far - near <= CLOSE * scale:
            break
        middle = 0.5 * (near + far)
        if noise.surprise(series, at, into, direction * middle, direction) < surprise:
            near = middle
        else:
            far = middle
    return direction * far


@bare_kernel
def reaches_of(series: Series, at: int, surprise: float, reaches: Floats) -> None:
    """Fill in how far out each predictor of a series finds this surprise: (7,) [scales]."""
    deviations = normal_reach(surprise)
    for i in range(PREDICTORS):
        reaches[i] = reach(max(1.0, min(series.experts[at, i]["n"], FREEDOM)), deviations)


@bare_kernel
def interval(
    series: Series, at: int, into: Forecast, reaches: Floats, below: float, above: float
) -> tuple[float, float]:
    """Lower and upper bound of what is expected [unit].

    reaches       (7,) scratch
    below, above  the surprise of a value at the lower and the upper bound, each to its side
    """
    reaches_of(series, at, below, reaches)
    lower = bound(series, at, into, reaches, below, -1.0)
    if above != below:
        reaches_of(series, at, above, reaches)
    return lower, bound(series, at, into, reaches, above, 1.0)
