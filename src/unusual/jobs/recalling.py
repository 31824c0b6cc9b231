"""What a job has to be told to be where it was: its active snapshot, and its journal since; knows no worker."""

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from unusual.analysis.control import Message, Post
from unusual.jobs.entries import decode, head_of
from unusual.jobs.journals import Entry
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.sessions import Session
from unusual.schema.jobs import Job

_AT_ONCE: Final = 8 << 20  # posted bytes that are told in one step

# Messages with the numbers of their entries: several when all that came of them is kept, or else one.
Step: TypeAlias = list[tuple[int, Message]]


class Past(NamedTuple):
    """The way of a job from its active snapshot, None without one, to where it was."""

    job: Job
    state: bytes | None
    steps: Iterator[Step]


def learnt(ports: Ports, stored: StoredJob) -> bytes | None:
    """The state in the active snapshot of a job, None without one; `errors.NoSuchSnapshot`.

    A snapshot of which a client wrote only a description has no state, either.
    """
    snapshot_id = stored.config.get("model_snapshot_id")
    return None if snapshot_id is None else ports.snapshots.load(stored.job_id, snapshot_id).state or None


def has_past(ports: Ports, stored: StoredJob) -> bool:
    """Whether a job was told something that its active snapshot does not know; `errors.Damaged`."""
    return ports.journals.recall(stored.job_id, stored.position, stored.records) is not None


def past_of(ports: Ports, session: Session) -> Past:
    """The past of the job of a session, which knows the end of its journal then.

    `errors.Damaged`, `errors.NoSuchJob`, `errors.NoSuchSnapshot`.
    """
    stored = ports.jobs.get(session.job_id)
    session.stored, session.position, session.seen = None, stored.position, stored.records
    recalled = ports.journals.recall(session.job_id, stored.position, stored.records)
    entries: Iterator[Entry] = iter(())
    if recalled is not None:
        session.head, session.entry, entries = head_of(recalled.head), recalled.newest, recalled.entries
    return Past(session.head.configuration, learnt(ports, stored), _steps(session, entries))


def _steps(session: Session, entries: Iterator[Entry]) -> Iterator[Step]:
    position = session.position
    rest: Iterator[Entry] = iter(())
    for entry in entries:
        if entry.number > position.covered:
            rest = chain([entry], entries)
            break
        session.follow(decode(entry.content))
    told: Step = [(0, session.head.schedule)]
    size = 0
    for entry in rest:
        message = decode(entry.content)
        session.follow(message)
        if entry.number >= position.entry or size > _AT_ONCE:
            yield told
            told, size = [], 0
        told.append((entry.number, message))
        size += len(message.data) if isinstance(message, Post) else 0
    yield told
