"""Events in an iCalendar text (RFC 5545), as the events that clients post; knows no calendar of ours."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from unusual.errors import Invalid, Unreadable
from unusual.schema.recurrence import known_zone

if TYPE_CHECKING:
    from icalendar import Component

MEDIA: Final = "text/calendar"
_NAMELESS: Final = "event"


def events_in(text: bytes) -> list[dict[str, Any]]:
    """The events of all calendars in a text, as bodies of scheduled events; cancelled ones are left out.

    `errors.Unreadable` for another text, `errors.Invalid` names an event that cannot be one of ours.
    """
    from icalendar import Calendar  # noqa: PLC0415 - loaded only by who is sent such a text

    try:
        calendars = Calendar.from_ical(text.decode("utf-8-sig"), multiple=True)
    except (ValueError, LookupError, UnicodeDecodeError) as fault:
        raise Unreadable(f"the body is no iCalendar text: {fault}") from None
    return [event for calendar in calendars for event in _of_calendar(calendar)]


def _of_calendar(calendar: "Component") -> Iterator[dict[str, Any]]:
    floating = ZoneInfo(known_zone(str(calendar.get("X-WR-TIMEZONE", "UTC"))))
    components = [one for one in calendar.walk("VEVENT") if str(one.get("STATUS", "")).upper() != "CANCELLED"]
    everything = calendar.walk("VEVENT")
    for one in components:
        name = str(one.get("SUMMARY", _NAMELESS))
        try:
            yield _event(one, name, floating, everything)
        except (ValueError, TypeError, LookupError, AttributeError) as fault:
            raise Invalid(f"event [{name}] of the iCalendar text: {fault}") from None


def _event(one: "Component", name: str, floating: ZoneInfo, others: Iterable["Component"]) -> dict[str, Any]:
    start = one.decoded("DTSTART")
    zone = _zone(start, floating)
    begin = _ms(start, zone)
    body: dict[str, Any] = {"description": name, "start_time": begin, "end_time": _ms(_end(one, start), zone)}
    if one.get("RECURRENCE-ID") is not None:
        return body
    rules = _listed(one.get("RRULE"))
    if len(rules) > 1:
        raise ValueError("it has more than one rule")
    dates = [_ms(moment, zone) for moment in _moments(one.get("RDATE"))]
    if rules or dates:
        moved = [other for other in others if other.get("UID") == one.get("UID") and "RECURRENCE-ID" in other]
        without = [*_moments(one.get("EXDATE")), *(other.decoded("RECURRENCE-ID") for other in moved)]
        body["recurrence"] = {
            "time_zone": zone.key,
            "dates": dates,
            "except_dates": [_ms(moment, zone) for moment in without],
        } | ({"rule": rules[0].to_ical().decode()} if rules else {})
    return body


def _end(one: "Component", start: date) -> date:
    """When it ends: as it says, else a day has one day, and a moment has no length."""
    if "DTEND" in one:
        end: date = one.decoded("DTEND")
        return end
    if "DURATION" in one:
        length: timedelta = one.decoded("DURATION")
        return start + length
    if isinstance(start, datetime):
        raise ValueError("it has neither DTEND nor DURATION")  # noqa: TRY004 - not of a wrong type, but without an end
    return start + timedelta(days=1)


def _zone(moment: date, floating: ZoneInfo) -> ZoneInfo:
    """Whose clocks a time is of; those of the calendar where it does not say."""
    zone = moment.tzinfo if isinstance(moment, datetime) else None
    if zone is None:
        return floating
    if isinstance(zone, ZoneInfo) and zone.key:
        return zone
    name = str(zone)
    return ZoneInfo(known_zone(name or "UTC"))


def _ms(moment: date, zone: ZoneInfo) -> int:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a property of the library, which comes alone or in a list
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _moments(value: Any) -> list[date]:  # noqa: ANN401 - as above
    return [moment.dt for some in _listed(value) for moment in some.dts if isinstance(moment.dt, date)]
