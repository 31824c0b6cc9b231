"""What jobs have seen and where they stand, as `_stats` shows it; reads the store, changes nothing."""

from unusual.analysis.control import Document
from unusual.jobs import forecasts, upgrade_mode
from unusual.jobs.lifecycle import State
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.selection import choose
from unusual.schema.durations import parse_size
from unusual.schema.readable import readable_time
from unusual.schema.results import data_counts, model_size_stats, timing_stats


def job_stats(ports: Ports, node: Node, expression: str, *, allow_no_match: bool) -> list[Document]:
    """Stats of the selected jobs, sorted by id; `NoSuchJob` as in `choose`."""
    stored = {job.job_id: job for job in ports.jobs.all()}
    now_ms = ports.clock.now_ms()
    chosen = choose(stored.values(), expression, allow_no_match)
    forecasted = forecasts.summaries(ports, chosen)
    documents = [_document(stored[job_id], node, now_ms, forecasted[job_id]) for job_id in chosen]
    return [_unassigned(document) for document in documents] if upgrade_mode.is_on(ports) else documents


def _no_model(job: StoredJob) -> Document:
    limit = job.config["analysis_limits"]["model_memory_limit"]
    return model_size_stats(job.job_id, limit_bytes=parse_size(limit))


def _document(job: StoredJob, node: Node, now_ms: int, forecasted: Document) -> Document:
    job_id = job.job_id
    document = {
        "job_id": job_id,
        "data_counts": job.stats.get("data_counts") or data_counts(job_id),
        "model_size_stats": job.stats.get("model_size_stats") or _no_model(job),
        "forecasts_stats": forecasted,
        "state": job.state.value,
        "timing_stats": job.stats.get("timing_stats") or timing_stats(job_id),
    }
    if job.state is State.OPENED:
        document["node"] = node.document()
        document["open_time"] = readable_time(max(0, now_ms - (job.opened_ms or now_ms)))
    if job.state is not State.CLOSED:
        document["assignment_explanation"] = job.reason
    return document


def _unassigned(document: Document) -> Document:
    """The same stats in upgrade mode: open jobs keep their state, but no node has them."""
    if document["state"] in {State.CLOSED, State.FAILED}:
        return document
    held = {name: value for name, value in document.items() if name != "node"}
    return held | {"assignment_explanation": upgrade_mode.UNASSIGNED}
