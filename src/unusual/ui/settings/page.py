"""The page of settings, in tabs: calendars, filters, rules, links."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from nicegui import events, ui

from unusual.ui.links import link
from unusual.ui.remembering import remember
from unusual.ui.settings import calendars, filters, rules, urls

TABS: Final[dict[str, tuple[str, Callable[[str, int | None], Awaitable[None]]]]] = {
    "calendars": ("Calendars", calendars.show),
    "filters": ("Filter lists", filters.show),
    "rules": ("Rules", rules.show),
    "urls": ("Custom URLs", urls.show),
}


async def show(tab: str = "calendars", job: str = "", at: int | None = None) -> None:
    """What is settled. tab: which part of it; job: for which job; at: in which bucket the anomaly is, ms."""
    chosen = tab if tab in TABS else "calendars"
    with ui.tabs().props("align=left no-caps dense").classes("w-full") as tabs:
        made = {name: ui.tab(name, label=label) for name, (label, _) in TABS.items()}
    drawing = asyncio.Lock()  # one tab after the other, however fast they are chosen
    content = ui.column().classes("w-full gap-4")

    async def change(event: events.ValueChangeEventArguments[str | ui.tab | ui.tab_panel | None]) -> None:
        name = str(event.value)
        remember(link("/ui/settings", {"tab": name, "job": job}, {"tab": "", "job": ""}))
        async with drawing:
            content.clear()
            with content:
                await TABS[name][1](job, None)

    tabs.set_value(made[chosen])
    tabs.on_value_change(change)
    with content:
        await TABS[chosen][1](job, at)
