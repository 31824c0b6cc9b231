"""Entries made of several samples each, and what is said of them: the least usual sample speaks for its entry.

Knows no model; those of moments and of places read the samples, each in its own way.
"""

from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Flags, Floats, Ints

DAY = 86_400


class Samples(NamedTuple):
    """The samples of k entries, in order of bucket.

    bucket  (k,)    number of the bucket
    row     (k,)    the model's row that judges and learns the entry; several entries of a bucket may share one
    first   (k+1,)  value[first[i]:first[i+1]] belong to entry i, at least one
    value   (m,)    ascending within an entry
    learnt  (k,)    whether the row may learn the entry
    """

    bucket: Ints
    row: Ints
    first: Ints
    value: Floats
    learnt: Flags


class Judgement(NamedTuple):
    """The answer, (k,) each.

    surprise  calibrated, -log10 of the probability that an entry has a sample this unusual
    least     position in `value` of the least usual sample of the entry
    typical   what would have been usual in its stead, as a value
    """

    surprise: Floats
    least: Ints
    typical: Floats


def judgement(entries: int) -> Judgement:
    """Room for one answer."""
    return Judgement(np.zeros(entries), np.zeros(entries, np.int64), np.zeros(entries))
