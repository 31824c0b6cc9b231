"""The boxes in which jobs are chosen, and what stands in the place of some that have nothing to show yet."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from nicegui import ui

from unusual.errors import Invalid
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.selection import choose
from unusual.jobs.viewing.windows import Window, extent
from unusual.ui.wording import count

MOST: Final = 100  # jobs that are looked at together
LOOK_EVERY_S: Final = 2.0  # for the first results
LOOK_AGAIN_EVERY_S: Final = 5.0  # for newer ones


class Chosen(NamedTuple):
    """Jobs of which some have results, the time of these, and the row beside the box, for more to choose."""

    jobs: list[StoredJob]
    extent: Window
    beside: ui.row


async def chosen_job(ports: Ports, job_id: str, go: Callable[[str], object]) -> Chosen | None:
    """The job that is chosen in the box, None when there is nothing to show of any; `errors.NoSuchJob`.

    go  is told another one that is chosen
    """
    names = [job.job_id for job in await asyncio.to_thread(ports.jobs.all)]
    with ui.row().classes("w-full items-end gap-4"):
        box = ui.select(names, value=job_id if job_id in names else None, label="Job", with_input=True)
        box.on_value_change(lambda event: go(event.value)).classes("min-w-56")
        beside = ui.row().classes("contents")
    if not job_id:
        _say("Choose a job to see what was unusual in it.")
        return None
    return await _with_results(ports, [await asyncio.to_thread(ports.jobs.get, job_id)], beside)


async def chosen_jobs(ports: Ports, expression: str, go: Callable[[str], object]) -> Chosen | None:
    """The jobs that an expression means: ids, groups and patterns with commas between; otherwise as `chosen_job`.

    `errors.Invalid` for more than `MOST`.
    """
    jobs = {job.job_id: job for job in await asyncio.to_thread(ports.jobs.all)}
    parts = [part for part in map(str.strip, expression.split(",")) if part]
    with ui.row().classes("w-full items-end gap-4"):
        _box(_names(jobs.values(), parts), parts, go)
        beside = ui.row().classes("contents")
    if not parts:
        _say("Choose jobs, or a group of them, to see what was unusual.")
        return None
    chosen = choose(jobs.values(), ",".join(parts), allow_no_match=True)
    if len(chosen) > MOST:
        raise Invalid(f"{count(len(chosen))} jobs are chosen, but at most {MOST} can be looked at together")
    return await _with_results(ports, [jobs[job_id] for job_id in chosen], beside)


def _names(jobs: Collection[StoredJob], parts: Sequence[str]) -> dict[str, str]:
    """What can be chosen, with what it is called: groups, jobs, and what the link says besides."""
    groups = Counter(group for job in jobs for group in job.config.get("groups", ()))
    told = {group: f"{group} (group of {number})" for group, number in sorted(groups.items())}
    return told | {job.job_id: job.job_id for job in jobs} | {part: part for part in parts if part not in groups}


def _box(names: dict[str, str], parts: list[str], go: Callable[[str], object]) -> None:
    """Several can be chosen before it goes on, as soon as the list is left."""
    box = ui.select(names, value=parts, label="Jobs", multiple=True, with_input=True)
    box.props("use-chips").classes("max-w-xl" if len(parts) > 1 else "w-56")

    def left() -> None:
        if [*box.value] != parts:
            go(",".join(box.value))

    box.on("popup-hide", left)
    box.on_value_change(lambda: None if box.is_showing_popup else left())  # one was taken out of those it shows


async def _with_results(ports: Ports, jobs: list[StoredJob], beside: ui.row) -> Chosen | None:
    found = await asyncio.to_thread(extent, ports, *jobs) if jobs else None
    if found is not None:
        _tell_of_newer(ports, jobs, found)
        return Chosen(jobs, found, beside)
    _say("There are no results yet: they come with data, and are shown here as soon as there are some.")

    async def look() -> None:
        if await asyncio.to_thread(extent, ports, *jobs) is not None:
            ui.navigate.reload()

    ui.timer(LOOK_EVERY_S, look, immediate=False)
    return None


def _tell_of_newer(ports: Ports, jobs: list[StoredJob], shown: Window) -> None:
    """What is found while somebody looks is offered, and not put over what they look at."""
    with ui.row().classes("items-center gap-2").props("role=status") as told:
        ui.label("There are newer results.")
        ui.button("Show them", icon="refresh", on_click=ui.navigate.reload).props("flat dense no-caps")
    told.visible = False

    async def look() -> None:
        found = await asyncio.to_thread(extent, ports, *jobs)
        if found is not None and found.end_ms > shown.end_ms:
            told.visible = True
            looking.deactivate()

    looking = ui.timer(LOOK_AGAIN_EVERY_S, look, immediate=False)


def _say(text: str) -> None:
    ui.label(text).classes("text-body1 q-pa-md").props("role=status")
