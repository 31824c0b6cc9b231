"""Daily and weekly profiles of many series: rows of pages, and the blocks of slots that they lead to.

Knows profiles by number; knows nothing of the series that have them.
"""

from collections.abc import Sequence

import numpy as np

from unusual.kernels.arrays import Ints, Shorts, States
from unusual.kernels.learnt import BLOCKS, LEFT_BLOCKS, LEFT_ROWS, ROOM, ROWS, SLOT, TOGETHER, pages_of
from unusual.models.rows import grown

LEISURELY = 1.25  # factor by which slots grow: there are many, and of most series as many
A_VALUE = 2  # blocks that one value may begin: one of the day, one of the week


class Profiles:
    """The profiles that a kernel takes and leaves.

    pages  (P, K)  which block has the slots of each page
    slots  (M,)    SLOT, block after block
    room   (4,)    as in `learnt.Series`
    """

    def __init__(self, pages: Shorts, slots: States) -> None:
        """Profiles that are all taken, and blocks of which all but the first are."""
        self.pages, self.slots = pages, slots
        self.room = np.zeros(ROOM, np.int64)
        self.room[ROWS], self.room[BLOCKS] = len(pages), len(slots) // TOGETHER

    def make_room(self, values: int, begun: int) -> None:
        """Room for all that so many values may take, which may begin so many profiles."""
        blocks = min(A_VALUE * values, begun * self.pages.shape[1])
        self.pages = grown(self.pages, int(self.room[ROWS]) + begun)
        self.slots = grown(self.slots, (int(self.room[BLOCKS]) + blocks) * TOGETHER, LEISURELY)

    @property
    def size(self) -> int:
        """How many are in use."""
        return int(self.room[ROWS]) - int(self.room[LEFT_ROWS])

    @property
    def bytes(self) -> int:
        """Memory of those in use, as far as they have been reached [bytes]."""
        blocks = int(self.room[BLOCKS]) - int(self.room[LEFT_BLOCKS]) - 1  # but for the one that has learnt nothing
        return int(self.size * self.pages.shape[1] * self.pages.itemsize) + blocks * TOGETHER * SLOT.itemsize


def none(slots: int) -> Profiles:
    """No profiles, of so many slots each."""
    return Profiles(np.zeros((0, pages_of(slots)), np.int32), np.zeros(TOGETHER, SLOT))


def bytes_each(slots: int) -> int:
    """Memory of a profile of so many slots, all of them reached [bytes]."""
    return pages_of(slots) * (np.dtype(np.int32).itemsize + TOGETHER * SLOT.itemsize)


def blocks_of(slots: States) -> States:
    """(b,) blocks of slots, where they lie, each of them one number of many bytes."""
    whole = len(slots) // TOGETHER * TOGETHER
    blocks: States = slots[:whole].view(np.dtype((np.void, TOGETHER * SLOT.itemsize)))
    return blocks


def joined(parts: Sequence[Profiles], part: Ints, number: Ints) -> Profiles:
    """Chosen profiles (p,) as 0 .. p - 1, with blocks in their order. part: which of the parts; number: in that."""
    pages = np.zeros((number.size, parts[0].pages.shape[1]), np.int32)
    for which, profiles in enumerate(parts):
        mine = np.flatnonzero(part == which)
        pages[mine] = profiles.pages[number[mine]]
    every = pages.reshape(-1)
    used = np.flatnonzero(every)
    slots = np.zeros((used.size + 1) * TOGETHER, SLOT)
    origin = part[used // max(1, pages.shape[1])]
    for which, profiles in enumerate(parts):
        mine = np.flatnonzero(origin == which)
        blocks_of(slots)[1 + mine] = blocks_of(profiles.slots)[every[used[mine]]]
    every[used] = np.arange(1, used.size + 1)
    return Profiles(pages, slots)


def paged(days: States, weeks: States) -> Profiles:
    """Profiles (p, D) of the day with weekly corrections (p, W) that stood in rows of their own."""
    slots = days.shape[1] + weeks.shape[1]
    pages = np.zeros((len(days), pages_of(slots)), np.int32)
    whole = np.zeros((len(days), pages.shape[1] * TOGETHER), SLOT)
    whole[:, : days.shape[1]], whole[:, days.shape[1] : slots] = days, weeks
    blocks = whole.reshape(*pages.shape, TOGETHER)
    used = (blocks["n"] > 0.0).any(axis=2)
    pages[used] = np.arange(1, np.count_nonzero(used) + 1)
    return Profiles(pages, np.concatenate([np.zeros(TOGETHER, SLOT), blocks[used].reshape(-1)]))
