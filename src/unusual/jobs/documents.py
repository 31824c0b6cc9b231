"""Documents that clients write into a job's results themselves; knows what makes them like the job's own."""

from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Malformed
from unusual.jobs.ports import Ports, Snapshot
from unusual.schema.times import result_time

_TIMES: Final = ("timestamp", "latest_record_time_stamp", "latest_result_time_stamp")
_SHOWN: Final[dict[str, Document]] = {
    "bucket": {"event_count": 0, "is_interim": False, "bucket_influencers": [], "processing_time_ms": 0},
    "record": {"is_interim": False},
    "influencer": {"is_interim": False},
}


def write(ports: Ports, job_id: str, document_id: str, body: object) -> bool:
    """Keep one document under its id among the job's results, or snapshots; whether it is new.

    `NoSuchJob`; `Malformed` when it is no object; `Unreadable` for its times.
    """
    if not isinstance(body, dict):
        raise Malformed("failed to parse: a document must be an object")
    ports.jobs.get(job_id)
    document: Document = (
        {"job_id": job_id} | body | {name: _milliseconds(name, body[name]) for name in _TIMES if name in body}
    )
    if "snapshot_id" in document:
        return _write_snapshot(ports, job_id, document)
    document.setdefault("result_type", "category_definition" if "category_id" in document else "unknown")
    return ports.results.write(job_id, document_id, _SHOWN.get(document["result_type"], {}) | document)


def _write_snapshot(ports: Ports, job_id: str, description: Document) -> bool:
    known = {snapshot["snapshot_id"] for snapshot in ports.snapshots.list(job_id)}
    if description["snapshot_id"] in known:
        ports.snapshots.describe(job_id, description)
        return False
    ports.snapshots.save(job_id, Snapshot({"retain": False} | description, b""))
    return True


def _milliseconds(name: str, time: object) -> int:
    return result_time(name, str(time))
