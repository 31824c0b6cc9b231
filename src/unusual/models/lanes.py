"""Work that goes side by side in threads; knows nothing of what is done there.

Rows that know nothing of each other are dealt out to lanes. Kernels, and what NumPy and Polars do with large arrays,
run without the interpreter's lock.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from unusual.kernels.arrays import Ints

Answer = TypeVar("Answer")
Item = TypeVar("Item")

LANES = 2  # what goes side by side
NEIGHBOURS = 64  # rows in a row that are in one lane
WORTHWHILE = 5_000  # values for which it is worth to begin threads: some milliseconds of work


def lanes_of(rows: Ints) -> Ints:
    """The lane of each row."""
    return rows // NEIGHBOURS % LANES


def side_by_side(act: Callable[[Item], Answer], items: Iterable[Item], *, together: bool) -> list[Answer]:
    """What it answers to each of the items, in their order; together: at the same time, as it is worth it.

    >>> side_by_side(lambda lane: 10 * lane, range(LANES), together=True)
    [0, 10]
    """
    if not together:
        return [act(item) for item in items]
    with ThreadPoolExecutor(LANES) as threads:
        return list(threads.map(act, items))


def parts_of(size: int) -> list[slice]:
    """So many values in as many parts as there are lanes, if that is worth it.

    >>> parts_of(6_000)
    [slice(0, 3000, None), slice(3000, 6000, None)]
    """
    lanes = LANES if size >= WORTHWHILE else 1
    return [slice(size * lane // lanes, size * (lane + 1) // lanes) for lane in range(lanes)]
