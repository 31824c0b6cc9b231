"""How often a series goes to another level, so that one jump more is no news to it.

A surprising value was a jump if most of the values after it keep nearer to it than to what was expected. Knows how
surprising values were; knows nothing of predictors, and not whether a value that has just come is a jump.
"""

import math

import numpy as np

from unusual.kernels.arrays import States
from unusual.kernels.compiled import bare_kernel

JUMPS = np.dtype(
    [
        ("before", "f8"),  # what was expected when the value came that may be a jump [unit]
        ("after", "f8"),  # that value [unit]
        ("n", "f4"),  # faded number of jumps
        ("sum", "f4"),  # of their surprises, faded alike
        ("most", "f4"),  # the largest surprise since then
        ("left", "i2"),  # values that are still to tell whether it was one; 0 when none may be
        ("kept", "i2"),  # how many have told that it was
    ]
)

STARTLING = 2.5  # surprise from which on a value may be a jump
PROOF = 8  # values that tell whether it was
KEPT = 6  # so many of them have to
FEW = 4.0  # jumps that do not make a habit yet
BEYOND = 0.6  # decades by which a departure may be rarer than the jumps so far


@bare_kernel
def rarest(row: States, seen: float, surprise: float) -> float:
    """What a departure is worth at most, as it may be a jump [decades]; grows with the surprise, inf without any yet.

    Jumps come at a rate, and their surprises are spread about their mean as exponential ones are, the least that can be
    said of them. While they are few, only a part of the rate is believed.

    seen  faded number of values seen
    """
    n = float(row["n"])
    if n == 0.0:
        return math.inf
    believed = n**3 / (n**3 + FEW**3)
    return BEYOND - math.log10(believed * n / seen) + surprise * n / (float(row["sum"]) * math.log(10.0))


@bare_kernel
def learn(row: States, window: float, value: float, expected: float, surprise: float) -> None:
    """Remember one value.

    window    how many values the past counts for
    value     [unit]
    expected  before it came [unit]
    """
    row["n"] -= row["n"] / window
    row["sum"] -= row["sum"] / window
    if row["left"] == 0:
        if surprise >= STARTLING:
            row["before"], row["after"], row["most"] = expected, value, surprise
            row["left"], row["kept"] = PROOF, 0
        return
    row["left"] -= 1
    row["most"] = max(row["most"], surprise)
    row["kept"] += abs(value - row["after"]) < abs(value - row["before"])
    if row["left"] == 0 and row["kept"] >= KEPT:
        row["n"] += 1.0
        row["sum"] += row["most"]
