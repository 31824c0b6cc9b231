"""What the use cases need from the world, as small protocols; knows no implementation.

Stores are synchronous and safe to call from any thread; workers are asynchronous.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, RLock
from typing import NamedTuple, Protocol

from unusual.analysis.control import Document, Message, Outputs, Result
from unusual.jobs.batch import Batch
from unusual.jobs.journals import Journals
from unusual.jobs.lanes import Lanes
from unusual.jobs.lifecycle import State
from unusual.jobs.position import Position
from unusual.schema.jobs import Job


@dataclass(frozen=True)
class StoredJob:
    """A job as the store keeps it.

    config  the configuration as clients see it, without an embedded datafeed
    state   where in its lifecycle the job is
    reason  why it is in that state, when that needs an explanation ('' otherwise)
    stats   `data_counts`, `model_size_stats`, `timing_stats`, `finalized_end` (seconds) and the position in the
            journal; empty when fresh
    opened_ms  when it was opened, None when it is not
    """

    config: Document
    state: State
    reason: str = ""
    stats: Document = field(default_factory=dict)
    opened_ms: int | None = None

    @property
    def job_id(self) -> str:
        job_id: str = self.config["job_id"]
        return job_id

    @property
    def position(self) -> Position:
        return Position.of(self.stats)

    @property
    def records(self) -> int:
        """How many records the job has been sent."""
        count: int = self.stats.get("data_counts", {}).get("input_record_count", 0)
        return count


class Jobs(Protocol):
    """The configured jobs."""

    def add(self, job: StoredJob) -> None:
        """Store a new job; `errors.Taken` when the id is in use."""

    def get(self, job_id: str) -> StoredJob:
        """The job; `errors.NoSuchJob` when unknown."""

    def all(self) -> list[StoredJob]:
        """Every job, sorted by id."""

    def put(self, job: StoredJob) -> None:
        """Replace a stored job as a whole; `errors.NoSuchJob` when unknown."""

    def delete(self, job_id: str) -> Iterator[int]:
        """Remove all the job has, then the job; nothing when unknown. In steps as `Results.remove`."""


@dataclass(frozen=True)
class Page:
    """A part of a sorted list."""

    start: int = 0
    size: int = 100


@dataclass(frozen=True)
class Selection:
    """Which results to read (those of `timestamps_ms`, if any); ties of the field `sort` follow `ties`, as it does."""

    kind: str
    start_ms: int | None = None
    end_ms: int | None = None
    timestamps_ms: tuple[int, ...] | None = None
    exclude_interim: bool = False
    least_score: float | None = None
    sort: str = "timestamp"
    desc: bool = False
    ties: tuple[str, ...] = ("timestamp",)
    page: Page = field(default_factory=Page)


@dataclass(frozen=True)
class Sought:
    """Which results of several jobs are looked at.

    kind       None for every kind in `between`
    between    kinds after the one and before the other in the order of words; None for no end
    bounds     on the columns `timestamp` (ms) and `score`: gt, gte, lt or lte and a number
    texts      from each of these groups one text stands somewhere in the JSON
    subjects   all of these are among those the results are about
    """

    job_ids: tuple[str, ...]
    kind: str | None = None
    between: tuple[str, str | None] = ("", None)
    bounds: tuple[tuple[str, str, float], ...] = ()
    is_interim: bool | None = None
    texts: tuple[tuple[str, ...], ...] = ()
    subjects: tuple[str, ...] = ()


class Key(NamedTuple):
    """What one result is kept under."""

    job_id: str
    kind: str
    timestamp: int
    entity: str


class FoundResult(NamedTuple):
    """A stored result: its key, its columns, and perhaps the document as JSON."""

    job_id: str
    kind: str
    timestamp: int
    entity: str
    score: float | None
    is_interim: bool
    body: str | None


class Results(Protocol):
    """Result documents of all jobs; `lanes` tells their scores."""

    @property
    def lanes(self) -> Lanes: ...

    def commit(self, kept: Sequence[tuple[StoredJob, Outputs]], *, durable: bool = True) -> None:
        """For jobs, none of them twice: upsert results, drop superseded ones, rescore and keep the stats, all or none.

        durable  whether that is to outlast a power cut, as it need not when it can be had again from a journal
        """

    def read(self, job_id: str, selection: Selection) -> tuple[int, list[bytes]]:
        """How many documents match in all, and those of the page as JSON."""

    def number(self, sought: Sought, most: int | None) -> int:
        """How many results there are, at most `most`."""

    def first(
        self, sought: Sought, order: Sequence[tuple[str, bool]], most: int, after: Sequence[float | None] = ()
    ) -> list[FoundResult]:
        """The first `most` results of each job, in no order, with their documents.

        order  columns, `timestamp` or `score`, and whether descending; ties follow the key, as the first column does
        after  values of those columns: only what comes later than them counts
        """

    def scan(self, sought: Sought, *, bodies: bool) -> Iterator[list[FoundResult]]:
        """Every result, some at a time, in no order."""

    def fetch(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Documents as JSON by their keys; those that are gone are left out."""

    def add(self, job_id: str, results: Sequence[Result]) -> None:
        """Upsert results that do not come from the analysis of data; `errors.NoSuchJob`."""

    def remove(self, job_id: str, kind: str, name: str, value: str) -> Iterator[int]:
        """Remove the job's results of a kind with a value in their field `name`, step by step: how many with each."""

    def write(self, job_id: str, document_id: str, document: Document) -> bool:
        """Store one document given by a client (its `timestamp` already in ms); True when it is new."""

    def clear(self, job_id: str, after_ms: int | None = None) -> Iterator[int]:
        """Remove the results of the job, every one or those later than `after_ms`; in steps as `remove`."""

    def expire(self, job_id: str, kinds: Iterable[str], before_ms: int) -> Iterator[int]:
        """Remove the results of the job that are of these kinds and earlier than `before_ms`; in steps as `remove`."""


@dataclass(frozen=True)
class Snapshot:
    """A saved model: its description as clients see it, and the learnt state."""

    description: Document
    state: bytes


class Snapshots(Protocol):
    """Learnt states of jobs."""

    def save(self, job_id: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under `description["snapshot_id"]`, replacing one of that id."""

    def load(self, job_id: str, snapshot_id: str) -> Snapshot:
        """The snapshot; `errors.NoSuchSnapshot`."""

    def list(self, job_id: str) -> list[Document]:
        """Descriptions of all snapshots of the job, oldest first."""

    def describe(self, job_id: str, description: Document) -> None:
        """Replace the description of the snapshot of that id."""

    def delete(self, job_id: str, snapshot_ids: Iterable[str]) -> None:
        """Remove snapshots; unknown ids are ignored."""


class Configs(Protocol):
    """Small named documents: datafeeds, calendars, events, filters, settings."""

    def add(self, kind: str, name: str, document: Document) -> None:
        """Store a new document; `errors.Taken` when the name is in use."""

    def get(self, kind: str, name: str) -> Document | None:
        """The document, None when unknown."""

    def all(self, kind: str) -> list[Document]:
        """Every document of a kind, sorted by name."""

    def put(self, kind: str, name: str, document: Document) -> None:
        """Store or replace a document."""

    def delete(self, kind: str, name: str) -> bool:
        """Remove a document; whether there was one."""


@dataclass(frozen=True)
class StoredIndex:
    """An index of documents, with `mappings`, `settings`, `aliases` (other names), `created_ms` and `timed` fields."""

    name: str
    definition: Document

    @property
    def aliases(self) -> Document:
        return dict(self.definition.get("aliases", {}))

    @property
    def timed(self) -> frozenset[str]:
        """The date fields of which no document holds several moments, and all that one holds is kept beside it."""
        return frozenset(self.definition.get("timed", ()))


@dataclass(frozen=True)
class Change:
    """One document to be kept, or with `body` None to be removed.

    body      the document as JSON
    moments   the time of each of its date fields, ms
    only_new  leave a document of that id alone
    """

    document_id: str
    body: bytes | None
    moments: Mapping[str, int] = field(default_factory=dict)
    only_new: bool = False


class Outcome(StrEnum):
    """What became of a change; the words clients read."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Stretch:
    """Documents of some indices whose date field lies in [start, end), ms; None for no bound.

    grain_ms  moments that lie between the same two multiples of it are told together
    """

    indices: tuple[str, ...]
    field: str
    start_ms: int | None = None
    end_ms: int | None = None
    grain_ms: int = 1


class Found(NamedTuple):
    """A stored document; `time_ms` is that of the field asked for (0: none), `number` grows from change to change."""

    index_name: str
    document_id: str
    time_ms: int
    body: bytes
    number: int = 0


class Documents(Protocol):
    """Indices of documents, from which datafeeds read."""

    def add(self, index: StoredIndex) -> None:
        """Make an index; `errors.Taken` when the name is in use."""

    def all(self) -> list[StoredIndex]:
        """Every index, sorted by name."""

    def put(self, index: StoredIndex) -> None:
        """Replace the definition of an index; `errors.NoSuchIndex`."""

    def delete(self, name: str) -> None:
        """Remove an index with its documents; nothing when unknown."""

    def change(self, name: str, changes: Sequence[Change]) -> list[Outcome]:
        """Carry out changes in order, in one transaction; `errors.NoSuchIndex`."""

    def append(self, name: str, batch: Batch) -> Collection[str]:
        """Keep documents, in one transaction; the ids of those that are replaced by them.

        `errors.NoSuchIndex`; `errors.Taken` where one is there and nothing may be replaced.
        """

    def get(self, name: str, document_id: str) -> bytes | None:
        """A document as JSON, None when unknown."""

    def number(self, name: str) -> int:
        """How many documents an index has."""

    def number_within(self, stretch: Stretch) -> int:
        """How many documents a stretch has."""

    def fetch(self, name: str, document_ids: Iterable[str]) -> dict[str, bytes]:
        """Documents as JSON by their ids; those that are gone are left out."""

    def scan(self, indices: Sequence[str]) -> Iterator[Found]:
        """Every document, an index after the other, oldest change first."""

    def page(self, stretch: Stretch, size: int) -> list[Found]:
        """The earliest documents of a stretch, by time: at least `size` if there are so many.

        Never does a page end between documents of the same grain, so the next one begins with the next grain.
        """


class Workers(Protocol):
    """Where open jobs live; one ordered mailbox per job.

    Every call raises `errors.WorkerDied` when the worker of the job is gone and
    `errors.JobBroke` when the job's own analysis raised.
    """

    async def open(self, job: Job, state: bytes | None, *, alone: bool = False) -> None:
        """Give the job a worker, one that nobody else has if it is to be `alone`; it goes on from `state` if any."""

    async def send(self, job_id: str, message: Message) -> Outputs:
        """Let the job handle a message after all earlier ones."""

    async def replay(self, job_id: str, messages: Sequence[Message]) -> None:
        """Let the job learn what it was told before, in order; nothing of what comes of it is told."""

    async def drop(self, job_id: str) -> None:
        """Forget the job in memory without keeping anything; nothing when it has no worker."""

    async def lost(self) -> list[str]:
        """Wait until a worker dies; the jobs it held."""

    async def stop(self) -> None:
        """End all workers."""

    def standing(self) -> tuple[int, int]:
        """How many workers take orders now, and how many there should be."""


class Clock(Protocol):
    """The wall clock."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""


@dataclass(frozen=True)
class Ports:
    """All doors at once, put together by the composition root.

    changing  held while a stored job is read and then replaced, so that no change is lost
    stopping  set when the server ends: what takes long ends after its next step
    """

    jobs: Jobs
    results: Results
    snapshots: Snapshots
    configs: Configs
    documents: Documents
    journals: Journals
    workers: Workers
    clock: Clock
    changing: RLock = field(default_factory=RLock)
    stopping: Event = field(default_factory=Event)
