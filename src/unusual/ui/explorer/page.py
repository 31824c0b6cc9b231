"""The anomaly explorer: lanes, influencers and a table of anomalies; thin, over use cases, charts and wording."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from nicegui import context, ui
from nicegui.events import GenericEventArguments

from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.viewing import swimlanes, windows
from unusual.jobs.viewing.windows import Window
from unusual.ui.charts import lanes as lanes_chart
from unusual.ui.charts.style import Options
from unusual.ui.drawing import begin, draw, page_ink
from unusual.ui.entitybox import MOST, entity_box
from unusual.ui.explorer import controls, stretches
from unusual.ui.explorer.findings import Findings, file_name
from unusual.ui.explorer.view import BY_JOB, View
from unusual.ui.frame import PREFIX
from unusual.ui.jobbox import chosen_jobs
from unusual.ui.links import read
from unusual.ui.parts import parts
from unusual.ui.remembering import remember

HINT: Final = "Draw over the lanes, or use the arrow keys (with Shift to extend, Escape to let go), to pick a time."


async def show() -> None:
    """The anomalies of some jobs, by the query of the address."""
    view, ports = read(View, context.client.request.query_params), parts().ports
    await context.client.connected()
    chosen = await chosen_jobs(ports, view.job, lambda jobs: ui.navigate.to(View(job=jobs).link))
    if chosen is not None:
        explorer = Explorer(ports, chosen.jobs, chosen.extent, view)
        with chosen.beside:
            explorer.controls()
        await explorer.build()


class Explorer:
    """One person's view of some jobs."""

    def __init__(self, ports: Ports, jobs: Sequence[StoredJob], extent: Window, view: View) -> None:
        self._ports = ports
        self._jobs = jobs
        self._configs = [job.config for job in jobs]
        self._extent = extent
        fields = controls.fields_by(jobs)
        self.view = view if view.by in fields else replace(view, by=next(iter(fields), ""))
        self._grid = windows.grid(view.window(extent), windows.span_ms(*jobs))
        self._findings = Findings(ports, jobs, extent, self)
        self._chart: ui.echart | None = None

    def go(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """Another view, loaded anew."""
        ui.navigate.to(replace(self.view, **changes).link)

    def keep(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """Another view, of which nothing needs to be loaded: only the link changes."""
        self.view = replace(self.view, **changes)
        remember(PREFIX + self.view.link)

    def controls(self) -> None:
        """Boxes for what is shown."""
        controls.choices(self._jobs, self.view, self._extent, self.go)
        if self.view.by not in {"", BY_JOB}:
            entity_box(f"Only {self.view.by}", self.view.value or None, self._search, lambda one: self.pick(value=one))

    async def build(self) -> None:
        """The lanes, then all that follows what is picked in them."""
        await self._lanes()
        await self._findings.show()

    async def pick(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """List other anomalies below the same lanes."""
        self.keep(page=0, open="", **changes)
        if self._chart is not None:
            self._chart.run_chart_method("dispatchAction", self._picked())
        await self._findings.redraw()

    async def _lanes(self) -> None:
        job_ids = [job.job_id for job in self._jobs]
        overall, found = await asyncio.gather(
            asyncio.to_thread(swimlanes.overall, self._ports, job_ids, self._grid, self.view.least),
            asyncio.to_thread(self._by, job_ids),
        )
        self._shown = [overall, *found.lanes]
        options = lanes_chart.options(overall, found.lanes, self._grid, page_ink())
        options["brush"] = lanes_chart.BRUSH
        ui.label(HINT).classes("text-caption")
        with ui.element("div").classes("w-full").props(f'tabindex=0 role=group aria-label="Lanes. {HINT}"') as around:
            chart = draw(options, lanes_chart.height_px(found.lanes), f"{file_name(self._jobs)}-lanes")
        around.on("keydown", self._key, ["key", "shiftKey"])
        chart.on("componentClick", self._clicked, ["value"])
        chart.on("chart:brushEnd", self._brushed, ["areas"])
        begin(chart, lanes_chart.PICKING, self._picked())
        self._chart = chart
        if self.view.lanes or found.more:
            controls.pager("values", self.view.lanes, lambda page: self.go(lanes=page), more=found.more)

    def _picked(self) -> Options:
        """What shows the time that is picked over the lanes."""
        window = self.view.stretch(self._extent)
        return lanes_chart.stretch(None if window is None else stretches.places(self._grid, window))

    def _by(self, job_ids: Sequence[str]) -> swimlanes.Lanes:
        view, page = self.view, self.view.lanes_page
        if view.by == BY_JOB:
            return swimlanes.by_job(self._ports, job_ids, self._grid, page, least=view.least)
        if not view.by:
            return swimlanes.Lanes([], more=False)
        return swimlanes.by_field(self._ports, self._configs, view.by, self._grid, page, least=view.least)

    def _search(self, text: str) -> list[str]:
        return swimlanes.values(self._ports, self._configs, self.view.by, self._grid, text, MOST)

    async def _clicked(self, event: GenericEventArguments) -> None:
        """A cell: its lane and its time."""
        column, row, *_ = event.args["value"]
        window = self._grid.cell(column)
        await self.pick(
            first=window.start_ms, until=window.end_ms, value=self._shown[row].name if row else self.view.value
        )

    async def _brushed(self, event: GenericEventArguments) -> None:
        """A stretch of cells."""
        for area in event.args["areas"]:
            window = stretches.brushed(self._grid, *area["coordRange"])
            if window is not None:
                await self.pick(first=window.start_ms, until=window.end_ms)

    async def _key(self, event: GenericEventArguments) -> None:
        """The same with keys."""
        key, stretch = event.args["key"], self.view.stretch(self._extent)
        if key in stretches.KEYS:
            window = stretches.moved(self._grid, stretch, stretches.KEYS[key], extend=event.args["shiftKey"])
            await self.pick(first=window.start_ms, until=window.end_ms)
        elif key == "Escape" and stretch is not None:
            await self.pick(first=None, until=None)
