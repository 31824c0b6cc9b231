"""A feed described in a file of TOML, for whoever has no server: the words of a datafeed, and its connections."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from unusual.analysis.control import Document
from unusual.errors import Invalid
from unusual.schema.times import feed_time, moment_ms

ENDING: Final = ".toml"
_PARTS: Final = ("feed", "connections", "start", "end")


@dataclass(frozen=True)
class Described:
    """What a file says.

    feed         as the body of a datafeed
    connections  as the tables of a server's file of connections, by name
    """

    feed: Document
    connections: dict[str, Document]
    start_ms: int | None
    end_ms: int | None

    @classmethod
    def read(cls, path: Path, now_ms: int) -> Self:
        """The description in a file; `errors.Invalid`."""
        try:
            told = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise Invalid(f"file '{path}' cannot be read: {type(error).__name__}") from None
        unknown = [name for name in told if name not in _PARTS]
        if unknown or not isinstance(told.get("feed"), dict):
            raise Invalid(f"file '{path}' must have a table [feed], and beside it only {', '.join(_PARTS[1:])}")
        times = (None if told.get(name) is None else _ms(name, told[name], now_ms) for name in ("start", "end"))
        return cls(told["feed"], told.get("connections", {}), *times)


def _ms(name: str, told: object, now_ms: int) -> int:
    return moment_ms(told) if isinstance(told, datetime) else feed_time(name, str(told), now_ms)
