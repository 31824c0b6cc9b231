"""Records on their way into the buckets, cut where the job looks who has not been seen for long.

The cuts lie at fixed buckets, so that what is forgotten, and what therefore has room, does not depend on how the
records came. Knows bucket numbers; knows nothing of what the records hold or what is forgotten.
"""

from collections import deque
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from unusual.kernels.arrays import Ints


class Portion(NamedTuple):
    """Records (k,) that come next: the oldest bucket that is open once each has come, its own bucket, and the rest."""

    due: Ints
    buckets: Ints
    frame: pl.DataFrame


class Portions:
    """The records of one job that wait, in order."""

    def __init__(self, looks: tuple[int, int]) -> None:
        """Nobody waits. looks: how many buckets lie between two of them, with memory plenty, and with it tight."""
        self._steps = looks
        self._tight = False
        self._until: int | None = None  # bucket whose begin is waited for; None before the first record
        self._waiting: deque[Portion] = deque()

    @property
    def _step(self) -> int:
        return self._steps[self._tight]

    @property
    def _look(self) -> int:
        return int(self._waiting[0].due[0]) // self._step * self._step

    def put(self, due: Ints, buckets: Ints, frame: pl.DataFrame) -> Portion:
        """Let records (k,) wait, but for those before the next look, which are the answer.

        due: the oldest bucket that is open once each record has come, never decreasing
        """
        if self._until is None:
            self._until = _after(int(due[0]), self._step)
        self._waiting.append(Portion(due, buckets, frame))
        return self._first(self._until)

    @property
    def next(self) -> int | None:
        """Number of the bucket at which it is to be looked before more records come; None when none wait."""
        return self._look if self._waiting else None

    def take(self, *, tight: bool) -> Portion:
        """The records that come next, after a look that found memory tight or not."""
        look = self._look
        self._tight = tight
        self._until = _after(look, self._step)
        return self._first(self._until)

    def _first(self, until: int) -> Portion:
        """Those of the records that wait that come before bucket `until` begins."""
        found = []
        while self._waiting:
            portion = self._waiting.popleft()
            size = int(np.searchsorted(portion.due, until))
            found.append(_part(portion, 0, size))
            if size < portion.due.size:
                self._waiting.appendleft(_part(portion, size, portion.due.size))
                break
        if len(found) == 1:
            return found[0]
        due, buckets, frames = zip(*found, strict=True)
        return Portion(np.concatenate(due), np.concatenate(buckets), pl.concat(frames))

    def state(self) -> dict[str, Any]:
        """What `restore` needs, while nobody waits."""
        return {"until": self._until, "tight": self._tight}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self._until, self._tight = state["until"], state["tight"]


def _after(bucket: int, step: int) -> int:
    """The first bucket after this one whose number is a multiple of the step."""
    return (bucket // step + 1) * step


def _part(portion: Portion, start: int, end: int) -> Portion:
    return Portion(portion.due[start:end], portion.buckets[start:end], portion.frame.slice(start, end - start))
