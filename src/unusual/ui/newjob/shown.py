"""Records that were found, shown before anything is chosen for them: what their fields hold, and the first of them."""

import asyncio

from nicegui import ui

from unusual.ui.newjob.choosing import Choosing
from unusual.ui.newjob.profile import HEADINGS, profiles
from unusual.ui.newjob.supplies import Supply
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.wording import moment

PREVIEWED = 10  # records that are shown


async def show_supply(supply: Supply) -> None:
    """The fields, the first records, and what can be chosen."""
    records, time_field = supply.records, supply.time_field
    found = await asyncio.to_thread(profiles, records, time_field)
    plain_table("fields", HEADINGS, [one.row() for one in found], "field")
    with ui.expansion("The first records", icon="table_rows").classes("w-full"):
        first = records.head(PREVIEWED).to_dicts()
        shown = [
            {name: moment(value) if name == time_field else str(value) for name, value in row.items()} for row in first
        ]
        plain_table("records", {name: name for name in records.columns}, shown)
    await Choosing(parts(), supply, found).show()
