"""How far a job is in its journal, as its stats keep it; knows nothing of what the journal holds."""

from typing import Final, NamedTuple, Self

from unusual.schema.values import Document

_NAME: Final = "position"


class Position(NamedTuple):
    """What of a journal is kept in the store already.

    journal  which journal of the job is meant: one of another number counts no more
    entry    the newest entry to which an answer was kept, 0 for none
    parts    how many answers to that one were kept
    covered  the newest entry that the active model snapshot knows of
    mark     where the source of the records goes on, if it does not go by time
    """

    journal: int = 0
    entry: int = 0
    parts: int = 0
    covered: int = 0
    mark: Document | None = None

    @classmethod
    def of(cls, stats: Document) -> Self:
        """The position in the stats of a job."""
        return cls(*stats.get(_NAME, ()))

    def into(self, stats: Document) -> Document:
        """The same stats at this position."""
        return stats | {_NAME: [*self]}

    def knows(self, entry: int, part: int) -> bool:
        """Whether the answer of that number to an entry was kept."""
        return (entry, part) <= (self.entry, self.parts)

    def at(self, entry: int, parts: int, mark: Document | None = None) -> Self:
        """The same when so many answers to an entry are kept; where it does not say so, the source has not moved."""
        return self._replace(entry=entry, parts=parts, mark=self.mark if mark is None else mark)

    def anew(self) -> Self:
        """The begin of the next journal; a source goes on by time."""
        return type(self)(self.journal + 1)

    def saved(self) -> Self:
        """The same when the newest entry is known to the active snapshot."""
        return self._replace(covered=self.entry)
