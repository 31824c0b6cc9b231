"""Members of populations: what their values are like among their peers, and what each of them is used to.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from typing import Any

import numpy as np

from unusual.kernels import calibration, empirical, peers, predictors
from unusual.kernels.arrays import Ints
from unusual.kernels.peers import GROUP, MEMBER, Population
from unusual.kernels.walk import Block, Measure, Parts, Verdict, unspoken
from unusual.models.rows import grown

LAYOUT = (peers.LAYOUT, empirical.LAYOUT, calibration.LAYOUT)
GROUP_BYTES = GROUP.itemsize + 2 * 8 * empirical.BINS + calibration.CALIBRATION.itemsize
MEMBER_BYTES = MEMBER.itemsize


class PopulationModel:
    """Learnt state of members, each of one group that shares its distributions.

    >>> model = PopulationModel()
    >>> model.grow(np.array([0, 0, 1]))
    >>> model.size
    3
    """

    def __init__(self) -> None:
        """An empty model."""
        self.size = 0
        self._groups = 0
        self._known = _nothing()

    def grow(self, groups: Ints) -> None:
        """Make room for as many members as there are groups given, (S,); those that exist stay as they are."""
        if groups.size <= self.size:
            return
        self._widen(int(groups[self.size :].max()) + 1)
        self._known = self._known._replace(members=grown(self._known.members, groups.size))
        self._known.members["group"][self.size : groups.size] = groups[self.size :]
        self.size = groups.size

    def _widen(self, groups: int) -> None:
        """Make room for so many groups."""
        had = self._groups
        if groups <= had:
            return
        self._known = known = Population(
            grown(self._known.groups, groups),
            grown(self._known.places, groups),
            grown(self._known.departed, groups),
            grown(self._known.trust, groups),
            self._known.members,
        )
        known.places[had:groups] = known.departed[had:groups] = empirical.assumed()
        known.trust[had:groups] = calibration.fresh()
        self._groups = groups

    def keep(self, chosen: Ints, groups: Ints) -> None:
        """Forget all members but the chosen, (s,) in order, which become members 0 .. s - 1 of these groups, (s,)."""
        before, members = self._known, self._known.members[chosen]
        self._groups, self._known = 0, _nothing()
        self._widen(int(groups.max()) + 1 if groups.size else 0)
        kept, first = np.unique(groups, return_index=True)
        for new, old in zip(self._known[:-1], before[:-1], strict=True):
            new[kept] = old[members["group"][first]]
        members["group"] = groups
        self._known = self._known._replace(members=members)
        self.size = chosen.size

    def order(self, bucket: Ints, series: Ints) -> Ints:
        """(k,) in which order values are to come: by bucket, in which they are already, then by group."""
        if self._groups <= 1:
            return np.arange(bucket.size)
        return np.lexsort((self._known.members["group"][series], bucket))

    def walk(self, measure: Measure, block: Block, parts: Parts, *, teach: bool) -> Verdict:
        """Judge each value by its bucket and those before and, if `teach`, learn it. block: in `order`."""
        block = block._replace(value=np.clip(block.value, -predictors.LARGEST, predictors.LARGEST))
        verdict = unspoken(block.series.size)
        peers.walk(self._known, measure, block, parts, verdict, teach)
        return verdict

    @property
    def bytes(self) -> int:
        """Memory of all rows [bytes]."""
        return self._groups * GROUP_BYTES + self.size * MEMBER_BYTES

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        *shared, members = self._known
        rows = {name: array[: self._groups] for name, array in zip(Population._fields, shared, strict=False)}
        return {**rows, "members": members[: self.size]}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._known = Population(*(state[name].copy() for name in Population._fields))
        self._groups, self.size = len(self._known.groups), len(self._known.members)


def _nothing() -> Population:
    """Neither groups nor members."""
    groups, trust = np.zeros(0, GROUP), np.zeros(0, calibration.CALIBRATION)
    return Population(groups, np.zeros((0, empirical.BINS)), np.zeros((0, empirical.BINS)), trust, np.zeros(0, MEMBER))
