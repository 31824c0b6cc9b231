"""What the one writer does with the store when a job moves on; knows no worker and no event loop.

Every function runs in the writer's thread and changes a stored job under `Ports.changing`.
"""

from dataclasses import replace

from unusual.analysis.control import Annotation, Document, Outputs
from unusual.jobs import annotations, ledger
from unusual.jobs.lifecycle import Event, after
from unusual.jobs.ports import Ports, Snapshot, StoredJob
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
    """The job is loaded, and `outputs` are its first word: it is open from now on."""
    with ports.changing:
        session.require_alive()
        job = ports.jobs.get(session.job_id)
        ports.jobs.put(
            replace(
                job,
                config={name: value for name, value in job.config.items() if name != "finished_time"},
                state=after(job.state, Event.READY),
                reason=ledger.loss(job, outputs) if restarted else "",
                stats=ledger.resumed(job, outputs) if restarted else ledger.carried_over(job, outputs),
                opened_ms=ports.clock.now_ms(),
            )
        )


def commit(ports: Ports, session: Session, outputs: Outputs, elapsed_ms: float) -> None:
    """Keep what a message led to, in one transaction; `elapsed_ms` is how long it took.

    But for annotations, which come first: kept twice, they are the same.
    """
    with ports.changing:
        session.require_alive()
        job = ports.jobs.get(session.job_id)
        if outputs.reopened is not None:
            annotations.retract(ports, job.job_id, *outputs.reopened)
        annotations.keep(ports, job.job_id, outputs.annotations)
        ports.results.commit(replace(job, stats=ledger.advanced(job, outputs, elapsed_ms)), outputs)


def finish(ports: Ports, session: Session, outputs: Outputs) -> None:
    """Keep the model of a job that closes; the job is closed from now on."""
    with ports.changing:
        session.require_alive()
        job = ports.jobs.get(session.job_id)
        config = _with_model(ports, job, outputs, "job close") | {"finished_time": ports.clock.now_ms()}
        ports.jobs.put(replace(job, config=config, state=after(job.state, Event.DONE), reason="", opened_ms=None))


def suspend(ports: Ports, session: Session, outputs: Outputs) -> None:
    """Keep the model of a job that stays open while the server does not run."""
    with ports.changing:
        session.require_alive()
        job = ports.jobs.get(session.job_id)
        ports.jobs.put(replace(job, config=_with_model(ports, job, outputs, "server stop")))


def drop(ports: Ports, job_id: str, event: Event) -> None:
    """The job is closed, by force or by a restart of the server, and keeps the model that it had stored before."""
    with ports.changing:
        job = ports.jobs.get(job_id)
        config = job.config | {"finished_time": ports.clock.now_ms()}
        ports.jobs.put(replace(job, config=config, state=after(job.state, event), reason="", opened_ms=None))


def _with_model(ports: Ports, job: StoredJob, outputs: Outputs, occasion: str) -> Document:
    """The configuration, with the learnt state kept as the active snapshot if there is any."""
    if outputs.state is None:
        return job.config
    description = _described(ports, job, outputs, occasion)
    ports.snapshots.save(job.job_id, Snapshot(description, outputs.state))
    annotations.keep(ports, job.job_id, [_stored(description)])
    return job.config | {"model_snapshot_id": description["snapshot_id"]}


def _described(ports: Ports, job: StoredJob, outputs: Outputs, occasion: str) -> Document:
    now_ms = ports.clock.now_ms()
    description = {
        "job_id": job.job_id,
        "min_version": OLDEST_READABLE_STATE,
        "timestamp": now_ms,
        "description": f"State persisted due to {occasion}",
        "snapshot_id": _free_id(ports, job.job_id, now_ms),
        "snapshot_doc_count": 1,
        "model_size_stats": outputs.model_size,
        "latest_record_time_stamp": outputs.counts.get("latest_record_timestamp"),
        "latest_result_time_stamp": outputs.counts.get("latest_bucket_timestamp"),
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
