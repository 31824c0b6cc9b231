"""Searches whose hits are fetched page by page: found once, and kept for as long as a client says; knows no route."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from threading import Lock
from typing import Final

import polars as pl

from unusual.errors import Invalid, Missing, Unavailable
from unusual.jobs.ports import Ports
from unusual.jobs.search.searching import Answer, Run, prepared
from unusual.schema.durations import Duration
from unusual.schema.searching import SearchOptions

MOST_HITS: Final = 1_000_000
MOST_SCROLLS: Final = 500


@dataclass
class _Scroll:
    """One search under way. rows: what leads to its hits; place: how many of them were shown; until_ms: its end."""

    run: Run
    rows: pl.DataFrame
    size: int
    until_ms: int
    place: int = 0

    def page(self) -> Answer:
        """The next hits."""
        some = self.rows[self.place : self.place + self.size]
        self.place += some.height
        return Answer(self.run.total, exact=True, hits=self.run.hits(some), aggregations=None)


class Scrolls:
    """Every scroll that a client may still go on with; those whose time is over are forgotten.

    A scroll shows the documents that were there when it began, as they are when it comes to them.
    """

    def __init__(self) -> None:
        self._scrolls: dict[str, _Scroll] = {}
        self._changing = Lock()

    def begin(
        self, ports: Ports, expression: str, options: SearchOptions, lasting: Duration, *, ignore_unavailable: bool
    ) -> tuple[str, Answer]:
        """The id of a new scroll, and its first page; problems as in `search`, and `Unavailable` for one too many."""
        if options.size == 0:
            raise Invalid("[size] cannot be [0] in a scroll context")
        options.check_window()
        whole = options.model_copy(update={"start": 0, "size": MOST_HITS, "search_after": ()})
        run = prepared(ports, expression, whole, ignore_unavailable=ignore_unavailable)
        rows = run.every()
        if run.total > MOST_HITS:
            raise Invalid(f"a scroll can go through [{MOST_HITS}] documents, found [{run.total}]: narrow the query")
        now_ms = ports.clock.now_ms()
        scroll = _Scroll(run, rows, options.size, now_ms + lasting.milliseconds)
        scroll_id = uuid.uuid4().hex
        with self._changing:
            self._forget_old(now_ms)
            if len(self._scrolls) >= MOST_SCROLLS:
                raise Unavailable(f"there are [{MOST_SCROLLS}] scrolls already; end some of them, or wait")
            self._scrolls[scroll_id] = scroll
            return scroll_id, scroll.page()

    def proceed(self, scroll_id: str, lasting: Duration | None, now_ms: int) -> Answer:
        """The next page, which is empty behind the last one; `Missing` when there is no such scroll any more."""
        with self._changing:
            self._forget_old(now_ms)
            scroll = self._scrolls.get(scroll_id)
            if scroll is None:
                raise Missing(f"No search context found for id [{scroll_id}]")
            if lasting is not None:
                scroll.until_ms = now_ms + lasting.milliseconds
            return scroll.page()

    def end(self, scroll_ids: Collection[str] | None) -> int:
        """Forget scrolls, all of them for None; how many there were."""
        with self._changing:
            chosen = [*self._scrolls] if scroll_ids is None else [one for one in scroll_ids if one in self._scrolls]
            for scroll_id in chosen:
                del self._scrolls[scroll_id]
        return len(chosen)

    def _forget_old(self, now_ms: int) -> None:
        for scroll_id in [name for name, scroll in self._scrolls.items() if scroll.until_ms < now_ms]:
            del self._scrolls[scroll_id]
