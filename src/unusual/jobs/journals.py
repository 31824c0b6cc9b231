"""What the use cases need of the journals of open jobs, as a small protocol; knows no file and no message."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from unusual.jobs.position import Position


class Entry(NamedTuple):
    """What a job was told, as bytes; the entries of a journal are numbered from 1."""

    number: int
    content: bytes


class Recalled(NamedTuple):
    """What a journal holds: its head, its entries in order, and the number of the newest."""

    head: bytes
    entries: Iterator[Entry]
    newest: int


class Journals(Protocol):
    """What open jobs were told since their active snapshots; calls for one job come one after the other."""

    def begin(self, job_id: str, journal: int, entry: int, head: bytes) -> None:
        """Let the job's journal of that number go on after an entry with nothing but a head; `errors.Unwritable`.

        Whatever else there is of the job's journals goes.
        """

    def append(self, job_id: str, entry: Entry, seen: int) -> None:
        """Add an entry; it is kept when this returns. `errors.Unwritable`: then nothing of it is.

        seen  how many records the job was sent before
        """

    def recall(self, job_id: str, position: Position, seen: int) -> Recalled | None:
        """The journal of a position, to which more can be added; None when the active snapshot makes it needless.

        `errors.Damaged` when an entry that was acknowledged cannot be read.

        seen  how many records the job has been sent
        """

    def retract(self, job_id: str, entry: int) -> None:
        """Take the newest entry back, if it has that number."""

    def size(self, job_id: str) -> int:
        """How many bytes the journal of an open job takes."""

    def remove(self, job_id: str) -> None:
        """Remove the journals of a job; nothing when it has none."""
