"""How many results there are, from counts that are kept of each hour; knows not what results say.

A page of results tells how many there are in all, and to count a million rows takes longer than all the rest. So the
rows of each hour are counted once, and again only after something was written there; the same for each least score.
"""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from threading import Lock
from typing import Final, NamedTuple, TypeAlias

from sqlalchemy import Connection, func, select

from unusual.analysis.control import Result
from unusual.jobs.ports import Selection
from unusual.store import selecting
from unusual.store.database import Database
from unusual.store.ways import Along

HOUR_MS: Final = 3_600_000
# A whole number of hours that makes every time positive, for which division means the same to all databases.
_SHIFT_MS: Final = 1_000_000_000 * HOUR_MS
_MOST_HOURS: Final = 5_000_000  # of all jobs and least scores together, 16 bytes each
_MOST_SCORES: Final = 50  # for which the results of a kind are counted
_MANY_HOURS: Final = 200
_SORTING: Final = 6  # times as long as looking at a result in the order of time takes putting one in that order

Place: TypeAlias = tuple[str, int]  # kind and time of a result [ms]
Hour: TypeAlias = tuple[str, int]  # kind of some results, and number of their hour


class _Kind(NamedTuple):
    """Results of one kind of a job."""

    job_id: str
    name: str


class _Key(NamedTuple):
    """Those of them that count."""

    kind: _Kind
    only_final: bool
    least_score: float | None


class _Hours:
    """How many results there are in each hour, added up so that those of any hours are told at once."""

    def __init__(self, numbers: Mapping[int, int]) -> None:
        self._hours = array("q")
        self._before = array("q", [0])  # how many there are before each hour, and in all
        self._append(numbers)

    def update(self, numbers: Mapping[int, int]) -> None:
        """Replace the numbers of some hours; what lies before the first of them is not looked at."""
        if not numbers:
            return
        at = bisect_left(self._hours, min(numbers))
        inside = (until - begin for begin, until in pairwise(self._before[at:]))
        later = {**dict(zip(self._hours[at:], inside, strict=True)), **numbers}
        del self._hours[at:], self._before[at + 1 :]
        self._append(later)

    def __len__(self) -> int:
        return len(self._hours)

    def between(self, first: int | None, last: int | None) -> int:
        """How many there are from the first hour on, before the last one; None for no bound."""
        begin = 0 if first is None else bisect_left(self._hours, first)
        until = len(self._hours) if last is None else bisect_left(self._hours, last)
        return self._before[until] - self._before[begin]

    def _append(self, numbers: Mapping[int, int]) -> None:
        for hour in sorted(numbers):
            self._hours.append(hour)
            self._before.append(self._before[-1] + numbers[hour])


class Counts:
    """Kept counts of the results of one store, in which nobody else writes; used by many threads.

    What is told fits to what is read as long as the version of the job is the same before and after.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._hours: dict[_Key, _Hours] = {}  # those that were used last come last
        self._size = 0
        self._stale: dict[_Kind, dict[_Key, set[int]]] = {}
        self._writes: Counter[str] = Counter()
        self._versions: Counter[str] = Counter()
        self._counting: defaultdict[str, Lock] = defaultdict(Lock)
        self._marking = Lock()

    def number(self, connection: Connection, job_id: str, selection: Selection) -> int:
        """How many results of a job match."""
        if selection.timestamps_ms is not None:
            return counted(connection, job_id, selection)
        first, last = _whole_hours(selection)
        if first is not None and last is not None and first >= last:
            return counted(connection, job_id, selection)
        key = _Key(_Kind(job_id, selection.kind), selection.exclude_interim, selection.least_score)
        with self._marking:
            counting = self._counting[job_id]
        with counting:  # other jobs go on meanwhile
            whole = self._counted_hours(key).between(first, last)
        return whole + sum(counted(connection, job_id, edge) for edge in _edges(selection, first, last))

    def version(self, job_id: str) -> int | None:
        """A number that changes with every write to the results of a job, None while one is under way."""
        with self._marking:
            return None if self._writes[job_id] else self._versions[job_id]

    @contextmanager
    def writing(self, job_id: str) -> Iterator[set[Hour]]:
        """A time in which some results of a job are written or removed: where, is added to the set."""
        places: set[Hour] = set()
        self._begin(job_id)
        try:
            yield places
        finally:
            with self._marking:
                for kind, hour in places:
                    for stale in self._stale.get(_Kind(job_id, kind), {}).values():
                        stale.add(hour)
                self._end(job_id)

    @contextmanager
    def sweeping(self, job_id: str) -> Iterator[None]:
        """A time in which many results of a job are removed, nobody notes where."""
        self._begin(job_id)
        try:
            yield
        finally:
            with self._marking:
                for kind in [kind for kind in self._stale if kind.job_id == job_id]:
                    for key in self._stale.pop(kind):
                        self._forget(key)
                self._end(job_id)

    def _begin(self, job_id: str) -> None:
        with self._marking:
            self._writes[job_id] += 1

    def _end(self, job_id: str) -> None:
        self._writes[job_id] -= 1
        self._versions[job_id] += 1

    def _counted_hours(self, key: _Key) -> _Hours:
        with self._marking:
            marks = self._stale.setdefault(key.kind, {})
            stale, known = marks.get(key), self._forget(key)
            # Marked from before the counting on, which has a view of its own: what is written meanwhile is stale.
            marks[key] = set()
            while len(marks) > _MOST_SCORES:
                self._forget(next(iter(marks)))
        try:
            if known is None or stale is None or len(stale) > _MANY_HOURS:
                every = self._hours.get(key._replace(least_score=None))
                with self._database.reading() as connection:
                    known = _Hours(_by_hour(connection, key, None if every is None else every.between(None, None)))
            elif stale:
                with self._database.reading() as connection:
                    known.update({hour: _in_hour(connection, key, hour) for hour in stale})
        except Exception:
            with self._marking:
                marks.pop(key, None)  # what was marked is not known any more
            raise
        with self._marking:
            self._hours[key] = known
            self._size += len(known)
            while self._size > _MOST_HOURS and len(self._hours) > 1:
                self._forget(next(iter(self._hours)))
        return known

    def _forget(self, key: _Key) -> _Hours | None:
        self._stale.get(key.kind, {}).pop(key, None)
        hours = self._hours.pop(key, None)
        self._size -= 0 if hours is None else len(hours)
        return hours


def hours(results: Iterable[Place | Result]) -> set[Hour]:
    """In which hours results are."""
    return {(result[0], (result[1] + _SHIFT_MS) // HOUR_MS) for result in results}


def _hour(timestamp: int) -> int:
    return (timestamp + _SHIFT_MS) // HOUR_MS


def _begin(hour: int) -> int:
    return hour * HOUR_MS - _SHIFT_MS


def _whole_hours(selection: Selection) -> tuple[int | None, int | None]:
    """The first hour that lies wholly in the range of a selection, and the first one behind it; None for no bound."""
    first = None if selection.start_ms is None else _hour(selection.start_ms + HOUR_MS - 1)
    return first, None if selection.end_ms is None else _hour(selection.end_ms)


def _edges(selection: Selection, first: int | None, last: int | None) -> list[Selection]:
    """What of a selection lies before and behind its whole hours."""
    edges = []
    if first is not None:
        edges.append(_between(selection, selection.start_ms, _begin(first)))
    if last is not None:
        edges.append(_between(selection, _begin(last), selection.end_ms))
    return edges


def _between(selection: Selection, start_ms: int | None, end_ms: int | None) -> Selection:
    only_final, least = selection.exclude_interim, selection.least_score
    return Selection(selection.kind, start_ms, end_ms, exclude_interim=only_final, least_score=least)


def counted(connection: Connection, job_id: str, selection: Selection, along: Along = Along.TIME) -> int:
    """How many results of a job match, by looking at each of their time."""
    number: int = connection.execute(selecting.count(selecting.matching(job_id, selection, along))).scalar_one()
    return number


def counted_through(connection: Connection, job_id: str, selection: Selection) -> int:
    """The same by looking at each of their score, if that is positive."""
    return counted(connection, job_id, selection, _along(selection))


def _along(selection: Selection) -> Along:
    return Along.SCORE if selecting.is_scored(selection) else Along.TIME


def _selection(key: _Key, hour: int | None = None) -> Selection:
    """What counts, of one hour or of all."""
    every = Selection(key.kind.name, exclude_interim=key.only_final, least_score=key.least_score)
    return every if hour is None else _between(every, _begin(hour), _begin(hour + 1))


def _in_hour(connection: Connection, key: _Key, hour: int) -> int:
    return counted(connection, key.kind.job_id, _selection(key, hour))


def _by_hour(connection: Connection, key: _Key, every: int | None) -> dict[int, int]:
    """Those of each hour. every: how many there are whatever their scores, if that is known."""
    selection = _selection(key)
    along = _along(selection)
    if along is Along.SCORE and every is not None:
        scored = counted(connection, key.kind.job_id, selection, along)
        along = along if scored * _SORTING < every else Along.TIME
    # Results of one time lie together: they are counted first, so that fewer are put into hours.
    time = along.columns["timestamp"].label("time")
    of_time = select(time, func.count().label("number")).where(*selecting.matching(key.kind.job_id, selection, along))
    times = of_time.group_by("time").subquery()
    hour = ((times.c.time + _SHIFT_MS) // HOUR_MS).label("hour")
    statement = select(hour, func.sum(times.c.number)).group_by("hour")
    return {int(one): int(number) for one, number in connection.execute(statement)}
