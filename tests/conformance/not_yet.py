"""Conformance cases that do not pass yet, each with what is missing; the list may only shrink.

A case is `area/name`, an area alone stands for all its cases. One that passes after all fails the tests: take it out.
"""

from typing import Final

NOT_YET: Final[dict[str, str]] = {}


def missing(area: str, name: str) -> str | None:
    """What a case waits for, None when it has to pass."""
    return NOT_YET.get(f"{area}/{name}", NOT_YET.get(area))
