"""Since when a datafeed is to read, whether it goes on with new records, and a look at the first of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from nicegui import ui

from unusual.analysis.control import Document
from unusual.ui.newjob import stored
from unusual.ui.newjob.shown import show_supply
from unusual.ui.newjob.supplies import Fed
from unusual.ui.parts import parts
from unusual.ui.redrawing import Redrawn
from unusual.ui.timeboxes import read_moment
from unusual.ui.wording import count


class Asked(NamedTuple):
    """A datafeed, and what of its records is looked at. name: of the job, unless somebody knows better."""

    name: str
    feed: Document
    time_field: str
    fields: list[str]


def reading_row(asked: Callable[[], Asked]) -> None:
    """The boxes, a button, and below them what it leads to. asked: what stands in the boxes before; may refuse."""
    with ui.row().classes("items-center gap-4"):
        since = ui.input("Since (UTC)").props("type=datetime-local dense outlined stack-label").classes("w-56")
        goes_on = ui.checkbox("Go on with new records as they come", value=True)
        button = ui.button("Look at the records", icon="search").props("no-caps")
    place = Redrawn()

    async def look() -> None:
        start_ms, told = read_moment(since.value), asked()
        waiting = ui.spinner(size="lg").props('aria-label="Reading" role=status')
        arguments = (told.feed, told.time_field, told.fields, start_ms)
        try:
            records = await asyncio.to_thread(stored.records, parts(), *arguments)
        finally:
            waiting.delete()
        ui.label(_said(records.height)).props("role=status")
        end_ms = None if goes_on.value else parts().ports.clock.now_ms()
        await show_supply(Fed(told.name, records, told.time_field, told.feed, (start_ms or 0, end_ms)))

    button.on_click(lambda: place.draw(look))


def filled_from(box: ui.select, fill: Callable[[str], Awaitable[None]]) -> None:
    """A place below a box that is filled anew for each value that is chosen in it."""
    place = Redrawn()

    async def chosen() -> None:
        if box.value:
            await fill(str(box.value))

    box.on_value_change(lambda: place.draw(chosen))


def _said(number: int) -> str:
    return (
        f"The first {count(number)} records; the job reads on." if number == stored.MOST else f"{count(number)} records"
    )
