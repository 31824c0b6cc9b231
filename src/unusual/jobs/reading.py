"""Results of one job as clients ask for them: which, in which order, which page; knows documents only as JSON bytes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import orjson

from unusual.errors import Missing
from unusual.jobs.ports import Page, Ports, Selection
from unusual.schema import options as wanted

Found: TypeAlias = tuple[int, list[bytes]]

_RECORD_TIES: Final = ("over_field_value", "partition_field_value", "by_field_value", "field_name", "function")
_ALL: Final = Page(0, 1_000_000)
_MERGED: Final = b'"merged_into":'  # inside a text the quotes would be escaped


def buckets(ports: Ports, job_id: str, options: wanted.BucketOptions) -> Found:
    """How many buckets match in all, and those of the page.

    `NoSuchJob`; `Missing` when one bucket is asked for that is not there; `Invalid` and `Unreadable` for the options.
    """
    timestamp = options.bucket_start()
    selection = _selection("bucket", options, least_score=options.anomaly_score)
    ports.jobs.get(job_id)
    count, bodies = ports.results.read(
        job_id, replace(selection, timestamps_ms=None if timestamp is None else (timestamp,))
    )
    if timestamp is not None and not count:
        raise Missing("Could not find requested buckets")
    if options.expand:
        bodies = _with_records(ports, job_id, bodies, exclude_interim=options.exclude_interim)
    return count, bodies


def records(ports: Ports, job_id: str, options: wanted.RecordOptions) -> Found:
    """How many records match in all, and those of the page; `NoSuchJob`, `Unreadable`."""
    selection = _selection("record", options, least_score=options.record_score or None)
    ports.jobs.get(job_id)
    return ports.results.read(job_id, replace(selection, ties=_RECORD_TIES))


def influencers(ports: Ports, job_id: str, options: wanted.InfluencerOptions) -> Found:
    """How many influencers match in all, and those of the page; `NoSuchJob`, `Unreadable`."""
    selection = _selection("influencer", options, least_score=options.influencer_score or None)
    ports.jobs.get(job_id)
    return ports.results.read(job_id, selection)


def categories(ports: Ports, job_id: str, category_id: str | None, options: wanted.CategoryOptions) -> Found:
    """How many categories match in all, and those of the page; `NoSuchJob`, `Invalid`.

    A category that has become part of another is found by its number only.
    """
    number = options.number(category_id)
    ports.jobs.get(job_id)
    selection = Selection(kind="category_definition", sort="category_id", ties=(), page=_page(options.page))
    # A job has few categories: looking through all of them is cheaper than an index that every write would pay for.
    _, bodies = ports.results.read(job_id, replace(selection, page=_ALL))
    fitting = [body for body in bodies if _fits(body, number, options.partition_field_value)]
    first = options.page.start
    return len(fitting), fitting[first : first + options.page.size]


def _selection(
    kind: str,
    options: wanted.BucketOptions | wanted.RecordOptions | wanted.InfluencerOptions,
    *,
    least_score: float | None,
) -> Selection:
    start, end = options.window()
    return Selection(
        kind=kind,
        start_ms=start,
        end_ms=end,
        exclude_interim=options.exclude_interim,
        least_score=least_score,
        sort=options.sort,
        desc=options.desc,
        page=_page(options.page),
    )


def _page(page: wanted.Page) -> Page:
    return Page(page.start, page.size)


def _fits(body: bytes, number: int | None, partition: str | None) -> bool:
    if number is None and partition is None:
        return _MERGED not in body
    category = orjson.loads(body)
    wanted = category["category_id"] == number if number is not None else _MERGED not in body
    return wanted and partition in {None, category.get("partition_field_value")}


def _with_records(ports: Ports, job_id: str, bodies: Sequence[bytes], *, exclude_interim: bool) -> list[bytes]:
    """The buckets with all their records spliced in; those without any influencer stay as they are."""
    buckets = [orjson.loads(body) for body in bodies]
    times = [bucket["timestamp"] if bucket.get("bucket_influencers") else None for bucket in buckets]
    found: dict[int, list[bytes]] = {time: [] for time in times if time is not None}
    selection = Selection(
        kind="record",
        timestamps_ms=tuple(found),
        exclude_interim=exclude_interim,
        sort="record_score",
        desc=True,
        ties=_RECORD_TIES,
        page=_ALL,
    )
    _, records = ports.results.read(job_id, selection)
    for record in records:
        found[orjson.loads(record).get("timestamp", 0)].append(record)
    return [
        body if time is None else b'%b,"records":[%b]}' % (body.rstrip().removesuffix(b"}"), b",".join(found[time]))
        for body, time in zip(bodies, times, strict=True)
    ]
