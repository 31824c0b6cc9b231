"""The choice of a job above what is settled for one."""

import asyncio
from collections.abc import Awaitable, Callable

from nicegui import ui

from unusual.ui.parts import parts
from unusual.ui.redrawing import Redrawn


async def job_choice(job: str, draw: Callable[[str], Awaitable[None]]) -> None:
    """A box with all jobs, and below it what `draw` makes for the one that is chosen."""
    known = [one.job_id for one in await asyncio.to_thread(parts().ports.jobs.all)]
    if not known:
        ui.label("There is no job yet.")
        return
    box = ui.select(known, label="Job", value=job if job in known else known[0], with_input=True)
    box.props("dense outlined").classes("w-96")
    place = Redrawn()

    async def redraw() -> None:
        await place.draw(lambda: draw(str(box.value)))

    box.on_value_change(redraw)
    await redraw()
