"""Overall buckets: the scores of several jobs drawn together; knows bucket scores, not how they came about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import NamedTuple

import orjson

from unusual.analysis.control import Document
from unusual.errors import Invalid
from unusual.jobs.ports import Page, Ports, Selection, StoredJob
from unusual.jobs.selection import choose
from unusual.schema.durations import Duration
from unusual.schema.options import OverallBucketOptions

_BATCH = 10_000


class Score(NamedTuple):
    """What counts of one bucket of one job; times in ms."""

    job_id: str
    timestamp: int
    score: float
    is_interim: bool


@dataclass
class _Overall:
    """One overall bucket while it is gathered from its base slots."""

    score: float = 0.0
    is_interim: bool = False
    jobs: dict[str, float] = field(default_factory=dict)


def overall_buckets(ports: Ports, expression: str, options: OverallBucketOptions) -> list[Document]:
    """Overall buckets of the selected jobs in time order.

    `NoSuchJob`; `Invalid` for a span shorter than that of a selected job; `Unreadable` for times.
    """
    start, end = options.window(ports.clock.now_ms())
    if options.top_n <= 0:
        raise Invalid(f"[topN] parameter must be positive, found [{options.top_n}]")
    stored = {job.job_id: job for job in ports.jobs.all()}
    chosen = choose(stored.values(), expression, options.allow_no_match)
    if not chosen:
        return []
    base = max((_span(stored[job_id]) for job_id in chosen), key=attrgetter("milliseconds"))
    span = (options.bucket_span or base).milliseconds
    if span < base.milliseconds:
        raise Invalid(f"Param [bucket_span] must be greater or equal to the max bucket_span [{base}]")
    selection = Selection(
        kind="bucket",
        start_ms=None if start is None else -(-start // span) * span,
        end_ms=None if end is None else end // span * span,
        exclude_interim=options.exclude_interim,
    )
    scores = (score for job_id in chosen for score in _scores(ports, job_id, selection))
    found = combined(scores, base.milliseconds, span, options.top_n)
    return [bucket for bucket in found if bucket["overall_score"] >= options.overall_score]


def combined(scores: Iterable[Score], base_ms: int, span_ms: int, top_n: int) -> list[Document]:
    """Overall buckets of `span_ms` from bucket scores: the mean of the `top_n` best jobs, per slot of `base_ms`.

    A wider bucket takes the highest of its slots, for the score and for each job.
    """
    slots: dict[int, dict[str, float]] = defaultdict(dict)
    gathered: dict[int, _Overall] = defaultdict(_Overall)
    for job_id, timestamp, score, is_interim in scores:
        slot = slots[timestamp // base_ms * base_ms]
        slot[job_id] = max(score, slot.get(job_id, 0.0))
        gathered[timestamp // base_ms * base_ms // span_ms * span_ms].is_interim |= is_interim
    for start, jobs in slots.items():
        best = sorted(jobs.values(), reverse=True)[:top_n]
        overall = gathered[start // span_ms * span_ms]
        overall.score = max(overall.score, sum(best) / len(best))
        overall.jobs |= {job_id: max(score, overall.jobs.get(job_id, 0.0)) for job_id, score in jobs.items()}
    return [_document(start, span_ms, overall) for start, overall in sorted(gathered.items())]


def _span(job: StoredJob) -> Duration:
    return Duration(job.config["analysis_config"]["bucket_span"])


def _document(start: int, span_ms: int, overall: _Overall) -> Document:
    return {
        "result_type": "overall_bucket",
        "timestamp": start,
        "bucket_span": span_ms // 1000,
        "overall_score": overall.score,
        "jobs": [{"job_id": job_id, "max_anomaly_score": score} for job_id, score in sorted(overall.jobs.items())],
        "is_interim": overall.is_interim,
    }


def _scores(ports: Ports, job_id: str, selection: Selection) -> Iterator[Score]:
    start, total = 0, 1
    while start < total:
        page = replace(selection, page=Page(start, _BATCH))
        total, bodies = ports.results.read(job_id, page)
        for body in bodies:
            bucket = orjson.loads(body)
            yield Score(job_id, bucket["timestamp"], bucket.get("anomaly_score", 0.0), bucket.get("is_interim", False))
        start += _BATCH
