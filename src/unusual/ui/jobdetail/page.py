"""The page of one job, in tabs: figures, messages, snapshots, annotations, forecasts, configuration."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from nicegui import events, ui

from unusual.analysis.control import Document
from unusual.errors import NoSuchJob
from unusual.jobs import annotations, configure, notifications
from unusual.jobs.health import job_health
from unusual.jobs.stats import job_stats
from unusual.ui.asking import act_buttons
from unusual.ui.jobdetail import forecasts, snapshots
from unusual.ui.jobdetail.told import ANNOTATIONS, MESSAGES, annotation_row, figures, message_row
from unusual.ui.links import link
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.redrawing import InTurn, Redrawn
from unusual.ui.remembering import remember

EVERY_S: Final = 5.0
MOST_MESSAGES: Final = 1_000
COUNTS: Final = {"data_counts": "Data", "model_size_stats": "Model", "timing_stats": "Time taken"}


async def show(job_id: str, tab: str = "counts") -> None:
    """One job. tab: which part of it."""
    await asyncio.to_thread(parts().ports.jobs.get, job_id)
    await _Shown(job_id, tab if tab in TABS else "counts").show()


class _Shown:
    """The page in one browser."""

    def __init__(self, job_id: str, tab: str) -> None:
        self._job_id = job_id
        self._tab = tab
        self._reading = InTurn()
        self._told: Document = {}
        self._state: ui.row
        self._content: Redrawn

    async def show(self) -> None:
        self._state = ui.row().classes("items-center")
        with ui.row().classes("w-full items-center gap-1"):
            act_buttons(lambda: [self._job_id], self._draw)
            ui.space()
            ui.link("Explore anomalies", self._place("explorer")).classes("plain")
            ui.link("Single metric", self._place("metric")).classes("plain")
        with ui.tabs().props("align=left no-caps dense").classes("w-full") as tabs:
            made = {name: ui.tab(name, label=label) for name, (label, _) in TABS.items()}
        tabs.set_value(made[self._tab])
        tabs.on_value_change(self._chosen)
        self._content = Redrawn()
        await self._draw()
        ui.timer(EVERY_S, self._head, immediate=False)

    def _place(self, section: str) -> str:
        return link(f"/{section}", {"job": self._job_id}, {"job": ""})

    async def _chosen(self, event: events.ValueChangeEventArguments[str | ui.tab | ui.tab_panel | None]) -> None:
        self._tab = str(event.value)
        remember(link(f"/ui/jobs/{self._job_id}", {"tab": self._tab}, {"tab": ""}))
        await self._draw()

    async def _draw(self) -> None:
        await self._head()
        await self._content.draw(lambda: TABS[self._tab][1](self._job_id))

    async def _head(self) -> None:
        """What changes while one looks: the state and what is wrong, each with its reason."""
        await self._reading.do(self._read)

    async def _read(self) -> None:
        try:
            (health,) = await asyncio.to_thread(job_health, parts().ports, self._job_id, allow_no_match=False)
        except NoSuchJob as gone:
            ui.navigate.to("/jobs")
            ui.notify(gone.reason)
            return
        if health == self._told:
            return
        self._told = health
        self._state.clear()
        with self._state:
            ui.label(health["state"]).classes("text-weight-medium")
            ui.label(health["status"]).classes(f"health health-{health['status']}")
            for issue in health["issues"]:
                ui.label(f"{issue['issue']}: {issue['reason']}")


async def _counts(job_id: str) -> None:
    (stats,) = await asyncio.to_thread(job_stats, parts().ports, parts().node, job_id, allow_no_match=False)
    with ui.row().classes("w-full items-start"):
        for name, heading in COUNTS.items():
            with ui.card().classes("grow"):
                ui.label(heading).classes("text-subtitle1").props("role=heading aria-level=2")
                with ui.grid(columns="auto auto").classes("gap-x-6 gap-y-1"):
                    for said, value in figures(stats[name]):
                        ui.label(said)
                        ui.label(value).classes("text-right")


async def _messages(job_id: str) -> None:
    told = await asyncio.to_thread(notifications.of_job, parts().ports, job_id, MOST_MESSAGES)
    plain_table(f"{job_id}-messages", MESSAGES, [message_row(one) for one in told])


async def _annotations(job_id: str) -> None:
    told = await asyncio.to_thread(annotations.of_job, parts().ports, job_id)
    plain_table(f"{job_id}-annotations", ANNOTATIONS, [annotation_row(one) for one in told])


async def _json(job_id: str) -> None:
    (config,) = await asyncio.to_thread(configure.fetch, parts().ports, job_id, allow_no_match=False)
    ui.code(orjson.dumps(config, option=orjson.OPT_INDENT_2).decode(), language="json").classes("w-full")


TABS: Final[dict[str, tuple[str, Callable[[str], Awaitable[None]]]]] = {
    "counts": ("Counts", _counts),
    "messages": ("Messages", _messages),
    "snapshots": ("Snapshots", snapshots.show),
    "annotations": ("Annotations", _annotations),
    "forecasts": ("Forecasts", forecasts.show),
    "json": ("JSON", _json),
}
