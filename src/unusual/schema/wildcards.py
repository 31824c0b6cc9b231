"""Wildcards as clients write them: `*` for any characters, every other sign for itself; knows not what is named."""

from fnmatch import fnmatchcase


def fits(name: str, pattern: str) -> bool:
    """Whether a name has the form of a pattern.

    >>> fits("pump-7", "pump*"), fits("pump-7", "pump-?")
    (True, False)
    """
    return fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
