"""Many series of one metric over time: predictions, their errors, and how surprising each was lately.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from math import prod
from typing import Any

import numpy as np

from unusual.kernels import calibration, changes, learnt, noise, novelty, predictors
from unusual.kernels.arrays import Flags, Ints, States
from unusual.kernels.continuing import Course, go_on
from unusual.kernels.learnt import EXPERT, LEVELS, NO_PROFILE, PREDICTORS, RHYTHM, SLOT, Series
from unusual.kernels.walk import DAY, WEEK, Block, Measure, News, Parts, Verdict, no_news, unspoken, walk
from unusual.models.rows import grown

FINEST_DAY = 288  # slots of the daily profile at most
FINEST_WEEK = 168  # slots of the weekly correction at most
OWN = ("levels", "experts", "rhythms", "tails", "news", "changes", "noise")  # one row per series
PROFILE = ("day", "week")  # one per series that has a profile
AT_ONCE = 100_000  # values walked over in one go: as much as stays in the cache
LAYOUT = (learnt.LAYOUT, calibration.LAYOUT, novelty.LAYOUT, changes.LAYOUT, noise.LAYOUT)


class SeriesModel:
    """Learnt state of `size` series that share one bucket span.

    >>> model = SeriesModel(span=900)
    >>> model.grow(3)
    >>> model.size
    3
    """

    def __init__(self, span: int) -> None:
        """An empty model. span: length of a bucket [s]."""
        self.size = 0
        days = 0 if span * 2 > DAY else min(FINEST_DAY, DAY // span)
        weeks = 0 if span * 2 > WEEK or days == 0 else min(FINEST_WEEK, WEEK // span)
        self._series = Series(
            np.zeros(0, LEVELS),
            np.zeros((0, PREDICTORS), EXPERT),
            np.zeros(0, RHYTHM),
            np.zeros((0, 2), calibration.CALIBRATION),
            np.zeros(0, novelty.NOVELTY),
            np.zeros(0, changes.CHANGES),
            np.zeros(0, noise.NOISE),
            np.zeros((0, days), SLOT),
            np.zeros((0, weeks), SLOT),
            np.zeros(0, np.int64),
            np.zeros(1, np.int64),
        )

    def grow(self, size: int) -> None:
        """Make room for series 0 .. size - 1; those that exist stay as they are."""
        if size <= self.size:
            return
        rows = {name: grown(getattr(self._series, name), size) for name in OWN}
        self._series = self._series._replace(**rows)
        self._series.levels["profile"][self.size : size] = NO_PROFILE
        self._series.tails[self.size : size] = calibration.fresh()
        self._series.noise[self.size : size] = noise.fresh()
        self._series.news["hour"][self.size : size] = novelty.NO_HOUR
        for memory in ("single", "lasting"):
            self._series.news[memory]["recent"][self.size : size] = novelty.RESTLESS
        self._series.changes["spread"][self.size : size] = 1.0
        self.size = size

    def keep(self, chosen: Ints) -> None:
        """Forget all series but the chosen, (s,) in order, which become series 0 .. s - 1."""
        self._series = _compact(self._series, chosen)
        self.size = chosen.size

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen series, (S,), ahead; what has learnt nothing has no clock yet."""
        levels = self._series.levels[: self.size]
        levels["shift"][chosen & (levels["n"] > 0.0)] += seconds

    def walk(self, measure: Measure, block: Block, parts: Parts, *, teach: bool) -> tuple[Verdict, News]:
        """Judge each value of the block by what came before it and, if `teach`, learn it.

        Goes through it series by series: what is learnt of one is several kilobytes, which then stay in the cache.
        """
        block = block._replace(value=np.clip(block.value, -predictors.LARGEST, predictors.LARGEST))
        verdict, news = unspoken(block.series.size), no_news(block.series.size)
        if teach and block.bucket.size:
            self._make_room(int(block.bucket[-1]))
        order = np.argsort(block.series, kind="stable")
        for start in range(0, order.size, AT_ONCE):
            these = order[start : start + AT_ONCE]
            piece = Block._make(column[these] for column in block)
            owned = parts._replace(first=parts.first[these], end=parts.end[these])
            judged, told = unspoken(these.size), no_news(these.size)
            walk(self._series, measure, piece, owned, judged, told, teach)
            answers: list[States] = [*verdict, *news]
            for answer, part in zip(answers, (*judged, *told), strict=True):
                answer[these] = part
        return verdict, news

    def course(self, measure: Measure, chosen: Ints, first: int, buckets: int) -> Course:
        """The chosen series (s,) over `buckets` buckets from number `first` on; the model stays as it is."""
        course = Course(*(np.empty((chosen.size, buckets)) for _ in Course._fields))
        go_on(self._series, measure, chosen, first, course)
        return course

    def _make_room(self, last: int) -> None:
        """Have a vacant profile for each series that may ask for one up to bucket `last`."""
        levels = self._series.levels[: self.size]
        asking = int(np.count_nonzero((levels["profile"] == NO_PROFILE) & (levels["retried"] <= last)))
        had, free = len(self._series.day), int(self._series.vacancies[0])
        if asking <= free or self._series.day.shape[1] == 0:
            return
        day, week = (grown(rows, had + asking - free) for rows in (self._series.day, self._series.week))
        vacant = grown(self._series.vacant, len(day))
        vacant[free : free + len(day) - had] = np.arange(had, len(day))
        vacancies = self._series.vacancies + (len(day) - had)
        self._series = self._series._replace(day=day, week=week, vacant=vacant, vacancies=vacancies)

    @property
    def known(self) -> Ints:
        """The series that have seen enough to be continued."""
        return np.flatnonzero(self._series.levels[: self.size]["n"] >= predictors.FEWEST)

    @property
    def bytes_each(self) -> int:
        """Memory of one series more, which begins with a profile [bytes]."""
        return self._bytes_of(OWN) + self._bytes_of(PROFILE)

    @property
    def bytes(self) -> int:
        """Memory of all series [bytes]."""
        profiles = int(np.count_nonzero(self._series.levels["profile"][: self.size] != NO_PROFILE))
        return self.size * self._bytes_of(OWN) + profiles * self._bytes_of(PROFILE)

    def _bytes_of(self, names: tuple[str, ...]) -> int:
        arrays = (getattr(self._series, name) for name in names)
        return sum(array.itemsize * prod(array.shape[1:]) for array in arrays)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        compact = _compact(self._series, np.arange(self.size))
        return {name: getattr(compact, name) for name in (*OWN, *PROFILE)}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken; the span must be the same."""
        rows = {name: state[name].copy() for name in (*OWN, *PROFILE)}
        full = np.zeros(len(rows["day"]), np.int64)
        self._series = Series(**rows, vacant=full, vacancies=np.zeros(1, np.int64))
        self.size = len(self._series.levels)


def _compact(series: Series, chosen: Ints) -> Series:
    """The rows of the chosen series, (s,) in order, with their profiles and no vacant ones."""
    rows = {name: getattr(series, name)[chosen] for name in OWN}
    profile = rows["levels"]["profile"]
    has = profile != NO_PROFILE
    profiles = {name: getattr(series, name)[profile[has]] for name in PROFILE}
    rows["levels"]["profile"][has] = np.arange(np.count_nonzero(has))
    vacant = np.zeros(len(profiles["day"]), np.int64)
    return Series(**rows, **profiles, vacant=vacant, vacancies=np.zeros(1, np.int64))
