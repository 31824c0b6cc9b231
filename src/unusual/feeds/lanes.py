"""Several streams that each go on at a place of their own, read as one in time order; knows neither files nor Kafka.

Of each lane a beginning is taken, so that one number says where it goes on; a lane that is still being read holds the
others back where it stands, lest their records come before its own.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

import orjson
import polars as pl

from unusual.analysis.control import Document
from unusual.feeds.times import times_ms
from unusual.feeds.wanting import Wanted


class Item(NamedTuple):
    """A record, its time in ms, and where its lane goes on after it."""

    time_ms: int
    record: Document
    after: int


@dataclass
class Lane:
    """One stream.

    position   where it goes on after what was taken of it
    waiting    what was read and not taken yet
    read_to    where reading goes on
    newest_ms  the latest time of what was read
    is_at_end  whether there is nothing more to be read now
    """

    position: int
    waiting: deque[Item] = field(default_factory=deque)
    read_to: int = 0
    newest_ms: int = -1 << 62
    is_at_end: bool = False

    def __post_init__(self) -> None:
        """Begin to read where it goes on."""
        self.read_to = self.position

    def add(self, items: Iterable[Item], read_to: int) -> None:
        """Let what was read wait."""
        for item in items:
            self.waiting.append(item)
            self.newest_ms = max(self.newest_ms, item.time_ms)
        self.read_to = read_to

    def skip(self) -> None:
        """Go on after what was read and is nothing to be taken."""
        if not self.waiting:
            self.position = self.read_to

    def is_done(self, end_ms: int | None) -> bool:
        """Whether it has nothing to give before a time."""
        if self.waiting:
            return end_ms is not None and self.waiting[0].time_ms >= end_ms
        return self.is_at_end


@dataclass(frozen=True)
class Reading:
    """How documents become items.

    time_format  of the time field, as in `times_ms`
    since_ms     earlier ones are left out; None when all are wanted
    """

    wanted: Wanted
    time_format: str
    since_ms: int | None = None

    def items(
        self, documents: Sequence[Document], afters: Sequence[int], stamps: Sequence[int | None]
    ) -> Iterator[Item]:
        """The items of documents with where their lane goes on after each; one without a time has that of its stamp.

        What is empty, or has no time that can be read, is passed over.
        """
        told = [document.get(self.wanted.time) for document in documents]
        times = times_ms(pl.Series(told, strict=False), self.time_format).to_list()
        for document, after, said, read_ms, stamp in zip(documents, afters, told, times, stamps, strict=True):
            time_ms = stamp if said is None else read_ms
            if document and time_ms is not None and (self.since_ms is None or time_ms >= self.since_ms):
                yield Item(time_ms, self.wanted.record(document, time_ms), after)


def object_in(text: bytes | None) -> Document:
    """A text as a JSON object; empty for what is none."""
    try:
        read = orjson.loads(text or b"")
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def taken(lanes: Iterable[Lane], end_ms: int | None) -> list[Document]:
    """The records before `end_ms` that nothing earlier can follow, in time order."""
    open_lanes = [lane for lane in lanes if not lane.is_done(end_ms)]
    bound = min((lane.newest_ms for lane in open_lanes if not lane.is_at_end), default=1 << 62)
    items: list[Item] = []
    for lane in open_lanes:
        while lane.waiting and lane.waiting[0].time_ms <= bound and not lane.is_done(end_ms):
            items.append(lane.waiting.popleft())
            lane.position = items[-1].after
        lane.skip()
    items.sort(key=itemgetter(0))
    return [item.record for item in items]
