"""Many new documents of an index at once; knows no store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Batch:
    """Documents that are new, under ids made of a key that nobody else has: `key-0`, `key-1`, and so on.

    bodies   the documents as JSON, each in one line
    moments  the times of each date field, ms, one for each document; None where it has none
    """

    key: str
    bodies: Sequence[bytes]
    moments: Mapping[str, Sequence[int | None]] = field(default_factory=dict)
