"""Entries of several samples each, judged in lanes; knows no model."""

from collections.abc import Callable
from functools import partial

import numpy as np

from unusual.kernels.arrays import Ints
from unusual.kernels.samples import Judgement, Samples, judgement
from unusual.models.lanes import LANES, lanes_of, side_by_side


def judged_in_lanes(samples: Samples, judge: Callable[[Samples], Judgement]) -> Judgement:
    """What is said of all entries by what judges, and may teach, those of a lane: rows know nothing of each other."""
    answer = judgement(samples.row.size)

    def go(lane: int) -> None:
        mine = np.flatnonzero(lanes_of(samples.row) == lane)
        own, place = of_entries(samples, mine)
        told = judge(own)
        answer.surprise[mine], answer.typical[mine] = told.surprise, told.typical
        answer.least[mine] = place[told.least]

    side_by_side([partial(go, lane) for lane in range(LANES)], samples.value.size)
    return answer


def of_entries(samples: Samples, chosen: Ints) -> tuple[Samples, Ints]:
    """The samples of the chosen entries, (c,) in order, and where each of them was."""
    start, count = samples.first[chosen], np.diff(samples.first)[chosen]
    first = np.zeros(chosen.size + 1, np.int64)
    np.cumsum(count, out=first[1:])
    place = np.repeat(start - first[:-1], count) + np.arange(first[-1])
    columns = (samples.bucket[chosen], samples.row[chosen], first, samples.value[place], samples.learnt[chosen])
    return Samples(*columns), place
