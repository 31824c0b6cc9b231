"""A job carried from one server to another in one file: its configuration and all it has learnt, without its results.

Knows where both are kept; knows no file and no layout.
"""

from dataclasses import replace

from unusual.analysis import snapshot
from unusual.analysis.control import Document, Save
from unusual.jobs import configure, keeping
from unusual.jobs.ports import Ports
from unusual.schema.given import given


def exported(ports: Ports, job_id: str, snapshot_id: str) -> bytes:
    """The snapshot, with the job's configuration and the snapshot's description; `NoSuchJob`, `NoSuchSnapshot`."""
    config = ports.jobs.get(job_id).config
    kept = ports.snapshots.load(job_id, snapshot_id)
    return snapshot.labelled(kept.state, {"job": config, "snapshot": kept.description})


def imported(ports: Ports, raw: bytes, name: str | None = None) -> Document:
    """Make a closed job that goes on from an exported snapshot; `{"job": ..., "model": ...}`.

    name  what it is to be called, None for as it was

    All that is learnt is read and written anew: a file that cannot be read is refused here, and not when the job is
    opened. `errors.Invalid` and its kinds; `errors.Taken` when the name is in use.
    """
    from unusual.analysis.engine import Engine, configuration_in  # noqa: PLC0415 - loaded only by who asks

    exported_job = configuration_in(raw)
    job_id = exported_job.job_id if name is None else name
    request = {name: value for name, value in given(exported_job).items() if name != "job_id"}
    job = configure.candidate(ports, request | {"job_id": job_id})
    outputs = Engine.restore(job, raw).handle(Save())
    configure.create(ports, job_id, request)
    snapshot_id = keeping.keep_model(ports, job_id, outputs, f"Imported from job [{exported_job.job_id}]")
    stats = {
        "data_counts": outputs.counts,
        "model_size_stats": outputs.model_size,
        "finalized_end": outputs.finalized_end,
    }
    with ports.changing:
        stored = ports.jobs.get(job_id)
        stored = replace(stored, config=stored.config | {"model_snapshot_id": snapshot_id}, stats=stats)
        ports.jobs.put(stored)
    [model] = [one for one in ports.snapshots.list(job_id) if one["snapshot_id"] == snapshot_id]
    return {"job": stored.config, "model": model}
