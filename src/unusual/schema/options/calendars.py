"""Options of the endpoints that list calendars and their events; the same document in query and body."""

from typing import ClassVar

from pydantic import ConfigDict

from unusual.errors import Invalid
from unusual.schema.options.paging import Page, Paged, Window


class CalendarOptions(Paged):
    """Which page of the calendars is read."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_calendars")


class EventOptions(Window):
    """Which events are read: those that touch the window, of one calendar or of all that hold a job."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_calendar_events")

    job_id: str | None = None
    page: Page = Page()

    def check_calendar(self, calendar_id: str) -> None:
        """`errors.Invalid` when a job is to choose the calendars, yet one of them is named."""
        if self.job_id is not None and calendar_id != "_all":
            raise Invalid("If job_id is used calendar_id must be '_all'")
