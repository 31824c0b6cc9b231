"""Scheduled events: stretches of buckets in which the unusual is expected; knows bucket numbers only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Event:
    """Buckets first .. until - 1, and what they do without."""

    first: int
    until: int
    description: str
    skips_result: bool
    skips_learning: bool
    shift: int = 0  # of the clocks, once where it begins [s]


@dataclass(frozen=True)
class Stretch:
    """Buckets first .. until - 1, all touched by the same events."""

    first: int
    until: int
    events: tuple[Event, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether no result may come of it."""
        return any(event.skips_result for event in self.events)

    @property
    def learnt(self) -> bool:
        """Whether the models may learn from it."""
        return not any(event.skips_learning for event in self.events)


def stretches(events: Sequence[Event], first: int, until: int, edges: Sequence[int] = ()) -> Iterator[Stretch]:
    """Buckets first .. until - 1 cut where an event begins or ends, and at further edges, in order.

    >>> [(s.first, s.until, len(s.events)) for s in stretches([Event(3, 5, "fair", True, True)], 0, 9)]
    [(0, 3, 0), (3, 5, 1), (5, 9, 0)]
    """
    events = [event for event in events if event.first < until and first < event.until]
    cuts = {edge for event in events for edge in (event.first, event.until)}.union(edges)
    for start, end in pairwise([first, *sorted(edge for edge in cuts if first < edge < until), until]):
        if start < end:
            yield Stretch(start, end, tuple(e for e in events if e.first < end and start < e.until))
