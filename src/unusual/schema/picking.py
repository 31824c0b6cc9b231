"""`_source`: which fields of a found document a client wants to see; knows no mapping."""

from dataclasses import dataclass
from typing import Final

from unusual.errors import Misphrased
from unusual.schema.values import Document
from unusual.schema.wildcards import fits

_NAMES: Final = {"includes": "includes", "include": "includes", "excludes": "excludes", "exclude": "excludes"}


@dataclass(frozen=True)
class Picked:
    """Fields by dotted paths in which `*` stands for anything; without `includes` every field that is not left out."""

    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    shown: bool = True

    def of(self, document: Document) -> Document:
        """The document without what is not wanted.

        >>> Picked(includes=("net.*",)).of({"net": {"host": "a"}, "net.port": 1, "pier": "x"})
        {'net': {'host': 'a'}, 'net.port': 1}
        """
        if not self.includes and not self.excludes:
            return document
        return self._part(document, "", wanted=not self.includes)

    def _part(self, document: Document, prefix: str, *, wanted: bool) -> Document:
        kept: Document = {}
        for name, value in document.items():
            path = prefix + name
            if _fits(path, self.excludes):
                continue
            whole = wanted or _fits(path, self.includes)
            part = self._value(value, path, wanted=whole)
            if whole or part:
                kept[name] = part
        return kept

    def _value(self, value: object, path: str, *, wanted: bool) -> object:
        if isinstance(value, dict):
            return self._part(value, f"{path}.", wanted=wanted)
        if isinstance(value, list):
            parts = [self._value(item, path, wanted=wanted) for item in value]
            return [part for part in parts if wanted or part]
        return value if wanted else None


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fits(path, pattern) for pattern in patterns)


def picked(given: object) -> Picked:
    """What a client asks for: a flag, a pattern, a list of them, or lists to keep and to leave out.

    `errors.Misphrased` for anything else.
    """
    if isinstance(given, Picked):
        return given
    if isinstance(given, bool) or given in ("true", "false"):
        return Picked(shown=given in (True, "true"))
    if not isinstance(given, dict):
        return Picked(includes=_patterns(given))
    unknown = [name for name in given if name not in _NAMES]
    if unknown:
        raise Misphrased(f"Unknown key [{unknown[0]}] in [_source].")
    parts = {_NAMES[name]: _patterns(value) for name, value in given.items()}
    return Picked(parts.get("includes", ()), parts.get("excludes", ()))


def _patterns(given: object) -> tuple[str, ...]:
    patterns = given.split(",") if isinstance(given, str) else given
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise Misphrased(f"[_source] must be a flag or patterns of names, found [{given}]")
    return tuple(patterns)
