"""What a datafeed would post to its job, without either having to be stored; knows no run."""

from contextlib import closing
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Invalid, Malformed, NoSuchIndex
from unusual.jobs import configure, datafeeds
from unusual.jobs.indices import find
from unusual.jobs.ports import Ports
from unusual.jobs.sources import OwnIndices, Source, Sources, portions
from unusual.schema.datafeeds import SCROLL_SIZE, Datafeed
from unusual.schema.jobs import Job

_PARTS: Final = ("datafeed_config", "job_config")
_UNNAMED: Final = "preview"


def preview(
    ports: Ports,
    sources: Sources,
    datafeed_id: str | None,
    body: object,
    window_ms: tuple[int | None, int | None],
) -> list[Document]:
    """Records of the first portion between two times, times in ms.

    `NoSuchDatafeed`, `NoSuchJob`, `NoSuchIndex`; `errors.Invalid` for configurations that are wrong or unclear;
    `errors.Unreachable`.
    """
    if datafeed_id is None:
        feed, job = _configured(ports, body)
    elif body is not None:
        raise Invalid("a datafeed is previewed by its id or by a configuration in the body, not by both")
    else:
        stored = datafeeds.named(ports, datafeed_id)
        feed, job = Datafeed.from_document(stored.config), _stored_job(ports, stored.job_id)
    with closing(_checked(ports, sources, feed, job)) as source:
        return _first(source, feed, window_ms)


def sample(
    ports: Ports, sources: Sources, body: object, window_ms: tuple[int | None, int | None], most: int
) -> list[Document]:
    """The earliest records between two times, at most `most`, of a datafeed and a job told by `body`; as `preview`."""
    feed, job = _configured(ports, body)
    records: list[Document] = []
    with closing(_checked(ports, sources, feed, job)) as source:
        for portion in portions(source, *window_ms):
            records += portion.records
            if len(records) >= most:
                break
    return records[:most]


def _checked(ports: Ports, sources: Sources, feed: Datafeed, job: Job) -> Source:
    source = sources(ports, feed, job)
    if isinstance(source, OwnIndices):
        _require_indices(ports, feed)
    source.check()
    return source


def _first(source: Source, feed: Datafeed, window_ms: tuple[int | None, int | None]) -> list[Document]:
    records = next((portion.records for portion in portions(source, *window_ms) if portion.records), [])
    return records[: feed.scroll_size or SCROLL_SIZE] if feed.aggregation is None else records


def _configured(ports: Ports, body: object) -> tuple[Datafeed, Job]:
    if not isinstance(body, dict):
        raise Invalid("[datafeed_config] or [job_config] is needed, or the id of a datafeed")
    unknown = [name for name in body if name not in _PARTS]
    if unknown:
        raise Malformed(f"[1:1] [preview_datafeed_action] unknown field [{unknown[0]}]")
    config, job_config = (body.get(name) for name in _PARTS)
    inner = _inside(job_config)
    if config is not None and inner is not None:
        raise Invalid("[datafeed_config] must be given once: by itself or inside of [job_config]")
    asked = inner if config is None else config
    if asked is None:
        raise Invalid("[datafeed_config] is needed, by itself or inside of [job_config]")
    job = _job(ports, asked, job_config)
    return Datafeed.from_request(asked, datafeed_id=_said(asked, "datafeed_id") or _UNNAMED, job=job), job


def _job(ports: Ports, asked: object, job_config: object) -> Job:
    if job_config is not None:
        return configure.candidate(ports, job_config)
    job_id = _said(asked, "job_id")
    if job_id is None:
        raise Invalid("[datafeed_config.job_id] must be set when there is no [job_config]")
    return _stored_job(ports, job_id)


def _inside(job_config: object) -> object:
    return job_config.get("datafeed_config") if isinstance(job_config, dict) else None


def _said(asked: object, name: str) -> str | None:
    value = asked.get(name) if isinstance(asked, dict) else None
    return None if value is None else str(value)


def _stored_job(ports: Ports, job_id: str) -> Job:
    return Job.from_document(ports.jobs.get(job_id).config)


def _require_indices(ports: Ports, feed: Datafeed) -> None:
    """`NoSuchIndex` with its own status: here a missing index is a thing not found, not a refusal."""
    if not find(ports, feed.indices, ignore_unavailable=feed.indices_options.ignore_unavailable):
        raise NoSuchIndex(", ".join(feed.indices))
