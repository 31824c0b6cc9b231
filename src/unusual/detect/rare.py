"""Values that are met in few buckets: the rare function over all values of one detector.

A record of it has the actual value 1 and, as typical, the share of past buckets that had the value. Knows splits,
tallies and the model of rarity; knows nothing of field names or documents.
"""

from typing import Any

import numpy as np

from unusual.detect.exclusions import Exclusion, Values
from unusual.detect.features import REPORTED, Blame, Cost, Judged, Pass, contributions
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Flags, Floats, Ints
from unusual.kernels.rarity import GROUP, VALUE, Meetings
from unusual.models.rarity import RarityModel


class Rare:
    """One rare function: all values of the last splitting field, those of each partition among themselves."""

    def __init__(self, span: int, fields: int) -> None:
        """span: length of a bucket [s]; fields: that split, the value last."""
        self.model = RarityModel()
        self._span = span
        self._shared = tuple(range(fields - 1))

    def grow(self, split: Split) -> None:
        """Make room for all values of the split."""
        self.model.grow(_groups(split))

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all values but the chosen, (s,) in order, which move up. split: after that, codes and all."""
        self.model.keep(chosen, _groups(split))

    def block(
        self,
        closed: Closed,
        first: int,  # noqa: ARG002 - nothing is filled in, so that only the entries count
        until: int,  # noqa: ARG002 - the same
        how: Pass,
        exclusion: Exclusion | None,
    ) -> Judged:
        """Judge the values met in closed buckets and learn them, as far as the pass and the rules allow."""
        entries = closed.entries
        met = Meetings(entries["bucket"].copy(), entries["series"].copy(), np.ones(len(entries), np.bool_))
        ones = np.ones(len(entries))
        if how.teach and exclusion is not None and exclusion.skips_learning:
            met.learnt[exclusion.unlearnt(self._seen(met, ones))] = False
        surprise, share, told = self.model.meet(met, teach=how.teach)
        if exclusion is not None:
            surprise[exclusion.without_result(self._seen(met, ones))] = 0.0
        blame = _blame(closed, surprise, told)
        return Judged(met.bucket[told], met.value[told], ones[told], share[told], surprise[told], blame)

    def _seen(self, met: Meetings, actual: Floats) -> Values:
        return Values(met.bucket * self._span, met.value, actual, actual)

    @property
    def cost(self) -> Cost:
        """How much memory more values take, and more partitions."""
        return Cost(VALUE.itemsize, ((self._shared, GROUP.itemsize),))

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"model": self.model.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.model.restore(state["model"])


def _groups(split: Split) -> Ints:
    """(S,) the group of each value: its partition, if any."""
    alone = split.fields < 2  # noqa: PLR2004 - a partition and the values themselves
    return np.zeros(split.size, np.int64) if alone else split.codes(0)


def _blame(closed: Closed, surprise: Floats, told: Flags) -> Blame:
    """Each entity's share of the samples of a rare value."""
    found = contributions(closed, np.arange(len(closed.entries)))
    guilty = told[found.row] & (surprise[found.row] >= REPORTED)
    row, field, table = found.row[guilty], found.field[guilty], found.table[guilty]
    place = np.cumsum(told) - 1
    return Blame(place[row], field, table["value"].copy(), table["n"] / closed.entries["n"][row])
