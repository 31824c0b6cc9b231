"""Rows of words compared with one more row of their length; knows no words."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.arrays import Ints, Shorts
from unusual.kernels.compiled import kernel

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


class Holed(NamedTuple):
    """Rows of words, some of which are holes.

    words   (k, n)
    spread  (k, n)  how many different words a hole is known to have taken, 0 where there is a word
    """

    words: Words
    spread: NDArray[np.int16]


@kernel
def are_alike(rows: Holed, i: int, j: int, row: Holed, at: int) -> bool:
    """Whether word j of row i is that at `at` of `row`, or one of them is a hole."""
    return bool(rows.words[i, j] == row.words[0, at] or rows.spread[i, j] > 0 or row.spread[0, at] > 0)


@kernel
def shared_ends(rows: Holed, row: Holed, first: Shorts, last: Shorts, agreeing: Ints) -> None:
    """How many first and how many last words each row shares with `row`, and how many agree in each position.

    rows      (k, n); row (1, m)
    first     (k,) the answer, less than m and n, so that something is left
    last      (k,) the answer, likewise; first and last may overlap
    agreeing  (2, m) rows with the same word so far from the start, so far from the end; is added to
    """
    size, width = row.words.shape[1], rows.words.shape[1]
    most = min(size, width)
    for i in range(rows.words.shape[0]):
        first[i] = last[i] = most - 1
        for j in range(most):
            same = are_alike(rows, i, j, row, j)
            agreeing[0, j] += int(same)
            if not same:
                first[i] = min(first[i], j)
        for j in range(1, most + 1):
            same = are_alike(rows, i, width - j, row, size - j)
            agreeing[1, size - j] += int(same)
            if not same:
                last[i] = min(last[i], j - 1)
