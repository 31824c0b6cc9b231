"""One document by its id, wherever it is kept; knows no order of hits."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import orjson

from unusual.analysis.control import Document
from unusual.errors import NoSuchIndex
from unusual.jobs.indices import writable
from unusual.jobs.ports import Key, Ports, StoredJob
from unusual.jobs.search.holdings import chosen, index_of
from unusual.jobs.search.searching import search
from unusual.schema.searching import SearchOptions

# The id of a result after that of its job: kind, time, and what it is of.
_RESULT: Final = re.compile(r"(?P<kind>.+?)_(?P<time>-?\d{1,18})(?:_(?P<entity>.*))?", re.DOTALL)


def look_up(ports: Ports, name: str, document_id: str) -> tuple[str, bytes | None]:
    """The index that a name means, and the document in it as JSON, None when unknown; `NoSuchIndex`."""
    stored = {job.job_id: job for job in ports.jobs.all()}
    job_ids, _ = chosen(stored, name)
    if not job_ids:
        index = writable(ports, name)
        if index is None:
            raise NoSuchIndex(name)
        return index.name, ports.documents.get(index.name, document_id)
    found = ports.results.fetch(_keys(job_ids, document_id))
    body = next(iter(found.values()), None) or _counts([stored[job_id] for job_id in job_ids], document_id)
    return index_of(stored[job_ids[0]]), body or _given(ports, name, document_id)


def _counts(jobs: Iterable[StoredJob], document_id: str) -> bytes | None:
    """The data counts of a job, if an id is that of them and the job has seen data."""
    counts = (job.stats.get("data_counts") for job in jobs if document_id == f"{job.job_id}_data_counts")
    return next((orjson.dumps(told) for told in counts if told), None)


def _keys(job_ids: Iterable[str], document_id: str) -> Iterator[Key]:
    """Under what a result with such an id is kept, if it is one."""
    for job_id in job_ids:
        told = _RESULT.fullmatch(document_id.removeprefix(f"{job_id}_"))
        if told is not None and document_id.startswith(f"{job_id}_"):
            yield Key(job_id, told["kind"], int(told["time"]), told["entity"] or "")


def _given(ports: Ports, name: str, document_id: str) -> bytes | None:
    """A result that a client wrote under an id of its own."""
    asked: Document = {"query": {"ids": {"values": [document_id]}}, "size": 1}
    hits = search(ports, name, SearchOptions.model_validate(asked)).hits
    return orjson.dumps(hits[0]["_source"]) if hits else None
