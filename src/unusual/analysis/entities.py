"""The entities of a job: values of its fields, and their combinations that are series, as numbers.

New ones are admitted while memory lasts, in the order of the records, and those not seen for long are forgotten. Knows
the plan and what entities cost; knows no model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from unusual.analysis.plan import Plan, Source
from unusual.detect import splits
from unusual.detect.features import Cost
from unusual.detect.fields import EACH, NONE, Dictionary
from unusual.detect.splits import Split
from unusual.detect.tallies import Held
from unusual.kernels.compiled import Flags, Floats, Ints, Shorts
from unusual.kernels.tally import ENTRY, PART

LETTERS = 16  # of a value that is not known yet
SOFT = 0.6  # share of the memory limit from which on memory is called tight


@dataclass(frozen=True)
class Coded:
    """Records as numbers, (k,) each, NONE where there is nothing.

    texts   of each field, a missing value being "" where some detector takes it for one
    absent  of each such field: where it is missing
    series  of each source
    """

    texts: dict[str, Shorts]
    absent: dict[str, Flags]
    series: list[Shorts]

    def of(self, field: str) -> Shorts:
        """Values of one field; NONE where it is missing."""
        codes = self.texts[field]
        return np.where(self.absent[field], np.int32(NONE), codes) if field in self.absent else codes


class Staying(NamedTuple):
    """Who is not forgotten.

    series  (s,) of each source, their old numbers in order; they move up
    values  (V,) of each field, the new number of each old value, NONE for those forgotten
    """

    series: list[Ints]
    values: dict[str, Ints]


class Refusals:
    """What found no room: in how many buckets, and of which fields."""

    def __init__(self) -> None:
        """Everything has found room."""
        self.full = False  # since something was refused, nothing new is let in until something is forgotten
        self.buckets = 0  # that are over
        self.fields: list[str] = []
        self._open: list[int] = []

    def note(self, fields: Sequence[str], buckets: Ints) -> None:
        """Records of these buckets had a value or a series that found no room."""
        self.full = True
        self.fields = sorted({*self.fields, *fields})
        self._open = sorted({*self._open, *np.unique(buckets).tolist()})

    def settle(self, until: int) -> None:
        """The buckets before number `until` are over."""
        left = [bucket for bucket in self._open if bucket >= until]
        self.buckets += len(self._open) - len(left)
        self._open = left

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"full": self.full, "buckets": self.buckets, "fields": self.fields, "open": self._open}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self.full, self.buckets, self.fields = state["full"], state["buckets"], state["fields"]
        self._open = state["open"]


class Entities:
    """Field values and series of one job, as far as there is room for them."""

    def __init__(self, plan: Plan, costs: Sequence[Cost]) -> None:
        """Nothing is known. costs: of what is learnt, per source."""
        self.dictionaries = {field: Dictionary() for field in plan.texts}
        self.splits = [Split(len(source.keys)) for source in plan.sources]
        self.refusals = Refusals()
        self._plan = plan
        kept = plan.late // plan.span + 2 if plan.late else 0  # buckets, by two courses of the job together
        self._set_aside = kept * ENTRY.itemsize // 2
        self._series = [cost.series + splits.EACH + self._set_aside for cost in costs]
        self._values = dict.fromkeys(plan.texts, 0)
        for source, cost in zip(plan.sources, costs, strict=True):
            if len(source.keys) > source.members:  # a lone population has no partition
                self._values[source.keys[0].field] += cost.partition

    @property
    def taken(self) -> int:
        """Memory of all entities and of what is learnt of them [bytes]; it depends on the records only."""
        values = sum(d.bytes + self._values[field] * len(d.values) for field, d in self.dictionaries.items())
        series = sum(split.size * each for split, each in zip(self.splits, self._series, strict=True))
        return values + series

    @property
    def set_aside(self) -> int:
        """How much of that is for what is kept of final buckets, which is counted where it is kept [bytes]."""
        return self._set_aside * sum(split.size for split in self.splits)

    def needed(self, values: Mapping[str, int]) -> int:
        """About how much memory so many values of each field take, and all their series, all of them open [bytes].

        Two fields that split together are taken to do so in every combination.
        """
        known = sum(values[field] * (EACH + 2 * LETTERS + self._values[field]) for field in self.dictionaries)
        for source, each in zip(self._plan.sources, self._series, strict=True):
            size = prod(values[key.field] for key in source.keys)
            parts = sum(max(size, values[field]) for field in self._plan.influencing(source))
            known += size * (each + ENTRY.itemsize) + 2 * parts * PART.itemsize
        return known

    @property
    def tight(self) -> bool:
        """Whether memory is so scarce that it matters who has not been seen for a while."""
        return self.taken > SOFT * self._plan.room

    def admit(self, frame: pl.DataFrame, buckets: Ints) -> Coded:
        """Records as numbers, in their order; new values and series get theirs, while there is room.

        frame: (k,) texts of all fields; buckets: (k,)
        """
        had = ({f: len(d.values) for f, d in self.dictionaries.items()}, [split.size for split in self.splits])
        taken = self.taken
        coded = self._encode(frame)
        limit = self._plan.room
        if not self.refusals.full and self.taken <= limit:
            return coded
        first = 0
        if not self.refusals.full:
            spent = taken + np.cumsum(self._spent(coded, *had))
            first = int(np.searchsorted(spent, limit, side="right"))
        return self._without(coded, buckets, first, *had)

    def _encode(self, frame: pl.DataFrame) -> Coded:
        keys = [key for source in self._plan.sources for key in source.keys]
        filled = {key.field for key in keys if key.empty_counts}
        texts, absent = {}, {}
        for field, dictionary in self.dictionaries.items():
            texts[field] = dictionary.encode(frame[field].fill_null("") if field in filled else frame[field])
            if field in filled:
                absent[field] = frame[field].is_null().to_numpy()
        coded = Coded(texts, absent, [])
        for source, split in zip(self._plan.sources, self.splits, strict=True):
            coded.series.append(split.encode(_keys(coded, source), frame.height))
        return coded

    def _spent(self, coded: Coded, values: dict[str, int], series: list[int]) -> Floats:
        """(k,) how much memory each record takes by what it brings first [bytes]; before it there were so many."""
        spent = np.zeros(coded.series[0].size)
        for field, codes in coded.texts.items():
            costs = self.dictionaries[field].costs[values[field] :] + self._values[field]
            np.add.at(spent, _first_rows(codes, values[field]), costs)
        for numbers, had, each in zip(coded.series, series, self._series, strict=True):
            np.add.at(spent, _first_rows(numbers, had), float(each))
        return spent

    def _without(self, coded: Coded, buckets: Ints, row: int, values: dict[str, int], series: list[int]) -> Coded:
        """The same, though what came first in the records from `row` on has found no room."""
        refused = np.zeros(buckets.size, np.bool_)
        fields: list[str] = []
        texts, numbers = {}, []
        for field, codes in coded.texts.items():
            size = values[field] + int(np.count_nonzero(_first_rows(codes, values[field]) < row))
            texts[field] = _known(codes, size, refused)
            fields += [field] if len(self.dictionaries[field].values) > size else []
            self.dictionaries[field].truncate(size)
        for source, split, codes, had in zip(self._plan.sources, self.splits, coded.series, series, strict=True):
            size = had + int(np.count_nonzero(_first_rows(codes, had) < row))
            numbers.append(_known(codes, size, refused))
            fields += [key.field for key in source.keys] if split.size > size else []
            split.truncate(size)
        if refused.any():
            self.refusals.note(fields, buckets[refused])
        return Coded(texts, coded.absent, numbers)

    def forget(self, oldest: int, held: Sequence[Held]) -> Staying | None:
        """Forget what was not seen in bucket `oldest` or later and no open bucket holds; None when that is nothing."""
        chosen = []
        for split, open_ones in zip(self.splits, held, strict=True):
            wanted = split.seen >= oldest
            wanted[open_ones.series] = True
            chosen.append(np.flatnonzero(wanted))
        values = self._wanted(chosen, held)
        idle = all(wanted.all() for wanted in values.values())
        if idle and all(one.size == split.size for one, split in zip(chosen, self.splits, strict=True)):
            return None
        recoded = {field: self.dictionaries[field].keep(wanted) for field, wanted in values.items()}
        for source, split, staying in zip(self._plan.sources, self.splits, chosen, strict=True):
            split.keep(staying, [recoded[key.field] for key in source.keys])
        self.refusals.full = False
        return Staying(chosen, recoded)

    def _wanted(self, chosen: list[Ints], held: Sequence[Held]) -> dict[str, Flags]:
        """(V,) of each field, whether a value belongs to a series that stays, or to an open bucket."""
        wanted = {field: np.zeros(len(d.values), np.bool_) for field, d in self.dictionaries.items()}
        for source, split, staying, open_ones in zip(self._plan.sources, self.splits, chosen, held, strict=True):
            for number, key in enumerate(source.keys):
                wanted[key.field][split.codes(number)[staying]] = True
            for field, codes in zip(self._plan.influencing(source), open_ones.fields, strict=True):
                wanted[field][codes] = True
            if source.distinct is not None:
                wanted[source.distinct][open_ones.counted] = True
        return wanted

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {
            "dictionaries": {field: known.values for field, known in self.dictionaries.items()},
            "splits": [split.state() for split in self.splits],
            "refusals": self.refusals.state(),
            "limit": self._plan.room,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken; with more memory, new entities are let in again."""
        self.dictionaries.update({field: Dictionary(values) for field, values in state["dictionaries"].items()})
        self.splits[:] = [Split.restore(part) for part in state["splits"]]
        self.refusals.restore(state["refusals"])
        self.refusals.full &= self._plan.room <= state["limit"]


def _keys(coded: Coded, source: Source) -> list[Shorts]:
    return [coded.texts[key.field] if key.empty_counts else coded.of(key.field) for key in source.keys]


def _first_rows(numbers: Shorts, had: int) -> Ints:
    """Where each new number comes first, in order; they are had, had + 1, ..."""
    new = np.flatnonzero(numbers >= had)
    _, first = np.unique(numbers[new], return_index=True)
    return np.asarray(new[first])


def _known(numbers: Shorts, size: int, refused: Flags) -> Shorts:
    """The numbers, NONE from `size` on; the rows of those are marked as refused."""
    strange = numbers >= size
    refused |= strange
    return np.where(strange, np.int32(NONE), numbers)
