"""More to choose from in a box that somebody may be about to choose in; knows not what it is."""

from collections.abc import Iterable

from nicegui import ui


def offer(box: ui.select, found: Iterable[str]) -> bool:
    """Let a box have these, too; whether any of them is new.

    A browser tells the number of what is chosen: whatever it may already show keeps its place.
    """
    new = [one for one in dict.fromkeys(found) if one not in box.options]
    if new:
        box.set_options([*box.options, *new])
    return bool(new)
