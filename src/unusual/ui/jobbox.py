"""The box in which a job is chosen, and what stands in the place of one that has nothing to show yet."""

import asyncio
from collections.abc import Callable

from nicegui import ui

from unusual.jobs.ports import Ports


async def job_box(ports: Ports, job_id: str, choose: Callable[[str], object]) -> None:
    """A box with every job; `choose` is told the one that was chosen."""
    names = [job.job_id for job in await asyncio.to_thread(ports.jobs.all)]
    box = ui.select(names, value=job_id if job_id in names else None, label="Job", with_input=True)
    box.on_value_change(lambda event: choose(event.value)).classes("min-w-56")


def nothing_yet(text: str) -> None:
    """A sentence in the place of results."""
    ui.label(text).classes("text-body1 q-pa-md").props("role=status")
