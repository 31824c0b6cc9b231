"""What the entities of a job cost: values of fields, series, and what series share; knows sizes, no entity by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from unusual.analysis.plan import Plan
from unusual.detect import splits, tallies
from unusual.detect.features import Cost
from unusual.detect.fields import EACH, NONE
from unusual.detect.splits import TRIPLE, Split
from unusual.kernels.arrays import Shorts
from unusual.kernels.tally import ENTRY

LETTERS = 16  # of a value that is not known yet


@dataclass
class Shared:
    """What those series of a source share that have the same values of some of its splitting fields.

    source  number of the source
    fields  which of the splitting fields; fewer than all, more than one
    each    memory of one combination of their values [bytes]
    known   the combinations that series have
    """

    source: int
    fields: tuple[int, ...]
    each: int
    known: Split

    def encode(self, keys: list[Shorts], series: Shorts) -> Shorts:
        """(k,) the combination of each row; NONE where that has no series. keys: of all splitting fields."""
        codes = [np.where(series < 0, np.int32(NONE), keys[number]) for number in self.fields]
        return self.known.encode(codes, series.size)

    def recount(self, split: Split) -> None:
        """Know the combinations of these series, and no others."""
        self.known = Split(len(self.fields))
        self.known.encode([split.codes(number).astype(np.int32) for number in self.fields], split.size)


@dataclass
class Prices:
    """What each thing costs [bytes].

    fixed   all that there is once
    values  a value of each field, besides its letters
    kept    what is set aside for the final buckets of a series
    series  a series of each source, that included
    shared  what series share
    """

    fixed: int
    values: dict[str, int]
    kept: int
    series: list[int] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)


def prices_of(plan: Plan, costs: Sequence[Cost]) -> Prices:
    """What the entities of a job cost. costs: of what is learnt, per source."""
    late = plan.late // plan.span + 2 if plan.late else 0  # buckets, by two courses of the job together
    prices = Prices(0, dict.fromkeys(plan.texts, 0), late * ENTRY.itemsize // 2)
    for number, (source, cost) in enumerate(zip(plan.sources, costs, strict=True)):
        whole = tuple(range(len(source.keys)))
        prices.series.append(cost.series + splits.EACH + tallies.EACH + prices.kept)
        heads = ((whole[:-1], splits.EACH),) if len(whole) == TRIPLE else ()
        for fields, each in _summed(cost.shared + heads).items():
            if fields == whole:
                prices.series[-1] += each
            elif not fields:
                prices.fixed += each
            elif len(fields) == 1:
                prices.values[source.keys[fields[0]].field] += each
            else:
                prices.shared.append(Shared(number, fields, each + splits.EACH, Split(len(fields))))
    return prices


def _summed(shares: Sequence[tuple[tuple[int, ...], int]]) -> dict[tuple[int, ...], int]:
    found: dict[tuple[int, ...], int] = {}
    for fields, each in shares:
        found[fields] = found.get(fields, 0) + each
    return found


def expected(plan: Plan, prices: Prices, values: Mapping[str, int]) -> int:
    """About how much memory so many values of each field take, and all their series [bytes].

    Fields that split together are taken to do so in every combination.
    """
    keys = [[values[key.field] for key in source.keys] for source in plan.sources]
    known = sum(values[name] * (EACH + 2 * LETTERS + each) for name, each in prices.values.items())
    series = sum(prod(sizes) * each for sizes, each in zip(keys, prices.series, strict=True))
    shared = sum(prod(keys[one.source][number] for number in one.fields) * one.each for one in prices.shared)
    return prices.fixed + known + series + shared
