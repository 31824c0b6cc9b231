"""A forecast from its request to its end: answered at once, made when the job's turn comes; knows no series."""

import uuid
from dataclasses import dataclass

from unusual.analysis.control import Document, Forecast
from unusual.errors import Invalid, NotOpen, Refused
from unusual.jobs import forecasts
from unusual.jobs.desk import Desk, said
from unusual.jobs.ports import Ports
from unusual.jobs.sessions import Session
from unusual.schema.durations import Duration
from unusual.schema.forecast_terms import REQUEST_KIND, SCHEDULED
from unusual.schema.jobs import Job


@dataclass(frozen=True)
class Wanted:
    """What a client asks for; `expires_in` of no length means for ever."""

    duration: Duration
    expires_in: Duration
    memory_bytes: int


async def request(desk: Desk, job_id: str, wanted: Wanted) -> str:
    """Begin a forecast; its id. `NotOpen`, `Invalid` and `Refused` for what cannot be forecast."""
    session = desk.accepting(job_id)
    asked = await desk.write(_schedule, desk.ports, job_id, wanted)
    desk.acts.start(_make(desk, session, asked))
    forecast_id: str = asked.request["forecast_id"]
    return forecast_id


async def _make(desk: Desk, session: Session, asked: Forecast) -> None:
    """Let the job make the forecast after all that came before; what goes wrong is told by the forecast's status."""
    try:
        async with session.turn():
            start = {"forecast_start_timestamp": desk.ports.clock.now_ms()}
            await desk.tell(session, Forecast(asked.request | start, asked.buckets, asked.memory_bytes))
        await desk.write(forecasts.tell_end, desk.ports, session.job_id, asked.request["forecast_id"])
    except Exception as fault:
        why = "the job was closed before" if isinstance(fault, NotOpen) else said(fault)
        await desk.write(forecasts.fail, desk.ports, session.job_id, [asked.request["forecast_id"]], why)
        raise


def _schedule(ports: Ports, job_id: str, wanted: Wanted) -> Forecast:
    """Check what is asked for, in the order clients know, and note it."""
    stored = ports.jobs.get(job_id)
    job = Job.from_document(stored.config)
    span = job.analysis_config.bucket_span
    if wanted.duration.nanos < span.nanos:
        raise Invalid(f"[duration] must be greater or equal to the bucket span: [{wanted.duration}/{span}]")
    if any(detector.over_field_name is not None for detector in job.analysis_config.detectors):
        raise _refused("Forecast is not supported for population analysis")
    counts = stored.stats.get("data_counts", {})
    end = stored.stats.get("finalized_end")
    if end is None or not (counts.get("processed_record_count") and counts.get("bucket_count")):
        raise _refused("Forecast cannot be executed as job requires data to have been processed and modeled")
    if stored.stats["model_size_stats"].get("memory_status", "ok") != "ok":
        raise _refused("Forecast cannot be executed as model memory status is not OK")
    noted = _noted(ports, job_id, wanted, (end - span.seconds) * 1000)
    forecasts.keep(ports, noted)
    return Forecast(noted, wanted.duration.seconds // span.seconds, wanted.memory_bytes)


def _noted(ports: Ports, job_id: str, wanted: Wanted, timestamp: int) -> Document:
    now_ms = ports.clock.now_ms()
    lasting = wanted.expires_in.milliseconds
    noted: Document = {
        "job_id": job_id,
        "result_type": REQUEST_KIND,
        "forecast_id": uuid.uuid4().hex,
        "timestamp": timestamp,
        "forecast_create_timestamp": now_ms,
        "forecast_status": SCHEDULED,
        "forecast_progress": 0.0,
        "forecast_messages": [],
        "forecast_memory_bytes": 0,
        "processed_record_count": 0,
        "processing_time_ms": 0,
    }
    return noted | ({"forecast_expiry_timestamp": now_ms + lasting} if lasting else {})


def _refused(why: str) -> Refused:
    return Refused(f"Cannot run forecast: {why}")
