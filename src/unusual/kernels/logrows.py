"""Rows of words compared with one more row of their length; knows no words."""

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.compiled import Shorts, kernel

FAR = np.uint64(2**64 - 1)  # the mask of a row that differs in too many positions
BIT = np.uint64(1)

Words = NDArray[np.uint64]


@kernel
def find_row(rows: Words, row: Words) -> int:
    """The first of rows (k, n) that is equal to `row` (n,), or -1."""
    for i in range(rows.shape[0]):
        j = 0
        while j < row.size and rows[i, j] == row[j]:
            j += 1
        if j == row.size:
            return i
    return -1


@kernel
def difference_masks(rows: Words, row: Words, most: int, masks: Words) -> int:
    """In which positions each row differs from `row`, as bits of a mask, FAR when in more than `most`.

    rows (k, n), row (n,) with n < 64, masks (k,) the answer. Returns how many are not FAR.
    """
    near = 0
    for i in range(rows.shape[0]):
        mask = np.uint64(0)
        differing = 0
        for j in range(row.size):
            if rows[i, j] != row[j]:
                differing += 1
                mask |= BIT << np.uint64(j)
                if differing > most:
                    break
        masks[i] = mask if differing <= most else FAR
        near += int(differing <= most)
    return near


@kernel
def shared_prefixes(rows: Words, row: Words, lengths: Shorts, agreeing: Shorts) -> None:
    """How many first words each row shares with `row`, and how many rows agree with it in each position.

    rows (k, n), row (m,), lengths (k,) the first answer, agreeing (m,) is added to.
    """
    for i in range(rows.shape[0]):
        shared = True
        length = 0
        for j in range(min(row.size, rows.shape[1])):
            same = rows[i, j] == row[j]
            shared = shared and same
            length += int(shared)
            agreeing[j] += int(same)
        lengths[i] = length
