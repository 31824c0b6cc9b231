"""What is learnt of each series of one metric: the rows that all kernels of series share."""

from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Ints, Shorts, States

LAST, FAST, SLOW, TREND, DAY, WEEK, CYCLE = range(7)
PREDICTORS = 7
CELLS = 256  # numbers that a rhythm may keep: the newest values, or three of each phase
NO_PROFILE = -1
TOGETHER = 12  # slots of a block: an hour of the finest day
UNTOUCHED = 0  # the block of slots that has learnt nothing, which all profiles share
ROOM = 4
ROWS, BLOCKS, LEFT_ROWS, LEFT_BLOCKS = range(ROOM)  # what is counted: taken and left

LEVELS = np.dtype(
    [
        ("n", "f8"),  # values learnt
        ("last", "f8"),  # [unit]
        ("fast", "f8"),  # [unit]
        ("slow", "f8"),  # [unit]
        ("level", "f8"),  # of the trend [unit]
        ("slope", "f8"),  # [unit per bucket]
        ("offset", "f8"),  # of the daily profile [unit]
        ("step", "f8"),  # mean |difference of neighbours| [unit]
        ("samples", "f8"),  # mean samples per value
        ("bucket", "i8"),  # number of the newest bucket learnt
        ("shift", "i8"),  # how far the clock of its profiles is ahead [s]
        ("profile", "i8"),  # row of its daily and weekly profile, or NO_PROFILE
        ("tried", "f8"),  # values that the profile was tried on
        ("gained", "f8"),  # by the profile over the slow level, per value [nats]
        ("retried", "i8"),  # bucket from which on a dropped profile may be tried again
        ("waited", "i8"),  # how long that was [buckets]
    ]
)
EXPERT = np.dtype([("n", "f8"), ("variance", "f8"), ("likelihood", "f8")])
SLOT = np.dtype([("n", "f4"), ("value", "f4"), ("variance", "f4")])
RHYTHM = np.dtype(
    [
        ("period", "i8"),  # [buckets]; 0 while none is known
        ("offset", "f8"),  # [unit]
        ("tried", "f8"),  # values since it was found
        ("gained", "f8"),  # by it over level and profile, per value [nats]
        ("seen", "i8"),  # values in the cells, those overwritten included
        ("cells", "f4", (CELLS,)),  # the newest values in a ring; else n, value and variance of each phase
    ]
)
LAYOUT = 2


def pages_of(slots: int) -> int:
    """How many pages a profile of so many slots has.

    >>> pages_of(288 + 168)
    38
    """
    return -(-slots // TOGETHER)


class Series(NamedTuple):
    """Learnt rows of S series, of which some have a profile: one of P, whose slots stand in M blocks.

    levels   (S,)    LEVELS
    experts  (S, 7)  EXPERT, one per predictor
    rhythms  (S,)    RHYTHM, of another length than day and week
    tails    (S, 2)  CALIBRATION, of what lies below and above what was expected
    news     (S,)    NOVELTY
    changes  (S,)    CHANGES
    noise    (S,)    NOISE
    days             slots of the daily profile; 0 where there is none
    weeks            slots of its weekly correction; 0 where there is none
    pages    (P, K)  which block has the slots of each page
    slots    (M,)    SLOT, block after block; those of the first have learnt nothing
    room     (4,)    how many profiles and blocks have been taken, and how many of them left
    """

    levels: States
    experts: States
    rhythms: States
    tails: States
    news: States
    changes: States
    noise: States
    days: int
    weeks: int
    pages: Shorts
    slots: States
    room: Ints


class Moment(NamedTuple):
    """When a value is met: its bucket, and its place in the seasons (0 where a profile has none).

    bucket  the one that the series has come to
    day     slot of the daily profile
    week    slot of the weekly correction, after those of the day
    time    number of the bucket itself, which is later in a forecast
    """

    bucket: int
    day: int
    week: int
    time: int
