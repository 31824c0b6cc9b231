"""All entries of a paged call, a page after the other; sends nothing itself."""

from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from unusual.client.table import Call

SIZE: Final = 1000
WINDOW: Final = 10_000  # how far `from` and `size` together may reach on servers that have such a limit
TIME: Final = "timestamp"


@dataclass
class Walk:
    """Where a walk over the entries of a call is: what is to be asked next, and what has been seen.

    Results go in the order of time unless another one is asked for. Then `from` need not grow without end: before it
    reaches the window, the walk begins again at the time of the last entry, after those seen at that time.
    """

    call: Call
    arguments: dict[str, Any]
    window: int = WINDOW
    ended: bool = False
    last_time: int | None = None
    at_last_time: int = 0
    _by_time: bool = field(init=False)

    def __post_init__(self) -> None:
        """Put in order what is not ordered."""
        sortable = {"sort", "desc", "start"} <= self.call.known
        self._by_time = sortable and self.arguments.get("sort") in {None, TIME} and not self.arguments.get("desc")
        if self._by_time:
            self.arguments |= {"sort": TIME, "desc": False}
        self.arguments["from_"] = self.arguments.get("from_") or 0
        self.arguments["size"] = self.arguments.get("size") or SIZE

    def take(self, answer: BaseModel) -> tuple[Any, ...]:
        """The entries of a page; from now on the next one is meant."""
        entries = entries_of(answer)
        self.arguments["from_"] += len(entries)
        count: int = answer.__dict__["count"]
        self.ended = len(entries) < self.arguments["size"] or self.arguments["from_"] >= count
        if self._by_time and entries:
            self._remember([int(getattr(entry, TIME)) for entry in entries])
        return entries

    def _remember(self, times: list[int]) -> None:
        last = times[-1]
        self.at_last_time = times.count(last) + (self.at_last_time if last == self.last_time else 0)
        self.last_time = last
        if self.arguments["from_"] + self.arguments["size"] > self.window:
            self.arguments |= {"start": last, "from_": self.at_last_time}


def entries_of(answer: BaseModel) -> tuple[Any, ...]:
    """The entries of a page: its one list."""
    return next(value for value in answer.__dict__.values() if isinstance(value, tuple))
