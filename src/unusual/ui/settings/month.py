"""A month as weeks of days, each with the events that touch it, by UTC; knows no calendar of ours."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from unusual.analysis.control import Document


class Day(NamedTuple):
    """One day. inside: whether it is of the month that is shown; events: what they are called."""

    date: date
    inside: bool
    events: Sequence[str]


def weeks(year: int, month: int, events: Iterable[Document]) -> list[list[Day]]:
    """Whole weeks from Monday on that hold the month."""
    told = sorted(events, key=lambda event: event["start_time"])
    return [
        [Day(day, day.month == month, [event["description"] for event in told if _touches(event, day)]) for day in week]
        for week in calendar.Calendar().monthdatescalendar(year, month)
    ]


def beside(year: int, month: int, months: int) -> tuple[int, int]:
    """The year and month some months later.

    >>> beside(2026, 12, 1), beside(2026, 1, -1)
    ((2027, 1), (2025, 12))
    """
    years, index = divmod(year * 12 + month - 1 + months, 12)
    return years, index + 1


def first_month(events: Iterable[Document], now_ms: int) -> tuple[int, int]:
    """The month to begin with: that of the next event, of the last one if all are over, or that of now."""
    ordered = sorted(events, key=lambda event: event["start_time"])
    coming = [event for event in ordered if event["end_time"] > now_ms]
    start = (coming[:1] or ordered[-1:] or [{"start_time": now_ms}])[0]["start_time"]
    told = datetime.fromtimestamp(start / 1000, UTC)
    return told.year, told.month


def _touches(event: Document, day: date) -> bool:
    start = datetime.combine(day, time.min, UTC)
    begin_ms, end_ms = (round(moment.timestamp() * 1000) for moment in (start, start + timedelta(days=1)))
    return bool(event["start_time"] < end_ms and event["end_time"] > begin_ms)
