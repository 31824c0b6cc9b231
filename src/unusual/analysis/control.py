"""What one job in memory is told, and what it answers: frozen messages, safe to pickle; knows no transport.

All times are whole seconds since the epoch unless a name ends in `_ms`.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Self, TypeAlias

from unusual.schema.calendars import Event
from unusual.schema.jobs import Job

Seconds: TypeAlias = int
Document: TypeAlias = dict[str, Any]

MODEL_CHANGE: Final = "model_change"  # the event of an annotation that tells of a change in how a series goes


@dataclass(frozen=True)
class Post:
    """A piece of posted JSON: NDJSON, objects one after the other, or one array of objects.

    A piece may end in the middle of an object; the rest comes with the next piece. `last` ends the upload.
    `reset` is the window [start, end) to forget before the upload's records are added.
    `mark` is where the source of the records goes on; the analysis does not look at it.
    """

    data: bytes
    now_ms: int
    last: bool = True
    reset: tuple[Seconds, Seconds] | None = None
    mark: Document | None = None


@dataclass(frozen=True)
class Cut:
    """End an upload behind its last whole record; the answer has what another upload must begin with to go on."""


@dataclass(frozen=True)
class Flush:
    """A barrier: everything posted before is analysed when the answer comes."""

    calc_interim: bool = False
    start: Seconds | None = None
    end: Seconds | None = None
    skip_time: Seconds | None = None
    advance_time: Seconds | None = None


class ScheduledEvent(NamedTuple):
    """A stretch of time [start, end) in which the unusual is expected."""

    start: Seconds
    end: Seconds
    description: str
    skip_result: bool
    skip_model_update: bool
    force_time_shift: Seconds = 0

    @classmethod
    def of(cls, event: Event) -> Self:
        """The event of a calendar, which does not come again."""
        start, end = event.start_time // 1000, -(-event.end_time // 1000)
        skips = event.skip_result, event.skip_model_update
        return cls(start, end, event.description, *skips, event.force_time_shift or 0)


@dataclass(frozen=True)
class Schedule:
    """What counts for the job from now on, though it is open.

    events  of calendars
    lists   that its rules name
    job     its configuration now, of which rules and what is plotted count; None for that which it was opened with
    """

    events: tuple[ScheduledEvent, ...]
    lists: dict[str, tuple[str, ...]]
    job: Job | None = None


@dataclass(frozen=True)
class Forecast:
    """Ask how the series of the job go on, from the start of the last final bucket; what is learnt stays as it is.

    request       the request's stats, as they are to be kept with each part of the answer
    buckets       how many
    memory_bytes  how much memory the models of the continued series may take
    """

    request: Document
    buckets: int
    memory_bytes: int


@dataclass(frozen=True)
class Proceed:
    """Go on with what the message before left unfinished; nothing else may come in between."""


@dataclass(frozen=True)
class Save:
    """Ask for the whole learnt state as bytes."""


Message: TypeAlias = Post | Cut | Flush | Schedule | Forecast | Proceed | Save


@dataclass(frozen=True)
class Replay:
    """What the job was told before, in order: it is to learn it, and what comes of it is known already."""

    messages: tuple[Message, ...]


OF_BUCKETS: Final = ("bucket", "record", "influencer", "model_plot")  # kinds of results that tell of one bucket


class Result(NamedTuple):
    """One result document, ready to be stored.

    kind       bucket | record | influencer | model_plot | ...
    timestamp  start of the bucket, ms
    entity     what distinguishes it among the results of its kind and time ('' for a bucket)
    score      the score that clients filter by, 0..100
    is_interim whether a later result will replace it
    body       the whole document as JSON
    surprise   what the score was made of, if it follows what becomes known later; None when it stays
    subjects   whom it is about, as `subjects` words it
    """

    kind: str
    timestamp: int
    entity: str
    score: float
    is_interim: bool
    body: bytes
    surprise: float | None = None
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rescoring:
    """What the results of one kind in [start_ms, end_ms) deserve in view of what came later.

    surprises, scores  points of the curve, both growing
    """

    kind: str
    start_ms: int
    end_ms: int
    surprises: tuple[float, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Annotation:
    """A remark on a stretch of time, from start_ms to end_ms.

    event   what it is about, as the API calls it
    fields  what else the document says: the detector, and the splitting fields of the series that is meant
    """

    event: str
    text: str
    start_ms: int
    end_ms: int
    fields: Document = field(default_factory=dict)


@dataclass(frozen=True)
class Outputs:
    """What a message led to.

    results        result documents, in time order
    reopened       the final results of buckets in [start, end) that were kept before are void, as late records came
    rescorings     to be applied in order to the results kept so far, those above included
    upload         data counts of the records of this upload so far
    counts         data counts of the job since it was created
    model_size     model size stats
    finalized_end  end of the newest final bucket, None before any data or advance
    buckets        how many buckets became final through this message
    interim_before interim results older than this time are superseded and must go
    replaces_interim  all interim results of the job are superseded
    annotations    remarks on stretches of the job's time
    unfinished     so much came of it that the rest must be asked for with `Proceed`
    state          the learnt state, only in the answer to `Save`; None there when there is nothing to keep
    quantiles      the past that scores are relative to, as a text, beside the state
    rest           what an upload that was cut goes on with, before what has not been posted yet; only in that answer
    """

    upload: Document
    counts: Document
    model_size: Document
    finalized_end: Seconds | None
    results: list[Result] = field(default_factory=list)
    reopened: tuple[Seconds, Seconds] | None = None
    rescorings: list[Rescoring] = field(default_factory=list)
    buckets: int = 0
    interim_before: Seconds | None = None
    replaces_interim: bool = False
    annotations: tuple[Annotation, ...] = ()
    unfinished: bool = False
    state: bytes | None = None
    quantiles: str = ""
    rest: bytes = b""

    @property
    def empty(self) -> bool:
        """Whether there is nothing new to be kept."""
        told = self.results, self.reopened, self.rescorings, self.annotations, self.buckets, self.replaces_interim
        return not any(told) and self.state is None
