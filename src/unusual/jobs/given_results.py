"""Documents that clients write into a job's results themselves; knows what makes them like the job's own."""

from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Malformed, NoSuchJob
from unusual.jobs.ports import Ports, Snapshot, StoredJob
from unusual.jobs.search.holdings import PREFIX, WRITING, chosen, index_of
from unusual.schema.times import result_time

SNAPSHOT: Final = "model_snapshot"
CATEGORY: Final = "category_definition"

_TIMES: Final = ("timestamp", "latest_record_time_stamp", "latest_result_time_stamp")
# What readers of a kind rely on: the fields it cannot be without, and what stands in for those it may lack.
_NEEDED: Final = {
    "bucket": ("timestamp",),
    "record": ("timestamp",),
    "influencer": ("timestamp",),
    "model_plot": ("timestamp",),
    "model_forecast": ("timestamp",),
    CATEGORY: ("category_id",),
    SNAPSHOT: ("snapshot_id", "timestamp"),
}
_ASSUMED: Final[dict[str, Document]] = {
    "bucket": {"event_count": 0, "is_interim": False, "bucket_influencers": [], "processing_time_ms": 0},
    "record": {"is_interim": False},
    "influencer": {"is_interim": False},
    SNAPSHOT: {"description": "", "retain": False},
}
_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "result_type": str,
    "snapshot_id": str,
    "category_id": int,
    "is_interim": bool,
    "anomaly_score": (int, float),
    "record_score": (int, float),
    "influencer_score": (int, float),
}


def is_meant(name: str) -> bool:
    """Whether a name is that of an index of results, or of a job's part of one."""
    return name.startswith(PREFIX)


def owner(ports: Ports, name: str, document: Document) -> StoredJob:
    """The job whose result a document is that was written under a name; `NoSuchJob`, `Malformed`."""
    stored = {job.job_id: job for job in ports.jobs.all()}
    job_ids, _ = chosen(stored, name)
    if not job_ids:
        raise NoSuchJob(name.removeprefix(PREFIX).removeprefix(WRITING))
    job_id = job_ids[0] if name != index_of(stored[job_ids[0]]) else document.get("job_id")
    if job_id not in job_ids:
        raise Malformed(f"a document in [{name}] needs the field [job_id] of a job that has its results there")
    return stored[job_id]


def write(ports: Ports, job_id: str, document_id: str, body: object) -> bool:
    """Keep one document under its id among the job's results, or snapshots; whether it is new.

    `NoSuchJob`; `Malformed` when it lacks what its kind needs; `Unreadable` for its times.
    """
    if not isinstance(body, dict):
        raise Malformed("failed to parse: a document must be an object")
    for name, allowed in _TYPES.items():
        if name in body and not isinstance(body[name], allowed):
            raise Malformed(f"failed to parse field [{name}] in document with id '{document_id}'")
    kind = _kind(body)
    lacking = [name for name in _NEEDED.get(kind, ()) if name not in body]
    if lacking:
        raise Malformed(f"a document of type [{kind}] needs the field [{lacking[0]}]")
    times = {name: result_time(name, str(body[name])) for name in _TIMES if name in body}
    document = _ASSUMED.get(kind, {}) | body | times | {"job_id": job_id}
    ports.jobs.get(job_id)
    if kind == SNAPSHOT:
        return _write_snapshot(ports, job_id, document)
    return ports.results.write(job_id, document_id, document | {"result_type": kind})


def _kind(body: Document) -> str:
    """What a document is; snapshots and older categories do not say it themselves."""
    if "snapshot_id" in body:
        return SNAPSHOT
    kind: str = body.get("result_type", CATEGORY if "category_id" in body else "unknown")
    return kind


def _write_snapshot(ports: Ports, job_id: str, description: Document) -> bool:
    known = {snapshot["snapshot_id"] for snapshot in ports.snapshots.list(job_id)}
    if description["snapshot_id"] in known:
        ports.snapshots.describe(job_id, description)
        return False
    # Only a description was given: a job that goes back to it begins to learn anew.
    ports.snapshots.save(job_id, Snapshot(description, b""))
    return True
