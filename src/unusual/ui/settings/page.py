"""The page of settings, in tabs: calendars, filters, rules, links."""

from collections.abc import Awaitable, Callable
from typing import Final

from unusual.ui.links import link
from unusual.ui.remembering import remember
from unusual.ui.settings import calendars, filters, rules, urls
from unusual.ui.tabbing import tabbed

TABS: Final[dict[str, tuple[str, Callable[[str, int | None], Awaitable[None]]]]] = {
    "calendars": ("Calendars", calendars.show),
    "filters": ("Filter lists", filters.show),
    "rules": ("Rules", rules.show),
    "urls": ("Custom URLs", urls.show),
}


async def show(tab: str = "calendars", job: str = "", at: int | None = None) -> None:
    """What is settled. tab: which part of it; job: for which job; at: in which bucket the anomaly is, ms."""
    chosen = tab if tab in TABS else "calendars"
    await tabbed(
        {name: label for name, (label, _) in TABS.items()},
        chosen,
        lambda name: TABS[name][1](job, at if name == chosen else None),
        lambda name: remember(link("/ui/settings", {"tab": name, "job": job}, {"tab": "", "job": ""})),
    )
