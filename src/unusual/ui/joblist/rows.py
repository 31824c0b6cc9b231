"""The rows of the list of jobs, and which of them are asked for; knows no browser."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.jobs.health import job_health
from unusual.jobs.ports import Ports, StoredJob
from unusual.schema.readable import readable_size
from unusual.ui.wording import NOTHING, count, moment

NO_FEED: Final = "none"
HEADINGS: Final = {
    "id": "Job",
    "groups": "Groups",
    "state": "State",
    "records": "Documents",
    "memory": "Memory",
    "latest": "Last result",
    "health": "Health",
    "feed": "Datafeed",
}
# The number or text by which a column is ordered, where that is not what it shows.
ORDERED_BY: Final = {"records": "record_count", "memory": "bytes", "latest": "latest_ms", "health": "trouble"}
TROUBLE: Final = ("green", "yellow", "red")


@dataclass(frozen=True)
class Asked:
    """Which rows are wanted: those with a text in them, of a group; in which order; how many.

    page  from 1
    """

    text: str = ""
    group: str = ""
    sort: str = "id"
    descending: bool = False
    page: int = 1
    size: int = 25


def job_rows(ports: Ports, feeds: Sequence[Document], blocked: Mapping[str, Document]) -> list[Document]:
    """A row for each job, sorted by id.

    feeds    stats of datafeeds, each with `job_id`
    blocked  what is being done to jobs, by their ids
    """
    healths = {one["job_id"]: one for one in job_health(ports, "_all", allow_no_match=True)}
    states = {feed["job_id"]: feed["state"] for feed in feeds}
    going = {job_id: told["blocked"]["reason"] for job_id, told in blocked.items()}
    return [
        job_row(job, healths[job.job_id], states.get(job.job_id, NO_FEED), going.get(job.job_id, ""))
        for job in ports.jobs.all()
        if job.job_id in healths
    ]


def job_row(job: StoredJob, health: Document, feed: str, going: str = "") -> Document:
    """What one row says. going: what is being done to the job that allows nothing else."""
    size = job.stats.get("model_size_stats", {})
    end = job.stats.get("finalized_end")
    latest = None if end is None else end * 1000
    return {
        "id": job.job_id,
        "description": job.config.get("description") or "",
        "groups": ", ".join(job.config.get("groups", ())),
        "state": f"{job.state.value} ({going})" if going else job.state.value,
        "records": count(job.records),
        "record_count": job.records,
        "memory": readable_size(size["model_bytes"]) if size else NOTHING,
        "bytes": size.get("model_bytes", 0),
        "latest": moment(latest),
        "latest_ms": latest or 0,
        "health": health["status"],
        "trouble": TROUBLE.index(health["status"]),
        "why": "; ".join(f"{issue['issue']}: {issue['reason']}" for issue in health["issues"]),
        "feed": feed,
    }


def fitting(rows: Iterable[Document], asked: Asked) -> list[Document]:
    """All rows that are wanted, in order."""
    words = asked.text.lower().split()
    found = [row for row in rows if _has(row, words) and (not asked.group or asked.group in row["groups"].split(", "))]
    return sorted(found, key=lambda row: row[ORDERED_BY.get(asked.sort, asked.sort)], reverse=asked.descending)


def paged(rows: Sequence[Document], asked: Asked) -> Sequence[Document]:
    """Those of a page; all of them with a size of 0."""
    first = (asked.page - 1) * asked.size
    return rows[first : first + asked.size] if asked.size else rows


def groups_of(rows: Iterable[Document]) -> list[str]:
    """Every group there is, sorted."""
    return sorted({group for row in rows for group in row["groups"].split(", ") if group})


def _has(row: Document, words: Sequence[str]) -> bool:
    said = " ".join(row[name] for name in ("id", "description", "groups", "state", "health", "feed")).lower()
    return all(word in said for word in words)
