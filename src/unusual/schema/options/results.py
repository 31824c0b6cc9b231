"""Options of the endpoints that read results; the same document in query and body."""

from typing import ClassVar, Self

from pydantic import ConfigDict

from unusual.errors import Invalid, Unreadable
from unusual.schema.durations import Duration
from unusual.schema.moments import FeedTime, ResultTime
from unusual.schema.options.paging import AllowNoMatch, Page, Window
from unusual.schema.times import feed_time, result_time
from unusual.schema.values import Closed, Flag, Number, Whole


class BucketOptions(Window):
    """Which buckets are read: one by its start, or a page of a range."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_buckets")

    timestamp: ResultTime | None = None
    anomaly_score: Number | None = None
    exclude_interim: Flag = False
    expand: Flag = False
    sort: str = "timestamp"
    desc: Flag = False
    page: Page = Page()

    def at(self, timestamp: str | None) -> Self:
        """The same options for the bucket that the path names, if it names one."""
        return self if timestamp is None else self.model_copy(update={"timestamp": timestamp})

    def bucket_start(self) -> int | None:
        """Start in milliseconds of the one bucket asked for, None for a range.

        Raises `errors.Invalid` for options that fit a range only, and `errors.Unreadable`.
        """
        if self.timestamp is None:
            return None
        for name in ("start", "end", "anomaly_score"):
            if name in self.model_fields_set:
                raise Invalid(f"Parameter [{name}] is incompatible with [timestamp]")
        if "page" in self.model_fields_set:
            raise Invalid("Parameters [from, size] are incompatible with [timestamp]")
        return result_time("timestamp", self.timestamp)


class RecordOptions(Window):
    """Which records are read."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_records")

    record_score: Number = 0.0
    exclude_interim: Flag = False
    sort: str = "record_score"
    desc: Flag = True
    page: Page = Page()


class InfluencerOptions(Window):
    """Which influencers are read."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_influencers")

    influencer_score: Number = 0.0
    exclude_interim: Flag = False
    sort: str = "influencer_score"
    desc: Flag = True
    page: Page = Page()


class CategoryOptions(Closed):
    """Which categories are read: one by its number, or a page of them."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_categories")

    partition_field_value: str | None = None
    page: Page = Page()

    def number(self, category_id: str | None) -> int | None:
        """The category that the path names, None for a page of all; `errors.Invalid` for a page of one category."""
        if category_id is None:
            return None
        if "page" in self.model_fields_set:
            raise Invalid("Parameters [from, size] are incompatible with [category_id]")
        if not category_id.isdecimal():
            raise Invalid(f"Failed to parse long parameter [category_id] with value [{category_id}]")
        return int(category_id)


class OverallBucketOptions(Closed):
    """How the buckets of several jobs are summed up."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_overall_buckets")

    top_n: Whole = 1
    bucket_span: Duration | None = None
    overall_score: Number = 0.0
    exclude_interim: Flag = False
    start: FeedTime | None = None
    end: FeedTime | None = None
    allow_no_match: AllowNoMatch = True

    def window(self, now_ms: int) -> tuple[int | None, int | None]:
        """Start and end in milliseconds, None where open; `errors.Unreadable`, also when the end comes first."""
        start = feed_time("start", self.start, now_ms) if self.start else None
        end = feed_time("end", self.end, now_ms) if self.end else None
        if start is not None and end is not None and end < start:
            raise Unreadable(f"Invalid time range: end time '{self.end}' is earlier than start time '{self.start}'.")
        return start, end
