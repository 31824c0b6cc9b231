"""What the explorer is steered with: boxes, pages, influencers, and what is picked; knows no use case but fields."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from nicegui import ui

from unusual.jobs.ports import StoredJob
from unusual.jobs.viewing.swimlanes import fields_of
from unusual.jobs.viewing.windows import Window
from unusual.ui.explorer.view import BY_JOB, View
from unusual.ui.severity import BANDS, INK, band_of, score_text
from unusual.ui.timeboxes import times
from unusual.ui.wording import moment

_LEAST: Final = {band.least: f"{band.name}, {band.least:g} and more" for band in BANDS[1:]} | {0.0: "all scores"}


def choices(jobs: Sequence[StoredJob], view: View, extent: Window, go: Callable[..., object]) -> None:
    """Boxes for the field of the lanes, the severity, the function, and the time."""
    fields = fields_by(jobs)
    if fields:
        ui.select(fields, value=view.by, label="Lanes by").on_value_change(
            lambda event: go(by=event.value, value="", lanes=0, page=0)
        ).classes("min-w-28")
    least = dict(sorted(_LEAST.items()))
    chosen = max(one for one in least if one <= max(0.0, view.least))
    ui.select(least, value=chosen, label="Severity").on_value_change(
        lambda event: go(least=event.value, lanes=0, page=0)
    ).classes("min-w-40")
    detectors = (detector for job in jobs for detector in job.config["analysis_config"]["detectors"])
    functions = sorted({detector["function"] for detector in detectors})
    if len(functions) > 1:
        ui.select(
            {"": "all functions"} | {one: one for one in functions}, value=view.function, label="Function"
        ).on_value_change(lambda event: go(function=event.value, page=0)).classes("min-w-32")
    window = view.window(extent)
    times(window, lambda start, end: go(start=start, end=end, first=None, until=None, lanes=0, page=0))
    if window != extent:
        ui.button("Whole time", on_click=lambda: go(start=None, end=None, first=None, until=None)).props("flat dense")


def fields_by(jobs: Sequence[StoredJob]) -> dict[str, str]:
    """By what lanes can be drawn, with what it is called; of several jobs, first by these."""
    fields = fields_of(*(job.config for job in jobs))
    return ({BY_JOB: "job"} if len(jobs) > 1 else {}) | {field: field for field in fields}


def pager(of: str, page: int, turn: Callable[[int], Any], *, more: bool) -> None:
    """Buttons to the page before and to the next one. page: counted from 0."""
    with ui.row().classes("items-center gap-2"):
        back = ui.button(icon="chevron_left", on_click=lambda: turn(page - 1)).props(
            f'flat dense aria-label="Previous {of}"'
        )
        back.set_enabled(page > 0)
        ui.label(f"Page {page + 1}")
        on = ui.button(icon="chevron_right", on_click=lambda: turn(page + 1)).props(
            f'flat dense aria-label="Next {of}"'
        )
        on.set_enabled(more)


def picked(view: View, window: Window, pick: Callable[..., Awaitable[None]]) -> None:
    """What the anomalies below are narrowed to, each with a way to let go of it."""
    with ui.row().classes("items-center gap-2"):
        if view.first is not None or view.until is not None:
            text = f"{moment(window.start_ms)} to {moment(window.end_ms)}"
            _chip(text, lambda: pick(first=None, until=None))
        if view.value:
            of = "job" if view.by == BY_JOB else view.by
            _chip(f"{of}: {view.value}", lambda: pick(value=""))


def influencers(top: Mapping[str, Sequence[tuple[str, float]]], choose: Callable[[str, str], Any]) -> None:
    """The values with the highest scores of each influencer field."""
    with ui.column().classes("w-full lg:w-1/6 gap-2"):
        ui.label("Top influencers").classes("text-h6").props("role=heading aria-level=2")
        for field, values in top.items():
            ui.label(field).classes("text-subtitle2").props("role=heading aria-level=3")
            for value, score in values:
                with ui.row().classes("w-full no-wrap items-center gap-2"):
                    score_mark(score)
                    button = ui.button(value, on_click=lambda f=field, v=value: choose(f, v))
                    button.props("flat dense no-caps align=left").classes("col ellipsis")


def score_mark(score: float) -> None:
    """A score on the colour of its band."""
    style = f"background: {band_of(score).colour}; color: {INK}; border-radius: 4px; min-width: 2.2rem"
    ui.label(score_text(score)).style(style).classes("text-center text-weight-medium q-px-xs")


def _chip(text: str, let_go: Callable[[], Any]) -> None:
    ui.button(text, icon="close", on_click=let_go).props(f'outline dense no-caps aria-label="Let go of {text}"')
