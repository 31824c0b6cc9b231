"""How often something at least as surprising happened lately, and the score 0..100 that follows from it.

Knows a fading histogram of surprises; knows nothing of what was surprising.
"""

import math

import numpy as np

from unusual.kernels.compiled import Floats, Ints, kernel

WIDTH = 0.1  # of a bin, in decades of probability
BINS = 640
LEAST = 1.3  # surprises below this are neither counted nor scored: one value in twenty is that surprising

# Score by surprise, linear between, in decades of rarity: 3 is where warnings begin, 25 minor, 50 major, 75 critical.
SURPRISES = np.array([LEAST, 2.0, 3.0, 3.7, 5.0, 8.0, 15.0, 50.0, 400.0])
SCORES = np.array([0.0, 3.0, 25.0, 50.0, 75.0, 90.0, 97.0, 99.5, 100.0])


@kernel
def as_surprising(counts: Floats, surprise: float) -> float:
    """How many past surprises reach this one, by the histogram, linear inside a bin."""
    position = min(surprise / WIDTH, BINS - 1.0)
    bin_ = int(position)
    total = (1.0 - (position - bin_)) * counts[bin_] if surprise < WIDTH * BINS else 0.0
    for i in range(bin_ + 1, counts.size):
        total += counts[i]
    return total


@kernel
def score(counts: Floats, surprise: float) -> float:
    """0..100; grows with the surprise, falls with every past surprise of its size.

    counts    (BINS,)  faded numbers of past surprises
    surprise  -log10 probability, >= 0
    """
    if surprise <= LEAST:
        return 0.0
    rarity = surprise - math.log10(1.0 + as_surprising(counts, surprise))
    return float(np.interp(rarity, SURPRISES, SCORES))


@kernel
def rank(counts: Floats, fading: float, surprises: Floats, first: Ints, scores: Floats, teach: bool) -> None:
    """Score the surprises of each bucket by the buckets before it and, if `teach`, count them.

    counts     (BINS,)  changed in place
    fading     share of a count kept per bucket, 0 < fading <= 1
    surprises  (k,)
    first      (b+1,)   surprises[first[i]:first[i+1]] belong to bucket i
    scores     (k,)     the answer
    """
    for bucket in range(first.size - 1):
        for i in range(first[bucket], first[bucket + 1]):
            scores[i] = score(counts, surprises[i])
        if not teach:
            continue
        for i in range(counts.size):
            counts[i] *= fading
        for i in range(first[bucket], first[bucket + 1]):
            if surprises[i] > LEAST:
                counts[int(min(surprises[i] / WIDTH, BINS - 1.0))] += 1.0
