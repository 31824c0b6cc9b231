"""Deletion of what is past its days: results, annotations, snapshots, forecasts; knows times, not what lies in them."""

from collections.abc import Iterator
from typing import Final

import orjson

from unusual.analysis.control import Document
from unusual.jobs import annotations, forecasts
from unusual.jobs.ports import Page, Ports, Selection, StoredJob
from unusual.jobs.selection import choose

_DAY_MS: Final = 86_400_000
# What belongs to a stretch of time; categories, for one, belong to the job as a whole.
_TIMED: Final = ("bucket", "record", "influencer", "bucket_influencer", "model_plot")


def delete_expired(ports: Ports, expression: str, timeout_ms: int) -> bool:
    """Remove what the selected jobs need not keep any more; whether all was done before the timeout. `NoSuchJob`."""
    stored = {job.job_id: job for job in ports.jobs.all()}
    deadline_ms = ports.clock.now_ms() + timeout_ms
    for job_id in choose(stored.values(), expression, allow_no_match=True):
        if ports.clock.now_ms() > deadline_ms:
            return False
        _expire_results(ports, stored[job_id])
        _expire_snapshots(ports, job_id)
        forecasts.expire(ports, job_id)
    return True


def _expire_results(ports: Ports, job: StoredJob) -> None:
    """Days are counted back from the newest bucket: a job that gets no data any more loses nothing.

    What the server annotated counts among the results unless it has days of its own.
    """
    days = job.config.get("results_retention_days")
    said_days = job.config.get("system_annotations_retention_days", days)
    if days is None and said_days is None:
        return
    newest = Selection(kind="bucket", sort="timestamp", desc=True, page=Page(0, 1))
    _, bodies = ports.results.read(job.job_id, newest)
    for body in bodies:
        newest_ms = orjson.loads(body)["timestamp"]
        if days is not None:
            ports.results.expire(job.job_id, _TIMED, newest_ms - days * _DAY_MS)
        if said_days is not None:
            annotations.expire(ports, job.job_id, newest_ms - said_days * _DAY_MS)


def _expire_snapshots(ports: Ports, job_id: str) -> None:
    # The active snapshot is looked up while nothing can change it.
    with ports.changing:
        found = next((job for job in ports.jobs.all() if job.job_id == job_id), None)
        if found is not None:
            expired = _expired(found.config, ports.snapshots.list(job_id))
            ports.snapshots.delete(job_id, [*expired])


def _expired(config: Document, snapshots: list[Document]) -> Iterator[str]:
    """Ids of the snapshots, given oldest first, that are too old, or that are not the first of an older day."""
    newest_ms = max((snapshot["timestamp"] for snapshot in snapshots), default=0)
    days = config.get("model_snapshot_retention_days")
    daily_days = config.get("daily_model_snapshot_retention_after_days")
    kept_from = float("-inf") if days is None else newest_ms - days * _DAY_MS
    daily_before = float("-inf") if daily_days is None else newest_ms - daily_days * _DAY_MS
    seen: set[int] = set()
    for snapshot in snapshots:
        time_ms = snapshot["timestamp"]
        day = time_ms // _DAY_MS
        too_old = time_ms < kept_from or (time_ms < daily_before and day in seen)
        if too_old and not snapshot.get("retain") and snapshot["snapshot_id"] != config.get("model_snapshot_id"):
            yield snapshot["snapshot_id"]
        else:
            seen.add(day)
