"""A box to choose one of very many values: what is typed is looked up on the server; knows not where."""

import asyncio
from collections.abc import Callable
from typing import Final

from nicegui import ui
from nicegui.events import GenericEventArguments

from unusual.ui.offering import offer

MOST: Final = 50


def entity_box(
    label: str, value: str | None, search: Callable[[str], list[str]], choose: Callable[[str], object]
) -> ui.select:
    """The box.

    search  the first values, at most `MOST`, that contain a text; called in a thread
    choose  is told the value that was chosen
    """
    box = ui.select([value] if value else [], value=value, label=label, with_input=True)
    sought = ""

    async def look_up(text: str) -> None:
        nonlocal sought
        sought = text
        new = offer(box, await asyncio.to_thread(search, text))
        if sought and (new or box.is_showing_popup):
            box.run_method("filter", sought)  # as new options are all shown, whatever was typed

    async def typed(event: GenericEventArguments) -> None:
        await look_up(str(event.args or ""))

    box.on("input-value", typed, throttle=0.3, leading_events=False)
    box.on_value_change(lambda event: choose(event.value))
    ui.timer(0, lambda: look_up(""), once=True)
    return box.classes("min-w-40")
