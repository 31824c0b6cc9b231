"""How often a series goes to another level, so that one jump more is no news to it, and when it comes back from one.

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
        ("after", "f8"),  # that value [unit]; the same as before where there is nowhere to come back to
        ("n", "f4"),  # faded number of jumps
        ("sum", "f4"),  # of their surprises, faded alike
        ("most", "f4"),  # the largest surprise since then
        ("left", "i2"),  # values that are still to tell whether it was one; 0 when none may be
        ("kept", "i2"),  # how many have told that it was; later of the newest ones
        ("coming", "i2"),  # values for which the series is on the way back
        ("away", "i4"),  # values since then
        ("stayed", "i4"),  # values for which it had been where it was before
    ]
)

STARTLING = 2.5  # surprise from which on a value may be a jump
PROOF = 8  # values that tell whether it was
KEPT = 6  # so many of them have to
FEW = 4.0  # jumps that do not make a habit yet
NEAR = 0.3  # of the way: so near to where it was before, a series is back
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
def leads_back(row: States, value: float, expected: float) -> bool:
    """Whether a value is back where the series was before its newest jump, or on the way after the first of these.

    Only while the series has been away for no more time than it had been there.

    value     [unit]
    expected  [unit]
    """
    way = float(row["before"] - row["after"])
    if way == 0.0 or row["away"] > row["stayed"]:
        return False
    if row["left"] > 0:  # what is expected may not have moved
        return abs(value - float(row["before"])) < NEAR * abs(way)
    least = 0.0 if row["coming"] > 0 else 1.0 - NEAR
    return least < (value - expected) / way < 1.0 + NEAR


@bare_kernel
def leave(row: States, value: float, expected: float, surprise: float) -> None:
    """A value that may be a jump."""
    row["before"], row["after"], row["most"] = expected, value, surprise
    row["left"], row["kept"] = PROOF, 0
    row["stayed"], row["away"] = row["away"], 0


@bare_kernel
def arrive(row: States) -> None:
    """The series is where it was before: there is nowhere to come back to."""
    row["after"] = row["before"]
    row["away"] += row["stayed"]
    row["stayed"], row["coming"] = 0, 0


@bare_kernel
def settle(row: States) -> None:
    """Say whether there was a jump, as enough values have told."""
    if row["kept"] >= KEPT:
        row["n"] += 1.0
        row["sum"] += row["most"]
    else:
        arrive(row)


@bare_kernel
def learn(row: States, window: float, value: float, expected: float, surprise: float) -> None:
    """Remember one value.

    window    how many values the past counts for
    value     [unit]
    expected  before it came [unit]
    """
    row["n"] -= row["n"] / window
    row["sum"] -= row["sum"] / window
    back = leads_back(row, value, expected)
    row["away"] += 1
    keeps = abs(value - row["after"]) < abs(value - row["before"])
    if row["left"] > 0:
        row["left"] -= 1
        row["kept"] += keeps
        row["most"] = max(row["most"], surprise)
        if row["left"] == 0:
            settle(row)
    elif row["coming"] > 0:
        row["coming"] -= 1
        if row["coming"] == 0:
            arrive(row)
    elif surprise < STARTLING:
        row["kept"] = min(row["kept"] + 1, PROOF) if keeps else max(row["kept"] - 1, 0)
        if row["kept"] == 0:
            arrive(row)
    elif back:
        row["coming"] = PROOF
    else:
        leave(row, value, expected, surprise)
