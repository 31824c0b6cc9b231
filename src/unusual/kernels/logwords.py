"""Words with a known role in log lines, looked up by hash; knows roles, not which words have them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.arrays import Bytes
from unusual.kernels.compiled import bare_kernel

PLAIN, FIXED, DATE, UNIT, LEVEL, CUE, TEXT, NAME = 0, 1, 2, 3, 4, 5, 6, 7
# FIXED a value although it is a word; CUE a name whose value is a free word; TEXT a name whose value is a message;
# NAME any other word with `=`


class Lexicon(NamedTuple):
    """A table of word hashes, at most half full.

    hashes  (2^m,)  0 where empty
    kinds   (2^m,)  the role of each
    """

    hashes: NDArray[np.uint64]
    kinds: Bytes


@bare_kernel
def kind_of(lexicon: Lexicon, word: np.uint64) -> int:
    """The role of a word, PLAIN when it has none."""
    mask = lexicon.hashes.size - 1
    at = int(word >> np.uint64(8)) & mask
    while lexicon.hashes[at] != 0:
        if lexicon.hashes[at] == word:
            return int(lexicon.kinds[at])
        at = (at + 1) & mask
    return PLAIN


@bare_kernel
def enter(lexicon: Lexicon, word: np.uint64, kind: int) -> None:
    """Give a word its role; the table must have room."""
    mask = lexicon.hashes.size - 1
    at = int(word >> np.uint64(8)) & mask
    while lexicon.hashes[at] != 0:
        at = (at + 1) & mask
    lexicon.hashes[at] = word
    lexicon.kinds[at] = kind
