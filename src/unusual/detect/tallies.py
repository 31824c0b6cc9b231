"""The open buckets: rows folded into entries, kept until their bucket is over; knows nothing of detectors."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from unusual.kernels.arrays import Floats, Ints, Shorts, States
from unusual.kernels.interning import fill, slots_for
from unusual.kernels.parting import UNSEEN, note_soles
from unusual.kernels.tally import ENTRY, NOWHERE, PART, Places, Rows, fold, fold_parts, medians, place
from unusual.models.lanes import side_by_side
from unusual.models.rows import grown, taken

SAMPLE = np.dtype([("entry", "i4"), ("value", "f8")])
EACH = 8 + 4  # memory of a series: where its newest entry is [bytes]


class PartTable:
    """What each value of one other field contributed to each entry."""

    def __init__(self, parts: States | None = None) -> None:
        """parts: (n,) PART to begin with, each (entry, value) once."""
        self._parts = np.zeros(0, PART) if parts is None else parts
        self._used = len(self._parts)
        self._index()

    def _index(self, more: int = 0) -> None:
        self._parts = grown(self._parts, self._used + more)
        self._keys = np.zeros(len(self._parts), np.int64)
        used = self._parts[: self._used]
        self._keys[: self._used] = (used["entry"].astype(np.int64) << 32) | used["value"]
        self._slots = slots_for(len(self._parts))
        fill(self._slots, self._keys, self._used)

    def add(self, entry_of: Shorts, values: Shorts, rows: Rows) -> None:
        """Fold rows, whose entries and field values are given, into their parts."""
        if self._used + values.size > len(self._parts):
            self._index(values.size)
        self._used = fold_parts(self._parts, self._keys, self._slots, self._used, entry_of, values, rows)

    @property
    def parts(self) -> States:
        """(n,) PART, in order of first appearance."""
        return self._parts[: self._used]

    def recode(self, values: Ints) -> None:
        """Field value v is called values[v] from now on."""
        self.parts["value"] = values[self.parts["value"]]
        self._index()


class ItemTable(PartTable):
    """The different values of each entry, and with which one value of each influencing field an item came, if one."""

    def __init__(self, soles: int | list[Shorts], parts: States | None = None) -> None:
        """soles: how many influencing fields there are, or (n,) of each for the parts to begin with."""
        super().__init__(parts)
        self._soles = [np.zeros(0, np.int32)] * soles if isinstance(soles, int) else soles

    def note(self, entry_of: Shorts, values: Shorts, fields: list[Shorts]) -> None:
        """Look at the rows that were added last with their values of the influencing fields, (k,) each."""
        for number, codes in enumerate(fields):
            had = self._soles[number].size
            self._soles[number] = grown(self._soles[number], self._used)
            self._soles[number][had:] = UNSEEN
            note_soles(self._slots, self._keys, entry_of, values, codes, self._soles[number])

    @property
    def soles(self) -> list[Shorts]:
        """(n,) per influencing field: its one value of each item, negative when there is none or there are several."""
        return [soles[: self._used] for soles in self._soles]

    def renumber(self, values: Ints, fields: list[Ints]) -> None:
        """The values, and those of the influencing fields, have other numbers from now on."""
        self.recode(values)
        for soles, names in zip(self.soles, fields, strict=True):
            known = soles >= 0
            soles[known] = names[soles[known]]


@dataclass(frozen=True)
class Closed:
    """Entries of buckets that are over.

    entries      (n,)  ENTRY, sorted by bucket, then by first appearance
    parts        per influencing field: (m,) PART, whose `entry` counts in `entries`
    samples      (s,)  SAMPLE, sorted by entry and value, empty when not kept
    medians      (n,)  of the samples [unit], empty when not kept
    values       (n,)  how many different values per entry, empty when not kept
    distinct     (d,)  PART, the different values themselves, sorted by entry, empty when not kept
    information  (n,)  of the different values [bits], empty unless asked for
    soles        per influencing field: (d,) the one value that a different value came with; negative for none, several
    usual        per influencing field: (m, 2) samples and sum that each part usually has; empty unless asked for
    """

    entries: States
    parts: list[States]
    samples: States
    medians: Floats
    values: Ints
    distinct: States
    information: Floats
    soles: list[Shorts] = field(default_factory=list)
    usual: list[Floats] = field(default_factory=list)


class Held(NamedTuple):
    """Numbers of what open buckets hold, each as often as it comes.

    series   of the split
    fields   values, per influencing field
    counted  values that the different ones are counted of
    """

    series: Ints
    fields: list[Ints]
    counted: Ints


class Tally:
    """Entries of the open buckets of one way to split one value."""

    def __init__(self, fields: int, *, keeps_samples: bool, keeps_values: bool) -> None:
        """fields: how many others may influence; keeps_samples: for medians; keeps_values: for distinct counts."""
        self._entries = np.zeros(0, ENTRY)
        self._used = 0
        self._places = Places(np.zeros(0, np.int64), np.zeros(0, np.int32))
        self._parts = [PartTable() for _ in range(fields)]
        self._distinct = ItemTable(fields) if keeps_values else None
        self._samples = np.zeros(0, SAMPLE) if keeps_samples else None
        self._sampled = 0

    def add(self, rows: Rows, series: int, fields: list[Shorts], values: Shorts | None) -> None:
        """Fold rows into the open buckets.

        rows    their buckets never decrease
        series  how many series there are
        fields  (k,) value of each influencing field; values: (k,) value to count the different ones of
        """
        self._reserve(series, rows.bucket)
        entry_of = np.empty(rows.series.size, np.int32)
        for start, end in self._runs(rows.bucket):
            place(self._entries, 0, self._used, int(rows.bucket[start]), self._places)
            run = Rows(rows.bucket[start:end], rows.series[start:end], rows.value[start:end], rows.weight[start:end])
            self._used = fold(self._entries, self._used, run, self._places, entry_of[start:end])
        pairs = zip(self._parts, fields, strict=True)
        side_by_side([partial(table.add, entry_of, codes, rows) for table, codes in pairs], rows.series.size)
        if self._distinct is not None and values is not None:
            self._distinct.add(entry_of, values, rows)
            self._distinct.note(entry_of, values, fields)
        if self._samples is not None:
            here = entry_of >= 0
            end = self._sampled + int(np.count_nonzero(here))
            self._samples = grown(self._samples, end)
            self._samples["entry"][self._sampled : end] = entry_of[here]
            self._samples["value"][self._sampled : end] = rows.value[here]
            self._sampled = end

    def _runs(self, buckets: Ints) -> list[tuple[int, int]]:
        """Stretches of rows to fold at once: all of them, unless an older bucket is open beside the newest."""
        if buckets.size == 0:
            return []
        if self._used == 0 or bool(np.all(self._entries["bucket"][: self._used] <= buckets[0])):
            return [(0, buckets.size)]
        starts = np.flatnonzero(np.diff(buckets, prepend=buckets[0] - 1))
        return list(zip(starts.tolist(), [*starts[1:].tolist(), buckets.size], strict=True))

    def _reserve(self, series: int, buckets: Ints) -> None:
        reached = int(buckets[-1] - buckets[0]) + 1 if buckets.size else 0
        self._entries = grown(self._entries, self._used + min(buckets.size, reached * series))
        had = self._places.bucket.size
        if series > had:
            self._places = Places(grown(self._places.bucket, series), grown(self._places.entry, series))
            self._places.bucket[had:] = NOWHERE

    def close(self, until: int) -> Closed:
        """Take out the entries of all buckets before number `until`."""
        over = self._entries["bucket"][: self._used] < until
        closed = self._select(np.flatnonzero(over))
        self._keep(np.flatnonzero(~over))
        return closed

    def peek(self, first: int, until: int) -> Closed:
        """The entries so far of buckets first .. until - 1, which stay."""
        bucket = self._entries["bucket"][: self._used]
        return self._select(np.flatnonzero((bucket >= first) & (bucket < until)))

    def forget(self, first: int, until: int) -> None:
        """Drop what buckets first .. until - 1 hold."""
        bucket = self._entries["bucket"][: self._used]
        self._keep(np.flatnonzero((bucket < first) | (bucket >= until)))

    def _select(self, chosen: Ints) -> Closed:
        chosen = chosen[np.argsort(self._entries["bucket"][chosen], kind="stable")]
        moved = _moved(self._used, chosen)
        acts = [partial(taken, self._entries, chosen), *(partial(_part_of, one.parts, moved) for one in self._parts)]
        entries, *parts = side_by_side(acts, chosen.size)
        values, distinct, soles = np.zeros(0, np.int64), np.zeros(0, PART), []
        if self._distinct is not None:
            distinct = _part_of(self._distinct.parts, moved)
            soles = _soles_of(self._distinct, moved)
            values = np.bincount(distinct["entry"], minlength=chosen.size)
        middle, samples = np.zeros(0), np.zeros(0, SAMPLE)
        if self._samples is not None:
            samples = _by_value(_part_of(self._samples[: self._sampled], moved))
            middle = np.zeros(chosen.size)
            medians(samples["entry"].astype(np.int64), samples["value"].copy(), np.arange(len(samples)), middle)
        return Closed(entries, parts, samples, middle, values, distinct, np.zeros(0), soles)

    def _keep(self, chosen: Ints) -> None:
        if chosen.size == self._used:
            return
        moved = _moved(self._used, chosen)
        self._entries = taken(self._entries, chosen)
        self._parts = [PartTable(_part_of(table.parts, moved)) for table in self._parts]
        if self._distinct is not None:
            soles = _soles_of(self._distinct, moved)
            self._distinct = ItemTable(soles, _part_of(self._distinct.parts, moved))
        if self._samples is not None:
            self._samples = _part_of(self._samples[: self._sampled], moved)
            self._sampled = len(self._samples)
        self._used = chosen.size
        self._settle()

    @property
    def held(self) -> Held:
        """What the open buckets hold."""
        items = np.zeros(0, PART) if self._distinct is None else self._distinct.parts
        fields = [np.asarray(table.parts["value"]) for table in self._parts]
        return Held(self._entries["series"][: self._used], fields, np.asarray(items["value"]))

    def renumber(self, names: Held) -> None:
        """Series and values have other numbers from now on. names: (S,) the new one of each old, (V,) of each value."""
        self._entries["series"][: self._used] = names.series[self.held.series]
        self._places = Places(np.zeros(0, np.int64), np.zeros(0, np.int32))
        self._settle()
        for table, codes in zip(self._parts, names.fields, strict=True):
            table.recode(codes)
        if self._distinct is not None:
            self._distinct.renumber(names.counted, names.fields)

    def _settle(self) -> None:
        """Find the newest entry of every series anew."""
        known = int(self.held.series.max()) + 1 if self._used else 0
        size = max(known, self._places.bucket.size)
        self._places = Places(np.full(size, NOWHERE, np.int64), np.zeros(size, np.int32))
        if self._used:
            place(self._entries, 0, self._used, int(self._entries["bucket"][: self._used].max()), self._places)

    @property
    def bytes(self) -> int:
        """Memory of the open buckets [bytes]."""
        samples = 0 if self._samples is None else self._sampled * SAMPLE.itemsize
        tables = [*self._parts, *([self._distinct] if self._distinct is not None else [])]
        return self._used * ENTRY.itemsize + samples + sum(2 * table.parts.nbytes for table in tables)

    def state(self) -> dict[str, Any]:
        """The open buckets, as arrays."""
        state: dict[str, Any] = {"entries": self._entries[: self._used], "parts": [t.parts for t in self._parts]}
        if self._distinct is not None:
            state["distinct"], state["soles"] = self._distinct.parts, self._distinct.soles
        if self._samples is not None:
            state["samples"] = self._samples[: self._sampled]
        return state

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken, in a tally made with the same arguments."""
        self._entries = state["entries"].copy()
        self._used = len(self._entries)
        self._settle()
        self._parts = [PartTable(parts.copy()) for parts in state["parts"]]
        if self._distinct is not None:
            self._distinct = ItemTable([soles.copy() for soles in state["soles"]], state["distinct"].copy())
        if self._samples is not None:
            self._samples = state["samples"].copy()
            self._sampled = len(self._samples)


def _moved(entries: int, chosen: Ints) -> Ints:
    """The new place of each of so many entries when only the chosen ones stay, -1 for the others."""
    moved = np.full(entries, -1, np.int64)
    moved[chosen] = np.arange(chosen.size)
    return moved


def _part_of(table: States, moved: Ints) -> States:
    """Rows of a table whose entry is kept, sorted by entry, pointing at where it moved."""
    table = taken(table, _staying(table, moved))
    table["entry"] = moved[table["entry"]]
    return table


def _soles_of(items: ItemTable, moved: Ints) -> list[Shorts]:
    """The same of what is known of items, per influencing field."""
    staying = _staying(items.parts, moved)
    return [soles[staying] for soles in items.soles]


def _staying(table: States, moved: Ints) -> Ints:
    """The rows of a table whose entry is kept, sorted by where that moved."""
    to = moved[table["entry"]]
    kept = np.flatnonzero(to >= 0)
    return kept[np.argsort(to[kept], kind="stable")]


def _by_value(samples: States) -> States:
    """Samples that are sorted by entry, sorted by value within each."""
    entry, value = samples["entry"], samples["value"]
    same = np.diff(entry) == 0
    several = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))  # others stand where they belong
    order = np.arange(len(samples))
    order[several] = several[np.lexsort((value[several], entry[several]))]
    return taken(samples, order)
