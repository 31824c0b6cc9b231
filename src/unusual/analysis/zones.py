"""How far the clocks of a time zone are ahead of UTC; knows no job and no present time."""

from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from unusual.errors import Invalid
from unusual.kernels.arrays import Ints
from unusual.schema.recurrence import known_zone

DAY: Final = 86_400
EARLIEST, LATEST = -719_161 * DAY, 2_932_895 * DAY  # a day inside the years that a date can have [s]


class Zone:
    """The local time of a job; UTC when it has no zone.

    >>> Zone("Europe/Berlin").ahead(np.array([1_700_000_000, 1_720_000_000]))
    array([3600, 7200])
    """

    def __init__(self, name: str | None = None) -> None:
        """name: of a known time zone, such as Europe/Berlin."""
        self.name = name

    def ahead(self, times: Ints) -> Ints:
        """(k,) seconds by which local clocks are ahead of UTC at each time [s]."""
        if self.name is None:
            return np.zeros(times.size, np.int64)
        days, of_day = np.unique(times // DAY, return_inverse=True)
        edges = [_ahead(self.name, int(day + more) * DAY) for day in days for more in (0, 1)]
        ends = np.array(edges, np.int64).reshape(-1, 2)
        answer: Ints = ends[of_day, 0]
        for at in np.flatnonzero((ends[:, 0] != ends[:, 1])[of_day]):  # days on which the clocks are changed
            answer[at] = _ahead(self.name, int(times[at]))
        return answer


class Offset(Zone):
    """A zone whose clocks are always ahead of UTC by as much."""

    def __init__(self, hours: int) -> None:
        """hours: may be negative."""
        super().__init__()
        self._seconds = hours * 3600

    def ahead(self, times: Ints) -> Ints:
        """(k,) seconds by which local clocks are ahead of UTC."""
        return np.full(times.size, self._seconds, np.int64)


UTC: Final = Zone()
# Short names that say one offset: those of RFC 5322, section 4.3, and of summer time in Europe.
_HOURS: Final = {-8: "PST", -7: "MST PDT", -6: "CST MDT", -5: "EST CDT", -4: "EDT", 0: "UT GMT UTC Z"}
_HOURS_OF_EUROPE: Final = {1: "BST WEST", 2: "CEST", 3: "EEST"}
SHORT: Final = {name: hours for hours, names in (_HOURS | _HOURS_OF_EUROPE).items() for name in names.split()}


@lru_cache(maxsize=64)
def zone_of(name: str | None) -> Zone | None:
    """The zone that a text names, short or as the tz database does; None for no such name.

    >>> [zone_of(name).ahead(np.array([1_700_000_000]))[0] for name in ("PST", "CET", "Asia/Tokyo")]
    [np.int64(-28800), np.int64(3600), np.int64(32400)]
    """
    if name in SHORT:
        return Offset(SHORT[name])
    if name is None:
        return None
    try:
        return Zone(known_zone(name))
    except Invalid:
        return None


@lru_cache(maxsize=1 << 16)
def _ahead(name: str, time: int) -> int:
    moment = datetime.fromtimestamp(min(max(time, EARLIEST), LATEST), _zone(name))
    offset = moment.utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
