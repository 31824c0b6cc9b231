"""The single metric viewer: one series over time with all that is known of it; thin, over use cases and charts."""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson
from nicegui import context, ui
from nicegui.events import ClickEventArguments, GenericEventArguments

from unusual.analysis.control import Document
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.viewing import anomalies, metrics
from unusual.jobs.viewing.metrics import Told
from unusual.jobs.viewing.windows import Window
from unusual.ui.anomaly.rows import Rows
from unusual.ui.anomaly.singlemetric import View
from unusual.ui.anomaly.wording import FILE_COLUMNS
from unusual.ui.charts import series
from unusual.ui.charts.style import Options
from unusual.ui.drawing import csv_button, draw, page_ink
from unusual.ui.entitybox import MOST, entity_box
from unusual.ui.frame import PREFIX
from unusual.ui.jobbox import chosen_job
from unusual.ui.links import read
from unusual.ui.metric.wording import (
    POINT_COLUMNS,
    WITH_PLOT,
    WITHOUT_PLOT,
    axis_name,
    part,
    points,
    what_is_known,
    wider,
)
from unusual.ui.parts import parts
from unusual.ui.redrawing import InTurn
from unusual.ui.refusals import attempted
from unusual.ui.remembering import remember
from unusual.ui.timeboxes import times

MOST_ROWS: Final = 50


async def show() -> None:
    """One metric, by the query of the address."""
    view, ports = read(View, context.client.request.query_params), parts().ports
    await context.client.connected()
    chosen = await chosen_job(ports, view.job, lambda job: ui.navigate.to(View(job=job).link))
    if chosen is not None:
        (job,), extent, beside = chosen
        viewer = Viewer(ports, job, extent, await asyncio.to_thread(_complete, ports, job, extent, view))
        with beside:
            viewer.controls()
        await viewer.build()


class Viewer:
    """One person's view of one metric."""

    def __init__(self, ports: Ports, job: StoredJob, extent: Window, view: View) -> None:
        self._ports = ports
        self._job = job
        self._extent = extent
        self._view = view
        self._zooming = InTurn()

    def controls(self) -> None:
        """Boxes for the detector, for each entity, and for the time."""
        view, detectors = self._view, self._job.config["analysis_config"]["detectors"]
        named = {one["detector_index"]: one["detector_description"] for one in detectors}
        box = ui.select(named, value=view.detector, label="Detector").classes("min-w-48")
        box.on_value_change(lambda event: self._go(detector=event.value, values="[]"))
        for place, (field, value) in enumerate(view.metric(self._job).entities):
            entity_box(field, value, partial(self._search, field), partial(self._choose, place))
        times(view.window(self._extent), lambda start, end: self._go(start=start, end=end))
        if view.window(self._extent) != self._extent:
            ui.button("Whole time", on_click=lambda: self._go(start=None, end=None)).props("flat dense")

    async def build(self) -> None:
        """The chart and the anomalies in it."""
        metric, window = self._view.metric(self._job), self._view.window(self._extent)
        self._told = await asyncio.to_thread(metrics.told, self._ports, metric, window)
        self._missing()
        name = f"{self._job.job_id}-{self._view.detector}"
        self._chart = draw(self._options(self._told), series.HEIGHT_PX, name)
        zoomed = ["start", "end", "batch"]
        self._chart.on("chart:datazoom", self._zoomed, zoomed, throttle=0.5, leading_events=False)
        with ui.row().classes("w-full items-center"):
            ui.label(f"Anomalies: {len(self._told.anomalies):,}").classes("text-h6").props("role=heading aria-level=2")
            ui.space()
            csv_button(POINT_COLUMNS, lambda: points(self._told), f"{name}-values").set_text("CSV of the values")
            csv_button(FILE_COLUMNS, lambda: self._told.anomalies, f"{name}-anomalies")
        shown = self._told.anomalies[:MOST_ROWS]
        await Rows(self._ports, [self._job], self._view.open, lambda key: self._keep(open=key)).build(shown)

    def _missing(self) -> None:
        """What is not known of the metric, and a way to know it from now on."""
        known = what_is_known(self._told)
        if not known:
            return
        plotted = self._job.config.get("model_plot_config", {}).get("enabled", False)
        with ui.row().classes("w-full items-center gap-2"):
            ui.label(f"{known} {WITH_PLOT if plotted else WITHOUT_PLOT}").props("role=status")
            if not plotted:
                ui.button("Turn the model plot on", on_click=self._plot).props("outline dense no-caps")

    async def _plot(self, event: ClickEventArguments) -> None:
        update = partial(parts().running.update, self._job.job_id, {"model_plot_config": {"enabled": True}})
        if await attempted(update):
            ui.notify("The job keeps its model plot from its next bucket on.", type="positive")
            event.sender.delete()

    def _options(self, told: Told) -> Options:
        return series.options(told, page_ink(), axis_name(self._job.config, self._view.detector))

    def _go(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        ui.navigate.to(replace(self._view, **changes).link)

    def _keep(self, **changes: Any) -> None:  # noqa: ANN401 - values of a view
        self._view = replace(self._view, **changes)
        remember(PREFIX + self._view.link)

    def _search(self, field: str, text: str) -> list[str]:
        return anomalies.entities(self._ports, self._job.config, field, text, self._extent, MOST)

    def _choose(self, place: int, value: str) -> None:
        values = self._view.chosen
        values[place] = value
        self._go(values=orjson.dumps(values).decode(), open="")

    async def _zoomed(self, event: GenericEventArguments) -> None:
        asked = event.args if event.args.get("start") is not None else event.args["batch"][0]
        await self._zooming.do(lambda: self._closer(asked))

    async def _closer(self, asked: Document) -> None:
        """Points of the part that is looked at, and as much before and after it, as dense as a screen can show."""
        whole = series.whole(self._told)
        window = part(whole, asked["start"], asked["end"])
        metric = self._view.metric(self._job)
        found = await asyncio.to_thread(metrics.told, self._ports, metric, wider(window, whole), 3 * metrics.POINTS)
        actual = found.actual or self._told.actual
        self._chart.options["series"] = self._options(replace(self._told, actual=actual))["series"]
        self._chart.update()
        self._keep(start=window.start_ms, end=window.end_ms)


def _complete(ports: Ports, job: StoredJob, extent: Window, view: View) -> View:
    """The view with a value for each field that splits the detector: where none is chosen, the most anomalous."""
    fields = metrics.splits(metrics.detector_of(job.config, view.detector))
    chosen = (view.chosen + [None] * len(fields))[: len(fields)]
    for place, field in enumerate(fields):
        if chosen[place] is None:
            chosen[place] = next(iter(anomalies.entities(ports, job.config, field, "", extent, 1)), "")
    return replace(view, values=orjson.dumps(chosen).decode())
