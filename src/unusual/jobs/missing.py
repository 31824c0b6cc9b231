"""Documents that came after a datafeed had read their time: looked for, counted and told; knows no run and no flush.

What the source has now for buckets that are final is held against what the job counted in them. A bucket counts
records: of those that stand for several documents, the run itself has to remember for how many.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import orjson

from unusual.analysis.control import Annotation, Document
from unusual.jobs import annotations
from unusual.jobs.notifications import Level, tell
from unusual.jobs.ports import Page, Ports, Selection
from unusual.jobs.sources import Portion, Source
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job

EVENT: Final = "delayed_data"
LOOKS: Final = 8  # in the time of one window

_ALL: Final = Page(0, 1_000_000)


@dataclass
class Missing:
    """What a run has missed.

    start_ms    where the run began to read: what was before is not its own
    last_ms     when it was last looked
    known       how many documents each bucket misses, as far as it was told; buckets by their start, ms
    summarised  how many documents the records of each bucket stood for, if it can be more than one
    by_time     whether the source can be asked for a time again, and not only for what comes next
    """

    feed: Datafeed
    job: Job
    source: Source
    start_ms: int
    last_ms: int
    known: Counter[int] = field(default_factory=Counter)
    summarised: Counter[int] = field(default_factory=Counter)
    by_time: bool = True

    @property
    def window_ms(self) -> int:
        """How far back is looked."""
        return self.feed.check_window(self.job.analysis_config.bucket_span).milliseconds

    def is_due(self, now_ms: int) -> bool:
        """Whether it is time to look once more."""
        enabled = self.by_time and self.feed.delayed_data_check_config.enabled
        often = max(self.window_ms // LOOKS, self._span_ms)
        return enabled and now_ms - self.last_ms >= often

    def goes_on_from(self, position_ms: int) -> None:
        """Know that the job has what is before from earlier runs."""
        if self._summary is not None:
            self.start_ms = max(self.start_ms, position_ms)

    def took(self, portion: Portion) -> None:
        """Remember what was read for the job."""
        self.by_time = self.by_time and portion.mark is None
        if self._summary is not None and portion.records:
            self.summarised.update(self._counted(portion.records))
            oldest = max(self.summarised) - self.window_ms
            self.summarised = Counter({one: count for one, count in self.summarised.items() if one >= oldest})

    def look(self, ports: Ports, end_ms: int, is_stopping: Callable[[], bool]) -> int:
        """Look at the final buckets before `end_ms`, and tell what was not told yet; how many documents that is.

        `errors.NoSuchIndex` when the source cannot be read now.
        """
        self.last_ms = ports.clock.now_ms()
        begin = -(-max(self.start_ms, end_ms - self.window_ms) // self._span_ms) * self._span_ms
        analysed = self._analysed(ports, begin, end_ms)
        there = self._there(begin, end_ms, is_stopping) if analysed and not is_stopping() else Counter[int]()
        lacking = {bucket: there[bucket] - events for bucket, events in analysed.items()}
        new = {bucket: count - self.known[bucket] for bucket, count in lacking.items() if count > self.known[bucket]}
        if new:
            self._tell(ports, new)
            self.known.update(new)
        return sum(new.values())

    @property
    def _summary(self) -> str | None:
        return self.job.analysis_config.summary_count_field_name

    @property
    def _span_ms(self) -> int:
        return self.job.analysis_config.bucket_span.milliseconds

    def _there(self, begin_ms: int, end_ms: int, is_stopping: Callable[[], bool]) -> Counter[int]:
        """How many documents the source has of each bucket; not all of them when the run is to stop."""
        counts = Counter[int]()
        position: int | None = begin_ms
        while position is not None and position < end_ms and not is_stopping():
            portion = self.source.read(position, end_ms)
            counts.update(self._counted(portion.records))
            position = portion.until_ms
        return counts

    def _counted(self, records: list[Document]) -> Counter[int]:
        """For how many documents of each bucket records stand."""
        counts, time_field = Counter[int](), self.job.data_description.time_field
        for record in records:
            time: int = record[time_field]
            counts[time - time % self._span_ms] += 1 if self._summary is None else int(record.get(self._summary) or 0)
        return counts

    def _analysed(self, ports: Ports, begin_ms: int, end_ms: int) -> dict[int, int]:
        """How many documents the job has seen in each of its final buckets."""
        final = Selection(kind="bucket", start_ms=begin_ms, end_ms=end_ms, exclude_interim=True, page=_ALL)
        _, bodies = ports.results.read(self.job.job_id, final)
        counts = {bucket["timestamp"]: bucket["event_count"] for bucket in map(orjson.loads, bodies)}
        return counts if self._summary is None else {one: self.summarised[one] for one in counts}

    def _tell(self, ports: Ports, new: dict[int, int]) -> None:
        first, last, count = min(new), max(new), sum(new.values())
        latest = datetime.fromtimestamp(last / 1000, UTC).isoformat()
        text = (
            f"Datafeed missed [{count}] documents that came after their time had been read, the latest in the bucket "
            f"of [{latest}]; with a longer query_delay than [{self.feed.query_delay}] it would wait for such"
        )
        remark = Annotation(EVENT, text, first, last + self._span_ms)
        annotations.keep(ports, self.job.job_id, [remark])
        tell(ports, self.job.job_id, text, Level.WARNING)
