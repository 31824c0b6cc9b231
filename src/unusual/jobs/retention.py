"""Deletion of what is past its days: results, annotations, snapshots, forecasts, messages; knows only their times."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

import orjson

from unusual.analysis.control import Document
from unusual.jobs import annotations, forecasts, notifications
from unusual.jobs.ports import Page, Ports, Selection, StoredJob
from unusual.jobs.selection import EVERYTHING, choose

_DAY_MS: Final = 86_400_000
# What belongs to a stretch of time; categories, for one, belong to the job as a whole.
_TIMED: Final = ("bucket", "record", "influencer", "bucket_influencer", "model_plot")


@dataclass(frozen=True)
class Pace:
    """How long, and how fast, documents may be removed.

    per_second  how many in a second; 0 or less for as many as can be
    """

    timeout_ms: int
    per_second: float = 0.0


def delete_expired(ports: Ports, expression: str, pace: Pace) -> bool:
    """Remove what the selected jobs need not keep any more; whether all was done before the timeout. `NoSuchJob`.

    The end of the server ends it too.
    """
    stored = {job.job_id: job for job in ports.jobs.all()}
    deadline_ms = ports.clock.now_ms() + pace.timeout_ms
    chosen = [stored[job_id] for job_id in choose(stored.values(), expression, allow_no_match=True)]
    messages = notifications.expire(ports, None if expression in EVERYTHING else {job.job_id for job in chosen})
    for removed in chain(chain.from_iterable(_expire(ports, job) for job in chosen), messages):
        if pace.per_second > 0:
            ports.stopping.wait(removed / pace.per_second)
        if ports.stopping.is_set() or ports.clock.now_ms() > deadline_ms:
            return False
    return True


def _expire(ports: Ports, job: StoredJob) -> Iterator[int]:
    """Remove what one job need not keep, in short steps: how many documents went with each."""
    yield 0
    yield from _expire_results(ports, job)
    yield _expire_snapshots(ports, job.job_id)
    yield from forecasts.expire(ports, job.job_id)


def _expire_results(ports: Ports, job: StoredJob) -> Iterator[int]:
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
            yield from ports.results.expire(job.job_id, _TIMED, newest_ms - days * _DAY_MS)
        if said_days is not None:
            yield annotations.expire(ports, job.job_id, newest_ms - said_days * _DAY_MS)


def _expire_snapshots(ports: Ports, job_id: str) -> int:
    # The active snapshot is looked up while nothing can change it.
    with ports.changing:
        found = next((job for job in ports.jobs.all() if job.job_id == job_id), None)
        expired = [] if found is None else [*_expired(found.config, ports.snapshots.list(job_id))]
        ports.snapshots.delete(job_id, expired)
    return len(expired)


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
