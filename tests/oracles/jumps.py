"""How often a series jumped to another level, said plainly: from the whole list of what it was shown."""

import math

from tests.oracles.recurrence import seen
from unusual.kernels.jumps import BEYOND, FEW, KEPT, PROOF, STARTLING
from unusual.kernels.ranking import BLOCK, LEAST


def jumps(sights):
    """[(values since it was known, surprise)] of every jump."""
    found, at = [], 0
    while at < len(sights):
        begun = sights[at]
        after = sights[at + 1 : at + 1 + PROOF]
        at += 1
        if begun.surprise < STARTLING:
            continue
        at += PROOF
        nearer = [abs(one.value - begun.value) < abs(one.value - begun.expected) for one in after]
        if len(after) == PROOF and sum(nearer) >= KEPT:
            found.append((len(sights) - at, max(one.surprise for one in [begun, *after])))
    return found


def most_for_a_jump(sights, sight):
    """The decades that one departure more is worth at most."""
    weighed = [((1.0 - 1.0 / sight.window) ** age, surprise) for age, surprise in jumps(sights)]
    if not weighed:
        return math.inf
    n = sum(weight for weight, _ in weighed)
    mean = sum(weight * surprise for weight, surprise in weighed) / n
    rate = n / (seen([one.surprise for one in sights], sight.window) + BLOCK)
    believed = n**3 / (n**3 + FEW**3)
    return max(LEAST, BEYOND - math.log10(rate * believed) + math.log10(math.e) * sight.surprise / mean)
