"""What the values of influencing fields usually contribute to each series; knows no detector.

Who contributes much every day has not made a day unusual: only what comes on top of the usual part is held against it.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from unusual.detect.splits import HALF
from unusual.detect.tallies import Closed, Held
from unusual.kernels.arrays import Floats, Ints, States
from unusual.kernels.habits import HABIT, Known, Met, Pace, follow
from unusual.kernels.interning import fill, slots_for
from unusual.models.rows import grown

A_TIME = 1 << 16  # contributions looked at in one go
EACH = HABIT.itemsize + 16  # memory of an entity: its row, its key, and its places in a table half full [bytes]


class Customs:
    """The usual contributions of all influencing fields to the entries of one tally."""

    def __init__(self, fields: int, half_life: float, most: int) -> None:
        """fields: how many are followed, 0 when it does not matter; most: entities of each that have habits."""
        self._habits = [Habits(half_life, most) for _ in range(fields)]
        self._most = [most] * fields

    def follow(self, closed: Closed, *, teach: bool) -> Closed:
        """The same with what is usual of each part; it is learnt if `teach`."""
        pairs = zip(self._habits, closed.parts, strict=False)
        return replace(closed, usual=[habits.follow(closed.entries, parts, teach=teach) for habits, parts in pairs])

    def holding(self, oldest: int, held: Held) -> Held:
        """The same as `held` with the values that have habits, met in bucket `oldest` or later."""
        if not self._habits:
            return held
        met = [habits.values(oldest) for habits in self._habits]
        return held._replace(fields=[np.concatenate(both) for both in zip(held.fields, met, strict=True)])

    def keep(self, oldest: int, names: Held) -> None:
        """Forget who was not met in bucket `oldest` or later; names: what the others are called from now on."""
        for habits, values in zip(self._habits, names.fields, strict=False):
            habits.keep(oldest, names.series, values)

    @property
    def bytes(self) -> int:
        """Memory of all entities [bytes]."""
        return sum(habits.bytes for habits in self._habits)

    def expected(self, parts: list[int]) -> int:
        """The same once there are so many entities of each influencing field [bytes]."""
        return sum(min(most, size) * EACH for most, size in zip(self._most, parts, strict=False))

    def state(self) -> list[dict[str, Any]]:
        """What `restore` needs."""
        return [habits.state() for habits in self._habits]

    def restore(self, state: list[dict[str, Any]]) -> None:
        """Continue exactly where `state` was taken."""
        for habits, part in zip(self._habits, state, strict=True):
            habits.restore(part)


class Habits:
    """The usual contributions of entities, each a series and a value of one field."""

    def __init__(self, half_life: float, most: int) -> None:
        """Nothing is known. half_life: of the past [buckets]; most: entities, later ones have no habits."""
        self._half_life = half_life
        self._most = most
        self._begin: int | None = None  # number of the first bucket learnt
        self._hold(np.zeros(0, HABIT), np.zeros(0, np.int64))

    def _hold(self, rows: States, keys: Ints, used: int | None = None) -> None:
        self._used = len(keys) if used is None else used
        slots = slots_for(len(keys))
        fill(slots, keys, self._used)
        self._known = Known(rows, keys, slots)

    def follow(self, entries: States, parts: States, *, teach: bool) -> Floats:
        """(m, 2) samples and sum that each part usually had before its bucket; it is learnt if `teach`.

        entries: (n,) ENTRY, sorted by bucket; parts: (m,) PART, sorted by entry
        """
        usual = np.zeros((len(parts), 2))
        if teach and self._begin is None and len(entries):
            self._begin = int(entries["bucket"][0])
        if self._begin is None:
            return usual
        owner = parts["entry"]
        key = (entries["series"][owner] << HALF) | parts["value"]
        n, total = np.ascontiguousarray(parts["n"]), np.ascontiguousarray(parts["sum"])
        met = Met(key, entries["bucket"][owner], n, total)
        for start in range(0, key.size, A_TIME):
            here = slice(start, start + A_TIME)
            some, told = Met(key[here], met.bucket[here], n[here], total[here]), usual[here]
            self._reserve(some.key.size if teach else 0)
            pace = Pace(self._half_life, self._most, self._begin)
            self._used = follow(self._known, self._used, pace, some, told, teach)
        return usual

    def _reserve(self, more: int) -> None:
        size = self._used + more
        if size > len(self._known.keys):
            self._hold(grown(self._known.rows, size), grown(self._known.keys, size), self._used)

    def values(self, oldest: int) -> Ints:
        """The values met in bucket `oldest` or later, each as often as it comes."""
        return self.keys[self.rows["bucket"] >= oldest] & ((1 << HALF) - 1)

    def keep(self, oldest: int, series: Ints, values: Ints) -> None:
        """Forget who was not met in bucket `oldest` or later; series and values have new numbers, -1 for none."""
        whose, value = series[self.keys >> HALF], values[self.keys & ((1 << HALF) - 1)]
        kept = (self.rows["bucket"] >= oldest) & (whose >= 0) & (value >= 0)
        self._hold(self.rows[kept], (whose[kept] << HALF) | value[kept])

    @property
    def rows(self) -> States:
        """(n,) HABIT."""
        return self._known.rows[: self._used]

    @property
    def keys(self) -> Ints:
        """(n,) series and value of each entity."""
        return self._known.keys[: self._used]

    @property
    def bytes(self) -> int:
        """Memory of all entities [bytes]."""
        return self._used * EACH

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"rows": self.rows, "keys": self.keys, "begin": self._begin}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._begin = state["begin"]
        self._hold(state["rows"].copy(), state["keys"].copy())
