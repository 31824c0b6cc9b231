"""The page with the list of jobs."""

import asyncio

from nicegui import ui

from unusual.ui.parts import parts


async def show() -> None:
    """Every job, with its state."""
    jobs = await asyncio.to_thread(parts().ports.jobs.all)
    rows = [{"id": job.job_id, "state": job.state.value} for job in jobs]
    columns = [{"name": name, "label": name, "field": name, "align": "left"} for name in ("id", "state")]
    ui.table(rows=rows, columns=columns).classes("w-full")
