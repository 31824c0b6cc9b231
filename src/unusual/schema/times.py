"""Points in time as clients write them in options; knows neither the wall clock nor the records' own times."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from unusual.errors import Unreadable

_SECONDS_DIGITS: Final = 10
_LARGEST_MS: Final = 1 << 62
_LATEST: Final = 253_402_300_799  # the end of the year 9999 [s]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_MILLISECONDS: Final = re.compile(r"-?\d+", re.ASCII)
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
_STEP: Final = re.compile(r"([+-]\d*|/)([yMwdhHms])", re.ASCII)
_FIXED: Final = {"w": 604_800, "d": 86_400, "h": 3600, "H": 3600, "m": 60, "s": 1}
_MONTHS: Final = {"y": 12, "M": 1}


def flush_time(name: str, text: str, now_ms: int) -> int:
    """Seconds of `now`, epoch seconds (up to ten digits), epoch milliseconds or ISO 8601, up to the year 9999.

    Raises `errors.Unreadable`.

    >>> flush_time("start", "1609459200", 0)
    1609459200
    """
    if text == "now":
        return now_ms // 1000
    if _DIGITS.fullmatch(text) and len(text) <= _SECONDS_DIGITS:
        return int(text)
    seconds = result_time(name, text) // 1000
    if seconds > _LATEST:  # a job would have to go through all buckets until then
        raise _unreadable(name, text)
    return seconds


def result_time(name: str, text: str) -> int:
    """Milliseconds of epoch milliseconds or ISO 8601; `errors.Unreadable`.

    >>> result_time("start", "1970-01-01T00:00Z")
    0
    """
    if _MILLISECONDS.fullmatch(text) and abs(int(text)) < _LARGEST_MS:
        return int(text)
    return moment_ms(_iso(name, text))


def feed_time(name: str, text: str, now_ms: int, *, latest: bool = False) -> int:
    """Milliseconds of `now`, ISO 8601 or epoch milliseconds, and of date math on the first two; `errors.Unreadable`.

    latest  a moment that is rounded (`now/d`) means the last millisecond of its unit, not the first

    >>> feed_time("end", "1970-01-02||-1h", 0)
    82800000
    """
    if text.startswith("now"):
        anchor, steps = _EPOCH + timedelta(milliseconds=now_ms), text.removeprefix("now")
    elif "||" in text:
        written, steps = text.split("||", 1)
        anchor = _iso(name, written)
    else:
        return result_time(name, text)
    try:
        return moment_ms(_walk(anchor, steps, latest=latest))
    except (ValueError, OverflowError):
        raise _unreadable(name, text) from None


def _iso(name: str, text: str) -> datetime:
    if not _ISO.fullmatch(text):
        raise _unreadable(name, text)
    try:
        moment = datetime.fromisoformat(text.replace(",", "."))
    except ValueError:
        raise _unreadable(name, text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def moment_ms(moment: datetime) -> int:
    """Milliseconds since the epoch; without a zone the moment is one in UTC."""
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (zoned - _EPOCH) // timedelta(milliseconds=1)


def _unreadable(name: str, text: str) -> Unreadable:
    return Unreadable(
        f"Query param [{name}] with value [{text}] cannot be parsed as a date or converted to a number (epoch)."
    )


def _walk(moment: datetime, steps: str, *, latest: bool) -> datetime:
    position = 0
    while position < len(steps):
        match = _STEP.match(steps, position)
        if match is None:
            raise ValueError(steps)
        amount, unit = match.groups()
        if amount != "/":
            moment = _moved(moment, amount, unit)
        else:
            moment = _floor(moment, unit)
            moment = _moved(moment, "+", unit) - timedelta(milliseconds=1) if latest else moment
        position = match.end()
    return moment


def _moved(moment: datetime, amount: str, unit: str) -> datetime:
    count = int(amount + "1" if amount in "+-" else amount)
    if unit in _FIXED:
        return moment + timedelta(seconds=count * _FIXED[unit])
    months = moment.year * 12 + moment.month - 1 + count * _MONTHS[unit]
    year, month = months // 12, months % 12 + 1
    day = min(moment.day, calendar.monthrange(year, month)[1])
    return moment.replace(year=year, month=month, day=day)


def _floor(moment: datetime, unit: str) -> datetime:
    moment = moment.astimezone(UTC).replace(microsecond=0)
    if unit == "y":
        return moment.replace(month=1, day=1, hour=0, minute=0, second=0)
    if unit == "M":
        return moment.replace(day=1, hour=0, minute=0, second=0)
    # Weeks start on Monday, and the epoch was a Thursday.
    shift = timedelta(days=3) if unit == "w" else timedelta()
    since = moment - _EPOCH + shift
    return moment - since % timedelta(seconds=_FIXED[unit])
