"""How long it takes to find a page of 100 results in a million, and what an alert asks for."""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

import numpy as np
import orjson

from unusual.analysis.control import Result
from unusual.analysis.engine import Engine
from unusual.analysis.subjects import subjects_of
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.search.searching import search
from unusual.schema.searching import SearchOptions
from unusual.schema.values import Document
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store
from unusual.workers.inline import Inline

Asked: TypeAlias = Document | Callable[[int], Document]

RECORDS = 1_000_000
ROUNDS = 100
SPAN_MS = 300_000
PER_BUCKET = 20
START_MS = 1_600_000_000_000
END_MS = START_MS + RECORDS // PER_BUCKET * SPAN_MS
DAY_MS = 86_400_000


class Clock:
    """The end of the data."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return END_MS


def main() -> None:
    """Fill a store, search it, print the figures."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(directory)
        with closing(open_store(path)) as store:
            if not store.jobs.all():
                store.jobs.add(StoredJob({"job_id": "big", "results_index_name": "shared"}, State.CLOSED))
                fill(store)
            workers = Inline(Engine)  # no search asks them
            kept = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
            ports = Ports(*kept, workers, Clock())
            for name, body in SEARCHES.items():
                _measure(ports, name, body)


def fill(store: Store) -> None:
    """Keep a million records of the job `big`."""
    generator = np.random.default_rng(7)
    scores = np.round(np.minimum(generator.exponential(8.0, RECORDS), 100.0), 5)
    for begin in range(0, RECORDS, 20_000):
        rows = range(begin, min(begin + 20_000, RECORDS))
        store.results.add("big", [_record(row, float(scores[row])) for row in rows])


def _record(row: int, score: float) -> Result:
    timestamp = START_MS + row // PER_BUCKET * SPAN_MS
    series = f"airline-{row % PER_BUCKET}"
    document = {
        "job_id": "big",
        "result_type": "record",
        "timestamp": timestamp,
        "bucket_span": SPAN_MS // 1000,
        "is_interim": False,
        "probability": 0.001,
        "record_score": score,
        "initial_record_score": score,
        "multi_bucket_impact": 0.0,
        "detector_index": 0,
        "function": "mean",
        "function_description": "mean",
        "field_name": "responsetime",
        "partition_field_name": "airline",
        "partition_field_value": series,
        "airline": [series],
        "actual": [float(row)],
        "typical": [100.0],
        "influencers": [{"influencer_field_name": "airline", "influencer_field_values": [series]}],
    }
    body, subjects = orjson.dumps(document), subjects_of(document)
    return Result("record", timestamp, f"0:{row % PER_BUCKET}", score, is_interim=False, body=body, subjects=subjects)


def _measure(ports: Ports, name: str, body: Asked) -> None:
    times, used = [], []
    rounds = 2 if name.startswith("all") else ROUNDS
    for number in range(rounds):
        options = SearchOptions.model_validate(body(number) if callable(body) else body)
        begun, busy = time.perf_counter(), time.process_time()
        answer = search(ports, ".ml-anomalies-*", options)
        times.append((time.perf_counter() - begun) * 1000)
        used.append((time.process_time() - busy) * 1000)
    measured = {"ms": times, "cpu": used}
    parts = [f"{of} p50 {np.quantile(by, 0.5):7.1f}  p99 {np.quantile(by, 0.99):7.1f}" for of, by in measured.items()]
    told = "   ".join(parts)
    print(f"{name:40} {told}   hits {answer.total} {len(answer.hits)}")


RECORD = {"term": {"result_type": "record"}}
JOB = {"terms": {"job_id": ["big"]}}
FINAL = {"term": {"is_interim": False}}


def _where(*more: Document, **rest: object) -> Document:
    return {"query": {"bool": {"filter": [RECORD, JOB, FINAL, *more]}}, "size": 100, **rest}


def _window(number: int, days: int) -> Document:
    first = START_MS + number * DAY_MS % (END_MS - START_MS - days * DAY_MS)
    return {"range": {"timestamp": {"gte": first, "lt": first + days * DAY_MS, "format": "epoch_millis"}}}


def _alert(where: Document) -> Document:
    top = {
        "top_hits": {"sort": [{"record_score": "desc"}], "size": 3, "_source": ["job_id", "record_score", "timestamp"]}
    }
    return where | {
        "size": 0,
        "aggs": {
            "slots": {
                "date_histogram": {"field": "timestamp", "fixed_interval": "15m", "min_doc_count": 1},
                "aggs": {
                    "highest": {"max": {"field": "record_score"}},
                    "critical": {"filter": {"range": {"record_score": {"gte": 75}}}, "aggs": {"top": top}},
                },
            }
        },
    }


SEARCHES: dict[str, Asked] = {
    "highest scores": _where(sort=[{"record_score": "desc"}]),
    "newest": _where(sort=[{"timestamp": "desc"}]),
    "newest of score >= 75": _where({"range": {"record_score": {"gte": 75}}}, sort=[{"timestamp": "desc"}]),
    "newest of score >= 10": _where({"range": {"record_score": {"gte": 10}}}, sort=[{"timestamp": "desc"}]),
    "highest scores of a week": lambda number: _where(_window(number, 7), sort=[{"record_score": "desc"}]),
    "highest scores >= 25 of a month": lambda number: _where(
        _window(number, 30),
        {"range": {"record_score": {"gte": 25}}},
        sort=[{"record_score": "desc"}, {"timestamp": "desc"}],
    ),
    "after a place, by time": lambda number: _where(
        sort=[{"timestamp": "asc"}], search_after=[START_MS + number * DAY_MS]
    ),
    "no order": _where(),
    "alert over a day": lambda number: _alert(_where(_window(number, 1) | {})),
    "one airline, a week, highest first": lambda number: _where(
        _window(number, 7), {"term": {"airline": "airline-3"}}, sort=[{"record_score": "desc"}]
    ),
    "all: alert": _alert(_where()),
    "all: one airline, highest first": _where({"term": {"airline": "airline-3"}}, sort=[{"record_score": "desc"}]),
    "all: terms of airlines by highest score": _where()
    | {
        "size": 0,
        "aggs": {
            "a": {
                "terms": {"field": "airline", "order": {"m": "desc"}},
                "aggs": {"m": {"max": {"field": "record_score"}}},
            }
        },
    },
    "all: exact count": _where(sort=[{"record_score": "desc"}], track_total_hits=True),
}

if __name__ == "__main__":
    main()
