"""Members and the values they have had: how rare each value is among the other members.

Owns the rows; knows nothing of fields, detectors or documents.
"""

import numpy as np

from unusual.kernels import holders
from unusual.kernels.arrays import Flags, Ints, Shorts
from unusual.kernels.holders import Holdings, Meetings
from unusual.models.rows import grown

PAIR_BYTES = 8 + 4 + 1
MEMBER_BYTES = 8 + 1
VALUE_BYTES = 8


class HoldingsModel:
    """Which member has had which value, those of each population among themselves.

    >>> model = HoldingsModel()
    >>> model.grow(value=np.array([0, 1]), member=np.array([0, 0], np.int32), society=np.array([0]))
    >>> model.size
    2
    """

    def __init__(self) -> None:
        """Nobody has had anything."""
        self.size = 0
        self._held = _nothing()

    def grow(self, value: Ints, member: Shorts, society: Ints) -> None:
        """Make room for all pairs; those that exist stay as they are.

        value, member  (S,) of each pair
        society        (M,) the population of each member
        """
        had, self.size = self.size, value.size
        if self.size == had:
            return
        held = self._held
        held = Holdings(
            grown(held.value, self.size),
            grown(held.member, self.size),
            grown(held.held, self.size),
            grown(held.holders, int(value.max()) + 1),
            grown(held.known, society.size),
            grown(held.society, society.size),
            grown(held.size, int(society.max()) + 1),
        )
        held.value[had : self.size] = value[had:]
        held.member[had : self.size] = member[had:]
        held.society[: society.size] = society
        self._held = held

    def _settle(self, held: Flags) -> None:
        """Count anew who has had what. held: (S,) of all pairs."""
        known = self._held
        known.held[: self.size] = held
        pairs = np.flatnonzero(held)
        np.add.at(known.holders, known.value[pairs], 1)
        members = np.unique(known.member[pairs])
        known.known[members] = True
        np.add.at(known.size, known.society[members], 1)

    def weigh(self, bucket: Ints, pair: Ints, learnt: Flags, *, teach: bool) -> Meetings:
        """Weigh the pairs of each bucket by the buckets before and, if `teach`, learn those that may be; (k,) each."""
        met = Meetings(bucket, pair, learnt, np.zeros(pair.size), np.zeros(pair.size))
        holders.weigh(self._held, met, teach)
        return met

    @property
    def value(self) -> Ints:
        """(S,) the value of each pair."""
        return self._held.value[: self.size]

    @property
    def held(self) -> Flags:
        """(S,) whether each pair was met."""
        return self._held.held[: self.size]

    def restore(self, held: Flags, value: Ints, member: Shorts, society: Ints) -> None:
        """Continue where these pairs had been met, (S,), called as in `grow`."""
        self.size, self._held = 0, _nothing()
        self.grow(value, member, society)
        self._settle(held)


def _nothing() -> Holdings:
    number, flag = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    return Holdings(number, np.zeros(0, np.int32), flag, number, flag, number, number)
