"""Options of the endpoints that configure and run jobs; the same document in query and body.

Names, defaults and refusals are those of the REST API. Times stay as written until the caller gives the wall clock.
"""

from typing import ClassVar, NamedTuple

from pydantic import ConfigDict

from unusual.errors import Invalid, Unreadable
from unusual.schema.durations import Duration
from unusual.schema.moments import FlushTime
from unusual.schema.options.paging import AllowNoMatch
from unusual.schema.times import flush_time
from unusual.schema.values import Closed, Flag


class OpenOptions(Closed):
    """How long a client waits for a job to open."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="open_job")

    timeout: Duration = Duration("30m")


class CloseOptions(Closed):
    """How jobs are closed."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="close_job")

    force: Flag = False
    timeout: Duration = Duration("30m")
    allow_no_match: AllowNoMatch = True


class JobsOptions(Closed):
    """Which jobs are shown, and how."""

    allow_no_match: AllowNoMatch = True
    exclude_generated: Flag = False


class JobStatsOptions(Closed):
    """Which jobs' stats are shown."""

    allow_no_match: AllowNoMatch = True


class DeleteJobOptions(Closed):
    """How a job is deleted."""

    force: Flag = False
    wait_for_completion: Flag = True
    delete_user_annotations: Flag = False


class ResetOptions(Closed):
    """How a job is reset."""

    wait_for_completion: Flag = True
    delete_user_annotations: Flag = False


class DataOptions(Closed):
    """The window to forget before the records of an upload are added."""

    reset_start: FlushTime | None = None
    reset_end: FlushTime | None = None

    def window(self, now_ms: int) -> tuple[int, int] | None:
        """Start and end of the window in seconds, None without one; `errors.Unreadable`."""
        start = None if self.reset_start is None else flush_time("start", self.reset_start, now_ms)
        end = None if self.reset_end is None else flush_time("end", self.reset_end, now_ms)
        if start is None and end is None:
            return None
        # An open end reaches up to the present, an open start back to the epoch.
        return (0 if start is None else start, now_ms // 1000 if end is None else end)


class FlushTimes(NamedTuple):
    """The times of a flush in whole seconds, None where not given."""

    start: int | None
    end: int | None
    skip_time: int | None
    advance_time: int | None


class FlushOptions(Closed):
    """What a flush does beyond waiting."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="flush_job")

    calc_interim: Flag = False
    start: FlushTime | None = None
    end: FlushTime | None = None
    advance_time: FlushTime | None = None
    skip_time: FlushTime | None = None

    def times(self, now_ms: int) -> FlushTimes:
        """The times in seconds; `errors.Invalid`, or `errors.Unreadable`, when they are no times or do not fit."""
        self._check_range()
        written = (("start", self.start), ("end", self.end), ("skip_time", self.skip_time))
        start, end, skip = (_seconds(name, text, now_ms) for name, text in written)
        advance = _seconds("advance_time", self.advance_time, now_ms)
        if start is not None and end is not None and end < start:
            raise Unreadable(f"Invalid time range: end time '{self.end}' is earlier than start time '{self.start}'.")
        if skip is not None and advance is not None and advance <= skip:
            raise Invalid(f"advance_time [{self.advance_time}] must be later than skip_time [{self.skip_time}]")
        return FlushTimes(start, end, skip, advance)

    def _check_range(self) -> None:
        if not self.calc_interim:
            for name, text in (("start", self.start), ("end", self.end)):
                if text:
                    raise Invalid(f"Invalid flush parameters: unexpected '{name}'.")
        elif self.end and not self.start:
            raise Invalid("Invalid flush parameters: 'start' has not been specified.")


def _seconds(name: str, text: str | None, now_ms: int) -> int | None:
    return flush_time(name, text, now_ms) if text else None
