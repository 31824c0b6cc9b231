"""The tab with the lists of values that rules refer to."""

import asyncio
from typing import Final

from nicegui import events, ui

from unusual.analysis.control import Document
from unusual.jobs import filters
from unusual.schema.filters import Filter, FilterUpdate
from unusual.schema.options import FilterOptions
from unusual.schema.reading import read
from unusual.ui.asking import confirmed
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.redrawing import InTurn
from unusual.ui.refusals import attempted
from unusual.ui.wording import count

HEADINGS: Final = {"id": "List", "description": "Description", "number": "Values", "items": "First values"}
MOST: Final = 10_000
SHOWN: Final = 8
_BUTTONS: Final = """<q-td :props="props">
    <q-btn flat dense no-caps label="Edit" :aria-label="`Edit ${props.row.id}`"
        @click="$parent.$emit('edit', props.row.id)" />
    <q-btn flat dense no-caps label="Delete" :aria-label="`Delete ${props.row.id}`"
        @click="$parent.$emit('remove', props.row.id)" /></q-td>"""


async def show(_job: str, _at: int | None) -> None:
    """Every list, and a form for one."""
    await _Lists().show()


def row(told: Document) -> Document:
    """A list as a row of a table."""
    more = ", …" if len(told["items"]) > SHOWN else ""
    return {
        "id": told["filter_id"],
        "description": told.get("description") or "",
        "number": count(len(told["items"])),
        "items": ", ".join(told["items"][:SHOWN]) + more,
    }


def items_in(text: str) -> list[str]:
    r"""The values in a text, one a line, none twice.

    >>> items_in("a\n\n b \na")
    ['a', 'b']
    """
    return [*dict.fromkeys(line.strip() for line in text.splitlines() if line.strip())]


class _Lists:
    def __init__(self) -> None:
        self._known: dict[str, Document] = {}
        self._reading = InTurn()
        self._table: ui.table
        self._name: ui.input
        self._description: ui.input
        self._items: ui.textarea

    async def show(self) -> None:
        self._table = plain_table("filters", HEADINGS | {"change": ""}, [], "id")
        self._table.add_slot("body-cell-change", _BUTTONS)
        self._table.on("edit", self._edit)
        self._table.on("remove", self._remove)
        with ui.card().classes("w-full"):
            self._name = ui.input("Name of the list").props("dense outlined").classes("w-64")
            self._description = ui.input("Description").props("dense outlined").classes("w-96")
            self._items = ui.textarea("Values, one a line, perhaps with * at an end")
            self._items.props("outlined").classes("w-96")
            ui.button("Save list", icon="save", on_click=self._save).props("no-caps")
        await self._draw()

    async def _draw(self) -> None:
        await self._reading.do(self._read)

    async def _read(self) -> None:
        _, found = await asyncio.to_thread(filters.find, parts().ports, "_all", _all())
        self._known = {one["filter_id"]: one for one in found}
        self._table.rows = [row(one) for one in found]

    def _edit(self, event: events.GenericEventArguments) -> None:
        told = self._known[str(event.args)]
        self._name.value = told["filter_id"]
        self._description.value = told.get("description") or ""
        self._items.value = "\n".join(told["items"])
        self._items.run_method("focus")

    async def _save(self) -> None:
        name, items = self._name.value.strip(), items_in(self._items.value)
        if await attempted(lambda: save(name, self._description.value, items)):
            await self._draw()

    async def _remove(self, event: events.GenericEventArguments) -> None:
        name = str(event.args)
        if await confirmed(f"Delete {name}?", "", "Delete"):
            await attempted(lambda: parts().running.change(filters.delete, parts().ports, name))
            await self._draw()


async def save(name: str, description: str, items: list[str]) -> None:
    """Make a list, or let one that there is have these values; `errors.Invalid`."""
    here = parts()
    change = here.running.change
    _, known = await asyncio.to_thread(filters.find, here.ports, "_all", _all())
    before = next((one for one in known if one["filter_id"] == name), None)
    if before is None:
        asked = {"description": description, "items": items}
        await change(filters.create, here.ports, name, read(Filter, asked, "filter"))
        return
    gone = sorted({*before["items"]} - {*items})
    told = {"description": description, "add_items": items, "remove_items": gone}
    await change(filters.update, here.ports, name, read(FilterUpdate, told, "filter_update"))


def _all() -> FilterOptions:
    return read(FilterOptions, {"page": {"from": 0, "size": MOST}}, "get_filters")
