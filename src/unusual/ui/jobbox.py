"""The box in which a job is chosen, and what stands in the place of one that has nothing to show yet."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from nicegui import ui

from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.viewing.windows import Window, extent


class Chosen(NamedTuple):
    """A job with results, the time of them, and the row beside the box, for more to choose."""

    job: StoredJob
    extent: Window
    beside: ui.row


async def chosen_job(ports: Ports, job_id: str, choose: Callable[[str], object]) -> Chosen | None:
    """The job that is chosen in the box, None when there is nothing to show of any; `errors.NoSuchJob`.

    choose  is told another one that is chosen
    """
    names = [job.job_id for job in await asyncio.to_thread(ports.jobs.all)]
    with ui.row().classes("w-full items-end gap-4"):
        box = ui.select(names, value=job_id if job_id in names else None, label="Job", with_input=True)
        box.on_value_change(lambda event: choose(event.value)).classes("min-w-56")
        beside = ui.row().classes("items-end gap-4")
    if not job_id:
        _say("Choose a job to see what was unusual in it.")
        return None
    job = await asyncio.to_thread(ports.jobs.get, job_id)
    found = await asyncio.to_thread(extent, ports, job)
    if found is None:
        _say("The job has no results yet: they come with its data.")
        return None
    return Chosen(job, found, beside)


def _say(text: str) -> None:
    ui.label(text).classes("text-body1 q-pa-md").props("role=status")
