"""Which of some named documents an expression means: one name, lists, wildcards, `_all`; knows no kind of document."""

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase

from unusual.errors import Missing

EVERYTHING = ("", "_all", "*")


def pick(names: Iterable[str], expression: str, missing: Callable[[str], Missing]) -> list[str]:
    """The names meant, sorted, none twice; what `missing` makes of a name that must exist but does not.

    >>> pick(["quay", "pier", "port"], "p*,quay,pier", Missing)
    ['pier', 'port', 'quay']
    """
    known = set(names)
    picked: set[str] = set()
    for part in (part.strip() for part in expression.split(",")):
        if part in EVERYTHING:
            picked |= known
        elif "*" in part:
            pattern = part.replace("[", "[[]").replace("?", "[?]")
            picked |= {name for name in known if fnmatchcase(name, pattern)}
        elif part in known:
            picked.add(part)
        else:
            raise missing(part)
    return sorted(picked)
