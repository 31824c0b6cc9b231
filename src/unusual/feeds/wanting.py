"""What is wanted of a source: the time and some fields of its records; knows neither datafeed nor source."""

from dataclasses import dataclass
from typing import Final, Self

from unusual.jobs.records import grain_ms
from unusual.schema.datafeeds import SCROLL_SIZE, Datafeed
from unusual.schema.jobs import Job
from unusual.schema.paths import values_at
from unusual.schema.values import Document

PLAIN: Final = frozenset((str, int, float, bool))  # what a record holds as it came


@dataclass(frozen=True)
class Wanted:
    """Records with a time and fields.

    time    the field of the time
    fields  the others
    page    about how many records make a portion, None for what suits the source
    grain_ms  how far apart times must be to be told apart: no portion ends in between
    """

    time: str
    fields: tuple[str, ...]
    page: int | None = None
    grain_ms: int = 1

    @classmethod
    def by(cls, feed: Datafeed, job: Job) -> Self:
        """What a datafeed has to read for its job."""
        fields = tuple(name for name in job.analysis_config.analysed_fields if name != job.data_description.time_field)
        page = None if feed.scroll_size in (0, SCROLL_SIZE) else feed.scroll_size
        return cls(job.data_description.time_field, fields, page, grain_ms(job.data_description.time_format))

    @property
    def names(self) -> tuple[str, ...]:
        """The time and the fields."""
        return (self.time, *self.fields)

    def record(self, document: Document, time_ms: int) -> Document:
        """What is wanted of a document, whose fields may lie in objects."""
        record: Document = {self.time: time_ms}
        for name in self.fields:
            value = document.get(name)
            if value.__class__ in PLAIN and "." not in name:  # as nearly always
                record[name] = value
                continue
            values = values_at(document, name)
            if values:
                record[name] = values[0] if len(values) == 1 else values
        return record

    def page_of(self, usual: int) -> int:
        """How many records are asked for at once where so many usually are, and never more."""
        return min(self.page or usual, usual)

    def grain_of(self, time_ms: int) -> int:
        """The first moment that cannot be told from this one."""
        return time_ms - time_ms % self.grain_ms

    def grain_after(self, time_ms: int) -> int:
        """The same, or else the first moment that can be told from all before this one."""
        return -(-time_ms // self.grain_ms) * self.grain_ms
