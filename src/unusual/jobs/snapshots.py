"""Saved models as clients see them: list, describe, remove, go back to; knows nothing of what a model holds."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Conflict, Invalid, NoSuchSnapshot
from unusual.jobs import annotations, notifications
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Page, Ports, StoredJob
from unusual.jobs.selection import choose_named
from unusual.jobs.stepping import go_through
from unusual.jobs.version import OLDEST_READABLE_STATE
from unusual.schema.results import data_counts

# The snapshot of a job that has seen nothing: every job can go back to it.
EMPTY: Final = "empty"


def find(
    ports: Ports,
    job_id: str,
    expression: str = "_all",
    *,
    window: tuple[int | None, int | None] = (None, None),
    sort: str = "timestamp",
    desc: bool = True,
    page: Page = Page(),  # noqa: B008 - frozen
) -> tuple[int, list[Document]]:
    """How many snapshots match in all, and those of the page; `NoSuchJob`, `NoSuchSnapshot` for a plain name.

    window  bounds of `timestamp`, ms, the first included, the second not; None for no bound
    sort    a field of the documents; those without it come last
    """
    ports.jobs.get(job_id)
    found = [
        {name: value for name, value in description.items() if name != "quantiles"}
        for description in _named(job_id, ports.snapshots.list(job_id), expression)
        if _within(description["timestamp"], *window)
    ]
    known = sorted((one for one in found if one.get(sort) is not None), key=lambda one: _key(one[sort]), reverse=desc)
    ordered = known + [one for one in found if one.get(sort) is None]
    return len(found), ordered[page.start : page.start + page.size]


def update(
    ports: Ports, job_id: str, snapshot_id: str, *, description: str | None = None, retain: bool | None = None
) -> Document:
    """Change what is said of a snapshot, or whether it outlives its days; the new description.

    `NoSuchJob`, `NoSuchSnapshot`.
    """
    changes = {"description": description, "retain": retain}
    with ports.changing:
        present = _one(ports, job_id, snapshot_id)
        changed = present | {name: value for name, value in changes.items() if value is not None}
        ports.snapshots.describe(job_id, changed)
    told = ", ".join(f"{name} [{changed[name]}]" for name, value in changes.items() if value is not None)
    notifications.tell(ports, job_id, f"Model snapshot [{snapshot_id}] updated: {told}")
    return changed


def delete(ports: Ports, job_id: str, snapshot_id: str) -> None:
    """Remove a snapshot; `NoSuchJob`, `NoSuchSnapshot`, `Invalid` for the one that the job would be opened with."""
    with ports.changing:
        said = _one(ports, job_id, snapshot_id).get("description", "")
        if ports.jobs.get(job_id).config.get("model_snapshot_id") == snapshot_id:
            raise Invalid(
                f"Model snapshot '{snapshot_id}' is the active snapshot for job '{job_id}', so cannot be deleted"
            )
        ports.snapshots.delete(job_id, [snapshot_id])
    notifications.tell(ports, job_id, f"Model snapshot [{snapshot_id}] with description [{said}] deleted")


def revert(ports: Ports, job_id: str, snapshot_id: str, *, delete_intervening_results: bool = False) -> Document:
    """Let a closed job go on from an earlier snapshot; its description.

    With `delete_intervening_results` the job forgets what it found after the snapshot, and takes that data once more.
    The caller keeps the job from being opened. `NoSuchJob`, `NoSuchSnapshot`, `Conflict` when it is not closed.
    """
    target = _target(ports, job_id, snapshot_id)
    if delete_intervening_results:
        # That may be much, so it is nothing to make other jobs wait for. Cut short, it can be done again.
        latest_ms = target.get("latest_result_time_stamp")
        go_through(ports, ports.results.clear(job_id, latest_ms))
        annotations.forget(ports, job_id, latest_ms)
    with ports.changing:
        _target(ports, job_id, snapshot_id)
        job = ports.jobs.get(job_id)
        job = _forgetful(job, target) if delete_intervening_results else job
        # What was told since, by a journal that a failed opening may have left, is to be told again.
        stats = job.position.anew().into(job.stats) if job.stats else job.stats
        ports.jobs.put(replace(job, config=_activated(job.config, snapshot_id), stats=stats))
        ports.journals.remove(job_id)
    also = ", and results after it were removed" if delete_intervening_results else ""
    notifications.tell(ports, job_id, f"Job reverted to model snapshot [{snapshot_id}]{also}")
    return target


def _target(ports: Ports, job_id: str, snapshot_id: str) -> Document:
    """The description of a snapshot that a job, which must be closed, may go back to."""
    if ports.jobs.get(job_id).state is not State.CLOSED:
        raise Conflict("Can only revert to a model snapshot when the job is closed.")
    return _empty(job_id) if snapshot_id == EMPTY else _one(ports, job_id, snapshot_id)


def _named(job_id: str, descriptions: Sequence[Document], expression: str) -> list[Document]:
    """The snapshots an expression means: one id, a list, wildcards or `_all`."""
    known = {description["snapshot_id"]: {description["snapshot_id"]} for description in descriptions}
    chosen = {*choose_named(known, expression, partial(NoSuchSnapshot, job_id), allow_no_match=True)}
    return [one for one in descriptions if one["snapshot_id"] in chosen]


def _within(time_ms: int, start_ms: int | None, end_ms: int | None) -> bool:
    return (start_ms is None or time_ms >= start_ms) and (end_ms is None or time_ms < end_ms)


def _key(value: object) -> tuple[bool, float, str]:
    """A place in the order for whatever a document holds: numbers and flags before words."""
    is_number = isinstance(value, int | float)
    return (not is_number, float(value) if isinstance(value, int | float) else 0.0, "" if is_number else str(value))


def _one(ports: Ports, job_id: str, snapshot_id: str) -> Document:
    ports.jobs.get(job_id)
    for description in ports.snapshots.list(job_id):
        if description["snapshot_id"] == snapshot_id:
            return description
    raise NoSuchSnapshot(job_id, snapshot_id)


def _empty(job_id: str) -> Document:
    return {
        "job_id": job_id,
        "min_version": OLDEST_READABLE_STATE,
        "description": "empty snapshot",
        "snapshot_id": EMPTY,
        "snapshot_doc_count": 0,
        "retain": False,
    }


def _activated(config: Document, snapshot_id: str) -> Document:
    others = {name: value for name, value in config.items() if name != "model_snapshot_id"}
    return others if snapshot_id == EMPTY else others | {"model_snapshot_id": snapshot_id}


def _forgetful(job: StoredJob, target: Document) -> StoredJob:
    """The job with the newest record it remembers being that of the snapshot."""
    latest = target.get("latest_record_time_stamp")
    if not job.stats and latest is None:
        return job
    counts = dict(job.stats.get("data_counts") or data_counts(job.job_id))
    counts.pop("latest_record_timestamp", None)
    return replace(
        job,
        stats=job.stats | {"data_counts": counts | ({} if latest is None else {"latest_record_timestamp": latest})},
    )
