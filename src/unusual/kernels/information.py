"""How much information a set of strings holds: the Shannon information of its bytes.

With n_b of N symbols being b, -sum n_b log2(n_b / N) bits are the least that a code for single symbols needs (C. E.
Shannon, "A mathematical theory of communication", Bell Syst. Tech. J. 27, 1948). Each string ends in a symbol of its
own, so that the number of strings counts too. The order of the strings does not matter, and one more string never
lessens the information.
"""

import math

import numpy as np

from unusual.kernels.arrays import Bytes, Floats, Ints, Shorts
from unusual.kernels.compiled import kernel

END = 256  # the symbol after the last byte of a string
SYMBOLS = END + 1


@kernel
def entropy(counts: Ints) -> float:
    """The information [bits] of symbols that occur this often, (SYMBOLS,)."""
    total = int(counts.sum())
    if total == 0:
        return 0.0
    bits = total * math.log2(total)
    for symbol in range(counts.size):
        if counts[symbol] > 1:
            bits -= counts[symbol] * math.log2(counts[symbol])
    return max(0.0, bits)


@kernel
def information(text: Bytes, ends: Ints, entry_of: Shorts, bits: Floats) -> None:
    """The information of the strings of each entry.

    text      the bytes of all strings, one after the other
    ends      (k,)  where each string ends in `text`
    entry_of  (k,)  the entry of each string, never decreasing
    bits      (n,)  the answer; entries without strings are left alone
    """
    counts = np.zeros(SYMBOLS, np.int64)
    begin = 0
    for i in range(ends.size):
        for at in range(begin, ends[i]):
            counts[text[at]] += 1
        counts[END] += 1
        begin = ends[i]
        if i + 1 == ends.size or entry_of[i + 1] != entry_of[i]:
            bits[entry_of[i]] = entropy(counts)
            counts[:] = 0
