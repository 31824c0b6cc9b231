"""What somebody chooses for a new job, tried on the history before it is made; knows its source only as a supply."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from nicegui import ui

from unusual.errors import Problem
from unusual.jobs import configure
from unusual.ui.explorer.view import View
from unusual.ui.newjob import suggesting
from unusual.ui.newjob.draft import Draft, needs
from unusual.ui.newjob.found import show_found
from unusual.ui.newjob.profile import Profile
from unusual.ui.newjob.supplies import Supply, make, pieces
from unusual.ui.parts import Parts
from unusual.ui.redrawing import InTurn
from unusual.ui.refusals import attempted, reason_of

_UNFIT: Final = re.compile(r"[^a-z0-9_-]+")


class Choosing:
    """The choices in one browser."""

    def __init__(self, parts: Parts, supply: Supply, found: Sequence[Profile]) -> None:
        self._parts = parts
        self._supply = supply
        self._found = found
        self._boxes: list[tuple[ui.checkbox, str]] = []
        self._weighing = InTurn()
        self._own: ui.input
        self._span: ui.input
        self._influencers: ui.select
        self._job_id: ui.input
        self._needs: ui.label
        self._progress: ui.linear_progress
        self._tried: ui.column

    async def show(self) -> None:
        """What can be chosen."""
        records, time_field = self._supply.records, self._supply.time_field
        split = suggesting.split_of(self._found)
        named = None if split is None else split.field
        span = await asyncio.to_thread(suggesting.span, records, time_field, named)
        with ui.card().classes("w-full"):
            _heading("What to look for")
            self._detectors()
            with ui.row().classes("w-full items-start"):
                self._span = ui.input("Bucket span", value=span.text).props("dense outlined").classes("w-32")
                with ui.column().classes("gap-0"):
                    for reason in span.reasons:
                        ui.label(reason)
            known = [one.field for one in self._found if one.field != time_field]
            blamed = suggesting.influencers(self._found)
            self._influencers = ui.select(known, label="Influencers", value=blamed, multiple=True)
            self._influencers.props("dense outlined use-chips").classes("w-full max-w-sm")
            self._needs = ui.label()
        with ui.card().classes("w-full"):
            _heading("Try and create")
            self._job_id = ui.input(
                "Name of the job", value=_UNFIT.sub("-", self._supply.name.lower()).strip("-_") or "job"
            )
            self._job_id.props("dense outlined").classes("w-full max-w-xs")
            with ui.row():
                ui.button("Try on the history", icon="history", on_click=self._try).props("outline no-caps")
                ui.button("Create and analyse", icon="add", on_click=self._create).props("no-caps")
            self._progress = ui.linear_progress(value=0, show_value=False).props('aria-label="Progress"')
            self._progress.visible = False
            self._tried = ui.column().classes("w-full")
        for choice in (self._own, self._span, self._influencers, *(box for box, _ in self._boxes)):
            choice.on_value_change(lambda: self._weighing.do(self._weigh))
        await self._weigh()

    def _detectors(self) -> None:
        for one in suggesting.detectors(self._found):
            box = ui.checkbox(f"{one.detector} — {one.why}", value=one.chosen)
            self._boxes.append((box, one.detector))
        self._own = ui.input("Another detector", placeholder='such as high_mean("latency") by host')
        self._own.props("dense outlined debounce=500").classes("w-full max-w-sm")

    def _draft(self) -> Draft:
        own = self._own.value.strip()
        return Draft(
            job_id=self._job_id.value.strip(),
            detectors=[text for box, text in self._boxes if box.value] + ([own] if own else []),
            span=self._span.value.strip(),
            time_field=self._supply.time_field,
            influencers=self._influencers.value,
            categorized=suggesting.categorized(self._found),
        )

    async def _weigh(self) -> None:
        """Say how much memory the job is going to need, or why there can be no such job."""
        try:
            self._needs.text = (await asyncio.to_thread(needs, self._draft(), self._found)).told
        except Problem as problem:
            self._needs.text = reason_of(problem)

    async def _limit_mib(self, draft: Draft) -> int:
        return (await asyncio.to_thread(needs, draft, self._found)).limit_mib

    async def _try(self) -> None:
        draft = self._draft()

        async def act() -> None:
            body = draft.body(await self._limit_mib(draft))
            job = await asyncio.to_thread(configure.candidate, self._parts.ports, body)
            async with self._parts.running.trial(job) as trial:
                async for piece in pieces(self._supply, draft, self._progress.set_value):
                    await trial.post(piece)
                await trial.finish()
            times = self._supply.records[self._supply.time_field]
            self._tried.clear()
            with self._tried:
                show_found(trial.records, int(times[0]), int(times[-1]))

        await self._carried_out(act)

    async def _create(self) -> None:
        draft = self._draft()

        async def act() -> None:
            limit_mib = await self._limit_mib(draft)
            await make(self._parts, self._supply, draft, limit_mib, self._progress.set_value)
            ui.navigate.to(View(job=draft.job_id).link)

        await self._carried_out(act)

    async def _carried_out(self, act: Callable[[], Awaitable[None]]) -> None:
        if self._progress.visible:
            return  # a second click while the first one's wish is carried out
        self._progress.set_value(0)
        self._progress.visible = True
        try:
            await attempted(act)
        finally:
            self._progress.visible = False


def _heading(text: str) -> None:
    ui.label(text).classes("text-subtitle1").props("role=heading aria-level=2")
