"""The tab with calendars: the month of one, its events, those of an .ics file, and the jobs it holds."""

import asyncio
from typing import Final

from nicegui import events as happened
from nicegui import ui

from unusual.analysis.control import Document
from unusual.jobs import calendars, events
from unusual.schema.calendars import CalendarRequest, EventsRequest
from unusual.schema.ical import events_in
from unusual.schema.options import CalendarOptions
from unusual.schema.reading import read
from unusual.ui.asking import confirmed
from unusual.ui.parts import parts
from unusual.ui.plain import plain_table
from unusual.ui.redrawing import Redrawn
from unusual.ui.refusals import attempted
from unusual.ui.settings.month import Day, beside, first_month, weeks
from unusual.ui.wording import moment

MOST: Final = 10_000
MOST_BYTES: Final = 10 << 20
SHOWN: Final = 3  # events of a day
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HEADINGS: Final = {"start": "From (UTC)", "end": "To (UTC)", "description": "Event"}
_DELETE: Final = """<q-td :props="props"><q-btn flat dense no-caps label="Delete"
    :aria-label="`Delete ${props.row.description}, ${props.row.start}`"
    @click="$parent.$emit('remove', props.row.id)" /></q-td>"""


async def show(_job: str, _at: int | None) -> None:
    """One calendar after the other."""
    await _Calendars().show()


def event_row(event: Document) -> Document:
    """An event as a row of a table."""
    return {
        "id": event["event_id"],
        "start": moment(event["start_time"]),
        "end": moment(event["end_time"]),
        "description": event["description"],
    }


class _Calendars:
    def __init__(self) -> None:
        self._month: tuple[int, int] | None = None
        self._box: ui.select
        self._shown: Redrawn
        self._adding: ui.row
        self._listed: Redrawn

    async def show(self) -> None:
        with ui.row().classes("items-center"):
            self._box = ui.select([], label="Calendar").props("dense outlined").classes("w-64")
            self._box.on("update:model-value", self._chosen)  # by a person, not by `_load`
            ui.button("Delete calendar", icon="delete", on_click=self._delete).props("flat no-caps")
            ui.space()
            name = ui.input("New calendar").props("dense outlined")
            jobs = ui.input("Jobs or groups", value="_all").props("dense outlined")
            ui.button("Create", icon="add", on_click=lambda: self._create(name.value, jobs.value)).props("no-caps")
        self._shown = Redrawn()
        self._adding = self._form()
        self._listed = Redrawn()
        await self._load("")

    async def _load(self, chosen: str) -> None:
        options = read(CalendarOptions, {"page": {"from": 0, "size": MOST}}, "get_calendars")
        _, found = await asyncio.to_thread(calendars.find, parts().ports, "_all", options)
        names = [one["calendar_id"] for one in found]
        self._box.set_options(names, value=chosen if chosen in names else (names[0] if names else None))
        await self._draw()

    async def _chosen(self) -> None:
        self._month = None
        await self._draw()

    async def _create(self, name: str, jobs: str) -> None:
        asked = {"job_ids": [job.strip() for job in jobs.split(",") if job.strip()]}
        wanted = read(CalendarRequest, asked, "calendar")
        if await attempted(lambda: parts().running.change(calendars.create, parts().ports, name.strip(), wanted)):
            await self._load(name.strip())

    async def _delete(self) -> None:
        name = self._box.value
        if name and await confirmed(f"Delete calendar {name}?", "Its events are no longer expected.", "Delete"):
            await attempted(lambda: parts().running.change(calendars.delete, parts().ports, name))
            await self._load("")

    async def _draw(self) -> None:
        self._adding.visible = bool(self._box.value)
        await self._shown.draw(self._fill)
        await self._listed.draw(self._list)

    async def _fill(self) -> None:
        stored = await _stored(self._box.value)
        if stored is None:
            ui.label("There is no calendar yet.")
            return
        known = stored[calendars.EVENTS]
        ui.label(f"For: {', '.join(stored['job_ids']) or 'no job'}")
        self._month = self._month or first_month(known, parts().ports.clock.now_ms())
        self._draw_month(known, *self._month)

    async def _list(self) -> None:
        stored = await _stored(self._box.value)
        if stored is None:
            return
        rows = [event_row(event) for event in sorted(stored[calendars.EVENTS], key=lambda event: event["start_time"])]
        table = plain_table(f"{stored['calendar_id']}-events", HEADINGS | {"change": ""}, rows, "id")
        table.add_slot("body-cell-change", _DELETE)
        table.on("remove", self._remove)

    def _draw_month(self, known: list[Document], year: int, month: int) -> None:
        with ui.row().classes("items-center"):
            ui.button(icon="chevron_left", on_click=lambda: self._go(-1)).props('flat round aria-label="Month before"')
            ui.label(f"{year}-{month:02}").classes("text-h6")
            ui.button(icon="chevron_right", on_click=lambda: self._go(1)).props('flat round aria-label="Month after"')
        with ui.element("table").classes("month w-full"):
            with ui.element("tr"):
                for name in DAYS:
                    with ui.element("th").props("scope=col"):
                        ui.label(name)
            for week in weeks(year, month, known):
                with ui.element("tr"):
                    for day in week:
                        _draw_day(day)

    async def _go(self, months: int) -> None:
        assert self._month is not None  # noqa: S101 - `_draw` has settled it
        self._month = beside(*self._month, months)
        await self._shown.draw(self._fill)

    def _form(self) -> ui.row:
        """Ways to add events, which keep what is typed in them while the month above is turned."""
        with ui.row().classes("items-center") as form:
            description = ui.input("Event").props("dense outlined")
            start = ui.input("From", placeholder="2026-12-24T00:00:00Z").props("dense outlined")
            end = ui.input("To", placeholder="2026-12-27T00:00:00Z").props("dense outlined")

            async def add() -> None:
                event = {"description": description.value, "start_time": start.value, "end_time": end.value}
                if await attempted(lambda: self._post([event])):
                    description.value = start.value = end.value = ""

            ui.button("Add event", icon="event", on_click=add).props("no-caps")
            upload = ui.upload(label="Import .ics", auto_upload=True, max_file_size=MOST_BYTES)
            upload.props('accept=".ics" flat bordered').classes("w-64")

            async def take(event: happened.UploadEventArguments) -> None:
                await attempted(lambda: self._import(event))
                upload.reset()

            upload.on_upload(take)
        return form

    async def _import(self, event: happened.UploadEventArguments) -> None:
        await self._post(await asyncio.to_thread(events_in, await event.file.read()))

    async def _post(self, bodies: list[Document]) -> None:
        wanted = read(EventsRequest, {"events": bodies}, "post_calendar_events")
        posted = await parts().running.change(events.post, parts().ports, self._box.value, wanted)
        ui.notify(f"{len(posted)} events added", type="positive")
        self._month = None
        await self._draw()

    async def _remove(self, event: happened.GenericEventArguments) -> None:
        await attempted(lambda: parts().running.change(events.delete, parts().ports, self._box.value, str(event.args)))
        await self._draw()


async def _stored(name: str | None) -> Document | None:
    return await asyncio.to_thread(calendars.get, parts().ports, name) if name else None


def _draw_day(day: Day) -> None:
    with ui.element("td").classes("inside" if day.inside else "outside"):
        ui.label(str(day.date.day)).classes("text-caption")
        for name in day.events[:SHOWN]:
            ui.label(name).classes("event")
        if len(day.events) > SHOWN:
            ui.label(f"and {len(day.events) - SHOWN} more").classes("text-caption")
