"""Events that come again: an RFC 5545 rule, with dates of its own and dates left out, as stretches of time.

Days and hours are those of a time zone, so that what begins at nine goes on to do so when the clocks are changed. Knows
no calendar.
"""

import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated, ClassVar, Final, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr
from pydantic import AfterValidator, ConfigDict

from unusual.errors import Invalid
from unusual.schema.values import Closed, Whole

MOST: Final = 5_000  # stretches
ENDLESS_YEARS: Final = 10  # after now, or the first stretch: how far a rule without an end goes
ENDING_YEARS: Final = 50  # after the first stretch: how far any rule goes
_YEAR: Final = timedelta(days=366)
_TOO_OFTEN: Final = ("SECONDLY", "MINUTELY")
_UNTIL: Final = re.compile(r"(\d{8})(T\d{6})?(Z)?")


class Stretch(NamedTuple):
    """From one moment to another, which is excluded [ms]."""

    start_ms: int
    end_ms: int


def known_zone(name: str) -> str:
    """The name of a time zone; `errors.Invalid` when there is none."""
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):  # no name of a file, of no file, of something that is no zone
        raise Invalid(f"time_zone [{name}] is not known; expected a name such as Europe/Berlin") from None
    return name


class Recurrence(Closed):
    """When an event comes again. rule: as in RFC 5545, without a start; dates, except_dates: starts in milliseconds."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="recurrence")

    rule: str | None = None
    time_zone: Annotated[str, AfterValidator(known_zone)] = "UTC"
    dates: tuple[Whole, ...] = ()
    except_dates: tuple[Whole, ...] = ()

    def stretches(self, first: Stretch, now_ms: int) -> list[Stretch]:
        """When an event comes that first comes at `first`, in order of time; `errors.Invalid`.

        A rule without an end goes on for ten years from now; no rule may give more than 5,000 stretches.
        """
        zone = ZoneInfo(self.time_zone)
        begin, length = _local(first.start_ms, zone), _local(first.end_ms, zone) - _local(first.start_ms, zone)
        starts = [begin] if self.rule is None else self._by_rule(begin, _local(now_ms, zone), zone)
        starts += [_local(date, zone) for date in self.dates]
        found = {_ms(start, zone): _ms(start + length, zone) for start in sorted(starts)}
        left = [Stretch(start, end) for start, end in found.items() if start not in self.except_dates and start < end]
        if not left:
            raise Invalid(f"recurrence [{self.rule}] gives no event")
        return left

    def _by_rule(self, begin: datetime, now: datetime, zone: ZoneInfo) -> list[datetime]:
        rule, count, end = self._parsed(begin, zone)
        if count is None and end is None:
            end = max(begin, now) + ENDLESS_YEARS * _YEAR
        horizon = begin + ENDING_YEARS * _YEAR
        starts = _within(rule, horizon if end is None else min(end, horizon))
        found = list(islice(starts, MOST + 1 if count is None else min(count, MOST + 1)))
        if len(found) > MOST:
            raise Invalid(f"recurrence [{self.rule}] gives more than [{MOST}] events; let it end sooner")
        return found

    def _parsed(self, begin: datetime, zone: ZoneInfo) -> tuple[rrule, int | None, datetime | None]:
        """The rule without its end; how many times, and until when, if it says so."""
        text = (self.rule or "").strip().upper().removeprefix("RRULE:")
        try:
            parts = dict(part.split("=", 1) for part in text.split(";") if part)
            if parts.get("FREQ") in _TOO_OFTEN:
                raise Invalid(f"recurrence [{self.rule}] comes more often than every hour")
            count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
            rest = ";".join(f"{name}={value}" for name, value in parts.items())
            rule = rrulestr(rest, dtstart=begin)
            end = None if until is None else _until(until, zone)
            times = None if count is None else max(0, int(count))
        except (ValueError, KeyError, AttributeError, TypeError) as fault:
            raise Invalid(f"recurrence [{self.rule}] is no rule of RFC 5545: {fault}") from None
        if not isinstance(rule, rrule):
            raise Invalid(f"recurrence [{self.rule}] is more than one rule")
        return rule, times, end


def _within(rule: rrule, end: datetime) -> Iterator[datetime]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return iter(rule.replace(until=end))


def _until(text: str, zone: ZoneInfo) -> datetime:
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError(f"UNTIL is [{text}]")
    day, time, utc = match.groups()
    moment = datetime.strptime(day + (time or "T235959"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - by local clocks, unless told
    return moment if utc is None else _local(int(moment.replace(tzinfo=UTC).timestamp() * 1000), zone)


def _local(time_ms: int, zone: ZoneInfo) -> datetime:
    """What local clocks show."""
    try:
        return datetime.fromtimestamp(time_ms / 1000, zone).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        raise Invalid(f"time [{time_ms}] is outside the years 1 to 9999") from None


def _ms(local: datetime, zone: ZoneInfo) -> int:
    return round(local.replace(tzinfo=zone).timestamp() * 1000)
