"""A new job over documents of this server: which index, and which of its fields holds the time."""

import asyncio
from typing import Final

from nicegui import ui

from unusual.ui.newjob import stored
from unusual.ui.newjob.reading import Asked, filled_from, reading_row
from unusual.ui.parts import parts
from unusual.ui.wording import count

NONE: Final = "This server holds no index of documents yet: send it some with _bulk, or begin with a file."


async def show() -> None:
    """Nothing but a choice of indices, until one is chosen."""
    names = await asyncio.to_thread(stored.names, parts())
    if not names:
        ui.label(NONE).props("role=status")
        return
    ui.label("Documents of an index of this server; a datafeed reads them for the job.")
    index = ui.select(names, label="Index, alias or pattern", with_input=True, new_value_mode="add-unique")
    index.props("dense outlined").classes("w-full max-w-sm")
    filled_from(index, _fields)


async def _fields(pattern: str) -> None:
    found = await asyncio.to_thread(stored.described, parts(), pattern)
    ui.label(f"{pattern}: {count(found.documents)} documents, {len(found.fields)} fields").classes("text-h6")
    time_field = ui.select(found.times, label="The field with the time", value=found.times[0])
    time_field.props("dense outlined").classes("w-64")
    reading_row(lambda: Asked(pattern, {"indices": [pattern]}, str(time_field.value), found.fields))
