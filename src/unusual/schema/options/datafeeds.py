"""Options of the endpoints of datafeeds; the same document in query and body."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import AliasChoices, ConfigDict, Field

from unusual.errors import Invalid
from unusual.schema.durations import Duration
from unusual.schema.moments import FeedTime
from unusual.schema.times import feed_time
from unusual.schema.values import Closed, Flag

# Older clients speak of datafeeds where newer ones speak of matches.
AllowNoFeed: TypeAlias = Annotated[Flag, Field(validation_alias=AliasChoices("allow_no_match", "allow_no_datafeeds"))]


class DatafeedsOptions(Closed):
    """Which datafeeds are shown, and how."""

    allow_no_match: AllowNoFeed = True
    exclude_generated: Flag = False


class DatafeedStatsOptions(Closed):
    """Which datafeeds' stats are shown."""

    allow_no_match: AllowNoFeed = True


class DeleteDatafeedOptions(Closed):
    """How a datafeed is deleted."""

    force: Flag = False


class PreviewOptions(Closed):
    """From when to when a preview reads."""

    start: FeedTime | None = None
    end: FeedTime | None = None

    def window(self, now_ms: int) -> tuple[int | None, int | None]:
        """Start and end in milliseconds, None where open; `errors.Unreadable`."""
        return (
            feed_time("start", self.start, now_ms) if self.start else None,
            feed_time("end", self.end, now_ms) if self.end else None,
        )


class StartDatafeedOptions(Closed):
    """From when to when a datafeed reads; without an end it goes on as time does."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="start_datafeed")

    start: FeedTime | None = None
    end: FeedTime | None = None
    timeout: Duration = Duration("20s")

    def window(self, now_ms: int) -> tuple[int, int | None]:
        """Start and end in milliseconds; `errors.Unreadable`, or `errors.Invalid` when the end does not come later."""
        start = feed_time("start", self.start, now_ms) if self.start else 0
        end = feed_time("end", self.end, now_ms) if self.end else None
        if end is not None and start >= end:
            raise Invalid(f"start [{start}] must be earlier than end [{end}]")
        return start, end


class StopDatafeedOptions(Closed):
    """How datafeeds are stopped."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="stop_datafeed")

    force: Flag = False
    timeout: Duration = Duration("20s")
    allow_no_match: AllowNoFeed = True
    close_job: Flag = False
