"""Which late records are taken, and when buckets that were over are to be gone through again because of them.

That is the case once the next bucket is over, so that it does not depend on how the records came. Knows times and
bucket numbers; knows nothing of what the records hold.
"""

from typing import Any, NamedTuple

import numpy as np

from unusual.detect.buckets import Timeline
from unusual.kernels.arrays import Flags, Ints


class Return(NamedTuple):
    """Late records make the job go back from bucket `due`, the oldest that was open then, to bucket `since`."""

    since: int
    due: int


class Turn(NamedTuple):
    """A return that comes before the record in place `at`."""

    at: int
    back: Return


class Looked(NamedTuple):
    """What became known of records, (k,) each.

    in_order  none too late
    wanted    of a bucket that takes records, though it may be over
    turns     where the job goes back, in order
    """

    in_order: Flags
    wanted: Flags
    turns: list[Turn]


class Lateness:
    """The late records of one job that wait for the next bucket to be over.

    waiting  where they will lead back to, None when there are none
    """

    def __init__(self) -> None:
        """There are none."""
        self.waiting: Return | None = None

    def look(self, times: Ints, newest: Timeline, oldest: Timeline) -> Looked:
        """Look at (k,) times, before the timelines move on to them.

        newest  tells which buckets are over; oldest: which of them take records no more
        """
        buckets = times // newest.span
        over, in_order = newest.open_before(times), oldest.in_order(times)
        wanted = in_order & (buckets >= oldest.open_before(times))
        late = wanted & (buckets < over)
        found = [] if self.waiting is None else [self.waiting]
        dues, which = np.unique(over[late], return_inverse=True)
        since = dues.copy()
        np.minimum.at(since, which, buckets[late])
        for back in map(Return, since.tolist(), dues.tolist()):
            if found and found[-1].due == back.due:
                back = Return(min(found.pop().since, back.since), back.due)  # noqa: PLW2901 - the two are one
            found.append(back)
        after = np.maximum(over, newest.due_after(times))
        turns = [Turn(int(np.searchsorted(after, back.due, "right")), back) for back in found]
        self.waiting = turns.pop().back if turns and turns[-1].at == times.size else None
        return Looked(in_order, wanted, turns)

    def take(self) -> Return | None:
        """Where the job is to go back to at once, whatever comes next."""
        back, self.waiting = self.waiting, None
        return back

    def state(self) -> dict[str, Any] | None:
        """What `restore` needs."""
        return None if self.waiting is None else self.waiting._asdict()

    def restore(self, state: dict[str, Any] | None) -> None:
        """Continue where `state` was taken."""
        self.waiting = None if state is None else Return(**state)
