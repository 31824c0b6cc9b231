"""How rare a surprise is, given how often about as surprising things happened before, and the score 0..100 of it.

Knows a fading histogram of the largest surprise of each stretch of buckets (block maxima: Coles, "An Introduction to
Statistical Modeling of Extreme Values", 2001); knows nothing of what was surprising.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.compiled import Floats, Ints, kernel

WIDTH = 0.1  # of a bin, in decades of probability
BINS = 640
LEAST = 1.5  # surprises below this are neither counted nor scored: one value in thirty is that surprising

# Score by surprise, linear between, in decades of rarity: 3 is where warnings begin, 25 minor, 50 major, 75 critical.
SURPRISES = np.array([LEAST, 2.0, 3.0, 3.7, 5.0, 8.0, 15.0, 50.0, 400.0])
SCORES = np.array([0.0, 3.0, 25.0, 50.0, 75.0, 90.0, 97.0, 99.5, 100.0])


BLOCK = 5.0  # buckets of which only the largest surprise is remembered, so that one incident counts once
ALIKE = 0.6  # a past surprise of this share of a new one begins to take from its rarity; an equal one takes all it can
BEYOND = 0.6  # decades by which a surprise may be rarer than its like in the past; none when each block has its like
FEW = 5.0  # past surprises alike of which it is not held against them that they came in a short time


class History(NamedTuple):
    """What was surprising before.

    counts  (BINS,)  faded numbers of past block maxima
    block   (2,)     the block under way: its largest surprise so far, and how many buckets it has
    seen    (1,)     faded number of buckets seen
    """

    counts: Floats
    block: Floats
    seen: Floats


@kernel
def alike(counts: Floats, surprise: float) -> float:
    """How many past block maxima were about as surprising: all that reach it, and a part of those that come near."""
    total = 0.0
    first = int(min(ALIKE * surprise / WIDTH, BINS - 1.0))
    for i in range(first, counts.size):
        share = ((i + 0.5) * WIDTH / surprise - ALIKE) / (1.0 - ALIKE)
        total += counts[i] * min(1.0, max(0.0, share))
    return total


@kernel
def score(counts: Floats, window: float, seen: float, surprise: float) -> float:
    """0..100; grows with the surprise, falls with every past surprise about its size.

    How often its like comes is measured against the whole window while they are few, and against what was seen of it
    once they are many.

    counts    (BINS,)  faded numbers of past block maxima
    window    how many buckets the past counts for
    seen      how many of them there were yet
    surprise  -log10 probability, >= 0
    """
    if surprise <= LEAST:
        return 0.0
    many = alike(counts, surprise)
    doubt = 1.0 / (1.0 + (many / FEW) ** 3)
    often = many / (doubt * window + (1.0 - doubt) * seen)
    rarity = surprise if often <= 0.0 else min(surprise, BEYOND - math.log10(often))
    return float(np.interp(rarity, SURPRISES, SCORES))


@kernel
def rank(history: History, window: float, surprises: Floats, first: Ints, scores: Floats, teach: bool) -> None:
    """Score the surprises of each bucket by the buckets before it and, if `teach`, remember them.

    history    changed in place
    window     how many buckets the past counts for
    surprises  (k,)
    first      (b+1,)   surprises[first[i]:first[i+1]] belong to bucket i
    scores     (k,)     the answer
    """
    counts, block, seen = history
    fading = math.exp(-BLOCK / window)
    for bucket in range(first.size - 1):
        largest = 0.0
        for i in range(first[bucket], first[bucket + 1]):
            scores[i] = score(counts, window, seen[0] + BLOCK, surprises[i])
            largest = max(largest, surprises[i])
        if not teach:
            continue
        block[0] = max(block[0], largest)
        block[1] += 1.0
        if block[1] >= BLOCK:
            for i in range(counts.size):
                counts[i] *= fading
            if block[0] > LEAST:
                counts[int(min(block[0] / WIDTH, BINS - 1.0))] += 1.0
            block[:] = 0.0
            seen[0] = seen[0] * fading + BLOCK
