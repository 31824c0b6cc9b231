"""A page's content in tabs, of which one is shown at a time; knows not what is in them."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import events, ui

from unusual.ui.redrawing import Redrawn


async def tabbed(
    labels: Mapping[str, str], chosen: str, show: Callable[[str], Awaitable[None]], keep: Callable[[str], None]
) -> None:
    """The tabs, and below them what `show` makes of the chosen one.

    labels  by the names of the tabs
    keep    is told the name of another one that is chosen
    """
    with ui.tabs().props("align=left no-caps dense").classes("w-full") as tabs:
        made = {name: ui.tab(name, label=label) for name, label in labels.items()}
    content = Redrawn()

    async def change(event: events.ValueChangeEventArguments[str | ui.tab | ui.tab_panel | None]) -> None:
        name = str(event.value)
        keep(name)
        await content.draw(lambda: show(name))

    tabs.set_value(made[chosen])
    tabs.on_value_change(change)
    await content.draw(lambda: show(chosen))
