"""Forecasts that were asked for: what is known of them, and their removal; knows nothing of how one is made.

Of each there is one document of its stats, and one of each series and bucket; all lie among the results of the job.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import orjson

from unusual.analysis.control import Document, Result
from unusual.errors import Conflict, Missing
from unusual.jobs import notifications
from unusual.jobs.ports import Page, Ports, Selection, Sought
from unusual.jobs.selection import choose_named
from unusual.jobs.stepping import go_through
from unusual.schema.forecast_terms import FAILED, FINISHED, KIND, REQUEST_KIND

_ALL: Final = Page(0, 1_000_000)
_ENDED: Final = (FINISHED, FAILED)
_FIGURES: Final = (
    ("memory_bytes", "forecast_memory_bytes"),
    ("records", "processed_record_count"),
    ("processing_time_ms", "processing_time_ms"),
)


def known(ports: Ports, job_id: str) -> list[Document]:
    """The stats of every forecast of the job."""
    _, bodies = ports.results.read(job_id, Selection(kind=REQUEST_KIND, page=_ALL))
    return [orjson.loads(body) for body in bodies]


def keep(ports: Ports, request: Document) -> None:
    """Store the stats of a forecast; `NoSuchJob`."""
    body = orjson.dumps(request)
    result = Result(REQUEST_KIND, request["timestamp"], request["forecast_id"], 0.0, is_interim=False, body=body)
    ports.results.add(request["job_id"], [result])


def fail(ports: Ports, job_id: str, forecast_ids: Iterable[str], reason: str) -> None:
    """Mark those of the forecasts that have not ended as failed; nothing for those that are gone."""
    wanted = set(forecast_ids)
    for request in known(ports, job_id):
        if request["forecast_id"] in wanted and not _ended(request):
            end = {"forecast_end_timestamp": ports.clock.now_ms()}
            keep(ports, request | end | {"forecast_status": FAILED, "forecast_messages": [reason]})
            tell_end(ports, job_id, request["forecast_id"])


def tell_end(ports: Ports, job_id: str, forecast_id: str) -> None:
    """Say how a forecast ended; nothing when it is gone."""
    for request in known(ports, job_id):
        if request["forecast_id"] == forecast_id:
            failed = request.get("forecast_status") == FAILED
            why = f"failed: {', '.join(request.get('forecast_messages', ()))}" if failed else "finished"
            level = notifications.Level.ERROR if failed else notifications.Level.INFO
            notifications.tell(ports, job_id, f"Forecast [{forecast_id}] {why}", level)


def fail_unended(ports: Ports, reason: str) -> None:
    """Mark every forecast that was under way as failed."""
    for job_id, requests in _of_jobs(ports, [job.job_id for job in ports.jobs.all()]).items():
        left = [one["forecast_id"] for one in requests if not _ended(one)]
        if left:
            fail(ports, job_id, left, reason)


def delete(ports: Ports, job_id: str, expression: str, *, allow_no_match: bool) -> None:
    """Remove the selected forecasts with their results; `NoSuchJob`, `Missing`, `Conflict` while one is under way."""
    ports.jobs.get(job_id)
    requests = {request["forecast_id"]: request for request in known(ports, job_id)}

    def missing(name: str) -> Missing:
        return Missing(f"No forecast(s) [{name}] exists for job [{job_id}]")

    members = {forecast_id: {forecast_id} for forecast_id in requests}
    chosen = choose_named(members, expression, missing, allow_no_match=allow_no_match)
    running = [forecast_id for forecast_id in chosen if not _ended(requests[forecast_id])]
    if running:
        raise Conflict(
            f"Forecast(s) [{', '.join(running)}] for job [{job_id}] needs to be either FAILED or FINISHED to be deleted"
        )
    for forecast_id in chosen:
        go_through(ports, _remove(ports, job_id, forecast_id))


def expire(ports: Ports, job_id: str) -> Iterator[int]:
    """Remove the forecasts whose time is over, some results at a time; one without such a time stays."""
    now_ms = ports.clock.now_ms()
    for request in known(ports, job_id):
        if _ended(request) and request.get("forecast_expiry_timestamp", now_ms) < now_ms:
            yield from _remove(ports, job_id, request["forecast_id"])


def summaries(ports: Ports, job_ids: Sequence[str]) -> dict[str, Document]:
    """`forecasts_stats` of jobs."""
    return {job_id: _summary(requests) for job_id, requests in _of_jobs(ports, job_ids).items()}


def _summary(requests: Sequence[Document]) -> Document:
    if not requests:
        return {"total": 0, "forecasted_jobs": 0}
    figures = {name: _figures([request.get(field, 0) for request in requests]) for name, field in _FIGURES}
    status = Counter(request["forecast_status"] for request in requests if "forecast_status" in request)
    return {"total": len(requests), "forecasted_jobs": 1} | figures | {"status": dict(status)}


def _of_jobs(ports: Ports, job_ids: Sequence[str]) -> dict[str, list[Document]]:
    """The stats of every forecast of jobs, looked up all at once: few of thousands of jobs have any."""
    requests: dict[str, list[Document]] = {job_id: [] for job_id in job_ids}
    for found in ports.results.scan(Sought(tuple(job_ids), REQUEST_KIND), bodies=True):
        for one in found:
            requests[one.job_id].append(orjson.loads(one.body or b"{}"))
    return requests


def _figures(values: list[int]) -> Document:
    total = sum(values)
    return {"min": min(values), "max": max(values), "avg": total / len(values), "total": total}


def _ended(request: Document) -> bool:
    return request.get("forecast_status", FINISHED) in _ENDED


def _remove(ports: Ports, job_id: str, forecast_id: str) -> Iterator[int]:
    """The results first: what is left when this is cut short can be removed again."""
    for kind in (KIND, REQUEST_KIND):
        yield from ports.results.remove(job_id, kind, "forecast_id", forecast_id)
