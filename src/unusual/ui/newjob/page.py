"""The page that makes a job: where its records are, what to look for, what that would have found, the job itself."""

from collections.abc import Awaitable, Callable
from typing import Final

from unusual.ui.links import link
from unusual.ui.newjob import connected, filed, indexed
from unusual.ui.remembering import remember
from unusual.ui.tabbing import tabbed

SOURCES: Final[dict[str, tuple[str, Callable[[], Awaitable[None]]]]] = {
    "file": ("A file", filed.show),
    "index": ("An index", indexed.show),
    "connection": ("A connection", connected.show),
}


async def show(source: str = "file") -> None:
    """Nothing but a way to some records, until there are any. source: where these are."""
    await tabbed(
        {name: label for name, (label, _) in SOURCES.items()},
        source if source in SOURCES else "file",
        lambda name: SOURCES[name][1](),
        lambda name: remember(link("/ui/new", {"source": name}, {"source": "file"})),
    )
