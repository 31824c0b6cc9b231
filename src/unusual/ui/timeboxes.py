"""Two boxes for the time that is shown, usable without a mouse; know not what is shown."""

from collections.abc import Callable
from datetime import UTC, datetime

from nicegui import ui

from unusual.jobs.viewing.windows import Window
from unusual.ui.wording import moment


def times(window: Window, choose: Callable[[int, int], object]) -> None:
    """Two boxes with the start and the end of what is shown, in UTC."""
    boxes = [
        ui.input(label, value=moment(time).replace(" ", "T")).props("type=datetime-local").classes("min-w-52")
        for label, time in (("From (UTC)", window.start_ms), ("To (UTC)", window.end_ms))
    ]

    def changed() -> None:
        start, end = (read_moment(box.value) for box in boxes)
        if start is not None and end is not None and start < end:
            choose(start, end)

    for box in boxes:
        box.on("change", changed)


def read_moment(text: str | None) -> int | None:
    """What stands in such a box, ms; None where that is no time."""
    try:
        return int(datetime.fromisoformat(text or "").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        return None
