"""The running totals of a job: what its engine reports, joined with what the engine no longer knows.

An engine restored from a snapshot knows the counts of that snapshot. After a forced close or a revert the job has seen
more than that: the difference is carried along, in `carried` beside the counts that clients read.
"""

from unusual.analysis.control import Document, Outputs
from unusual.jobs.ports import StoredJob
from unusual.schema.durations import Duration
from unusual.schema.results import SUMMED, timed, timing_stats


def advanced(job: StoredJob, outputs: Outputs, elapsed_ms: float) -> Document:
    """The job's stats after a message that took `elapsed_ms`."""
    span = Duration(job.config["analysis_config"]["bucket_span"])
    before = job.stats.get("timing_stats") or timing_stats(job.job_id)
    each = [elapsed_ms / outputs.buckets] * outputs.buckets if outputs.buckets else []
    return _reported(job, outputs) | {"timing_stats": timed(before, each, span.seconds)}


def resumed(job: StoredJob, outputs: Outputs) -> Document:
    """The stats of a job that has just been loaded after a restart: what its engine has lost must be sent again."""
    return _reported(job, outputs)


def carried_over(job: StoredJob, outputs: Outputs) -> Document:
    """The stats of a job that has just been opened: what its engine does not know any more is carried along."""
    seen = job.stats.get("data_counts", {})
    carried = {name: more for name in SUMMED if (more := seen.get(name, 0) - outputs.counts.get(name, 0)) > 0}
    rest = {name: value for name, value in job.stats.items() if name != "carried"}
    return rest | ({"carried": carried} if carried else {})


def loss(job: StoredJob, outputs: Outputs) -> str:
    """What the end of a server that kept no journals cost a job that has just been loaded, '' for nothing."""
    if job.position.journal:
        return ""
    known = _reported(job, outputs)
    records = _records(job.stats) - _records(known)
    if records == 0 and job.stats.get("finalized_end") == known["finalized_end"]:
        return ""
    snapshot_id = job.config.get("model_snapshot_id")
    since = f"since model snapshot [{snapshot_id}]" if snapshot_id else "since the job was created"
    return f"the server ended before the model was saved: what was sent {since} ({records} records) must be sent again"


def _reported(job: StoredJob, outputs: Outputs) -> Document:
    carried = job.stats.get("carried", {})
    counts = outputs.counts | {name: outputs.counts.get(name, 0) + more for name, more in carried.items()}
    return job.stats | {
        "data_counts": counts,
        "model_size_stats": outputs.model_size,
        "finalized_end": outputs.finalized_end,
    }


def _records(stats: Document) -> int:
    records: int = stats.get("data_counts", {}).get("input_record_count", 0)
    return records
