"""How rare a surprise is, given how often about as surprising things happened before, and the score 0..100 of it.

Knows a fading histogram of the largest surprise of each stretch of buckets (block maxima: Coles, "An Introduction to
Statistical Modeling of Extreme Values", 2001); knows nothing of what was surprising.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.compiled import bare_kernel, kernel

LEAST = 1.5  # surprises below this are neither counted nor scored: one value in thirty is that surprising
LARGEST = 400.0  # surprises beyond this are counted as if they were this
BINS = 48
LOG_RATIO = math.log(LARGEST / LEAST) / BINS  # of the edges of neighbouring bins

# Score by rarity, linear between, in decades: 3 is where warnings begin, 25 minor, 50 major, 75 critical.
RARITIES = np.array([LEAST, 2.0, 3.0, 4.2, 5.5, 8.0, 15.0, 50.0, 400.0])
SCORES = np.array([0.0, 3.0, 25.0, 50.0, 75.0, 90.0, 97.0, 99.5, 100.0])

BLOCK = 5.0  # buckets of which only the largest surprise is remembered, so that one incident counts once
DAY, WINDOW_DAYS, WINDOW_BUCKETS = 86_400, 30, 2000.0


class Likeness(NamedTuple):
    """How the past takes from the rarity of a surprise.

    near    a past surprise of this share of a new one begins to; an equal one takes all it can
    few     past surprises alike of which it is not held against them that they came in a short time
    beyond  decades by which a surprise may be rarer than its like in the past; all of them when nothing was like it
    """

    near: float
    few: float
    beyond: float


IN_FEATURE = Likeness(0.6, 5.0, 0.6)
IN_JOB = Likeness(0.8, 10.0, 1.5)  # what is rare for one series is only worth less if many are as rare


class History(NamedTuple):
    """What was surprising before.

    counts  (BINS,)  faded numbers of past block maxima
    block   (2,)     the block under way: its largest surprise so far, and how many buckets it has
    seen    (1,)     faded number of buckets seen
    """

    counts: Floats
    block: Floats
    seen: Floats


@bare_kernel
def remembered(span: int) -> float:
    """For how many buckets of `span` [s] the past counts: those of 30 days, at least 2,000."""
    return max(WINDOW_DAYS * DAY / span, WINDOW_BUCKETS)


def unwritten() -> History:
    """A past in which nothing has happened."""
    return History(np.zeros(BINS), np.zeros(2), np.zeros(1))


@bare_kernel
def bin_of(surprise: float) -> int:
    """Where a surprise >= LEAST is counted."""
    return int(min(math.log(surprise / LEAST) / LOG_RATIO, BINS - 1.0))


@bare_kernel
def alike(counts: Floats, surprise: float, near: float) -> float:
    """How many past block maxima were about as surprising: all that reach it, and a part of those that come near."""
    total = 0.0
    for i in range(bin_of(max(LEAST, near * surprise)), counts.size):
        if counts[i] > 0.0:
            share = (LEAST * math.exp((i + 0.5) * LOG_RATIO) / surprise - near) / (1.0 - near)
            total += counts[i] * min(1.0, max(0.0, share))
    return total


@bare_kernel
def rarity(counts: Floats, window: float, seen: float, surprise: float, likeness: Likeness) -> float:
    """What is left of a surprise in view of its like in the past; grows with it, falls with each of them.

    How often its like comes is measured against the whole window while they are few, and against what was seen of it
    once they are many.

    counts    (BINS,)  faded numbers of past block maxima
    window    how many buckets the past counts for
    seen      how many of them there were yet
    surprise  -log10 probability, >= 0
    """
    if surprise <= LEAST:
        return surprise
    many = alike(counts, surprise, likeness.near)
    if many <= 0.0:
        return surprise
    doubt = 1.0 / (1.0 + (many / likeness.few) ** 3)
    often = many / (doubt * window + (1.0 - doubt) * seen)
    return min(surprise, max(LEAST, likeness.beyond - math.log10(often)))


@bare_kernel
def record(counts: Floats, block: Floats, seen: Floats, window: float, surprise: float) -> None:
    """Remember the largest surprise of one bucket more; the arrays are those of a `History`."""
    block[0] = max(block[0], surprise)
    block[1] += 1.0
    if block[1] < BLOCK:
        return
    fading = math.exp(-BLOCK / window)
    for i in range(counts.size):
        counts[i] *= fading
    if block[0] > LEAST:
        counts[bin_of(block[0])] += 1.0
    block[0], block[1] = 0.0, 0.0
    seen[0] = seen[0] * fading + BLOCK


@kernel
def score(counts: Floats, window: float, seen: float, surprise: float) -> float:
    """0..100 of what happened in a job; the arguments are those of `rarity`."""
    return float(np.interp(rarity(counts, window, seen, surprise, IN_JOB), RARITIES, SCORES))


@kernel
def recur(
    history: History,
    window: float,
    likeness: Likeness,
    surprises: Floats,
    first: Ints,
    rarities: Floats,
    teach: bool,
) -> None:
    """What is left of the surprises of each bucket by the buckets before it; if `teach`, they are remembered.

    history    changed in place
    window     how many buckets the past counts for
    surprises  (k,)
    first      (b+1,)   surprises[first[i]:first[i+1]] belong to bucket i
    rarities   (k,)     the answer
    """
    counts, block, seen = history
    for bucket in range(first.size - 1):
        largest = 0.0
        for i in range(first[bucket], first[bucket + 1]):
            rarities[i] = rarity(counts, window, seen[0] + BLOCK, surprises[i], likeness)
            largest = max(largest, surprises[i])
        if teach:
            record(counts, block, seen, window, largest)


@kernel
def rank(history: History, window: float, surprises: Floats, first: Ints, scores: Floats, teach: bool) -> None:
    """Like `recur` for what happened in a job, as scores 0..100: (k,)."""
    recur(history, window, IN_JOB, surprises, first, scores, teach)
    for i in range(first[0], first[-1]):
        scores[i] = np.interp(scores[i], RARITIES, SCORES)
