"""Remarks on stretches of a job's time, by users and by the server: documents of one hidden index, like any other.

Users write and find theirs with the calls of that index; here are those that the server writes, and what becomes of all
of them in the life of a job. Knows nothing of what leads to a remark.
"""

import uuid
from collections.abc import Iterable
from typing import Final

import orjson

from unusual.analysis.control import MODEL_CHANGE, Annotation, Document, Seconds
from unusual.jobs.indexing import Write, write
from unusual.jobs.indices import prepare_hidden
from unusual.jobs.ports import Change, Found, Ports, Stretch

INDEX: Final = ".ml-annotations-000001"
READ: Final = ".ml-annotations-read"
WRITE: Final = ".ml-annotations-write"

SNAPSHOT_STORED: Final = "model_snapshot_stored"
# What follows from analysed data, and goes with the results of it.
OF_RESULTS: Final = frozenset({"delayed_data", MODEL_CHANGE, "categorization_status_change"})
OF_SYSTEM: Final = OF_RESULTS | {SNAPSHOT_STORED}

_ALL: Final = 1 << 31
_AUTHOR: Final = "_xpack"  # by which clients know what no user wrote
_WORDS: Final = (
    "job_id",
    "type",
    "event",
    "create_username",
    "modified_username",
    *(f"{role}_field_{part}" for role in ("partition", "over", "by") for part in ("name", "value")),
)
_MAPPINGS: Final = {
    "properties": {
        "annotation": {"type": "text"},
        "detector_index": {"type": "integer"},
        **{name: {"type": "date"} for name in ("timestamp", "end_timestamp", "create_time", "modified_time")},
        **{name: {"type": "keyword"} for name in _WORDS},
    }
}


def prepare(ports: Ports) -> None:
    """Make the index unless it is there."""
    prepare_hidden(ports, INDEX, _MAPPINGS, (READ, WRITE))


def keep(ports: Ports, job_id: str, annotations: Iterable[Annotation]) -> None:
    """Store what the server has to say of a job; the same said once more replaces it."""
    now_ms = ports.clock.now_ms()
    writes = [Write(_name(job_id, one), _document(job_id, one, now_ms)) for one in annotations]
    if writes:
        prepare(ports)
        write(ports, WRITE, writes)


def of_job(ports: Ports, job_id: str) -> list[Document]:
    """Every annotation of a job, by time."""
    prepare(ports)
    quoted = orjson.dumps(job_id)
    found = [orjson.loads(one.body) for one in ports.documents.scan([INDEX]) if quoted in one.body]
    return sorted((one for one in found if one.get("job_id") == job_id), key=lambda one: one.get("timestamp", 0))


def clear(ports: Ports, job_id: str, *, users: bool) -> None:
    """Remove the annotations of a job, those by users only if asked to."""
    prepare(ports)
    _remove(ports, job_id, ports.documents.scan([INDEX]), None if users else OF_SYSTEM)


def forget(ports: Ports, job_id: str, after_ms: int | None) -> None:
    """Remove what was said of data after a time that is to be analysed once more; None for all data."""
    _remove(ports, job_id, _between(ports, None if after_ms is None else after_ms + 1, None), OF_RESULTS)


def retract(ports: Ports, job_id: str, start: Seconds, end: Seconds) -> None:
    """Remove what was said of changes in [start, end), which has been analysed once more."""
    _remove(ports, job_id, _between(ports, start * 1000, end * 1000), frozenset({MODEL_CHANGE}))


def expire(ports: Ports, job_id: str, before_ms: int) -> int:
    """Remove what the server said of times before this one; how many remarks that were."""
    return _remove(ports, job_id, _between(ports, None, before_ms), OF_SYSTEM)


def _between(ports: Ports, start_ms: int | None, end_ms: int | None) -> list[Found]:
    prepare(ports)
    return ports.documents.page(Stretch((INDEX,), "timestamp", start_ms, end_ms), _ALL)


def _remove(ports: Ports, job_id: str, found: Iterable[Found], events: frozenset[str] | None) -> int:
    """Remove those of the annotations that are of the job and, unless None, of one of the events."""
    quoted = orjson.dumps(job_id)
    gone = []
    for one in found:
        if quoted in one.body:
            document = orjson.loads(one.body)
            if document.get("job_id") == job_id and (events is None or document.get("event") in events):
                gone.append(Change(one.document_id, None))
    if gone:
        ports.documents.change(INDEX, gone)
    return len(gone)


def _name(job_id: str, annotation: Annotation) -> str:
    """An id that is the same whenever the same is said."""
    said = orjson.dumps([job_id, annotation.event, annotation.text, annotation.start_ms, annotation.fields])
    return uuid.uuid5(uuid.NAMESPACE_OID, said.decode()).hex


def _document(job_id: str, annotation: Annotation, now_ms: int) -> Document:
    return {
        "annotation": annotation.text,
        "job_id": job_id,
        "timestamp": annotation.start_ms,
        "end_timestamp": annotation.end_ms,
        "type": "annotation",
        "event": annotation.event,
        "create_time": now_ms,
        "create_username": _AUTHOR,
        "modified_time": now_ms,
        "modified_username": _AUTHOR,
        **annotation.fields,
    }
