"""What stands below the lanes: influencers and the table of anomalies for what is picked; thin."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Protocol
from urllib.parse import quote

from nicegui import ui

from unusual.analysis.control import Document
from unusual.jobs.ports import Page, Ports, StoredJob
from unusual.jobs.viewing import anomalies, swimlanes, windows
from unusual.jobs.viewing.windows import Window
from unusual.ui.anomaly.rows import Rows, Sorting
from unusual.ui.anomaly.wording import FILE_COLUMNS
from unusual.ui.drawing import csv_button
from unusual.ui.explorer import controls
from unusual.ui.explorer.view import BY_JOB, ROWS_AT_ONCE, View
from unusual.ui.redrawing import Redrawn

REPORTS: Final = "/report"


class Steering(Protocol):
    """What is shown, and the ways to something else."""

    view: View

    def go(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """Another view, loaded anew."""

    def keep(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """Another view, of which nothing needs to be loaded: only the link changes."""

    async def pick(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """List other anomalies below the same lanes."""


class Findings:
    """Influencers and anomalies of some jobs."""

    def __init__(self, ports: Ports, jobs: Sequence[StoredJob], extent: Window, steering: Steering) -> None:
        self._ports = ports
        self._jobs = jobs
        self._extent = extent
        self._steering = steering
        self._place: Redrawn | None = None

    async def show(self) -> None:
        """Influencers and the table, for what is picked."""
        self._place = Redrawn()
        await self.redraw()

    async def redraw(self) -> None:
        """The same for what is picked now, if it has been shown before."""
        if self._place is not None:
            await self._place.draw(self._fill)

    async def _fill(self) -> None:
        question, configs = self._steering.view.question(self._extent), self._configs()
        count, found = await asyncio.to_thread(
            anomalies.anomalies, self._ports, configs, question, self._steering.view.rows_page
        )
        grid = windows.grid(question.window, windows.span_ms(*self._jobs))
        top = await asyncio.to_thread(swimlanes.top_influencers, self._ports, configs, grid)
        controls.picked(self._steering.view, question.window, self._steering.pick)
        with ui.row().classes("w-full lg:flex-nowrap items-start gap-6"):
            if top:
                controls.influencers(top, self._influencer)
            with ui.column().classes("w-full lg:w-auto grow min-w-0 gap-2"):
                self._heading(count)
                rows = Rows(self._ports, self._jobs, self._steering.view.open, self._opened, self._sorting())
                await rows.build(found)
                self._pages(count)

    def _configs(self) -> list[Document]:
        """Of the jobs whose anomalies are listed."""
        view = self._steering.view
        only = view.value if view.by == BY_JOB else ""
        return [job.config for job in self._jobs if only in {"", job.job_id}]

    async def _influencer(self, field: str, value: str) -> None:
        if field == self._steering.view.by:
            await self._steering.pick(value=value)
        else:
            self._steering.go(by=field, value=value, page=0, lanes=0, open="")

    def _heading(self, count: int) -> None:
        most = "at least " if count == anomalies.MOST else ""
        with ui.row().classes("w-full items-center"):
            ui.label(f"Anomalies: {most}{count:,}").classes("text-h6").props("role=heading aria-level=2")
            ui.space()
            if len(self._jobs) == 1:
                ui.link("Report", f"{REPORTS}/{quote(self._jobs[0].job_id)}", new_tab=True).classes("plain")
            csv_button(FILE_COLUMNS, self._every, f"{file_name(self._jobs)}-anomalies")

    def _every(self) -> list[Document]:
        question = self._steering.view.question(self._extent)
        return anomalies.anomalies(self._ports, self._configs(), question, Page(0, anomalies.MOST))[1]

    def _opened(self, key: str) -> None:
        self._steering.keep(open=key)

    def _sorting(self) -> Sorting:
        return Sorting(
            self._steering.view.sort, self._steering.view.desc, lambda by, desc: self._steering.pick(sort=by, desc=desc)
        )

    def _pages(self, count: int) -> None:
        if count > ROWS_AT_ONCE:
            more = (self._steering.view.page + 1) * ROWS_AT_ONCE < count
            controls.pager("anomalies", self._steering.view.page, self._turn, more=more)

    async def _turn(self, page: int) -> None:
        self._steering.keep(page=page, open="")
        await self.redraw()


def file_name(jobs: Sequence[StoredJob]) -> str:
    """What files about the jobs are called."""
    return jobs[0].job_id if len(jobs) == 1 else f"{len(jobs)}-jobs"
