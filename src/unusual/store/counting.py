"""How many results there are, from counts that are kept of each hour; knows not what results say.

A page of results tells how many there are in all, and to count a million rows takes longer than all the rest. So the
rows of each hour are counted once, and again only after something was written there.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final, NamedTuple, TypeAlias

from sqlalchemy import Connection, func, select

from unusual.jobs.ports import Selection
from unusual.store import selecting
from unusual.store.sql import results

HOUR_MS: Final = 3_600_000
# A whole number of hours that makes every time positive, for which division means the same to all databases.
_SHIFT_MS: Final = 1_000_000_000 * HOUR_MS
_MOST_KEYS: Final = 100_000
_MANY_HOURS: Final = 200

Place: TypeAlias = tuple[str, int]  # kind and time of a result, ms


class _Key(NamedTuple):
    job_id: str
    kind: str
    only_final: bool


class Counts:
    """Kept counts of the results of one store, in which nobody else writes; used by many threads.

    What is told fits to what is read as long as the version of the job is the same before and after.
    """

    def __init__(self) -> None:
        self._hours: dict[_Key, dict[int, int]] = {}
        self._stale: dict[_Key, set[int]] = {}
        self._writes: Counter[str] = Counter()
        self._versions: Counter[str] = Counter()
        self._counting = Lock()
        self._marking = Lock()

    def number(self, connection: Connection, job_id: str, selection: Selection) -> int:
        """How many results of a job match; scores are not among what is kept here."""
        if selection.least_score is not None or selection.timestamps_ms is not None:
            return counted(connection, job_id, selection)
        first, last = _whole_hours(selection)
        if first is not None and last is not None and first >= last:
            return counted(connection, job_id, selection)
        with self._counting:
            hours = self._counted_hours(connection, _Key(job_id, selection.kind, selection.exclude_interim))
            whole = sum(number for hour, number in hours.items() if _lies(hour, first, last))
        return whole + sum(counted(connection, job_id, edge) for edge in _edges(selection, first, last))

    def version(self, job_id: str) -> int | None:
        """A number that changes with every write to the results of a job, None while one is under way."""
        with self._marking:
            return None if self._writes[job_id] else self._versions[job_id]

    @contextmanager
    def writing(self, job_id: str) -> Iterator[list[Place]]:
        """A time in which some results of a job are written or removed: where, is added to the list."""
        places: list[Place] = []
        self._begin(job_id)
        try:
            yield places
        finally:
            with self._marking:
                for kind, hour in {(kind, _hour(timestamp)) for kind, timestamp in places}:
                    for only_final in (False, True):
                        self._stale.get(_Key(job_id, kind, only_final), set()).add(hour)
                self._end(job_id)

    @contextmanager
    def sweeping(self, job_id: str) -> Iterator[None]:
        """A time in which many results of a job are removed, nobody notes where."""
        self._begin(job_id)
        try:
            yield
        finally:
            with self._marking:
                for key in [key for key in self._stale if key.job_id == job_id]:
                    del self._stale[key]
                self._end(job_id)

    def _begin(self, job_id: str) -> None:
        with self._marking:
            self._writes[job_id] += 1

    def _end(self, job_id: str) -> None:
        self._writes[job_id] -= 1
        self._versions[job_id] += 1

    def _counted_hours(self, connection: Connection, key: _Key) -> dict[int, int]:
        with self._marking:
            stale = self._stale.get(key)
            if len(self._stale) > _MOST_KEYS:
                self._stale.clear()
            # Marked from before the counting on: what is written meanwhile is counted once more.
            self._stale[key] = set()
        known = self._hours.get(key)
        try:
            if known is None or stale is None or len(stale) > _MANY_HOURS:
                self._hours = {one: hours for one, hours in self._hours.items() if one in self._stale}
                known = self._hours[key] = _by_hour(connection, key)
            else:
                known.update({hour: _in_hour(connection, key, hour) for hour in stale})
        except Exception:
            with self._marking:
                self._stale.pop(key, None)  # what was marked is not known any more
            raise
        return known


def _hour(timestamp: int) -> int:
    return (timestamp + _SHIFT_MS) // HOUR_MS


def _begin(hour: int) -> int:
    return hour * HOUR_MS - _SHIFT_MS


def _whole_hours(selection: Selection) -> tuple[int | None, int | None]:
    """The first hour that lies wholly in the range of a selection, and the first one behind it; None for no bound."""
    first = None if selection.start_ms is None else _hour(selection.start_ms + HOUR_MS - 1)
    return first, None if selection.end_ms is None else _hour(selection.end_ms)


def _lies(hour: int, first: int | None, last: int | None) -> bool:
    return (first is None or hour >= first) and (last is None or hour < last)


def _edges(selection: Selection, first: int | None, last: int | None) -> list[Selection]:
    """What of a selection lies before and behind its whole hours."""
    edges = []
    if first is not None:
        edges.append(_between(selection, selection.start_ms, _begin(first)))
    if last is not None:
        edges.append(_between(selection, _begin(last), selection.end_ms))
    return edges


def _between(selection: Selection, start_ms: int | None, end_ms: int | None) -> Selection:
    return Selection(kind=selection.kind, start_ms=start_ms, end_ms=end_ms, exclude_interim=selection.exclude_interim)


def counted(connection: Connection, job_id: str, selection: Selection) -> int:
    """How many results of a job match, by looking at each."""
    number: int = connection.execute(selecting.count(selecting.matching(job_id, selection))).scalar_one()
    return number


def _in_hour(connection: Connection, key: _Key, hour: int) -> int:
    selection = Selection(kind=key.kind, start_ms=_begin(hour), end_ms=_begin(hour + 1), exclude_interim=key.only_final)
    return counted(connection, key.job_id, selection)


def _by_hour(connection: Connection, key: _Key) -> dict[int, int]:
    selection = Selection(kind=key.kind, exclude_interim=key.only_final)
    # Results of one time lie together: they are counted first, so that fewer are put into hours.
    time = results.c.timestamp
    of_time = select(time, func.count().label("number")).where(*selecting.matching(key.job_id, selection))
    times = of_time.group_by(time).subquery()
    hour = ((times.c.timestamp + _SHIFT_MS) // HOUR_MS).label("hour")
    statement = select(hour, func.sum(times.c.number)).group_by("hour")
    return {int(one): int(number) for one, number in connection.execute(statement)}
