"""The anomaly explorer: lanes, influencers and a table of anomalies; thin, over use cases, charts and wording."""

import asyncio
from dataclasses import replace
from typing import Any

from nicegui import context, ui
from nicegui.events import GenericEventArguments

from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.viewing import swimlanes, windows
from unusual.jobs.viewing.windows import Window
from unusual.ui.charts import lanes as lanes_chart
from unusual.ui.drawing import begin, draw, page_ink
from unusual.ui.entitybox import MOST, entity_box
from unusual.ui.explorer import controls
from unusual.ui.explorer.findings import Findings
from unusual.ui.explorer.view import View
from unusual.ui.frame import PREFIX
from unusual.ui.jobbox import chosen_job
from unusual.ui.links import read
from unusual.ui.parts import parts
from unusual.ui.remembering import remember


async def show() -> None:
    """The anomalies of a job, by the query of the address."""
    view, ports = read(View, context.client.request.query_params), parts().ports
    await context.client.connected()
    chosen = await chosen_job(ports, view.job, lambda job: ui.navigate.to(View(job=job).link))
    if chosen is not None:
        explorer = Explorer(ports, chosen.job, chosen.extent, view)
        with chosen.beside:
            explorer.controls()
        await explorer.build()


class Explorer:
    """One person's view of one job."""

    def __init__(self, ports: Ports, job: StoredJob, extent: Window, view: View) -> None:
        self._ports = ports
        self._job = job
        self._extent = extent
        fields = swimlanes.fields_of(job.config)
        self.view = view if view.by in fields or not fields else replace(view, by=fields[0])
        self._grid = windows.grid(view.window(extent), windows.span_ms(job))
        self._findings = Findings(ports, job, extent, self)

    def go(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """Another view, loaded anew."""
        ui.navigate.to(replace(self.view, **changes).link)

    def keep(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """Another view, of which nothing needs to be loaded: only the link changes."""
        self.view = replace(self.view, **changes)
        remember(PREFIX + self.view.link)

    def controls(self) -> None:
        """Boxes for what is shown."""
        controls.choices(self._job, self.view, self._extent, self.go)
        if self.view.by:
            entity_box(f"Only {self.view.by}", self.view.value or None, self._search, lambda one: self.pick(value=one))

    async def build(self) -> None:
        """The lanes, then all that follows what is picked in them."""
        await self._lanes()
        await self._findings.show()

    async def pick(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        """List other anomalies below the same lanes."""
        self.keep(page=0, open="", **changes)
        if self.view.first is None:
            self._chart.run_chart_method("dispatchAction", lanes_chart.LETTING_GO)
        await self._findings.show.refresh()

    async def _lanes(self) -> None:
        overall, found = await asyncio.gather(
            asyncio.to_thread(swimlanes.overall, self._ports, self._job.job_id, self._grid, self.view.least),
            asyncio.to_thread(self._by_field),
        )
        self._shown = [overall, *found.lanes]
        options = lanes_chart.options(overall, found.lanes, self._grid, page_ink())
        options["brush"] = lanes_chart.BRUSH
        chart = draw(options, lanes_chart.height_px(found.lanes), f"{self._job.job_id}-lanes")
        chart.on("componentClick", self._clicked, ["value"])
        chart.on("chart:brushEnd", self._brushed, ["areas"])
        begin(chart, lanes_chart.PICKING)
        self._chart = chart
        if self.view.lanes or found.more:
            controls.pager("values", self.view.lanes, lambda page: self.go(lanes=page), more=found.more)

    def _by_field(self) -> swimlanes.Lanes:
        view = self.view
        if not view.by:
            return swimlanes.Lanes([], more=False)
        return swimlanes.by_field(self._ports, self._job.config, view.by, self._grid, view.lanes_page, least=view.least)

    def _search(self, text: str) -> list[str]:
        return swimlanes.values(self._ports, self._job.config, self.view.by, self._grid, text, MOST)

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
            window = lanes_chart.brushed(self._grid, *area["coordRange"])
            if window is not None:
                await self.pick(first=window.start_ms, until=window.end_ms)
