"""What somebody chooses for a new job, tried on the history before it is made; knows the file only as records."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

import polars as pl
from nicegui import ui

from unusual.errors import Problem
from unusual.jobs import configure
from unusual.jobs.trying import Trial
from unusual.ui.newjob import suggesting, uploaded
from unusual.ui.newjob.draft import Draft, memory
from unusual.ui.newjob.found import show_found
from unusual.ui.newjob.profile import Profile
from unusual.ui.parts import Parts
from unusual.ui.refusals import attempted, reason_of
from unusual.ui.wording import count

OPEN_WITHIN_S: Final = 300.0
_UNFIT: Final = re.compile(r"[^a-z0-9_-]+")


class Choosing:
    """The choices in one browser.

    records  in order of time, as of `uploaded.timed`
    """

    def __init__(self, parts: Parts, records: pl.DataFrame, time_field: str, found: Sequence[Profile]) -> None:
        self._parts = parts
        self._records = records
        self._time_field = time_field
        self._found = found
        self._boxes: list[tuple[ui.checkbox, str]] = []
        self._own: ui.input
        self._span: ui.input
        self._influencers: ui.select
        self._job_id: ui.input
        self._needs: ui.label
        self._progress: ui.linear_progress
        self._tried: ui.column

    async def show(self, name: str) -> None:
        """What can be chosen. name: what the job is called unless somebody knows better."""
        split = suggesting.split_of(self._found)
        named = None if split is None else split.field
        span = await asyncio.to_thread(suggesting.span, self._records, self._time_field, named)
        with ui.card().classes("w-full"):
            _heading("What to look for")
            self._detectors()
            with ui.row().classes("w-full items-start"):
                self._span = ui.input("Bucket span", value=span.text).props("dense outlined").classes("w-32")
                with ui.column().classes("gap-0"):
                    for reason in span.reasons:
                        ui.label(reason)
            known = [one.field for one in self._found if one.field != self._time_field]
            blamed = suggesting.influencers(self._found)
            self._influencers = ui.select(known, label="Influencers", value=blamed, multiple=True)
            self._influencers.props("dense outlined use-chips").classes("w-96")
            self._needs = ui.label()
        with ui.card().classes("w-full"):
            _heading("Try and create")
            self._job_id = ui.input("Name of the job", value=_UNFIT.sub("-", name.lower()).strip("-_") or "job")
            self._job_id.props("dense outlined").classes("w-64")
            with ui.row():
                ui.button("Try on the history", icon="history", on_click=self._try).props("outline no-caps")
                ui.button("Create and analyse", icon="add", on_click=self._create).props("no-caps")
            self._progress = ui.linear_progress(value=0, show_value=False).props('aria-label="Progress"')
            self._progress.visible = False
            self._tried = ui.column().classes("w-full")
        for choice in (self._own, self._span, self._influencers, *(box for box, _ in self._boxes)):
            choice.on_value_change(self._weigh)
        await self._weigh()

    def _detectors(self) -> None:
        for one in suggesting.detectors(self._found):
            box = ui.checkbox(f"{one.detector} — {one.why}", value=one.chosen)
            self._boxes.append((box, one.detector))
        self._own = ui.input("Another detector", placeholder='such as high_mean("latency") by host')
        self._own.props("dense outlined debounce=500").classes("w-96")

    def _draft(self) -> Draft:
        own = self._own.value.strip()
        return Draft(
            job_id=self._job_id.value.strip(),
            detectors=[text for box, text in self._boxes if box.value] + ([own] if own else []),
            span=self._span.value.strip(),
            time_field=self._time_field,
            influencers=self._influencers.value,
            categorized=suggesting.categorized(self._found),
        )

    async def _weigh(self) -> None:
        """Say how much memory the job is going to need, or why there can be no such job."""
        try:
            self._needs.text = await asyncio.to_thread(memory, self._draft(), self._found)
        except Problem as problem:
            self._needs.text = reason_of(problem)

    async def _try(self) -> None:
        draft = self._draft()

        async def act() -> None:
            job = await asyncio.to_thread(configure.candidate, self._parts.ports, draft.body())
            async with Trial(self._parts.ports.workers, job) as trial:
                async for piece in self._pieces(draft):
                    await trial.post(piece)
                await trial.finish()
            times = self._records[self._time_field]
            self._tried.clear()
            with self._tried:
                show_found(trial.records, int(times[0]), int(times[-1]))

        await self._carried_out(act)

    async def _create(self) -> None:
        draft = self._draft()

        async def act() -> None:
            await asyncio.to_thread(configure.create, self._parts.ports, draft.job_id, draft.body())
            await self._parts.running.open(draft.job_id, OPEN_WITHIN_S)
            counts = await self._parts.running.post(draft.job_id, self._pieces(draft))
            await self._parts.running.close(draft.job_id)
            self._tried.clear()
            with self._tried, ui.row().classes("items-center").props("role=status"):
                ui.label(f"{draft.job_id} has analysed {count(counts['processed_record_count'])} records.")
                ui.link("Explore anomalies", f"/explorer?job={draft.job_id}").classes("plain")
                ui.link("Look at the job", f"/jobs/{draft.job_id}").classes("plain")

        await self._carried_out(act)

    async def _carried_out(self, act: Callable[[], Awaitable[None]]) -> None:
        self._progress.set_value(0)
        self._progress.visible = True
        await attempted(act)
        self._progress.visible = False

    async def _pieces(self, draft: Draft) -> AsyncIterator[bytes]:
        """The records as they are posted, with the progress shown."""
        fields = draft.fields(self._records.columns)
        total = max(1, self._records.height)
        pieces = uploaded.pieces(self._records, fields)
        done = 0
        while piece := await asyncio.to_thread(next, pieces, None):
            yield piece
            done += uploaded.PIECE
            self._progress.set_value(min(1.0, done / total))


def _heading(text: str) -> None:
    ui.label(text).classes("text-subtitle1").props("role=heading aria-level=2")
