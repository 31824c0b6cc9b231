"""The values of a metric whose job has kept none, read again from the index of its datafeed; knows no chart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from unusual.analysis.control import Document
from unusual.jobs import datafeeds
from unusual.jobs.indices import find
from unusual.jobs.ports import Ports, StoredIndex, StoredJob
from unusual.jobs.search.searching import search
from unusual.jobs.viewing.thinning import Curves
from unusual.jobs.viewing.windows import Window, span_ms
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job
from unusual.schema.mappings import TEXTS, Field, fields_of
from unusual.schema.searching import SearchOptions

MOST_DOCUMENTS: Final = 5_000_000  # in the indices; more take longer than anybody looks at a page that is empty
# By the base name of the function; counts are of the documents themselves.
_STATISTICS: Final = {
    "mean": "avg",
    "metric": "avg",
    "min": "min",
    "max": "max",
    "sum": "sum",
    "median": "percentiles",
    "distinct_count": "cardinality",
}
_COUNT: Final = "count"
_ZERO_WITHOUT_DATA: Final = {"count", "sum", "distinct_count"}
_BUCKETS, _VALUE = "buckets", "value"


@dataclass(frozen=True)
class ReadBack:
    """Values by bucket, and the indices that they were read from."""

    curves: Curves
    indices: str


def read_back(
    ports: Ports, job: StoredJob, detector: int, entities: Mapping[str, str], window: Window
) -> ReadBack | None:
    """The values of a series in a window; None where they cannot be known.

    That is so without a datafeed over indices of this server that reads documents as they are, for functions that no
    aggregation stands for, and where there are no documents, or too many.
    """
    stored = datafeeds.of_job(ports, job.job_id)
    if stored is None or not _is_plain(feed := Datafeed.from_document(stored.config)):
        return None
    analysed = Job.from_document(job.config)
    if analysed.analysis_config.summary_count_field_name is not None:
        return None
    indices = find(ports, feed.indices, ignore_unavailable=True)
    one, function = _detector(job, detector), analysed.analysis_config.detectors[detector].function.described
    if function not in {_COUNT, *_STATISTICS} or not indices or _documents(ports, indices) > MOST_DOCUMENTS:
        return None
    fields = {name: field for index in indices for name, field in fields_of(index.definition["mappings"]).items()}
    time_field, names = analysed.data_description.time_field, ",".join(index.name for index in indices)
    asked = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [feed.query, *_clauses(time_field, entities, fields, window)]}},
        "aggs": {_BUCKETS: _histogram(time_field, span_ms(job)) | _value(function, one.get("field_name"))},
    }
    answer = search(ports, names, SearchOptions.model_validate(asked)).aggregations or {}
    values = {bucket["key"]: _number(bucket, function) for bucket in answer[_BUCKETS]["buckets"]}
    if function in _ZERO_WITHOUT_DATA and "non_" not in one["function"]:
        values = _filled(values, span_ms(job))
    return ReadBack(_curves(values), names) if values else None


def _is_plain(feed: Datafeed) -> bool:
    return bool(feed.indices) and feed.remote is None and feed.aggregation is None and not feed.computed


def _detector(job: StoredJob, number: int) -> Document:
    detectors: list[Document] = job.config["analysis_config"]["detectors"]
    return detectors[number]


def _documents(ports: Ports, indices: Iterable[StoredIndex]) -> int:
    return sum(ports.documents.number(index.name) for index in indices)


def _clauses(
    time_field: str, entities: Mapping[str, str], fields: Mapping[str, Field], window: Window
) -> Iterator[Document]:
    bounds = {"gte": window.start_ms, "lt": window.end_ms, "format": "epoch_millis"}
    yield {"range": {time_field: bounds}}
    for name, value in entities.items():
        whole = f"{name}.keyword"  # of a text, its words are what is found, unless it is kept as a whole as well
        asked = whole if name in fields and fields[name].kind in TEXTS and whole in fields else name
        missing = {"bool": {"must_not": [{"exists": {"field": asked}}]}}
        yield {"term": {asked: value}} if value else missing


def _histogram(time_field: str, span: int) -> Document:
    return {"date_histogram": {"field": time_field, "fixed_interval": f"{span}ms", "min_doc_count": 1}}


def _value(function: str, field: str | None) -> Document:
    if function == _COUNT:
        return {}
    more = {"percents": [50.0]} if function == "median" else {}
    return {"aggs": {_VALUE: {_STATISTICS[function]: {"field": field, **more}}}}


def _number(bucket: Document, function: str) -> float:
    if function == _COUNT:
        return float(bucket["doc_count"])
    told = bucket[_VALUE]
    value = next(iter(told["values"].values())) if function == "median" else told["value"]
    return np.nan if value is None else float(value)


def _filled(values: Mapping[int, float], span: int) -> dict[int, float]:
    """With a zero for each bucket between the first and the last one that has no documents."""
    return {time: values.get(time, 0.0) for time in range(min(values), max(values) + span, span)} if values else {}


def _curves(values: Mapping[int, float]) -> Curves:
    times = np.array([*values], dtype=np.int64)
    unknown = np.full(times.size, np.nan)
    return Curves(times, np.array([*values.values()], dtype=np.float64), unknown, unknown)
