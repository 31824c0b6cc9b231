"""One feature of one detector over all its series, whatever its model: what goes in and what comes out.

Knows tallies and rules; knows no model, field name or document.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from unusual.detect.exclusions import Exclusion
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels.compiled import Floats, Ints, Shorts
from unusual.kernels.tally import PART

REPORTED = 2.0  # calibrated surprise from which on it is asked who is to blame


@dataclass(frozen=True)
class Pass:
    """How buckets are gone through.

    interim  they are not over yet, so that counts can only be too high already
    teach    the models learn them
    """

    interim: bool
    teach: bool


@dataclass(frozen=True)
class Blame:
    """Who made values unusual, one item per (value, influencing field, field value).

    row    (m,)  the value
    field  (m,)  which of the influencing fields
    code   (m,)  its value
    share  (m,)  share of the surprise that goes when the entity is taken away, 0..1
    """

    row: Ints
    field: Shorts
    code: Shorts
    share: Floats


@dataclass(frozen=True)
class Judged:
    """Values with their verdicts, sorted by bucket: (k,) each.

    bucket    number of the bucket
    series    the series
    actual    [unit]; (k, 2) where the function judges places
    typical   what was expected [unit], of the shape of `actual`
    surprise  -log10 of the calibrated probability
    """

    bucket: Ints
    series: Ints
    actual: Floats
    typical: Floats
    surprise: Floats
    blame: Blame


class Feature(Protocol):
    """Judges the entries of closed buckets by what it has learnt of each series, then learns them."""

    def grow(self, split: Split) -> None:
        """Make room for all series of the split; those that exist stay as they are."""

    def block(self, closed: Closed, first: int, until: int, how: Pass, exclusion: Exclusion | None) -> Judged:
        """Judge the entries of buckets first .. until - 1 and learn them, as far as the pass and the rules allow."""

    @property
    def bytes(self) -> int:
        """Memory of what is learnt [bytes]."""

    def state(self) -> dict[str, Any]:
        """Everything learnt."""

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""


@dataclass(frozen=True)
class Contributions:
    """What single entities contributed to entries, sorted by entry: (m,) each.

    row    the entry; field: which of the influencing fields; table: PART, whose `value` is the field's value
    """

    row: Ints
    field: Shorts
    table: np.ndarray[Any, Any]


def contributions(closed: Closed, row_of: Ints) -> Contributions:
    """The parts of all influencing fields, each by the row its entry has: (n,) `row_of` each entry."""
    tables = closed.parts or [np.zeros(0, PART)]
    table = np.concatenate(tables)
    field = np.repeat(np.arange(len(tables), dtype=np.int32), [len(part) for part in tables])
    row = row_of[table["entry"]]
    order = np.argsort(row, kind="stable")
    return Contributions(row[order], field[order], table[order])
