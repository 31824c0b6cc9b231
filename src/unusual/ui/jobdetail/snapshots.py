"""The tab with the models that a job can go back to."""

import asyncio
from typing import Final

from nicegui import events, ui

from unusual.jobs import snapshots
from unusual.jobs.ports import Page
from unusual.ui.asking import confirmed
from unusual.ui.jobdetail.told import SNAPSHOTS, snapshot_row
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.refusals import attempted

MOST: Final = 10_000
_BUTTON: Final = """<q-td :props="props"><q-btn flat dense no-caps label="Revert"
    :aria-label="`Revert to ${props.row.id}`" @click="$parent.$emit('revert', props.row.id)" /></q-td>"""


async def show(job_id: str) -> None:
    """Every snapshot, newest first, each with a button to go back to it."""
    here = parts()
    job = await asyncio.to_thread(here.ports.jobs.get, job_id)
    _, found = await asyncio.to_thread(snapshots.find, here.ports, job_id, page=Page(0, MOST))
    rows = [snapshot_row(one, job.config.get("model_snapshot_id")) for one in found]
    ui.label("A job that is closed can go back to what it knew when a snapshot was stored.")
    also = ui.checkbox("Remove results found after it, so that the data can be posted again", value=True)
    table = plain_table(f"{job_id}-snapshots", SNAPSHOTS | {"revert": ""}, rows, "id")
    table.add_slot("body-cell-revert", _BUTTON)

    async def revert(event: events.GenericEventArguments) -> None:
        snapshot_id = str(event.args)
        if await confirmed(f"Revert {job_id} to {snapshot_id}?", "What was learnt after it is lost.", "Revert"):
            asked = {"delete_intervening_results": bool(also.value)}
            if await attempted(lambda: here.running.revert(job_id, snapshot_id, **asked)):
                ui.notify(f"Reverted to {snapshot_id}", type="positive")

    table.on("revert", revert)
