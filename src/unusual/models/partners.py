"""Many series of several groups: with which others of its group each moves, and what those make expected of it.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from typing import Any

import numpy as np

from unusual.kernels import calibration, novelty, pairs
from unusual.kernels.arrays import Flags, Floats, Ints, States
from unusual.kernels.novelty import CHANNELS, NOVELTY
from unusual.kernels.pairs import NOBODY, PLACE, PLACES, ROW, Company, Seen
from unusual.kernels.partners import Manner, Together, deviations, walk
from unusual.models.rows import grown

LEARNT = ("rows", "places", "trust", "news", "group")
LAYOUT = (pairs.LAYOUT, calibration.LAYOUT, novelty.LAYOUT)
BYTES_EACH = ROW.itemsize + PLACES * PLACE.itemsize + calibration.CALIBRATION.itemsize + NOVELTY.itemsize + 2 * 8


class PartnersModel:
    """Learnt state of series, each of one group.

    >>> model = PartnersModel()
    >>> model.grow(np.array([0, 0, 1]))
    >>> model.size
    3
    """

    def __init__(self) -> None:
        """An empty model."""
        self.size = 0
        trust, news = np.zeros(0, calibration.CALIBRATION), np.zeros(0, NOVELTY)
        self._hold(np.zeros(0, ROW), np.zeros((0, PLACES), PLACE), trust, news, _nobody(0))

    def _hold(self, rows: States, places: States, trust: States, news: States, group: Ints) -> None:
        """Be the model of these rows, (S,) each: the rings of the groups follow from the order of meeting."""
        after, newest = _nobody(len(rows)), _nobody(int(group.max(initial=-1)) + 1)
        met = np.flatnonzero(rows["met"] > 0)
        order = met[np.lexsort((rows["met"][met], group[met]))]
        last = np.flatnonzero(np.diff(group[order], append=-1) != 0)
        first = np.concatenate([[0], last[:-1] + 1]).astype(np.int64)[: last.size]
        after[order[:-1]] = order[1:]
        after[order[last]] = order[first]
        newest[group[order[last]]] = order[last]
        members = np.bincount(group[met], minlength=newest.size)
        number = np.array([rows["met"].max(initial=0)], np.int64)
        self._company = Company(rows, places, trust, news, group, after, newest, members, number)

    def grow(self, groups: Ints) -> None:
        """Make room for as many series as there are groups given, (S,); those that exist stay as they are."""
        if groups.size <= self.size:
            return
        had, known, size = self.size, self._company, groups.size
        learnt = {name: grown(getattr(known, name), size) for name in LEARNT}
        after = grown(known.after, size)
        learnt["places"]["other"][had:] = NOBODY
        learnt["trust"][had:] = calibration.fresh()
        learnt["news"]["hour"][had:] = novelty.NO_HOUR
        for memory in ("single", "lasting"):
            learnt["news"][memory]["recent"][had:] = novelty.RESTLESS
        after[had:], learnt["group"][had:size] = NOBODY, groups[had:]
        more = max(0, int(groups.max()) + 1 - known.newest.size)
        newest, members = (
            np.concatenate([known.newest, _nobody(more)]),
            np.append(known.members, np.zeros(more, np.int64)),
        )
        self._company = Company(**learnt, after=after, newest=newest, members=members, met=known.met)
        self.size = size

    def keep(self, chosen: Ints, groups: Ints) -> None:
        """Forget all series but the chosen, (s,) in order, which become series 0 .. s - 1 of these groups, (s,)."""
        known = self._company
        number = _nobody(self.size)
        number[chosen] = np.arange(chosen.size)
        rows, places = known.rows[chosen], known.places[chosen]
        other = places["other"]
        places["other"] = np.where(other == NOBODY, NOBODY, number[other])
        cursor = number[rows["cursor"]]
        rows["cursor"] = np.where(cursor == NOBODY, np.arange(chosen.size), cursor)
        self._hold(rows, places, known.trust[chosen], known.news[chosen], groups.copy())
        self.size = chosen.size

    def walk(self, seen: Seen, manner: Manner, *, teach: bool) -> Together:
        """Judge each value beside those of its bucket by the buckets before and, if `teach`, learn it."""
        size = seen.series.size
        none, strengths = np.zeros(size), np.zeros((size, CHANNELS))
        answer = Together(none, none.copy(), strengths, _nobody(size), np.zeros(size, np.bool_))
        walk(self._company, seen, manner, answer, teach)
        return answer

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        return {name: getattr(self._company, name)[: self.size] for name in LEARNT}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._hold(*(state[name].copy() for name in LEARNT))
        self.size = len(self._company.rows)


def normal(surprise: Floats, above: Flags, side: int) -> Floats:
    """(k,) the normal deviation that is as surprising as each value. above: whether it lies above what was expected."""
    found = np.empty(surprise.size)
    deviations(surprise, above, side, found)
    return found


def _nobody(size: int) -> Ints:
    return np.full(size, NOBODY, np.int64)
