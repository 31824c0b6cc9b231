"""Many new documents of an index at once; knows no store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Batch:
    """Documents under ids of their own, or else under such made of a key that nobody else has: `key-0`, `key-1` ...

    bodies   the documents as JSON, each in one line
    moments  the times of each date field, ms, one for each document; None where it has none
    ids      one for each document, no two the same; empty where they are made of the key
    only_new  whether nothing may be replaced
    """

    key: str
    bodies: Sequence[bytes]
    moments: Mapping[str, Sequence[int | None]] = field(default_factory=dict)
    ids: Sequence[str] = ()
    only_new: bool = False
