"""Records that come page by page in time order, cut into portions between moments; knows no source."""

from collections.abc import Callable, Generator
from threading import Lock
from typing import TypeAlias

from unusual.analysis.control import Document
from unusual.feeds.wanting import Wanted
from unusual.jobs.sources import Portion

Pages: TypeAlias = Generator[list[Document], None, None]


class Paging:
    """Portions of a stretch of time that is opened once, and again after a fault or when another one is asked for.

    pages  opens a stretch [start, end): its records in time order, the time in ms, and lets go of it when closed
    """

    def __init__(self, wanted: Wanted, pages: Callable[[int | None, int | None], Pages]) -> None:
        self._wanted = wanted
        self._open = pages
        self._pages: Pages | None = None
        self._next: tuple[int | None, int | None] | None = None
        self._held: list[Document] = []
        self._lock = Lock()

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """As in the port; what may belong to one moment with records of the next page waits for it."""
        with self._lock:
            if self._pages is None or self._next != (start_ms, end_ms):
                self._close()
                self._pages = self._open(start_ms, end_ms)
            # Should the next page fail, all since the last portion is read again.
            self._next, held, self._held = None, self._held, []
            for page in self._pages:
                held += page
                cut = self._cut(held)
                if cut:
                    self._held = held[cut:]
                    until = self._wanted.grain_of(held[-1][self._wanted.time])
                    self._next = (until, end_ms)
                    return Portion(held[:cut], until)
            self._close()
            return Portion(held, None)

    def close(self) -> None:
        """Let go of what is open."""
        with self._lock:
            self._close()

    def _cut(self, records: list[Document]) -> int:
        """How many records come before the last moment."""
        if not records:
            return 0
        last = self._wanted.grain_of(records[-1][self._wanted.time])
        cut = len(records)
        while cut and records[cut - 1][self._wanted.time] >= last:
            cut -= 1
        return cut

    def _close(self) -> None:
        if self._pages is not None:
            self._pages.close()
        self._pages, self._next, self._held = None, None, []
