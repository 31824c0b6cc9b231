"""The entities of a job: values of its fields, and their combinations that are series, as numbers.

New ones are admitted while memory lasts, in the order of the records, and those not seen for long are forgotten. Knows
the plan and what entities cost; knows no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from unusual.analysis.charging import prices_of
from unusual.analysis.plan import Plan, Source
from unusual.detect.distinct import Distinct
from unusual.detect.features import Cost
from unusual.detect.fields import NONE, Dictionary
from unusual.detect.splits import Split
from unusual.detect.tallies import Held
from unusual.kernels.arrays import Flags, Floats, Ints, Shorts
from unusual.models.lanes import side_by_side

SOFT = 0.6  # share of the memory limit from which on memory is called tight


@dataclass(frozen=True)
class Coded:
    """Records as numbers, (k,) each, NONE where there is nothing.

    texts   of each field, a missing value being "" where some detector takes it for one
    absent  of each such field: where it is missing
    series  of each source
    shared  combinations of some of the splitting fields, of each kind that costs
    """

    texts: dict[str, Shorts]
    absent: dict[str, Flags]
    series: list[Shorts]
    shared: list[Shorts]

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


class Sizes(NamedTuple):
    """How many there are: values of each field, series of each source, combinations of each kind that costs."""

    values: dict[str, int]
    series: list[int]
    shared: list[int]


class Refusals:
    """What found no room: in how many buckets and records, of which fields, and about how many values of each."""

    def __init__(self) -> None:
        """Everything has found room."""
        self.full = False  # since something was refused, nothing new is let in until some memory becomes free
        self.buckets = 0  # that are over
        self.records = 0
        self.fields: list[str] = []
        self.values: dict[str, Distinct] = {}
        self._open: list[int] = []

    def note(self, fields: Sequence[str], buckets: Ints) -> None:
        """Records, of these buckets each, had a value or a series that found no room."""
        self.full = True
        self.records += buckets.size
        self.fields = sorted({*self.fields, *fields})
        self._open = sorted({*self._open, *np.unique(buckets).tolist()})

    def meet(self, field: str, digests: Ints) -> None:
        """Values of a field found no room, (k,)."""
        if digests.size:
            self.values.setdefault(field, Distinct()).add(digests)

    def settle(self, until: int) -> None:
        """The buckets before number `until` are over."""
        left = [bucket for bucket in self._open if bucket >= until]
        self.buckets += len(self._open) - len(left)
        self._open = left

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        values = {field: met.registers for field, met in self.values.items()}
        known = {"full": self.full, "buckets": self.buckets, "records": self.records, "values": values}
        return known | {"fields": self.fields, "open": self._open}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken."""
        self.full, self.buckets, self.records = state["full"], state["buckets"], state["records"]
        self.fields, self._open = state["fields"], state["open"]
        self.values = {field: Distinct(registers) for field, registers in state["values"].items()}


class Entities:
    """Field values and series of one job, as far as there is room for them."""

    def __init__(self, plan: Plan, costs: Sequence[Cost]) -> None:
        """Nothing is known. costs: of what is learnt, per source."""
        self.dictionaries = {field: Dictionary() for field in plan.texts}
        self.splits = [Split(len(source.keys)) for source in plan.sources]
        self.refusals = Refusals()
        self.prices = prices_of(plan, costs)
        self.habits = 0  # memory of what influencing values usually contribute, when it was last looked [bytes]
        self.looked = 0  # what was taken after that look [bytes]
        self.pruned = 0  # series that were forgotten
        self.spare = 0  # how much less than their price entities took then [bytes]
        self._plan = plan

    @property
    def taken(self) -> int:
        """What is reserved for all entities and their models [bytes]; between two looks a matter of records only."""
        prices = self.prices
        values = sum(d.bytes + prices.values[field] * len(d.values) for field, d in self.dictionaries.items())
        series = sum(split.size * each for split, each in zip(self.splits, prices.series, strict=True))
        shared = sum(one.known.size * one.each for one in prices.shared)
        return prices.fixed + values + series + shared + self.habits - self.spare

    @property
    def set_aside(self) -> int:
        """How much of that is for what is kept of final buckets, which is counted where it is kept [bytes]."""
        return self.prices.kept * sum(split.size for split in self.splits)

    @property
    def tight(self) -> bool:
        """Whether memory is so scarce that it matters who has not been seen for a while."""
        return self.taken > SOFT * self._plan.room

    def settle(self, spare: int, habits: int) -> None:
        """Entities take so much less than their price, and habits so much, as it is looked [bytes]."""
        before = self.taken
        self.spare, self.habits = spare, habits
        self.refusals.full &= self.taken >= before

    def admit(self, frame: pl.DataFrame, buckets: Ints) -> Coded:
        """Records as numbers, in their order; new values and series get theirs, while there is room.

        frame: (k,) texts of all fields; buckets: (k,)
        """
        had = self._sizes()
        taken = self.taken
        coded = self._encode(frame)
        limit = self._plan.room
        if not self.refusals.full and self.taken <= limit:
            return coded
        first = 0
        if not self.refusals.full:
            spent = taken + np.cumsum(self._spent(coded, had))
            first = int(np.searchsorted(spent, limit, side="right"))
        return self._without(coded, buckets, first, had)

    def _sizes(self) -> Sizes:
        values = {field: len(known.values) for field, known in self.dictionaries.items()}
        return Sizes(values, [split.size for split in self.splits], [one.known.size for one in self.prices.shared])

    def _encode(self, frame: pl.DataFrame) -> Coded:
        keys = [key for source in self._plan.sources for key in source.keys]
        filled = {key.field for key in keys if key.empty_counts}
        absent, acts = {}, []
        for field, dictionary in self.dictionaries.items():
            column = frame[field]
            if field in filled and column.null_count():
                absent[field] = column.is_null().to_numpy()
                column = column.fill_null("")
            acts.append(partial(dictionary.encode, column))
        texts = dict(zip(self.dictionaries, side_by_side(acts, frame.height), strict=True))
        coded = Coded(texts, absent, [], [])
        for source, split in zip(self._plan.sources, self.splits, strict=True):
            coded.series.append(split.encode(_keys(coded, source), frame.height))
        for one in self.prices.shared:
            shared = one.encode(_keys(coded, self._plan.sources[one.source]), coded.series[one.source])
            coded.shared.append(shared)
        return coded

    def _spent(self, coded: Coded, had: Sizes) -> Floats:
        """(k,) how much memory each record takes by what it brings first [bytes]; before it there were so many."""
        spent, prices = np.zeros(coded.series[0].size), self.prices
        for field, codes in coded.texts.items():
            costs = self.dictionaries[field].costs[had.values[field] :] + prices.values[field]
            np.add.at(spent, _first_rows(codes, had.values[field]), costs)
        each = [*prices.series, *(one.each for one in prices.shared)]
        for numbers, size, cost in zip(coded.series + coded.shared, had.series + had.shared, each, strict=True):
            np.add.at(spent, _first_rows(numbers, size), float(cost))
        return spent

    def _without(self, coded: Coded, buckets: Ints, row: int, had: Sizes) -> Coded:
        """The same, though what came first in the records from `row` on has found no room."""
        refused = np.zeros(buckets.size, np.bool_)
        fields: list[str] = []
        texts, numbers = {}, []
        for field, codes in coded.texts.items():
            size = _admitted(codes, had.values[field], row)
            texts[field] = _known(codes, size, refused)
            fields += [field] if len(self.dictionaries[field].values) > size else []
            self.refusals.meet(field, self.dictionaries[field].truncate(size))
        for source, split, codes, known in zip(self._plan.sources, self.splits, coded.series, had.series, strict=True):
            size = _admitted(codes, known, row)
            numbers.append(_known(codes, size, refused))
            fields += [key.field for key in source.keys] if split.size > size else []
            split.truncate(size)
        for one, codes, known in zip(self.prices.shared, coded.shared, had.shared, strict=True):
            one.known.truncate(_admitted(codes, known, row))
        if refused.any():
            self.refusals.note(fields, buckets[refused])
        return Coded(texts, coded.absent, numbers, [])

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
        self.pruned += sum(split.size - one.size for one, split in zip(chosen, self.splits, strict=True))
        recoded = {field: self.dictionaries[field].keep(wanted) for field, wanted in values.items()}
        for source, split, staying in zip(self._plan.sources, self.splits, chosen, strict=True):
            split.keep(staying, [recoded[key.field] for key in source.keys])
        self._recount()
        self.refusals.full = False
        return Staying(chosen, recoded)

    def _recount(self) -> None:
        for one in self.prices.shared:
            one.recount(self.splits[one.source])

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
            "spare": self.spare,
            "habits": self.habits,
            "pruned": self.pruned,
            "looked": self.looked,
            "limit": self._plan.room,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken; with more memory, new entities are let in again."""
        self.dictionaries.update({field: Dictionary(values) for field, values in state["dictionaries"].items()})
        self.splits[:] = [Split.restore(part) for part in state["splits"]]
        self._recount()
        self.spare, self.habits, self.pruned = state["spare"], state["habits"], state["pruned"]
        self.looked = state["looked"]
        self.refusals.restore(state["refusals"])
        self.refusals.full &= self._plan.room <= state["limit"]


def _keys(coded: Coded, source: Source) -> list[Shorts]:
    return [coded.texts[key.field] if key.empty_counts else coded.of(key.field) for key in source.keys]


def _first_rows(numbers: Shorts, had: int) -> Ints:
    """Where each new number comes first, in order; they are had, had + 1, ..."""
    new = np.flatnonzero(numbers >= had)
    _, first = np.unique(numbers[new], return_index=True)
    return np.asarray(new[first])


def _admitted(numbers: Shorts, had: int, row: int) -> int:
    """How many there are if new numbers are let in only from the records before `row`."""
    return had + int(np.count_nonzero(_first_rows(numbers, had) < row))


def _known(numbers: Shorts, size: int, refused: Flags) -> Shorts:
    """The numbers, NONE from `size` on; the rows of those are marked as refused."""
    strange = numbers >= size
    refused |= strange
    return np.where(strange, np.int32(NONE), numbers)
