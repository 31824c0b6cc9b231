"""How long it takes to find a page of 100 results in a million, and what an alert asks for."""

import time
from collections.abc import Callable
from contextlib import closing
from typing import TypeAlias

import numpy as np
from filling import DAY_MS, END_MS, START_MS, fill_records, filled, ports_of

from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.search.searching import search
from unusual.schema.searching import SearchOptions
from unusual.schema.values import Document
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store

Asked: TypeAlias = Document | Callable[[int], Document]

ROUNDS = 100


def main() -> None:
    """Fill a store, search it, print the figures."""
    with filled(_fill) as folder, closing(open_store(folder)) as store:
        ports = ports_of(store)
        for name, body in SEARCHES.items():
            _measure(ports, name, body)


def _fill(store: Store) -> None:
    store.jobs.add(StoredJob({"job_id": "big", "results_index_name": "shared"}, State.CLOSED))
    fill_records(store)


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
