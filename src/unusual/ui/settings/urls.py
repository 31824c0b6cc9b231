"""The tab with the links from a job's anomalies to elsewhere."""

import asyncio
from typing import Final

from nicegui import events, ui

from unusual.jobs import configure
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.redrawing import InTurn
from unusual.ui.refusals import attempted
from unusual.ui.settings.elsewhere import HEADINGS, links_of, with_link, without_link
from unusual.ui.settings.jobchoice import job_choice

_BUTTON: Final = """<q-td :props="props"><q-btn flat dense no-caps label="Delete"
    :aria-label="`Delete ${props.row.name}`" @click="$parent.$emit('remove', props.row.name)" /></q-td>"""


async def show(job: str, _at: int | None) -> None:
    """The links of one job."""
    await job_choice(job, _draw)


async def _draw(job_id: str) -> None:
    table = plain_table(f"{job_id}-links", HEADINGS | {"change": ""}, [], "name")
    table.add_slot("body-cell-change", _BUTTON)
    reading = InTurn()
    ui.label("In an address, $host$ stands for the value of the field host; $earliest$ and $latest$ for the bucket.")
    with ui.row().classes("items-center"):
        name = ui.input("Name").props("dense outlined")
        address = ui.input("Address").props("dense outlined").classes("w-96")
        button = ui.button("Add link", icon="add_link").props("no-caps")

    async def read() -> None:
        (config,) = await asyncio.to_thread(configure.fetch, parts().ports, job_id, allow_no_match=False)
        table.rows = [{"name": one["url_name"], "address": one["url_value"]} for one in links_of(config)]

    async def add() -> None:
        config = (await asyncio.to_thread(parts().ports.jobs.get, job_id)).config
        await parts().running.update(job_id, with_link(config, name.value.strip(), address.value.strip()))

    async def added() -> None:
        await attempted(add)
        await reading.do(read)

    async def remove(event: events.GenericEventArguments) -> None:
        config = (await asyncio.to_thread(parts().ports.jobs.get, job_id)).config
        await attempted(lambda: parts().running.update(job_id, without_link(config, str(event.args))))
        await reading.do(read)

    button.on_click(added)
    table.on("remove", remove)
    await reading.do(read)
