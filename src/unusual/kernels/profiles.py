"""Slots of daily and weekly profiles, which take memory only once they have something to learn.

The slots of a profile stand in blocks that its pages lead to, those of the day before those of the week. Pages of
what was never reached lead to one block that all share and that never learns, so that reading asks nothing. Knows where
slots are, not what they mean.
"""

from unusual.kernels.compiled import bare_kernel
from unusual.kernels.learnt import BLOCKS, LEFT_BLOCKS, LEFT_ROWS, NO_PROFILE, ROWS, TOGETHER, UNTOUCHED, Series


@bare_kernel
def place_of(series: Series, row: int, slot: int) -> int:
    """Where a slot of a profile stands; one that has learnt nothing may stand where others do."""
    return int(series.pages[row, slot // TOGETHER]) * TOGETHER + slot % TOGETHER


@bare_kernel
def reach(series: Series, row: int, slot: int) -> int:
    """Where a slot of a profile stands that is about to learn."""
    page = slot // TOGETHER
    if series.pages[row, page] == UNTOUCHED:
        series.pages[row, page] = series.room[BLOCKS]
        series.room[BLOCKS] += 1
    return place_of(series, row, slot)


@bare_kernel
def take(series: Series, at: int) -> None:
    """Give a series a profile that has learnt nothing."""
    series.levels[at]["profile"] = series.room[ROWS]
    series.room[ROWS] += 1


@bare_kernel
def leave(series: Series, at: int) -> None:
    """Take its profile from a series; what it took is free once the pool is made compact."""
    row = series.levels[at]["profile"]
    for page in range(series.pages.shape[1]):
        if series.pages[row, page] != UNTOUCHED:
            series.room[LEFT_BLOCKS] += 1
    series.room[LEFT_ROWS] += 1
    series.levels[at]["profile"] = NO_PROFILE
