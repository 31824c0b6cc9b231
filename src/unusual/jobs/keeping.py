"""What the one writer does with the store when a job moves on; knows no worker and no event loop.

Every function runs in the writer's thread and changes a stored job under `Ports.changing`.
"""

from contextlib import suppress
from dataclasses import replace

from unusual.analysis.control import Annotation, Document, Outputs
from unusual.errors import Unwritable
from unusual.jobs import annotations, ledger, notifications
from unusual.jobs.lifecycle import Event, State, after
from unusual.jobs.notifications import Level
from unusual.jobs.ports import Ports, Snapshot, StoredJob
from unusual.jobs.position import Position
from unusual.jobs.sessions import Session
from unusual.jobs.version import OLDEST_READABLE_STATE


def move(ports: Ports, job_id: str, event: Event, reason: str = "") -> StoredJob:
    """Let an event happen to the job; `reason` explains the new state."""
    with ports.changing:
        job = ports.jobs.get(job_id)
        moved = replace(job, state=after(job.state, event), reason=reason, opened_ms=None)
        ports.jobs.put(moved)
    return moved


def ready(ports: Ports, session: Session, outputs: Outputs, *, restarted: bool) -> None:
    """The job is loaded from its snapshot, and `outputs` are its first word: it is open from now on."""
    with ports.changing:
        session.require_alive()
        job = ports.jobs.get(session.job_id)
        session.stored = None
        stats = ledger.resumed(job, outputs) if restarted else ledger.carried_over(job, outputs)
        loss = ledger.loss(job, outputs) if restarted else ""
        _opened(ports, replace(job, stats=session.position.into(stats)), loss)
    _tell_opened(ports, job, restarted=restarted)


def revived(ports: Ports, session: Session) -> None:
    """The job is where it was: it is open again."""
    with ports.changing:
        session.require_alive()
        job = ports.jobs.get(session.job_id)
        _opened(ports, job, "")
    _tell_opened(ports, job, restarted=True)


def _tell_opened(ports: Ports, job: StoredJob, *, restarted: bool) -> None:
    snapshot_id = job.config.get("model_snapshot_id")
    begun = "Job opened" + (" again after a restart" if restarted else "")
    notifications.tell(ports, job.job_id, begun + (f", from model snapshot [{snapshot_id}]" if snapshot_id else ""))


def _opened(ports: Ports, job: StoredJob, reason: str) -> None:
    config = {name: value for name, value in job.config.items() if name != "finished_time"}
    opened = replace(job, config=config, state=after(job.state, Event.READY), reason=reason)
    ports.jobs.put(replace(opened, opened_ms=ports.clock.now_ms()))


def pass_over(ports: Ports, session: Session, position: Position) -> None:
    """The job has refused an entry of its journal."""
    with ports.changing:
        session.require_alive()
        job = ports.jobs.get(session.job_id)
        session.stored = None
        ports.jobs.put(replace(job, stats=position.into(job.stats)))
        session.position = position


def finish(ports: Ports, session: Session, snapshot_id: str | None) -> None:
    """The job, whose model is kept as a snapshot if there is any, is closed from now on."""
    with ports.changing:
        session.require_alive()
        job = _activated(ports.jobs.get(session.job_id), snapshot_id)
        config = job.config | {"finished_time": ports.clock.now_ms()}
        ports.jobs.put(replace(job, config=config, state=after(job.state, Event.DONE), reason="", opened_ms=None))
        ports.journals.remove(job.job_id)
    notifications.tell(ports, job.job_id, "Job closed")


def activate(ports: Ports, session: Session, snapshot_id: str | None) -> None:
    """The job, which stays open, would go on from this snapshot from now on; its journal begins anew after it."""
    with ports.changing:
        session.require_alive()
        session.stored = None
        job = _activated(ports.jobs.get(session.job_id), snapshot_id)
        ports.jobs.put(job)
        session.position = job.position
        with suppress(Unwritable):  # then it goes on as it is, longer than it need be
            ports.journals.begin(job.job_id, job.position.journal, session.entry, session.head.encoded())


def drop(ports: Ports, job_id: str, event: Event) -> None:
    """The job is closed by force, and keeps the model that it had stored before.

    A failed one keeps its journal as well: it may be opened again where it was before it failed.
    """
    with ports.changing:
        job = ports.jobs.get(job_id)
        config = job.config | {"finished_time": ports.clock.now_ms()}
        stats = job.stats if job.state is State.FAILED else job.position.anew().into(job.stats)
        ports.jobs.put(
            replace(job, config=config, stats=stats, state=after(job.state, event), reason="", opened_ms=None)
        )
        if job.state is not State.FAILED:
            ports.journals.remove(job_id)
    if job.state is not State.CLOSED:
        notifications.tell(ports, job_id, "Job closed by force")


def rest(ports: Ports, job_id: str) -> None:
    """The job, which no worker has, is closed; its journal, if it has one, is for its next opening."""
    with ports.changing:
        job = ports.jobs.get(job_id)
        config = job.config | {"finished_time": ports.clock.now_ms()}
        closed = after(job.state, Event.FORCE_CLOSE)
        ports.jobs.put(replace(job, config=config, state=closed, reason="", opened_ms=None))
    if job.state is not State.CLOSED:
        notifications.tell(ports, job_id, "Job closed")


def fail(ports: Ports, job_id: str, reason: str, *, lost: bool) -> None:
    """The job has failed. lost: its journal is of no use any more."""
    with ports.changing:
        job = ports.jobs.get(job_id)
        stats = job.position.anew().into(job.stats) if lost else job.stats
        state = after(job.state, Event.BREAK)
        ports.jobs.put(replace(job, state=state, reason=reason, stats=stats, opened_ms=None))
    notifications.tell(ports, job_id, f"Job failed: {reason}", Level.ERROR)


def keep_model(ports: Ports, job_id: str, outputs: Outputs, why: str) -> str | None:
    """Keep the learnt state as a snapshot, described by `why`; its id, None when there is nothing to keep.

    It may be large, so this is not for the writer's thread; nobody else may keep a model of the job meanwhile.
    """
    if outputs.state is None:
        return None
    description = _described(ports, job_id, outputs, why)
    ports.snapshots.save(job_id, Snapshot(description, outputs.state))
    annotations.keep(ports, job_id, [_stored(description)])
    snapshot_id: str = description["snapshot_id"]
    notifications.tell(ports, job_id, f"Model snapshot [{snapshot_id}] stored")
    return snapshot_id


def _activated(job: StoredJob, snapshot_id: str | None) -> StoredJob:
    """The job with a snapshot of all that it was told so far; None for one that has learnt nothing."""
    saved = replace(job, stats=job.position.saved().into(job.stats))
    return saved if snapshot_id is None else replace(saved, config=job.config | {"model_snapshot_id": snapshot_id})


def _described(ports: Ports, job_id: str, outputs: Outputs, why: str) -> Document:
    """What clients see of a snapshot that is made now."""
    now_ms = ports.clock.now_ms()
    latest_ms = outputs.counts.get("latest_bucket_timestamp")
    quantiles = {"job_id": job_id, "timestamp": latest_ms, "quantile_state": outputs.quantiles}
    description = {
        "job_id": job_id,
        "min_version": OLDEST_READABLE_STATE,
        "timestamp": now_ms,
        "description": why,
        "snapshot_id": _free_id(ports, job_id, now_ms),
        "snapshot_doc_count": 1,
        "model_size_stats": outputs.model_size,
        "latest_record_time_stamp": outputs.counts.get("latest_record_timestamp"),
        "latest_result_time_stamp": latest_ms,
        "quantiles": quantiles if outputs.quantiles and latest_ms is not None else None,
        "retain": False,
    }
    return {name: value for name, value in description.items() if value is not None}


def _stored(description: Document) -> Annotation:
    """That a snapshot was stored, at the newest result it knows of."""
    newest = "latest_result_time_stamp" if "latest_result_time_stamp" in description else "timestamp"
    time_ms: int = description[newest]
    text = f"Job model snapshot with id [{description['snapshot_id']}] stored"
    return Annotation(annotations.SNAPSHOT_STORED, text, time_ms, time_ms)


def _free_id(ports: Ports, job_id: str, now_ms: int) -> str:
    """The second of making, or the next one that no snapshot of the job has."""
    taken = {description["snapshot_id"] for description in ports.snapshots.list(job_id)}
    second = now_ms // 1000
    while str(second) in taken:
        second += 1
    return str(second)
