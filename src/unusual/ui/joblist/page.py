"""The page with the list of jobs: live, searched, a page at a time, and what is done to many jobs at once."""

import asyncio
from dataclasses import replace
from typing import Final

from nicegui import events, ui

from unusual.analysis.control import Document
from unusual.jobs import datafeeds
from unusual.ui.asking import act_buttons
from unusual.ui.explorer.view import View
from unusual.ui.joblist.rows import HEADINGS, Asked, fitting, groups_of, job_rows, paged
from unusual.ui.links import link
from unusual.ui.offering import offer
from unusual.ui.parts import Parts, parts
from unusual.ui.plain import download_button
from unusual.ui.redrawing import InTurn
from unusual.ui.remembering import remember

EVERY_S: Final = 5.0
SIZES: Final = [25, 50, 100]
# How cells look: the id leads to the job, health is told by a word as well as by its colour.
_CELLS: Final = {
    "header-selection": """<q-checkbox v-model="props.selected" aria-label="Choose all on this page" />""",
    "body-selection": """<q-checkbox v-model="props.selected" :aria-label="`Choose ${props.row.id}`" />""",
    "body-cell-id": """<q-td :props="props"><a :href="`/ui/jobs/${encodeURIComponent(props.row.id)}`" class="plain">
        {{ props.row.id }}</a><div class="text-caption">{{ props.row.description }}</div></q-td>""",
    "body-cell-health": """<q-td :props="props">
        <span :class="`health health-${props.row.health}`">{{ props.row.health }}</span>
        <div v-if="props.row.why" class="text-caption why">{{ props.row.why }}</div></q-td>""",
}


async def show(q: str = "", group: str = "", sort: str = "id", desc: int = 0, page: int = 1) -> None:
    """Every job. q: words to be found in it; the rest as in `Asked`."""
    known = sort if sort in HEADINGS else "id"
    await _List(Asked(q, group, known, bool(desc), max(1, page))).show()


async def read(here: Parts) -> list[Document]:
    """The rows as things stand now."""
    feeds = await asyncio.to_thread(datafeeds.stored, here.ports)
    states = [
        {"job_id": feeds[one["datafeed_id"]].job_id, "state": one["state"]}
        for one in (await here.feeding.stats("_all", allow_no_match=True) if feeds else [])
        if one["datafeed_id"] in feeds
    ]
    return await asyncio.to_thread(job_rows, here.ports, states, here.running.blocking.shown())


class _List:
    """The list in one browser."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._rows: list[Document] = []
        self._fitting: list[Document] = []
        self._reading = InTurn()
        self._drawing = asyncio.Lock()  # in turn, so that what was asked for last is what is shown
        self._table: ui.table
        self._groups: ui.select

    async def show(self) -> None:
        self._rows = await read(parts())
        self._search()
        self._table = self._made_table()
        await self._draw()
        ui.timer(EVERY_S, self._refresh, immediate=False)

    def _search(self) -> None:
        with ui.row().classes("w-full items-center"):
            search = ui.input("Search", value=self._asked.text, on_change=self._searched).props(
                "clearable dense outlined debounce=300"
            )
            search.classes("w-64")
            self._groups = ui.select(
                [*dict.fromkeys(["", self._asked.group, *groups_of(self._rows)])],
                label="Group",
                value=self._asked.group,
                on_change=self._grouped,
            )
            self._groups.props("dense outlined").classes("w-48")
            ui.space()
            download_button("jobs.csv", HEADINGS, lambda: self._fitting)
        with (
            ui.row().classes("w-full items-center gap-1").props('role=toolbar aria-label="What is done to chosen jobs"')
        ):
            ui.button("Choose all found", icon="select_all", on_click=self._choose_all).props("flat dense no-caps")
            ui.button("Explore", icon="insights", on_click=self._explore).props("flat dense no-caps")
            act_buttons(self._chosen, self._refresh)

    def _made_table(self) -> ui.table:
        columns = [
            {"name": name, "label": heading, "field": name, "sortable": True, "align": "left"}
            for name, heading in HEADINGS.items()
        ]
        table = ui.table(rows=[], columns=columns, row_key="id", selection="multiple", pagination={})
        table.classes("w-full").props(f'binary-state-sort :rows-per-page-options="{SIZES}"')
        for name, cell in _CELLS.items():
            table.add_slot(name, cell)
        table.on("request", self._paged)
        return table

    async def _refresh(self) -> None:
        await self._reading.do(self._read)

    async def _read(self) -> None:
        self._rows = await read(parts())
        offer(self._groups, groups_of(self._rows))
        there = {row["id"] for row in self._rows}
        selected = self._table.selected
        _renew(self._table, selected=[row for row in selected if row["id"] in there])
        await self._draw()

    async def _draw(self) -> None:
        """Show what fits; only a page of it goes to the browser."""
        async with self._drawing:
            asked = self._asked
            self._fitting = await asyncio.to_thread(fitting, self._rows, asked)
            pagination = {
                "sortBy": asked.sort,
                "descending": asked.descending,
                "page": asked.page,
                "rowsPerPage": asked.size,
                "rowsNumber": len(self._fitting),
            }
            _renew(self._table, rows=[*paged(self._fitting, asked)], pagination=pagination)

    async def _ask(self, asked: Asked) -> None:
        self._asked = asked
        remember(link("/ui/jobs", _query(asked), _query(Asked())))
        await self._draw()

    async def _searched(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        await self._ask(replace(self._asked, text=event.value or "", page=1))

    async def _grouped(self, event: events.ValueChangeEventArguments[str | None]) -> None:
        await self._ask(replace(self._asked, group=event.value or "", page=1))

    async def _paged(self, event: events.GenericEventArguments) -> None:
        told = event.args["pagination"]
        sort, descending = told.get("sortBy") or "id", bool(told.get("descending"))
        await self._ask(Asked(self._asked.text, self._asked.group, sort, descending, told["page"], told["rowsPerPage"]))

    async def _choose_all(self) -> None:
        async with self._drawing:  # what was typed before is looked for first
            self._table.selected = [*self._fitting]
        ui.notify(f"{len(self._fitting)} jobs chosen")

    def _explore(self) -> None:
        if chosen := self._chosen():
            ui.navigate.to(View(job=",".join(chosen)).link)

    def _chosen(self) -> list[str]:
        chosen = [row["id"] for row in self._table.selected]
        if not chosen:
            ui.notify("Choose jobs first", type="info")
        return chosen


def _renew(table: ui.table, **told: object) -> None:
    """Let a table show something else; where it is the same, the browser keeps its cells and the focus in them."""
    for name, value in told.items():
        if getattr(table, name) != value:
            setattr(table, name, value)


def _query(asked: Asked) -> Document:
    return {
        "q": asked.text,
        "group": asked.group,
        "sort": asked.sort,
        "desc": int(asked.descending),
        "page": asked.page,
    }
