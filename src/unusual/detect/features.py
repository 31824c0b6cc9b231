"""One feature of one detector over all its series, whatever its model: what goes in and what comes out.

Knows tallies and rules; knows no model, field name or document.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from unusual.detect.exclusions import Exclusion
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels import adapting
from unusual.kernels.arrays import Flags, Floats, Ints, Shorts
from unusual.kernels.tally import PART
from unusual.kernels.walk import NO_BUCKETS, NO_SERIES
from unusual.models.rows import chained, taken

REPORTED = 2.0  # calibrated surprise from which on it is asked who is to blame


@dataclass(frozen=True)
class Pass:
    """How buckets are gone through.

    interim  they are not over yet, so that counts can only be too high already
    teach    the models learn them
    bounded  (b,) whether every value of a series gets bounds; those of series b and later do not
    ahead    (n,) how far local clocks are ahead of UTC in each bucket of the block [s]; empty for UTC
    """

    interim: bool
    teach: bool
    bounded: Flags = field(default_factory=lambda: NO_SERIES)
    ahead: Ints = field(default_factory=lambda: NO_BUCKETS)


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
class Bounds:
    """Between which values each was expected, (k,) each [unit]; NaN where not asked for, or nothing was known."""

    low: Floats
    high: Floats


class Change(IntEnum):
    """What can become different in how a series goes."""

    LEVEL = adapting.LEVEL
    SPREAD = adapting.SPREAD
    CLOCK = adapting.CLOCK


@dataclass(frozen=True)
class Changes:
    """What became different, and when it was noticed, (m,) each.

    row   the value with which it was noticed
    what  a `Change`
    """

    row: Ints
    what: Shorts


@dataclass(frozen=True)
class Causes:
    """What made members of a population unusual where that is several series, strongest first, (m,) each.

    row      the value that the series is a cause of, sorted
    series   the series
    actual   [unit]
    typical  what was expected [unit]
    share    how probable the cause is by itself, 0..1
    """

    row: Ints
    series: Ints
    actual: Floats
    typical: Floats
    share: Floats


@dataclass(frozen=True)
class Accord:
    """With which series values are judged, (k,) each.

    beside   whether the rarity of a value is that which it has beside others
    partner  the series that it is most correlated with, negative when there is none
    """

    beside: Flags
    partner: Ints


@dataclass(frozen=True)
class Judged:
    """Values with their verdicts, sorted by bucket: (k,) each.

    bucket    number of the bucket
    series    the series
    actual    [unit]; (k, 2) where the function judges places
    typical   what was expected [unit], of the shape of `actual`
    surprise  -log10 of the calibrated probability
    rarity    -log10 of how often as much happens in view of the past of the series; None where a model does not tell
    strengths (k, 4) of the channels of `kernels.novelty` that make the rarity; None where a model has none
    spell     how many buckets in a row were unusual for the series, up to this one; None where a model does not count
    wider     factor by which departures had to be larger, as there were few samples; None where a model does not care
    modes     whether the values of the series come from several clusters; None where a model does not tell
    bounds    of every value of the series they were asked for, and of surprising ones; None where the model has none
    changes   in how the series go; None where the model notices none
    causes    of members of a population; None where each value is its own
    accord    beside other series; None where each is judged by itself
    """

    bucket: Ints
    series: Ints
    actual: Floats
    typical: Floats
    surprise: Floats
    blame: Blame
    bounds: Bounds | None = None
    changes: Changes | None = None
    rarity: Floats | None = None
    strengths: Floats | None = None
    spell: Ints | None = None
    wider: Floats | None = None
    modes: Flags | None = None
    causes: Causes | None = None
    accord: Accord | None = None


class Cost(NamedTuple):
    """How much memory more takes [bytes].

    series  one series more
    shared  what series share: which of the splitting fields, and the cost of one combination more of their values
    """

    series: int
    shared: tuple[tuple[tuple[int, ...], int], ...] = ()


class Feature(Protocol):
    """Judges the entries of closed buckets by what it has learnt of each series, then learns them."""

    def grow(self, split: Split) -> None:
        """Make room for all series of the split; those that exist stay as they are."""

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all series but the chosen, (s,) in order, which move up. split: after that, codes and all."""

    def block(self, closed: Closed, first: int, until: int, how: Pass, exclusion: Exclusion | None) -> Judged:
        """Judge the entries of buckets first .. until - 1 and learn them, as far as the pass and the rules allow."""

    @property
    def cost(self) -> Cost:
        """How much memory more series take."""

    def state(self) -> dict[str, Any]:
        """Everything learnt."""

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""


@runtime_checkable
class Clocked(Protocol):
    """A feature that knows what is usual by the time of the day or week."""

    @property
    def known(self) -> Flags:
        """(S,) of which series it has learnt enough to expect anything, so that they have a clock."""

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen series, (S,), ahead: what was usual at a time is usual so much earlier."""


@runtime_checkable
class Sparing(Protocol):
    """A feature whose series may need less memory than they are charged for, for now or for good."""

    def spare(self, *, now: bool) -> int:
        """How much less than `Feature.cost` says is taken now, or is going to be, once what nobody needs is let go."""


@dataclass(frozen=True)
class Contributions:
    """What single entities contributed to entries, sorted by entry: (m,) each.

    row    the entry; field: which of the influencing fields; table: PART, whose `value` is the field's value
    order  where each stands among the parts of all fields, one field after the other
    """

    row: Ints
    field: Shorts
    table: np.ndarray[Any, Any]
    order: Ints


def contributions(closed: Closed, row_of: Ints) -> Contributions:
    """The parts of all influencing fields, each by the row its entry has: (n,) `row_of` each entry."""
    tables = closed.parts or [np.zeros(0, PART)]
    table = chained(tables)
    field = np.repeat(np.arange(len(tables), dtype=np.int32), [len(part) for part in tables])
    row = row_of[table["entry"]]
    if np.all(row[1:] >= row[:-1]):
        return Contributions(row, field, table, np.arange(row.size))
    order = np.argsort(row, kind="stable")
    return Contributions(row[order], field[order], taken(table, order), order)
