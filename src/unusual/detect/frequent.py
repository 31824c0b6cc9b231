"""Values of a splitting field that most buckets of their partition have, and so get no results.

A feature is wrapped: it judges and learns as before, and what it says of frequent values is taken back. Knows no model.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from unusual.detect.exclusions import Exclusion
from unusual.detect.features import Clocked, Cost, Feature, Judged, Pass, Sparing
from unusual.detect.splits import HALF, Split, ranks
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Flags, Ints
from unusual.kernels.presence import GROUP, MET, NEVER, Known, pick_frequent
from unusual.models.rows import grown

MOST = 0.5  # share of buckets above which a value is frequent


class Frequent:
    """How often the values of one splitting field are met, those of each partition among themselves."""

    def __init__(self, key: int, partition: int | None) -> None:
        """key, partition: which of the splitting fields."""
        self._key = key
        self._partition = partition
        nothing = np.zeros(0, np.int64)
        self._known = Known(np.zeros(0, MET), np.zeros(0, GROUP), nothing, nothing)

    @property
    def size(self) -> int:
        """How many series there are."""
        return self._known.value.size

    def grow(self, split: Split) -> None:
        """Make room for all series of the split."""
        values, groups, value, _ = self._known
        if value.size == split.size:
            return
        value, group = self._numbered(split)
        had = len(groups)
        groups = grown(groups, _count(group))
        groups["bucket"][had:] = NEVER
        self._known = Known(grown(values, _count(value)), groups, value, group)

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all series but the chosen, (s,) in order, which move up. split: after that."""
        old = self._known
        value, group = self._numbered(split)
        values, groups = np.zeros(_count(value), MET), np.zeros(_count(group), GROUP)
        values[value], groups[group] = old.values[old.value[chosen]], old.groups[old.group[chosen]]
        self._known = Known(values, groups, value, group)

    def _numbered(self, split: Split) -> tuple[Ints, Ints]:
        """(S,) values and (S,) partitions of all series, in order of first appearance."""
        group = np.zeros(split.size, np.int64) if self._partition is None else ranks(split.codes(self._partition))
        return ranks(group << HALF | split.codes(self._key)), group

    def among(self, closed: Closed, judged: Judged, *, teach: bool) -> Flags:
        """(k,) which judged values are of a frequent one. teach: the closed buckets count."""
        picked = np.zeros(judged.series.size, np.bool_)
        pick_frequent(self._known, closed.entries, judged.bucket, judged.series, MOST, teach, picked)
        return picked

    @property
    def cost(self) -> Cost:
        """How much memory more series take, and the values and partitions they share."""
        partition = () if self._partition is None else (self._partition,)
        return Cost(
            2 * self._known.value.itemsize, (((*partition, self._key), MET.itemsize), (partition, GROUP.itemsize))
        )

    def state(self) -> dict[str, Any]:
        """Everything counted."""
        values, groups, value, group = self._known
        used = Known(values[: _count(value)], groups[: _count(group)], value, group)
        return used._asdict()

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self._known = Known(*(state[name].copy() for name in Known._fields))


class WithoutFrequent:
    """A feature that says nothing of frequent values."""

    def __init__(self, feature: Feature, counted: Sequence[Frequent]) -> None:
        """counted: of each splitting field that matters."""
        self.feature = feature
        self._counted = counted

    def grow(self, split: Split) -> None:
        """Make room for all series of the split."""
        self.feature.grow(split)
        for frequent in self._counted:
            frequent.grow(split)

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all series but the chosen, (s,) in order, which move up. split: after that."""
        self.feature.keep(chosen, split)
        for frequent in self._counted:
            frequent.keep(chosen, split)

    def block(self, closed: Closed, first: int, until: int, how: Pass, exclusion: Exclusion | None) -> Judged:
        """Judge and learn as the feature does; values frequent until then surprise nobody."""
        judged = self.feature.block(closed, first, until, how, exclusion)
        for frequent in self._counted:
            picked = frequent.among(closed, judged, teach=how.teach)
            judged.surprise[picked] = 0.0
            if judged.rarity is not None:
                judged.rarity[picked] = 0.0
        return judged

    @property
    def known(self) -> Flags:
        """(S,) which series have a clock."""
        return self.feature.known if isinstance(self.feature, Clocked) else np.zeros(self._counted[0].size, np.bool_)

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen series, (S,), ahead, if the feature has any."""
        if isinstance(self.feature, Clocked):
            self.feature.shift(seconds, chosen)

    def spare(self, *, now: bool) -> int:
        """How much less than `cost` says is taken now, or is going to be, once what nobody needs is let go [bytes]."""
        return self.feature.spare(now=now) if isinstance(self.feature, Sparing) else 0

    @property
    def cost(self) -> Cost:
        """How much memory more series take, and what they share."""
        costs = [self.feature.cost, *(frequent.cost for frequent in self._counted)]
        return Cost(sum(cost.series for cost in costs), tuple(share for cost in costs for share in cost.shared))

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"feature": self.feature.state(), "counted": [frequent.state() for frequent in self._counted]}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.feature.restore(state["feature"])
        for frequent, part in zip(self._counted, state["counted"], strict=True):
            frequent.restore(part)


def without_frequent(feature: Feature, keys: Sequence[int], partition: int | None) -> Feature:
    """The feature, silent about the frequent values of these splitting fields, if any."""
    return WithoutFrequent(feature, [Frequent(key, partition) for key in keys]) if keys else feature


def _count(numbers: Ints) -> int:
    return int(numbers.max()) + 1 if numbers.size else 0
