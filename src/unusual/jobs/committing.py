"""What messages to several jobs led to, kept in one transaction; knows no worker and no event loop.

Runs in the writer's thread and changes stored jobs under `Ports.changing`, as `keeping` does.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from unusual.analysis.control import Outputs
from unusual.jobs import annotations, ledger
from unusual.jobs.health import tell_memory
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.position import Position
from unusual.jobs.sessions import Session


class Kept(NamedTuple):
    """What a message to one job led to, to be kept.

    elapsed_ms  how long it took
    position    how far the job is in its journal then
    """

    session: Session
    outputs: Outputs
    elapsed_ms: float
    position: Position

    @property
    def durable(self) -> bool:
        """Whether it must outlast a power cut: unless the journal has the message, by which it is found once more."""
        return self.position == self.session.position


def commit(ports: Ports, kept: Sequence[Kept]) -> list[None]:
    """Keep what messages led to and how far their jobs are, in one transaction, no job twice.

    But for annotations, which come first: kept twice, they are the same. When it raises, nothing else is kept.
    """
    with ports.changing:
        before = [_prepared(ports, one) for one in kept]
        after = [_moved(job, one) for job, one in zip(before, kept, strict=True)]
        pairs = [(job, one.outputs) for job, one in zip(after, kept, strict=True)]
        ports.results.commit(pairs, durable=any(one.durable for one in kept))
        for job, one in zip(after, kept, strict=True):
            session = one.session
            session.stored, session.position, session.seen = job, one.position, job.records
    for job, one in zip(before, kept, strict=True):
        tell_memory(ports, job, one.outputs.model_size)
    return [None] * len(kept)


def _prepared(ports: Ports, one: Kept) -> StoredJob:
    """The job as it is, its annotations as they are to be."""
    session, outputs = one.session, one.outputs
    session.require_alive()
    job = session.stored or ports.jobs.get(session.job_id)
    if outputs.reopened is not None:
        annotations.retract(ports, job.job_id, *outputs.reopened)
    annotations.keep(ports, job.job_id, outputs.annotations)
    return job


def _moved(job: StoredJob, one: Kept) -> StoredJob:
    return replace(job, stats=one.position.into(ledger.advanced(job, one.outputs, one.elapsed_ms)))
