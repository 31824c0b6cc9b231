"""What an example is: seeded records, the detectors that watch them, and what was planted; knows no drawing."""

from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Reals = NDArray[np.float64]

HOUR, DAY = 3600, 86_400
START = 1_704_067_200  # Monday 2024-01-01 00:00 UTC


class View(Enum):
    """How the records of an example are drawn."""

    SERIES = auto()  # a value per bucket with what was expected
    NAMES = auto()  # which values of the by field there were when
    MEMBERS = auto()  # the values of all members of a population
    DAYTIMES = auto()  # time of the day of each record, by day
    WEEKTIMES = auto()  # time of the week of each record, by week
    PLACES = auto()  # a map


class Planted(NamedTuple):
    """An anomaly that the detectors named must find, and find loudest: `at` is the start of its bucket [s]."""

    at: int
    detectors: tuple[str, ...]


class Example(NamedTuple):
    """A small job and its records.

    name         of its picture
    story        what the records are and what was planted, for the page
    axis         what the drawn values are, with the unit
    detectors    each as text
    records      with a field `time` [s]
    planted      what must be found
    view         how it is drawn
    shown_days   how much of the end is drawn
    span         length of a bucket [s]
    """

    name: str
    story: str
    axis: str
    detectors: tuple[str, ...]
    records: pl.DataFrame
    planted: tuple[Planted, ...]
    view: View = View.SERIES
    shown_days: int = 5
    span: int = HOUR


def sides(function: str, field: str = "") -> tuple[str, str, str]:
    """The three detectors of a function that has a low and a high form."""
    argument = f"({field})" if field else ""
    return f"{function}{argument}", f"low_{function}{argument}", f"high_{function}{argument}"


def rise_and_fall(detectors: tuple[str, str, str], rise: int, fall: int) -> tuple[Planted, Planted]:
    """A rise at one hour, which the high form must find, and a fall at another; the two-sided form finds both."""
    both, low, high = detectors
    return Planted(START + rise * HOUR, (both, high)), Planted(START + fall * HOUR, (both, low))


def rhythm(hours: int) -> Reals:
    """(hours,) a smooth day between 0 at 02:00 and 1 at 14:00."""
    value: Reals = (1 - np.cos((np.arange(hours) - 2) / 24 * 2 * np.pi)) / 2
    return value


def worked(hours: int) -> NDArray[np.bool_]:
    """(hours,) whether it is between 07:00 and 21:00."""
    hour = np.arange(hours) % 24
    open_hour: NDArray[np.bool_] = (hour >= 7) & (hour < 21)  # noqa: PLR2004 - opening hours
    return open_hour


def within(rng: np.random.Generator, counts: Integers) -> tuple[Integers, Integers]:
    """Times of `counts` records in each hour, in order, and the hour each belongs to."""
    hour = np.repeat(np.arange(len(counts)), counts)
    seconds = rng.integers(0, HOUR, len(hour))
    times = START + hour * HOUR + seconds
    order = np.argsort(times, kind="stable")
    return times[order], hour[order]


Make = Callable[[np.random.Generator], Example]
