"""Many series of one metric over time: predictions, their errors, and how surprising each was lately.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from functools import partial
from math import prod
from typing import Any

import numpy as np

from unusual.kernels import calibration, changes, learnt, noise, novelty, predictors
from unusual.kernels.arrays import Flags, Ints, States
from unusual.kernels.continuing import Course, go_on
from unusual.kernels.learnt import EXPERT, LEVELS, NO_PROFILE, PREDICTORS, RHYTHM, Series
from unusual.kernels.seasons import TRIAL
from unusual.kernels.sorting import in_order
from unusual.kernels.walk import DAY, WEEK, Block, Measure, News, Parts, Verdict, no_news, unspoken, walk
from unusual.models import profiles
from unusual.models.lanes import LANES, lanes_of, side_by_side
from unusual.models.profiles import Profiles, joined
from unusual.models.rows import copied, grown, put, taken

FINEST_DAY = 288  # slots of the daily profile at most
FINEST_WEEK = 168  # slots of the weekly correction at most
OWN = {
    "levels": (LEVELS, ()),
    "experts": (EXPERT, (PREDICTORS,)),
    "rhythms": (RHYTHM, ()),
    "tails": (calibration.CALIBRATION, (2,)),
    "news": (novelty.NOVELTY, ()),
    "changes": (changes.CHANGES, ()),
    "noise": (noise.NOISE, ()),
}  # type and shape of what one series has
EACH = sum(kind.itemsize * prod(shape) for kind, shape in OWN.values())
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
        self._days = 0 if span * 2 > DAY else min(FINEST_DAY, DAY // span)
        self._weeks = 0 if span * 2 > WEEK or self._days == 0 else min(FINEST_WEEK, WEEK // span)
        self._trial = TRIAL * DAY // span  # values that a profile is kept for at least
        self._rows = {name: np.zeros((0, *shape), kind) for name, (kind, shape) in OWN.items()}
        self._profiles = [profiles.none(self._days + self._weeks) for _ in range(LANES)]

    def grow(self, size: int) -> None:
        """Make room for series 0 .. size - 1; those that exist stay as they are."""
        if size <= self.size:
            return
        for name in OWN:  # one after the other, so that no more than one is held twice
            self._rows[name] = grown(self._rows[name], size)
        new = {name: rows[self.size : size] for name, rows in self._rows.items()}
        new["levels"]["profile"] = NO_PROFILE
        new["tails"][:] = calibration.fresh()
        new["noise"][:] = noise.fresh()
        new["news"]["hour"] = novelty.NO_HOUR
        for memory in ("single", "lasting"):
            new["news"][memory]["recent"] = novelty.RESTLESS
        new["changes"]["spread"] = 1.0
        self.size = size

    def keep(self, chosen: Ints) -> None:
        """Forget all series but the chosen, (s,) in order, which become series 0 .. s - 1, and profiles nobody has."""
        kept = self._profiles_of(chosen)
        for name in OWN if chosen.size < self.size else ():
            self._rows[name] = taken(self._rows[name], chosen)
        self.size = chosen.size
        self._hold(kept)

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen series, (S,), ahead; what has learnt nothing has no clock yet."""
        levels = self._rows["levels"][: self.size]
        levels["shift"][chosen & (levels["n"] > 0.0)] += seconds

    def walk(self, measure: Measure, block: Block, parts: Parts, *, teach: bool) -> tuple[Verdict, News]:
        """Judge each value of the block by what came before it and, if `teach`, learn it.

        Goes through it series by series: what is learnt of one is several kilobytes, which then stay in the cache.
        Series know nothing of each other, so that lanes of them, each with profiles of its own, go side by side.
        """
        block = block._replace(value=np.clip(block.value, -predictors.LARGEST, predictors.LARGEST))
        verdict, news = unspoken(block.series.size), no_news(block.series.size)
        answers: list[States] = [*verdict, *news]

        def go(lane: int) -> None:
            mine = np.flatnonzero(lanes_of(block.series) == lane)
            mine = mine[in_order(block.series[mine], self.size)]
            for start in range(0, mine.size, AT_ONCE):
                these = mine[start : start + AT_ONCE]
                piece = Block._make(column.take(these) for column in block)
                owned = parts._replace(first=parts.first.take(these), end=parts.end.take(these))
                if teach:
                    met = 1 + int(np.count_nonzero(np.diff(piece.series)))
                    self._profiles[lane].make_room(these.size, met + these.size // self._trial)
                judged, told = unspoken(these.size), no_news(these.size)
                walk(self._series(lane), measure, piece, owned, judged, told, teach)
                found: list[States] = [*judged, *told]
                for answer, part in zip(answers, found, strict=True):
                    put(answer, these, part)

        side_by_side([partial(go, lane) for lane in range(LANES)], block.series.size)
        return verdict, news

    def course(self, measure: Measure, chosen: Ints, first: int, buckets: int) -> Course:
        """The chosen series (s,) over `buckets` buckets from number `first` on; the model stays as it is."""
        course = Course(*(np.empty((chosen.size, buckets)) for _ in Course._fields))
        for lane in range(LANES):
            mine = np.flatnonzero(lanes_of(chosen) == lane)
            told = Course(*(np.empty((mine.size, buckets)) for _ in Course._fields))
            go_on(self._series(lane), measure, chosen[mine], first, told)
            for part, answer in zip(told, course, strict=True):
                answer[mine] = part
        return course

    def _series(self, lane: int) -> Series:
        """All series, with the profiles of one lane."""
        own = self._profiles[lane]
        return Series(**self._rows, days=self._days, weeks=self._weeks, pages=own.pages, slots=own.slots, room=own.room)

    @property
    def known(self) -> Ints:
        """The series that have seen enough to be continued."""
        return np.flatnonzero(self._rows["levels"][: self.size]["n"] >= predictors.FEWEST)

    @property
    def bytes_each(self) -> int:
        """Memory of one series more, once its profile is complete [bytes]."""
        return EACH + profiles.bytes_each(self._days + self._weeks)

    @property
    def bytes(self) -> int:
        """Memory of all series [bytes]."""
        return self.size * EACH + sum(lane.bytes for lane in self._profiles)

    @property
    def without_profile(self) -> int:
        """By how much less memory the series take in the end as some of them have no profile [bytes]."""
        series = self.size - sum(lane.size for lane in self._profiles)
        return series * profiles.bytes_each(self._days + self._weeks)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays; those of rows are part of the model's own."""
        known = self._profiles_of(np.arange(self.size))
        levels = copied(self._rows["levels"][: self.size])
        levels["profile"] = _numbered(levels["profile"])
        own = {name: rows[: self.size] for name, rows in self._rows.items()}
        return own | {"levels": levels, "pages": known.pages, "slots": known.slots}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken; the span must be the same.

        Rows that are no part of another array become the model's own: there are gigabytes of them.
        """
        self._rows = {name: state[name] if state[name].base is None else copied(state[name]) for name in OWN}
        self._rows["levels"] = copied(state["levels"])
        self.size = len(self._rows["levels"])
        self._hold(Profiles(state["pages"], state["slots"]))

    def _profiles_of(self, chosen: Ints) -> Profiles:
        """The profiles of chosen series, (s,) in order."""
        number = self._rows["levels"]["profile"][chosen]
        has = number != NO_PROFILE
        return joined(self._profiles, lanes_of(chosen[has]), number[has])

    def _hold(self, known: Profiles) -> None:
        """Share profiles, which are those of the series that have one, in order, among the lanes."""
        profile = self._rows["levels"]["profile"][: self.size]
        has = np.flatnonzero(profile != NO_PROFILE)
        lanes, whole = lanes_of(has), np.zeros(has.size, np.int64)
        for lane in range(LANES):
            mine = np.flatnonzero(lanes == lane)
            self._profiles[lane] = joined([known], whole[mine], mine)
            profile[has[mine]] = np.arange(mine.size)


def _numbered(profile: Ints) -> Ints:
    """(S,) profiles numbered in the order of the series that have one."""
    has = profile != NO_PROFILE
    return np.where(has, np.cumsum(has) - 1, NO_PROFILE)
