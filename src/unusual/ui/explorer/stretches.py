"""Stretches of cells over the lanes: as they are drawn with a pointer, and moved with keys; knows no page."""

import math
from typing import Final

from unusual.jobs.viewing.windows import Grid, Window

KEYS: Final = {"ArrowLeft": -1, "ArrowRight": 1}


def brushed(grid: Grid, first: float, last: float) -> Window | None:
    """The time of the cells between two places along the lanes, None when there is none.

    >>> brushed(Grid(0, 100, 10), 1.5, 2.5)
    Window(start_ms=100, end_ms=300)
    """
    start, end = max(0, math.floor(first)), min(grid.number, math.ceil(last))
    return Window(grid.cell(start).start_ms, grid.cell(end).start_ms) if start < end else None


def places(grid: Grid, window: Window) -> tuple[float, float]:
    """Where a stretch begins and ends along the lanes.

    >>> places(Grid(0, 100, 10), Window(100, 300))
    (1.0, 3.0)
    """
    first, last = ((time - grid.start_ms) / grid.width_ms for time in window)
    return max(0.0, first), min(float(grid.number), last)


def moved(grid: Grid, window: Window | None, steps: int, *, extend: bool) -> Window:
    """A stretch some cells further, or longer by them; without one, the first or the last cell.

    >>> moved(Grid(0, 100, 10), Window(100, 300), 1, extend=True)
    Window(start_ms=100, end_ms=400)
    """
    if window is None:
        return grid.cell(0 if steps > 0 else grid.number - 1)
    first, last = (round(place) for place in places(grid, window))
    if not extend:
        steps = max(-first, min(steps, grid.number - last))
        first += steps
    last = max(first + 1, min(last + steps, grid.number))
    return Window(grid.cell(first).start_ms, grid.cell(last).start_ms)
