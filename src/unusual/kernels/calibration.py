"""How surprising a surprise is in a series that is often surprising.

Under a perfect model a surprise s = -log10 p is exponential with mean 1 / ln 10. Real noise (heavy tails, bursts) gives
another tail; it is followed by the mean excess over a high quantile, which for power-law tails of the data is Hill's
estimator (B. M. Hill, Ann. Statist. 3, 1975), and the surprise is put back on the exponential scale.
"""

import math

import numpy as np

from unusual.kernels.arrays import Floats, States
from unusual.kernels.compiled import bare_kernel, kernel

CALIBRATION = np.dtype(
    [
        ("quantile", "f8"),  # exceeded by a share TAIL of the surprises
        ("excess", "f8"),  # mean excess of the largest surprise of a cluster over the quantile
        ("n", "f8"),  # surprises seen
        ("clusters", "f8"),  # clusters of exceedances seen
        ("largest", "f8"),  # excess of the cluster under way, 0 when there is none
        ("calm", "f8"),  # surprises since the last exceedance
    ]
)
LAYOUT = 1

TAIL = 0.05  # share of surprises above the quantile
QUANTILE = -math.log10(TAIL)  # where it lies under a perfect model
EXCESS = 1.0 / math.log(10.0)  # mean excess under a perfect model
PRIOR = 10.0  # how many clusters the perfect model is worth
LOWEST = 0.5  # quantile that is followed, as a share of the perfect model's
APART = 5.0  # surprises without an exceedance that end a cluster


def fresh() -> States:
    """One row, () CALIBRATION, that starts from a perfect model."""
    return np.array((QUANTILE, EXCESS, 0.0, 0.0, 0.0, 0.0), CALIBRATION)


@bare_kernel
def calibrate(state: States, surprise: float, least: float) -> float:
    """The surprise on the exponential scale; grows strictly with `surprise` >= 0. Changes nothing.

    least  as in `absorb`, for the quantile
    """
    quantile = max(float(state["quantile"]), least * QUANTILE)
    if surprise <= quantile:
        return surprise * QUANTILE / quantile
    return QUANTILE + (surprise - quantile) * EXCESS / float(state["excess"])


@bare_kernel
def uncalibrate(state: States, calibrated: float, least: float) -> float:
    """The surprise that `calibrate` would turn into `calibrated` >= 0. Changes nothing."""
    quantile = max(float(state["quantile"]), least * QUANTILE)
    if calibrated <= QUANTILE:
        return calibrated * quantile / QUANTILE
    return quantile + (calibrated - QUANTILE) * float(state["excess"]) / EXCESS


@bare_kernel
def absorb(state: States, surprise: float, least: float) -> None:
    """Learn one surprise: the quantile by Robbins-Monro steps, the mean excess with clipped steps.

    Exceedances that follow each other are one event and teach once, by their largest (runs declustering: Smith and
    Weissman, J. R. Statist. Soc. B 56, 1994), so that a long incident does not blunt the series for the next one.

    least  the smallest excess to believe in, as a share of the perfect model's: below 1 a model that is too careful
           becomes sharper
    """
    state["n"] += 1.0
    state["calm"] += 1.0
    gain = max(4.0 / (float(state["n"]) + 25.0), 0.01)
    if surprise > state["quantile"]:
        state["largest"] = max(state["largest"], surprise - state["quantile"])
        state["calm"] = 0.0
        state["quantile"] += gain * (1.0 - TAIL)
    else:
        state["quantile"] -= gain * TAIL
    state["quantile"] = min(max(state["quantile"], LOWEST * QUANTILE), 8.0 * QUANTILE)
    if state["largest"] > 0.0 and state["calm"] >= APART:
        state["clusters"] += 1.0
        rate = max(1.0 / (float(state["clusters"]) + PRIOR), 0.005)
        step = min(float(state["largest"]), 6.0 * float(state["excess"])) - float(state["excess"])
        state["excess"] = max(least * EXCESS, state["excess"] + rate * step)
        state["largest"] = 0.0


@kernel
def settle(state: States, surprises: Floats, teach: bool) -> None:
    """Put (b,) surprises in time order on the exponential scale, in place, each by those before it; never sharper.

    state  (1,)  CALIBRATION; learns unless `teach` is false
    """
    for i in range(surprises.size):
        raw = surprises[i]
        surprises[i] = calibrate(state[0], raw, 1.0)
        if teach:
            absorb(state[0], raw, 1.0)
