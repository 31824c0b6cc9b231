"""Records on their way into the buckets, cut where the job looks who has not been seen for long.

The cuts lie at fixed buckets, so that what is forgotten, and what therefore has room, does not depend on how the
records came. Knows bucket numbers; knows nothing of what the records hold or what is forgotten.
"""

from collections import deque
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from unusual.kernels.compiled import Ints

LOOKS = 4  # within the time after which a series is forgotten


class Portion(NamedTuple):
    """Records (k,) that come once bucket number `look` has begun and it was looked who is to be forgotten."""

    look: int
    buckets: Ints
    frame: pl.DataFrame


class Portions:
    """The records of one job that wait, in order."""

    def __init__(self, unseen: int) -> None:
        """unseen: buckets after which a series that is not seen is forgotten."""
        self.looked: int | None = None  # number of the newest look that records have passed
        self._every = max(1, unseen // LOOKS)
        self._waiting: deque[Portion] = deque()

    def put(self, due: Ints, buckets: Ints, frame: pl.DataFrame) -> Portion:
        """Let records (k,) wait, but for those before the next look, which are the answer.

        due: the oldest bucket that is open once each record has come, never decreasing
        """
        looks = due // self._every
        if self.looked is None:
            self.looked = int(looks[0])
        edges = np.flatnonzero(np.diff(looks, prepend=self.looked)).tolist()
        for start, end in pairwise([*edges, looks.size]):
            look = int(looks[start]) * self._every
            self._waiting.append(Portion(look, buckets[start:end], frame.slice(start, end - start)))
        self.looked = int(looks[-1])
        first = edges[0] if edges else looks.size
        return Portion(0, buckets[:first], frame.slice(0, first))

    @property
    def next(self) -> int | None:
        """Number of the bucket at which it is to be looked before more records come; None when none wait."""
        return self._waiting[0].look if self._waiting else None

    def take(self) -> Portion:
        """The records that come next."""
        return self._waiting.popleft()
