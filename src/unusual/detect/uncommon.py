"""Members of a population that have what few others have: rare and freq_rare with an over field.

How rare a member's values are in a bucket, taken together, is one number [decades]: rare takes each value once,
freq_rare each record. That number is judged among those of the other members, so that a record is about a member, and
the values are its causes. Knows splits, tallies and the models; knows nothing of field names or documents.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from unusual.detect import splits
from unusual.detect.exclusions import Exclusion, Values
from unusual.detect.features import REPORTED, Blame, Causes, Cost, Judged, Pass, contributions
from unusual.detect.functions import WHOLE, Reading, Value
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Floats, Ints, Shorts, States
from unusual.kernels.holders import Meetings
from unusual.kernels.walk import HIGH, NOTHING, Block, Measure, Parts
from unusual.models import holdings
from unusual.models.holdings import HoldingsModel
from unusual.models.population import GROUP_BYTES, MEMBER_BYTES, PopulationModel

LEAST = 1.0  # surprise from which on causes are told
BEFORE_LAST = 2
MEASURE = Measure(span=1, side=HIGH, grain=WHOLE, half_life=0.0, blame=NOTHING, threshold=REPORTED)


class Uncommon:
    """One rare function over a population: the pairs of members and values, and the members."""

    def __init__(self, reading: Reading, span: int, fields: int) -> None:
        """span: length of a bucket [s]; fields: that split, the member last and the value before it."""
        self.model = PopulationModel()
        self._often = reading.value is Value.FREQUENCY
        self._span = span
        self._fields = fields
        self._holdings = HoldingsModel()
        self._members = Split(fields - 1)
        self._member_of: Shorts = np.zeros(0, np.int32)  # of each pair

    def grow(self, split: Split) -> None:
        """Make room for all pairs of the split, and their members."""
        had = self._holdings.size
        if split.size == had:
            return
        self._member_of = np.concatenate([self._member_of, self._named(split, had)])
        society = self._members.groups
        self.model.grow(society)
        self._holdings.grow(split.groups, self._member_of, society)

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all pairs but the chosen, (s,) in order, which move up. split: after that, codes and all."""
        held, before = self._holdings.held[chosen], self._member_of[chosen]
        self._members = Split(self._fields - 1)
        self._member_of = self._named(split, 0)
        _, first = np.unique(self._member_of, return_index=True)
        self.model.keep(before[first].astype(np.int64), self._members.groups)
        self._holdings.restore(held, split.groups, self._member_of, self._members.groups)

    def _named(self, split: Split, had: int) -> Shorts:
        """The member of each pair from number `had` on."""
        fields = [field for field in range(self._fields) if field != self._fields - BEFORE_LAST]
        codes = [split.codes(field)[had:].astype(np.int32) for field in fields]
        return self._members.encode(codes, split.size - had)

    def block(
        self,
        closed: Closed,
        first: int,
        until: int,  # noqa: ARG002 - nothing is filled in, so that only the entries count
        how: Pass,
        exclusion: Exclusion | None,
    ) -> Judged:
        """Judge the members met in closed buckets and learn them, as far as the pass and the rules allow."""
        entries = closed.entries
        learnt, silent = np.ones(len(entries), np.bool_), np.zeros(len(entries), np.bool_)
        if exclusion is not None:
            seen = self._seen(entries)
            silent = exclusion.without_result(seen)
            learnt = ~exclusion.unlearnt(seen)
        met = self._holdings.weigh(entries["bucket"].copy(), entries["series"].copy(), learnt, teach=how.teach)
        amount = met.weight * entries["n"] if self._often else met.weight
        crowd = self._crowd(met, amount, first)
        verdict = self.model.walk(MEASURE, crowd.block, _no_parts(crowd.block.value.size), teach=how.teach)
        surprise = verdict.surprise
        surprise[silent[crowd.strongest]] = 0.0
        blame = _blame(closed, crowd, amount, surprise)
        causes = self._causes(closed, crowd, met, amount, surprise)
        pair = met.pair[crowd.strongest]
        return Judged(crowd.block.bucket, pair, crowd.block.value, verdict.typical, surprise, blame, causes=causes)

    def _seen(self, entries: States) -> Values:
        """What rules may look at: the time."""
        nothing = np.zeros(len(entries))
        return Values(entries["bucket"] * self._span, entries["series"], nothing, nothing)

    def _crowd(self, met: Meetings, amount: Floats, first: int) -> "_Crowd":
        """The members of each bucket, with what their values amount to."""
        members = self._members.size
        keys, row = np.unique((met.bucket - first) * members + self._member_of[met.pair], return_inverse=True)
        bucket, member = first + keys // max(1, members), keys % max(1, members)
        order = self.model.order(bucket, member)
        place = np.empty_like(order)
        place[order] = np.arange(order.size)
        row = place[row]
        learnt = np.bincount(row[met.learnt], minlength=order.size) > 0
        total = np.bincount(row, amount, minlength=order.size).astype(np.float64)
        by_row = np.lexsort((-amount, row))
        strongest = by_row[np.searchsorted(row[by_row], np.arange(order.size))]
        return _Crowd(Block(bucket[order], member[order], total, np.ones(order.size), learnt), row, by_row, strongest)

    def _causes(self, closed: Closed, crowd: "_Crowd", met: Meetings, amount: Floats, surprise: Floats) -> Causes:
        """The rare values of members that are surprising."""
        told = crowd.by_row[(amount[crowd.by_row] > 0.0) & (surprise[crowd.row[crowd.by_row]] >= LEAST)]
        actual = closed.entries["n"][told] if self._often else np.ones(told.size)
        return Causes(crowd.row[told], met.pair[told], actual, met.share[told], met.share[told])

    @property
    def cost(self) -> Cost:
        """How much memory more pairs take, and the members, values and populations they share."""
        every = tuple(range(self._fields))
        member, value = (*every[:-BEFORE_LAST], every[-1]), every[:-1]
        shared = (
            (member, splits.EACH + holdings.MEMBER_BYTES + MEMBER_BYTES),
            (value, holdings.VALUE_BYTES),
            (member[:-1], GROUP_BYTES),
        )
        return Cost(holdings.PAIR_BYTES + self._member_of.itemsize, shared)

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {
            "model": self.model.state(),
            "members": self._members.state(),
            "member_of": self._member_of,
            "value": self._holdings.value,
            "held": self._holdings.held,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.model.restore(state["model"])
        self._members = Split.restore(state["members"])
        self._member_of = state["member_of"].copy()
        self._holdings.restore(state["held"], state["value"], self._member_of, self._members.groups)


@dataclass(frozen=True)
class _Crowd:
    """The members of each bucket.

    block      (r,) members
    row        (k,) the member of each entry, as a row of the block
    by_row     (k,) entries in order of their row, those that amount to most first
    strongest  (r,) the entry of each row that amounts to most
    """

    block: Block
    row: Ints
    by_row: Ints
    strongest: Ints


def _no_parts(values: int) -> Parts:
    nothing = np.zeros(0)
    edges = np.zeros(values, np.int64)
    return Parts(edges, edges, nothing, nothing, nothing, nothing, nothing)


def _blame(closed: Closed, crowd: _Crowd, amount: Floats, surprise: Floats) -> Blame:
    """Each entity's share of what a member's rare values amount to."""
    found = contributions(closed, np.arange(len(closed.entries)))
    row = crowd.row[found.row]
    guilty = (surprise[row] >= REPORTED) & (amount[found.row] > 0.0)
    row, entry, field, table = row[guilty], found.row[guilty], found.field[guilty], found.table[guilty]
    share = amount[entry] / crowd.block.value[row] * table["n"] / closed.entries["n"][entry]
    names, where = np.unique(np.stack([row, field, table["value"]], axis=1), axis=0, return_inverse=True)
    whole = np.bincount(where.ravel(), share, minlength=len(names))
    return Blame(names[:, 0], names[:, 1].astype(np.int32), names[:, 2].astype(np.int32), np.minimum(whole, 1.0))
