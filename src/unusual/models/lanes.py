"""Work that goes side by side in threads; knows nothing of what is done there.

Rows that know nothing of each other are dealt out to lanes. Kernels, and what NumPy and Polars do with large arrays,
run without the interpreter's lock.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from unusual.kernels.arrays import Ints

Answer = TypeVar("Answer")

LANES = 2  # what goes side by side
NEIGHBOURS = 64  # rows in a row that are in one lane
WORTHWHILE = 5_000  # values for which it is worth to begin threads: some milliseconds of work


def lanes_of(rows: Ints) -> Ints:
    """The lane of each row."""
    return rows // NEIGHBOURS % LANES


def side_by_side(acts: Sequence[Callable[[], Answer]], values: int) -> list[Answer]:
    """What the acts answer, in their order; they go at the same time if there are values enough for that.

    >>> side_by_side([lambda: 1, lambda: 2], 10_000)
    [1, 2]
    """
    if len(acts) < LANES or values < WORTHWHILE:
        return [act() for act in acts]
    with ThreadPoolExecutor(LANES) as threads:
        return [begun.result() for begun in [threads.submit(act) for act in acts]]


def parts_of(size: int) -> list[slice]:
    """So many values in as many parts as there are lanes, if that is worth it.

    >>> parts_of(6_000)
    [slice(0, 3000, None), slice(3000, 6000, None)]
    """
    lanes = LANES if size >= WORTHWHILE else 1
    return [slice(size * lane // lanes, size * (lane + 1) // lanes) for lane in range(lanes)]
