"""Many values in groups: in how many buckets each was met, and how rare that makes it.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from typing import Any

import numpy as np

from unusual.kernels.arrays import Ints
from unusual.kernels.rarity import GROUP, NEVER, VALUE, Meetings, Population, Rareness, meet
from unusual.models.rows import grown

MASS, BUCKET = "mass", "bucket"


class RarityModel:
    """Learnt state of values, each of one group.

    >>> model = RarityModel()
    >>> model.grow(np.array([0, 0, 1]))
    >>> model.size
    3
    """

    def __init__(self) -> None:
        """An empty model."""
        self.size = 0
        self._groups = 0
        self._known = Population(np.zeros(0, GROUP), np.zeros(0, VALUE))

    def grow(self, groups: Ints) -> None:
        """Make room for as many values as there are groups given, (S,); those that exist stay as they are."""
        if groups.size <= self.size:
            return
        had = len(self._known.groups)
        self._groups = max(self._groups, int(groups[self.size :].max()) + 1)
        self._known = Population(grown(self._known.groups, self._groups), grown(self._known.values, groups.size))
        self._known.groups[BUCKET][had:] = NEVER
        self._known.values["group"][self.size : groups.size] = groups[self.size :]
        self.size = groups.size

    def keep(self, chosen: Ints, groups: Ints) -> None:
        """Forget all values but the chosen, (s,) in order, which become values 0 .. s - 1 of these groups, (s,).

        How often values were met that are forgotten goes on to count in their groups, as long as those have others.
        """
        values = self._known.values[chosen]
        self._groups = int(groups.max()) + 1 if groups.size else 0
        moved = np.zeros(self._groups, GROUP)
        moved[BUCKET] = NEVER
        moved[groups] = self._known.groups[values["group"]]
        values["group"] = groups
        self._known = Population(moved, values)
        self.size = chosen.size

    def meet(self, met: Meetings, *, teach: bool) -> Rareness:
        """Judge each meeting by the buckets before its own and, if `teach`, learn it."""
        size = met.value.size
        answer = Rareness(np.zeros(size), np.zeros(size), np.zeros(size, np.bool_))
        meet(self._known, met, answer, teach)
        return answer

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        groups, values = self._known.groups[: self._groups], self._known.values[: self.size]
        rows = {name: groups[name].copy() for name in ("n", BUCKET, MASS)}
        return {"groups": rows, "values": values}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        rows = state["groups"]
        groups = np.zeros(len(rows["n"]), GROUP)
        for name, column in rows.items():
            groups[name] = column
        self._known = Population(groups, state["values"].copy())
        self._groups, self.size = len(groups), len(self._known.values)
