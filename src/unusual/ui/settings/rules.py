"""The tab with the rules of a job, and a new one out of an anomaly: "never report this again when ..."."""

import asyncio
from typing import Final

import orjson
from nicegui import events, ui

from unusual.analysis.control import Document
from unusual.jobs import configure
from unusual.jobs.ports import Page, Selection
from unusual.ui.newjob.backtest import FOUND, record_row
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.redrawing import InTurn, Redrawn
from unusual.ui.refusals import attempted
from unusual.ui.settings import filters
from unusual.ui.settings.elsewhere import filled, links_of
from unusual.ui.settings.jobchoice import job_choice
from unusual.ui.settings.rulebook import (
    COMPARED,
    COMPARISONS,
    Wish,
    entity_of,
    present,
    rules_of,
    said,
    with_rules,
    without_rule,
)

MOST: Final = 100  # anomalies to choose from
HEADINGS: Final = {"detector": "Detector", "rule": "Rule"}
_DELETE: Final = """<q-td :props="props"><q-btn flat dense no-caps label="Delete"
    :aria-label="`Delete the rule: ${props.row.rule}`" @click="$parent.$emit('remove', props.row)" /></q-td>"""
_NEVER: Final = """<q-td :props="props"><q-btn flat dense no-caps label="Never again"
    :aria-label="`Never report again: ${props.row.function} ${props.row.entity} ${props.row.at}`"
    @click="$parent.$emit('never', props.row.number)" /></q-td>"""


async def show(job: str, at: int | None) -> None:
    """The rules of one job. at: the time of the bucket with the anomaly, ms; None for the worst of all time."""

    async def draw(job_id: str) -> None:
        await _Rules(job_id, at if job_id == job else None).show()

    await job_choice(job, draw)


class _Rules:
    def __init__(self, job_id: str, at: int | None) -> None:
        self._job_id = job_id
        self._at = at
        self._records: list[Document] = []
        self._reading = InTurn()
        self._present: ui.table
        self._form: Redrawn

    async def show(self) -> None:
        name = f"{self._job_id}-rules"
        self._present = plain_table(name, HEADINGS | {"change": ""}, [], "id", nothing="No rule yet.")
        self._present.add_slot("body-cell-change", _DELETE)
        self._present.on("remove", self._remove)
        ui.label("What is never to be reported again?").classes("text-subtitle1").props("role=heading aria-level=2")
        self._form = Redrawn()
        times = None if self._at is None else (self._at,)
        asked = Selection("record", timestamps_ms=times, sort="record_score", desc=True, page=Page(0, MOST))
        _, bodies = await asyncio.to_thread(parts().ports.results.read, self._job_id, asked)
        self._records = [orjson.loads(body) for body in bodies]
        rows = [record_row(record) | {"number": number} for number, record in enumerate(self._records)]
        table = plain_table(f"{self._job_id}-anomalies", FOUND | {"never": ""}, rows, "number")
        table.add_slot("body-cell-never", _NEVER)
        table.on("never", self._ask)
        await self._draw()

    async def _config(self) -> Document:
        (config,) = await asyncio.to_thread(configure.fetch, parts().ports, self._job_id, allow_no_match=False)
        return config

    async def _draw(self) -> None:
        await self._reading.do(self._read)

    async def _read(self) -> None:
        self._present.rows = rules_of(await self._config())

    async def _remove(self, event: events.GenericEventArguments) -> None:
        index, told = event.args["index"], event.args["rule"]
        kept = without_rule(await self._config(), index, told)
        await attempted(lambda: parts().running.update(self._job_id, with_rules(index, kept)))
        await self._draw()

    async def _ask(self, event: events.GenericEventArguments) -> None:
        """The form for a rule that would have kept one anomaly from being reported."""
        await self._form.draw(lambda: self._fill(self._records[int(event.args)]))

    async def _fill(self, record: Document) -> None:
        links = links_of(await self._config())
        with ui.card().classes("w-full") as form:
            row = record_row(record)
            ui.label(f"Never report {row['function']} {row['entity']} again when")
            scope = {
                field: (ui.checkbox(f"{field} is {value}", value=True), value)
                for field, value in entity_of(record).items()
            }
            with ui.row().classes("items-center"):
                applies = ui.select(COMPARED, label="and", value="" if scope else "actual").props("dense outlined")
                operator = ui.select(COMPARISONS, label="how", value="lt").props("dense outlined")
                value = ui.number("Value", value=float(row["actual"] or 0.0)).props("dense outlined")
            learns = ui.checkbox("Still learn from such values", value=True)

            async def save() -> None:
                chosen = {field: text for field, (box, text) in scope.items() if box.value}
                wish = Wish(chosen, applies.value or "", operator.value or "lt", value.value or 0.0, learns.value)
                if await attempted(lambda: self._save(record, wish)):
                    form.delete()
                await self._draw()

            ui.button("Save rule", icon="rule", on_click=save).props("no-caps")
            for link in links:
                ui.link(link["url_name"], filled(link["url_value"], record), new_tab=True).classes("plain")

    async def _save(self, record: Document, wish: Wish) -> None:
        for name, value in wish.filters(self._job_id).items():
            await filters.save(name, f"one value of job {self._job_id}", [value])
        index = record["detector_index"]
        known, rule = present(await self._config(), index), wish.rule(self._job_id)
        if said(rule) not in map(said, known):
            await parts().running.update(self._job_id, with_rules(index, [*known, rule]))
