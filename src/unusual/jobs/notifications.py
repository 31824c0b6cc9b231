"""Messages about jobs, for whoever runs them: documents of one hidden index, which clients search like any other.

Here is what the server says and how long it stays said; knows nothing of what leads to a message.
"""

import logging
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Final

import orjson

from unusual.analysis.control import Document
from unusual.errors import Problem
from unusual.jobs.indexing import Write, write
from unusual.jobs.indices import prepare_hidden
from unusual.jobs.node import Node
from unusual.jobs.ports import Change, Ports, Stretch

LOG: Final = logging.getLogger(__name__)

INDEX: Final = ".ml-notifications-000002"
WRITE: Final = ".ml-notifications-write"
KEPT_DAYS: Final = 30
JOB_TYPE: Final = "anomaly_detector"

_AT_ONCE: Final = 1_000
_ALL: Final = 1 << 31
_DAY_MS: Final = 86_400_000
_MAPPINGS: Final = {
    "properties": {
        "message": {"type": "text", "fields": {"raw": {"type": "keyword", "ignore_above": 1024}}},
        "timestamp": {"type": "date"},
        **{name: {"type": "keyword"} for name in ("job_id", "level", "node_name", "job_type")},
    }
}


class Level(StrEnum):
    """How much somebody should care; the words clients read."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def prepare(ports: Ports) -> None:
    """Make the index unless it is there."""
    prepare_hidden(ports, INDEX, _MAPPINGS, (WRITE,))


def tell(ports: Ports, job_id: str, message: str, level: Level = Level.INFO) -> None:
    """Keep a message; what it tells of has happened, so that it cannot be kept is only logged."""
    document = {
        "job_id": job_id,
        "message": message,
        "level": level.value,
        "timestamp": ports.clock.now_ms(),
        "node_name": Node.name,
        "job_type": JOB_TYPE,
    }
    try:
        prepare(ports)
        write(ports, WRITE, [Write(None, document)])
    except Problem as problem:
        LOG.warning("message not kept", extra={"job": job_id, "told": message, "reason": problem.reason})


def expire(ports: Ports, job_ids: Collection[str] | None) -> Iterator[int]:
    """Remove what is older than its days, of some jobs or, with None, of all there ever were; in short steps."""
    prepare(ports)
    before_ms = ports.clock.now_ms() - KEPT_DAYS * _DAY_MS
    old = ports.documents.page(Stretch((INDEX,), "timestamp", None, before_ms), _ALL)
    gone = [one.document_id for one in old if job_ids is None or orjson.loads(one.body).get("job_id") in job_ids]
    for start in range(0, len(gone), _AT_ONCE):
        some = gone[start : start + _AT_ONCE]
        ports.documents.change(INDEX, [Change(document_id, None) for document_id in some])
        yield len(some)


def of_job(ports: Ports, job_id: str, most: int) -> list[Document]:
    """The newest messages about a job, newest first."""
    prepare(ports)
    quoted = orjson.dumps(job_id)
    found = [orjson.loads(one.body) for one in ports.documents.scan([INDEX]) if quoted in one.body]
    told = [document for document in found if document.get("job_id") == job_id]
    return sorted(told, key=lambda document: document["timestamp"], reverse=True)[:most]
