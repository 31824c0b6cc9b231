"""Everything the use cases of jobs need, in memory: stores, a clock that obeys, and an engine that adds up numbers."""

import json
from collections.abc import Sequence
from dataclasses import replace

from tests.jobs.shelf import Shelf
from unusual.analysis.control import Flush, Outputs, Post, Result, Save, Schedule
from unusual.errors import Damaged, Invalid, Missing, NoSuchJob, Taken, Unwritable
from unusual.jobs import configure
from unusual.jobs.journals import Entry, Recalled
from unusual.jobs.ports import FoundResult, Ports, Snapshot, StoredJob
from unusual.workers.inline import Inline

CONFIG = {
    "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "count"}]},
    "data_description": {"time_field": "stamp", "time_format": "epoch"},
}


class Clock:
    """A wall clock that moves when told."""

    ms = 1_700_000_000_000

    def now_ms(self) -> int:
        return self.ms


class Jobs:
    """The `Jobs` port in memory."""

    def __init__(self) -> None:
        self.stored: dict[str, StoredJob] = {}

    def add(self, job: StoredJob) -> None:
        if job.job_id in self.stored:
            raise Taken(job.job_id)
        self.stored[job.job_id] = job

    def get(self, job_id: str) -> StoredJob:
        if job_id not in self.stored:
            raise NoSuchJob(job_id)
        return self.stored[job_id]

    def all(self) -> list[StoredJob]:
        return [self.stored[job_id] for job_id in sorted(self.stored)]

    def put(self, job: StoredJob) -> None:
        self.get(job.job_id)
        self.stored[job.job_id] = job

    def delete(self, job_id: str):
        yield 0
        self.stored.pop(job_id, None)


class Results:
    """As much of the `Results` port in memory as running jobs need.

    `full` makes it refuse to write for now, `broken` for good.
    """

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self.kept: dict[str, list[Result]] = {}
        self.broken = False
        self.full = False

    def commit(self, kept: Sequence[tuple[StoredJob, Outputs]], *, durable: bool = True) -> None:  # noqa: ARG002 - the port's
        if self.broken:
            raise OSError("disk full")
        if self.full:
            raise Unwritable("disk full")
        for job, outputs in kept:
            self._jobs.put(replace(self._jobs.get(job.job_id), stats=job.stats))
            self.add(job.job_id, outputs.results)

    def add(self, job_id: str, results) -> None:
        self._jobs.get(job_id)
        new = {(result.kind, result.timestamp, result.entity): result for result in results}
        old = {(result.kind, result.timestamp, result.entity): result for result in self.kept.get(job_id, [])}
        self.kept[job_id] = [*(old | new).values()]

    def read(self, job_id: str, selection):
        start = float("-inf") if selection.start_ms is None else selection.start_ms
        end = float("inf") if selection.end_ms is None else selection.end_ms
        found = [
            one.body
            for one in self.kept.get(job_id, [])
            if one.kind == selection.kind
            and start <= one.timestamp < end
            and not (one.is_interim and selection.exclude_interim)
        ]
        return len(found), found

    def scan(self, sought, *, bodies: bool):
        for job_id in sought.job_ids:
            own = [one for one in self.kept.get(job_id, []) if one.kind == sought.kind]
            yield [FoundResult(job_id, *one[:5], one.body.decode() if bodies else None) for one in own]

    def remove(self, job_id: str, kind: str, name: str, value: str):
        before = self.kept.get(job_id, [])
        self.kept[job_id] = [
            result for result in before if result.kind != kind or json.loads(result.body).get(name) != value
        ]
        yield len(before) - len(self.kept[job_id])

    def clear(self, job_id: str, after_ms: int | None = None):
        late = [one for one in self.kept.setdefault(job_id, []) if after_ms is None or one.timestamp > after_ms]
        for one in late:
            self.kept[job_id].remove(one)
            yield 1


class Snapshots:
    """The `Snapshots` port in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Snapshot] = {}

    def save(self, job_id: str, snapshot: Snapshot) -> None:
        self.kept[job_id, snapshot.description["snapshot_id"]] = snapshot

    def load(self, job_id: str, snapshot_id: str) -> Snapshot:
        if (job_id, snapshot_id) not in self.kept:
            raise Missing(snapshot_id)
        return self.kept[job_id, snapshot_id]

    def list(self, job_id: str):
        return [one.description for (owner, _), one in sorted(self.kept.items()) if owner == job_id]

    def describe(self, job_id: str, description) -> None:
        key = job_id, description["snapshot_id"]
        self.kept[key] = replace(self.kept[key], description=description)

    def delete(self, job_id: str, snapshot_ids) -> None:
        for snapshot_id in snapshot_ids:
            self.kept.pop((job_id, snapshot_id), None)


class Journals:
    """The `Journals` port in memory; `broken` makes it refuse to write, `damaged` to be read."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[int, int, bytes, list[Entry]]] = {}
        self.broken = False
        self.damaged = False

    def begin(self, job_id: str, journal: int, entry: int, head: bytes) -> None:
        if self.broken:
            raise Unwritable("disk full")
        self.kept[job_id] = journal, entry, head, []

    def append(self, job_id: str, entry: Entry, seen: int) -> None:  # noqa: ARG002 - the port's
        if self.broken:
            raise Unwritable("disk full")
        self.kept[job_id][-1].append(entry)

    def recall(self, job_id: str, position, seen: int) -> Recalled | None:
        journal, first, head, entries = self.kept.get(job_id, (0, 0, b"", []))
        if self.damaged:
            raise Damaged(job_id, "1 to 2", f"1 to {seen}", "here")
        newest = entries[-1].number if entries else first
        if journal != position.journal or newest <= position.covered:
            return None
        return Recalled(head, iter([*entries]), newest)

    def retract(self, job_id: str, entry: int) -> None:
        entries = self.kept[job_id][-1]
        if entries and entries[-1].number == entry:
            entries.pop()

    def size(self, job_id: str) -> int:
        return sum(len(entry.content) for entry in self.kept[job_id][-1])

    def remove(self, job_id: str) -> None:
        self.kept.pop(job_id, None)


class Configs:
    """The `Configs` port in memory."""

    def __init__(self) -> None:
        self.documents = {}

    def add(self, kind: str, name: str, document) -> None:
        if (kind, name) in self.documents:
            raise Taken(f"A {kind} with id [{name}] already exists")
        self.documents[kind, name] = document

    def get(self, kind: str, name: str):
        return self.documents.get((kind, name))

    def all(self, kind: str):
        return [document for (known, _), document in sorted(self.documents.items()) if known == kind]

    def put(self, kind: str, name: str, document) -> None:
        self.documents[kind, name] = document

    def delete(self, kind: str, name: str) -> bool:
        return self.documents.pop((kind, name), None) is not None


class Adder:
    """An engine that keeps every posted number; a hundred of them make a bucket."""

    def __init__(self, job, _) -> None:
        self.job_id = job.job_id
        self.numbers: list[int] = []
        self.upload = 0

    @classmethod
    def restore(cls, job, state: bytes, stopwatch) -> "Adder":
        engine = cls(job, stopwatch)
        engine.numbers = json.loads(state)
        return engine

    def handle(self, message) -> Outputs:
        match message:
            case Post(data=b"fault"):
                raise ZeroDivisionError("an engine may break")
            case Post(data=b"wrong"):
                raise Invalid("no number")
            case Post():
                return self._post(message)
            case Save():
                return self._outputs(state=json.dumps(self.numbers).encode() if self.numbers else None)
            case Flush() | Schedule():
                return self._outputs()

    def _post(self, message: Post) -> Outputs:
        added = [int(word) for word in message.data.split()]
        self.numbers += added
        self.upload += len(added)
        results = [Result("number", number, "", 0.0, is_interim=False, body=b"{}") for number in added]
        outputs = self._outputs(results=results, buckets=len(added))
        self.upload = 0 if message.last else self.upload
        return outputs

    def _outputs(self, **more) -> Outputs:
        seen = len(self.numbers)
        latest = dict.fromkeys(("latest_record_timestamp", "latest_bucket_timestamp"), max(self.numbers, default=None))
        return Outputs(
            upload={"processed_record_count": self.upload},
            counts={"input_record_count": seen, "processed_record_count": seen} | (latest if seen else {}),
            model_size={"model_bytes": 3 << 20},
            finalized_end=self.numbers[-1] if seen else None,
            **more,
        )


def world(workers=None) -> Ports:
    """A world without jobs."""
    jobs = Jobs()
    return Ports(jobs, Results(jobs), Snapshots(), Configs(), Shelf(), Journals(), workers or Inline(Adder), Clock())


def add_job(ports: Ports, job_id: str, **config) -> str:
    """A closed job."""
    configure.create(ports, job_id, CONFIG | config)
    return job_id


async def words(*pieces: bytes):
    """An upload in pieces."""
    for piece in pieces:
        yield piece
