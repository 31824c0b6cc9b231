"""The tab with the forecasts of a job, and a way to ask for one."""

import asyncio
from typing import Final

from nicegui import ui

from unusual.jobs import forecasts
from unusual.jobs.forecasting import Wanted
from unusual.schema.durations import parse_size
from unusual.schema.options import ForecastOptions
from unusual.schema.reading import read
from unusual.ui.jobdetail.told import FORECASTS, forecast_row
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.redrawing import InTurn
from unusual.ui.refusals import attempted

EVERY_S: Final = 1.0


async def show(job_id: str) -> None:
    """Every forecast, newest first."""
    await _Forecasts(job_id).show()


class _Forecasts:
    """The tab in one browser."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._reading = InTurn()
        self._duration: ui.input
        self._expires: ui.input
        self._table: ui.table

    async def show(self) -> None:
        with ui.row().classes("items-center"):
            self._duration = ui.input("How far", value="1d").props("dense outlined").classes("w-32")
            self._expires = ui.input("Kept for", value="14d").props("dense outlined").classes("w-32")
            ui.button("Forecast", icon="trending_up", on_click=self._ask).props("no-caps")
        self._table = plain_table(f"{self._job_id}-forecasts", FORECASTS, [], "id")
        await self._draw()
        ui.timer(EVERY_S, self._draw, immediate=False)

    async def _draw(self) -> None:
        await self._reading.do(self._read)

    async def _read(self) -> None:
        known = await asyncio.to_thread(forecasts.known, parts().ports, self._job_id)
        known.sort(key=lambda one: one.get("forecast_create_timestamp", 0), reverse=True)
        rows = [forecast_row(one) for one in known]
        if rows != self._table.rows:
            self._table.rows = rows

    async def _ask(self) -> None:
        asked = {"duration": self._duration.value, "expires_in": self._expires.value}

        async def act() -> None:
            options = read(ForecastOptions, asked, "forecast_job")
            wanted = Wanted(options.duration, options.expires_in, parse_size(options.max_model_memory))
            await parts().running.forecast(self._job_id, wanted)

        if await attempted(act):
            await self._draw()
