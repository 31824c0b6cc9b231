"""How long something takes that is done again and again; knows not what it is."""

import time
from collections.abc import Callable
from math import inf
from typing import NamedTuple

import numpy as np

LEAST = 3


class Taken(NamedTuple):
    """Times of one call [ms]: of the first one, the middle and the longest of the others, and processor time."""

    first: float
    p50: float
    p99: float
    busy: float

    def __str__(self) -> str:
        return f"first {self.first:7.1f} ms   p50 {self.p50:7.1f}   p99 {self.p99:7.1f}   processor {self.busy:7.1f}"


def often(
    act: Callable[[int], object],
    rounds: int,
    *,
    longest_s: float = inf,
    worked: Callable[[], float] = time.process_time,
) -> Taken:
    """Do something so many times, or as often as it can be done in a while.

    act     is given the number of the round
    worked  how long the process has worked that is measured [s]
    """
    first = _timed(act, 0)
    begun, until, times = worked(), time.perf_counter() + longest_s, list[float]()
    while len(times) < rounds and (len(times) < LEAST or time.perf_counter() < until):
        times.append(_timed(act, len(times) + 1))
    busy = (worked() - begun) / len(times)
    p50, p99 = np.quantile(times, (0.5, 0.99))
    return Taken(*(1000 * seconds for seconds in (first, float(p50), float(p99), busy)))


def _timed(act: Callable[[int], object], number: int) -> float:
    begun = time.perf_counter()
    act(number)
    return time.perf_counter() - begun
