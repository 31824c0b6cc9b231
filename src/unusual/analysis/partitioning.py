"""Log lines by the partitions whose categories they are of, and when it is looked how these go.

Knows values and counts; knows neither lines nor categories. It is looked after fixed numbers of lines of a partition,
so that what follows does not depend on how the records came.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from unusual.categorization.standing import FEWEST
from unusual.kernels.arrays import Flags, Ints, States
from unusual.models.rows import grown

MORE: Final = 10  # it is looked again after a tenth more lines
ROW: Final = np.dtype(
    [
        ("lines", np.int64),  # of the partition, those without a text left out
        ("next", np.int64),  # lines after which it is looked next
        ("latest", np.int64),  # the newest bucket with a line of it that was categorized
        ("warned", np.bool_),  # whether its lines seemed unfit when it was last looked
        ("stopped", np.bool_),  # whether they are left alone from then on
    ]
)


class Look(NamedTuple):
    """When it is looked how a partition goes: once `line` lines of a block are taken."""

    line: int
    partition: int


class Partitions:
    """The partitions met, by number in order of appearance.

    >>> partitions = Partitions()
    >>> partitions.numbers(pl.Series(["b", "a", None, "b"]))
    array([0, 1, 2, 0])
    >>> partitions.values
    ['b', 'a', '']
    """

    def __init__(self) -> None:
        """None yet."""
        self.values: list[str] = []
        self._known: dict[str, int] = {}
        self._rows = np.zeros(0, ROW)

    @property
    def rows(self) -> States:
        """What is known of each, as ROW says."""
        return self._rows[: len(self.values)]

    def numbers(self, values: pl.Series) -> Ints:
        """The partition of each value (k,); a missing one is that of the empty text."""
        values = values.fill_null("")
        for value in values.unique(maintain_order=True):
            if value not in self._known:
                self._known[value] = len(self.values)
                self.values.append(value)
        before = len(self._rows)
        self._rows = grown(self._rows, len(self.values))
        self._rows["next"][before:] = FEWEST
        return values.replace_strict(self._known, return_dtype=pl.Int64).to_numpy().astype(np.int64)

    def note(self, partitions: Ints, buckets: Ints) -> None:
        """Lines (k,) of these buckets have been categorized."""
        np.maximum.at(self._rows["latest"], partitions, buckets)

    def looks(self, partitions: Ints, present: Flags) -> list[Look]:
        """Count the lines of a block (k,) that are present; when it is to be looked meanwhile, in order."""
        at = np.flatnonzero(present)
        at = at[np.argsort(partitions[at], kind="stable")]
        found, starts, counts = np.unique(partitions[at], return_index=True, return_counts=True)
        rows = self._rows
        before = rows["lines"][found]
        rows["lines"][found] += counts
        looks = []
        for number in np.flatnonzero(rows["next"][found] <= rows["lines"][found]).tolist():
            partition = int(found[number])
            while rows["next"][partition] <= rows["lines"][partition]:
                line = at[starts[number] + rows["next"][partition] - before[number] - 1] + 1
                looks.append(Look(int(line), partition))
                rows["next"][partition] += rows["next"][partition] // MORE
        return sorted(looks)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        return {"values": list(self.values), "rows": self.rows}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.values[:], self._rows = state["values"], state["rows"].copy()
        self._known = {value: number for number, value in enumerate(self.values)}
