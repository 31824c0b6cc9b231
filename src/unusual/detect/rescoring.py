"""When the scores of past results have to follow a history that moved, and to what.

Knows bucket numbers, surprises and scores of results; knows no documents.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from unusual.detect.precision import DIGITS
from unusual.kernels.arrays import Flags, Floats, Ints
from unusual.kernels.ranking import History, unwritten
from unusual.kernels.rescoring import GRID, deserve

VISIBLE = 1.0  # points by which a score must be wrong before any is changed
REMEMBERED = 20_000  # results of a kind whose scores may still change, the newest ones

# Changing a score costs about as much as giving it. So that it never costs much of the whole, changes are paid from a
# store that each bucket, and each twentieth result, adds one to.
SHARES = 20  # of one change
MOST = 2_000  # changes in store at most, so that none takes long


@dataclass(frozen=True)
class Curve:
    """What results of one kind in buckets first .. until - 1 deserve, whatever was said before.

    scores  at the surprises of `kernels.rescoring.GRID`
    """

    kind: str
    first: int
    until: int
    scores: Floats


class Rescoring:
    """Results of one kind of one job, and the curve that their scores follow."""

    def __init__(self, kind: str, back: int) -> None:
        """back: how many buckets back scores may change."""
        self.watch = np.zeros(2)
        self._kind = kind
        self._back = back
        self._given: list[Floats] = [np.zeros((3, 0))]  # (3, k): bucket, surprise and score of results, in order
        self._left = MOST * SHARES  # what may be changed, in shares of a change
        self._curve = np.zeros(GRID.size)
        deserve(unwritten(), 1.0, GRID, self._curve)
        self._curves: list[Curve] = []

    def add(self, buckets: Ints, surprises: Floats, scores: Floats, *, of: int) -> None:
        """These (k,) results were given, in the order of their buckets, out of so many buckets."""
        self._left = min(MOST * SHARES, self._left + of * SHARES + buckets.size)
        if buckets.size:
            self._given.append(np.stack([buckets.astype(np.float64), surprises, scores]).round(DIGITS))
        if sum(part.shape[1] for part in self._given[1:]) > REMEMBERED:
            self._given = [self._newest()]

    def look(self, history: History, window: float, until: int) -> None:
        """Let scores that are visibly wrong follow a history of the buckets before `until`, the newest first."""
        buckets, surprises, known = given = self._reached(until - self._back)
        if self._left <= 0 or not buckets.size:
            return
        curve = self._moved(history, window, surprises.max())
        scores = np.interp(surprises, GRID, curve).round(DIGITS)
        changes = scores != known
        if not np.any(np.abs(scores - known) >= VISIBLE):
            return
        first = self._affordable(buckets, changes)
        inside = slice(np.searchsorted(buckets, first), None)
        self._left -= SHARES * int(np.count_nonzero(changes[inside]))
        given[2, inside] = scores[inside]
        self._curve = curve
        self._curves.append(Curve(self._kind, first, until, curve))

    def _reached(self, first: int) -> Floats:
        """(3, k) the results that may change, of bucket `first` and later, to be changed in place."""
        given = self._newest()
        given = given[:, np.searchsorted(given[0], first) :]
        self._given = [given]
        if given.shape[1] == REMEMBERED:  # then the oldest bucket may not be whole
            return given[:, np.searchsorted(given[0], given[0, 0], "right") :]
        return given

    def _newest(self) -> Floats:
        return np.concatenate(self._given, axis=1)[:, -REMEMBERED:].copy()

    def _moved(self, history: History, window: float, largest: float) -> Floats:
        """The curve in view of a history: where it is visibly wrong, up to the largest surprise that it is for."""
        points = GRID[: np.searchsorted(GRID, largest) + 1]
        deserved = np.zeros(points.size)
        deserve(history, window, points, deserved)
        curve = self._curve.copy()
        wrong = np.abs(deserved - curve[: points.size]) >= VISIBLE
        curve[: points.size][wrong] = deserved[wrong]
        return np.maximum.accumulate(curve)

    def _affordable(self, buckets: Floats, changes: Flags) -> int:
        """The bucket of the first change that can be paid for, when the last are paid first."""
        later: Ints = np.cumsum(changes[::-1])[::-1] - changes  # changes in later places
        return int(buckets[np.argmax(changes & (later * SHARES < self._left))])

    def take(self) -> list[Curve]:
        """The curves since the last call, to be followed in order; no one that a later one makes void."""
        curves: list[Curve] = []
        for curve in reversed(self._curves):
            until = min([curve.until, *(later.first for later in curves)])
            if curve.first < until:
                curves.append(replace(curve, until=until))
        self._curves = []
        return curves[::-1]

    @property
    def told(self) -> Floats:
        """(3, k) bucket, surprise and current score of the newest results, in order."""
        return self._newest()

    def correct(self, told: Floats, until: int) -> None:
        """Results before bucket `until` have other scores by now: those in (3, k) `told`, which may know later ones."""
        given = self._newest()
        end, told_end = (int(np.searchsorted(one[0], until)) for one in (given, told))
        count = min(end, told_end)
        given[2, end - count : end] = told[2, told_end - count : told_end]
        self._given = [given]

    def state(self) -> dict[str, Any]:
        """Everything that later curves depend on."""
        return {"watch": self.watch, "given": self._newest(), "left": self._left, "curve": self._curve}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.watch, given, self._curve = (state[name].copy() for name in ("watch", "given", "curve"))
        self._given, self._left = [given], state["left"]
