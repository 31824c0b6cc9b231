"""Calendars and their scheduled events as documents; knows neither jobs nor what an event does to them."""

from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, ValidationInfo, model_validator

from unusual.errors import Invalid
from unusual.schema.names import check_agreement
from unusual.schema.recurrence import Recurrence, Stretch
from unusual.schema.times import result_time
from unusual.schema.values import Closed, Flag, Whole, Words


class CalendarRequest(Closed):
    """A calendar as a client asks for it: ids or group names of jobs, which need not exist."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="calendar")

    calendar_id: str | None = None
    job_ids: Words = ()
    description: str | None = None


def _moment(value: object, info: ValidationInfo) -> object:
    """Milliseconds, from a number or from words; other types are left for the type check to refuse."""
    return result_time(info.field_name or "time", value) if isinstance(value, str) else value


class Event(Closed):
    """A stretch of time, its end excluded, in which a calendar's jobs expect the unusual; times in milliseconds."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="scheduled_event")

    description: str
    start_time: Annotated[Whole, BeforeValidator(_moment)]
    end_time: Annotated[Whole, BeforeValidator(_moment)]
    calendar_id: str | None = None
    event_id: str | None = None
    skip_result: Flag = True
    skip_model_update: Flag = True
    force_time_shift: Whole | None = None
    recurrence: Recurrence | None = None

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, body: object) -> object:
        if isinstance(body, dict):
            for name in ("description", "start_time", "end_time"):
                if body.get(name) is None:
                    raise Invalid(f"Field [{name}] cannot be null")
        return body

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.start_time >= self.end_time:
            raise Invalid(f"Event start time [{self.start_time}] must come before end time [{self.end_time}]")
        return self

    def repeated(self, now_ms: int) -> list[Self]:
        """The event each time that it comes; `errors.Invalid` for a recurrence that gives none, or too many."""
        if self.recurrence is None:
            return [self]
        stretches = self.recurrence.stretches(Stretch(self.start_time, self.end_time), now_ms)
        return [
            self.model_copy(update={"start_time": start, "end_time": end, "recurrence": None})
            for start, end in stretches
        ]

    def of(self, calendar_id: str) -> Self:
        """The same event in this calendar; `errors.Invalid` when it says that it belongs to another one."""
        check_agreement("calendar_id", self.calendar_id, calendar_id)
        return self.model_copy(update={"calendar_id": calendar_id})


def _some(events: tuple[Event, ...]) -> tuple[Event, ...]:
    if not events:
        raise Invalid("At least 1 event is required")
    return events


class EventsRequest(Closed):
    """Events to be added to a calendar."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="post_calendar_events", validate_default=True)

    events: Annotated[tuple[Event, ...], AfterValidator(_some)] = ()
