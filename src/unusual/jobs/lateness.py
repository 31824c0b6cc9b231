"""Records that come too late for their job, and are left out: said while it goes on, though not with every post."""

from typing import Final

from unusual.jobs.lifecycle import State
from unusual.jobs.notifications import Level, tell
from unusual.jobs.ports import Ports, StoredJob

SILENT_MS: Final = 3_600_000


class Lateness:
    """How many late records of which job were told when."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[int, int]] = {}

    def look(self, ports: Ports) -> None:
        """Say what has come too late for open jobs since it was said last, at most once an hour for each."""
        jobs, now_ms = [job for job in ports.jobs.all() if job.state is State.OPENED], ports.clock.now_ms()
        self._told = {job.job_id: self._told.get(job.job_id, (0, _late(job))) for job in jobs}
        for job in jobs:
            told_ms, told = self._told[job.job_id]
            if _late(job) > told and not told_ms <= now_ms < told_ms + SILENT_MS:
                tell(ports, job.job_id, _message(job, _late(job) - told), Level.WARNING)
                self._told[job.job_id] = now_ms, _late(job)


def _late(job: StoredJob) -> int:
    count: int = job.stats.get("data_counts", {}).get("out_of_order_timestamp_count", 0)
    return count


def _message(job: StoredJob, more: int) -> str:
    latency = job.config["analysis_config"].get("latency", "0s")
    return f"[{more}] records came too late and were left out; what comes within the latency of [{latency}] is taken"
