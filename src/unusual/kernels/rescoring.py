"""What surprises of the past deserve in view of everything known now, as one rising curve of scores.

Knows the history that scores are relative to; knows nothing of who was surprising, or when.
"""

import numpy as np

from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.compiled import kernel
from unusual.kernels.ranking import BLOCK, LARGEST, LEAST, RARITIES, History, bin_of, rank, score

# The surprises at which the curve is known, linear between: close where scores rise steeply.
GRID = np.unique(np.concatenate([RARITIES, np.arange(LEAST, 10.0, 0.1), np.geomspace(10.0, LARGEST, 75)]).round(3))

NOTABLE = 25.0  # a score from which on a result is reason enough to look at the history anew
SELDOM = 1000.0  # buckets after which it is looked at in any case, as it also moves little by little


@kernel
def rank_on(
    history: History, window: float, surprises: Floats, first: Ints, scores: Floats, at: int, watch: Floats
) -> int:
    """Like `rank` with `teach`, of the buckets from number `at` on, up to where the history is to be looked at anew.

    That is at the first end of a block after a notable score, and seldom without one. The answer is the number of
    the next bucket; `watch` is then zero if the history is to be looked at.

    watch  (2,)  the highest score and the number of buckets since the last look
    """
    last = first.size - 1
    while at < last:
        until = min(last, at + int(BLOCK - history.block[1]))  # as far as the block under way
        rank(history, window, surprises, first[at : until + 1], scores, True)
        for i in range(first[at], first[until]):
            watch[0] = max(watch[0], scores[i])
        watch[1] += until - at
        at = until
        if history.block[1] == 0.0 and (watch[0] >= NOTABLE or watch[1] >= SELDOM):
            watch[0], watch[1] = 0.0, 0.0
            break
    return at


@kernel
def deserve(history: History, window: float, surprises: Floats, scores: Floats) -> None:
    """The score of each surprise if all that is known were its past; a larger one never has a lower score.

    The history holds what happened: among what reaches a surprise, one is the surprise itself and is left out.

    history    unchanged
    window     how many buckets the past counts for
    surprises  (k,)  growing
    scores     (k,)  the answer
    """
    counts = history.counts.copy()
    highest, before = 0.0, LEAST
    for i in range(surprises.size):
        counts[:] = history.counts
        itself = 1.0
        for j in range(bin_of(before), counts.size):
            taken = min(itself, counts[j])
            counts[j] -= taken
            itself -= taken
            if itself <= 0.0:
                break
        before = max(LEAST, surprises[i])
        highest = max(highest, score(counts, window, max(BLOCK, history.seen[0]), surprises[i]))
        scores[i] = highest
