"""A new job from a file: the place to put it, and which of its fields holds the time."""

import asyncio
import tempfile
from pathlib import Path

from nicegui import events, ui

from unusual.ui.newjob import uploaded
from unusual.ui.newjob.shown import show_supply
from unusual.ui.newjob.supplies import Posted
from unusual.ui.redrawing import Redrawn
from unusual.ui.wording import count


async def show() -> None:
    """Nothing but a place for a file, until there is one."""
    ui.label("A file of records, each with its time: CSV, NDJSON or Parquet. It stays on this server.")
    upload = ui.upload(label="Choose or drop a file", max_file_size=uploaded.MOST_BYTES, max_files=1, auto_upload=True)
    upload.props(f'accept="{",".join(uploaded.READERS)}" flat bordered').classes("w-full max-w-xl")
    content = Redrawn()

    async def take(event: events.UploadEventArguments) -> None:
        await content.draw(lambda: _draw(event))
        upload.reset()

    upload.on_upload(take)


async def _draw(event: events.UploadEventArguments) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "records").with_suffix(Path(event.file.name).suffix)
        await event.file.save(path)
        frame = await asyncio.to_thread(uploaded.frame_of, path)
    fields = uploaded.time_fields(frame)
    ui.label(f"{event.file.name}: {count(frame.height)} records, {frame.width} fields").classes("text-h6")

    async def fill(time_field: str) -> None:
        records = await asyncio.to_thread(uploaded.timed, frame, time_field)
        await show_supply(Posted(Path(event.file.name).stem, records, time_field))

    if not fields:
        ui.label("No field holds a time: a job needs dates, or seconds or milliseconds since 1970.").props("role=alert")
        return
    chosen = ui.select(fields, label="The field with the time", value=fields[0])
    chosen.props("dense outlined").classes("w-64")
    place = Redrawn()
    chosen.on_value_change(lambda change: place.draw(lambda: fill(change.value)))
    await place.draw(lambda: fill(fields[0]))
