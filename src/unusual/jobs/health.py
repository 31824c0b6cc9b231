"""What is wrong with a job, by name, and whether the server can do its work; changes nothing that clients see."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from unusual.analysis.control import Document
from unusual.jobs.lifecycle import State
from unusual.jobs.notifications import Level, tell
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.selection import choose
from unusual.schema.readable import readable_size

LOG: Final = logging.getLogger(__name__)

STORE_WITHIN_S: Final = 5.0
LATE_SHARE: Final = 0.01  # of all records, from which on it is a job's trouble that they come too late
KIND, NAME = "health", "probe"


class Status(StrEnum):
    """All is well; something is to be looked at; something does not work."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Issue(NamedTuple):
    """One thing that is wrong."""

    name: str
    status: Status
    reason: str


def job_health(ports: Ports, expression: str, *, allow_no_match: bool) -> list[Document]:
    """The health of the selected jobs, sorted by id, each with its issues; `NoSuchJob`."""
    stored = {job.job_id: job for job in ports.jobs.all()}
    return [_told(stored[job_id]) for job_id in choose(stored.values(), expression, allow_no_match)]


def tell_memory(ports: Ports, before: StoredJob, model_size: Document) -> None:
    """Say that a job has less room for its models than before, or enough again."""
    known, now = _memory_status(before.stats.get("model_size_stats", {})), _memory_status(model_size)
    if now != known:
        level = {"ok": Level.INFO, "soft_limit": Level.WARNING}.get(now, Level.ERROR)
        tell(ports, before.job_id, f"Job memory status changed to {now}: {_memory(model_size)}", level)


def _told(job: StoredJob) -> Document:
    issues = [*_issues(job)]
    worst = max((issue.status for issue in issues), key=[*Status].index, default=Status.GREEN)
    document: Document = {"job_id": job.job_id, "state": job.state.value, "status": worst.value}
    return document | {
        "issues": [{"issue": issue.name, "status": issue.status, "reason": issue.reason} for issue in issues]
    }


def _issues(job: StoredJob) -> list[Issue]:
    issues = []
    if job.state is State.FAILED:
        issues.append(Issue("failed", Status.RED, job.reason))
    elif job.reason:
        issues.append(Issue("interrupted", Status.YELLOW, job.reason))
    size = job.stats.get("model_size_stats", {})
    if _memory_status(size) != "ok":
        issues.append(Issue(f"memory_{_memory_status(size)}", Status.YELLOW, _memory(size)))
    counts = job.stats.get("data_counts", {})
    late, sent = counts.get("out_of_order_timestamp_count", 0), counts.get("input_record_count", 0)
    if late > LATE_SHARE * sent:
        issues.append(
            Issue("late_data", Status.YELLOW, f"[{late}] of [{sent}] records came too late and were left out")
        )
    return issues


def _memory_status(model_size: Document) -> str:
    return str(model_size.get("memory_status", "ok"))


def _memory(model_size: Document) -> str:
    """How much room the models have, and what that means."""
    taken, limit = (readable_size(model_size.get(name, 0)) for name in ("model_bytes", "model_bytes_memory_limit"))
    means = {
        "ok": "there is room for more",
        "soft_limit": "what is not seen for long is forgotten sooner",
        "hard_limit": "what is new is left out until model_memory_limit is raised",
    }
    return f"models take [{taken}] of [{limit}], {means.get(_memory_status(model_size), '')}"


@dataclass(frozen=True)
class _Component:
    """One part of the server. facts: what is told of it."""

    status: Status
    facts: Document


class Health:
    """Whether this server can do its work; looks at most once in `fresh_s` seconds, however often it is asked."""

    def __init__(self, ports: Ports, fresh_s: float = 2.0) -> None:
        self._ports = ports
        self._fresh_s = fresh_s
        self._looked_s = float("-inf")
        self._found: dict[str, _Component] = {}
        self._looking = asyncio.Lock()
        self._looks: dict[str, asyncio.Task[_Component]] = {}

    async def look(self) -> tuple[Status, Document]:
        """The worst status, and what is known of each part: numbers and states, no names."""
        async with self._looking:
            now_s = asyncio.get_running_loop().time()
            if now_s >= self._looked_s + self._fresh_s:
                store, jobs = await self._within("store", self._write), await self._within("jobs", self._count)
                self._found = {"store": store, "workers": self._workers(), "jobs": jobs}
                self._looked_s = now_s
        worst = max((one.status for one in self._found.values()), key=[*Status].index)
        components = {name: {"status": one.status.value, **one.facts} for name, one in self._found.items()}
        return worst, {"status": worst.value, "components": components}

    async def _within(self, name: str, look: Callable[[], _Component]) -> _Component:
        """What a look into the store finds; one that has not ended is waited for again, so that none pile up."""
        going = self._looks.get(name)
        if going is None or going.done():
            going = self._looks[name] = asyncio.create_task(asyncio.to_thread(look))
        await asyncio.wait({going}, timeout=STORE_WITHIN_S)
        fault = going.exception() if going.done() else TimeoutError()
        if fault is None:
            return going.result()
        # Whatever it is, the store does not do its work; what it is, the log tells and not this answer.
        LOG.error("the store does not do its work", exc_info=fault)
        return _Component(Status.RED, {})

    def _write(self) -> _Component:
        self._ports.configs.put(KIND, NAME, {"written_ms": self._ports.clock.now_ms()})
        return _Component(Status.GREEN, {})

    def _count(self) -> _Component:
        states = [job.state for job in self._ports.jobs.all()]
        counts = {state.value: states.count(state) for state in State}
        return _Component(Status.YELLOW if State.FAILED in states else Status.GREEN, counts)

    def _workers(self) -> _Component:
        alive, wanted = self._ports.workers.standing()
        status = Status.RED if not alive else Status.YELLOW if alive < wanted else Status.GREEN
        return _Component(status, {"alive": alive, "wanted": wanted})
