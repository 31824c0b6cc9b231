"""What one job in memory is told, and what it answers: frozen messages, safe to pickle; knows no transport.

All times are whole seconds since the epoch unless a name ends in `_ms`.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

Seconds: TypeAlias = int
Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Post:
    """A piece of posted JSON: NDJSON, objects one after the other, or one array of objects.

    A piece may end in the middle of an object; the rest comes with the next piece. `last` ends the upload.
    `reset` is the window [start, end) to forget before the upload's records are added.
    """

    data: bytes
    now_ms: int
    last: bool = True
    reset: tuple[Seconds, Seconds] | None = None


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


@dataclass(frozen=True)
class Schedule:
    """What calendars and filters say from now on: the events that count for the job, and the lists its rules name."""

    events: tuple[ScheduledEvent, ...]
    lists: dict[str, tuple[str, ...]]


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


Message: TypeAlias = Post | Flush | Schedule | Forecast | Proceed | Save


class Result(NamedTuple):
    """One result document, ready to be stored.

    kind       bucket | record | influencer | model_plot | ...
    timestamp  start of the bucket, ms
    entity     what distinguishes it among the results of its kind and time ('' for a bucket)
    score      the score that clients filter by, 0..100
    is_interim whether a later result will replace it
    body       the whole document as JSON
    """

    kind: str
    timestamp: int
    entity: str
    score: float
    is_interim: bool
    body: bytes


@dataclass(frozen=True)
class Outputs:
    """What a message led to.

    results        result documents, in time order
    upload         data counts of the records of this upload so far
    counts         data counts of the job since it was created
    model_size     model size stats
    finalized_end  end of the newest final bucket, None before any data or advance
    buckets        how many buckets became final through this message
    interim_before interim results older than this time are superseded and must go
    replaces_interim  all interim results of the job are superseded
    unfinished     so much came of it that the rest must be asked for with `Proceed`
    state          the learnt state, only in the answer to `Save`; None there when there is nothing to keep
    """

    upload: Document
    counts: Document
    model_size: Document
    finalized_end: Seconds | None
    results: list[Result] = field(default_factory=list)
    buckets: int = 0
    interim_before: Seconds | None = None
    replaces_interim: bool = False
    unfinished: bool = False
    state: bytes | None = None
