"""How long it takes to find a page of 100 results in a million, and what an alert asks for, without a server."""

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from filling import DAY_MS, MILLION, START_MS, fill_job, filled, ports_of
from timing import often

from unusual.jobs.ports import Ports
from unusual.jobs.search.searching import search
from unusual.schema.searching import SearchOptions
from unusual.schema.values import Document
from unusual.store.sqlite import open_store

Asked: TypeAlias = Document | Callable[[int], Document]

ROUNDS = 100


def main() -> None:
    """Fill a store, search it, print the figures."""
    with filled(fill_job, *map(Path, sys.argv[1:])) as folder, closing(open_store(folder)) as store:
        for name, body in SEARCHES.items():
            taken = often(_searching(ports_of(store), body), 2 if name.startswith("all") else ROUNDS)
            print(f"{name:40} {taken}")


def _searching(ports: Ports, body: Asked) -> Callable[[int], object]:
    def asked(number: int) -> object:
        return search(ports, ".ml-anomalies-*", SearchOptions.model_validate(body(number) if callable(body) else body))

    return asked


RECORD = {"term": {"result_type": "record"}}
JOB = {"terms": {"job_id": ["big"]}}
FINAL = {"term": {"is_interim": False}}


def where(*more: Document, **rest: object) -> Document:
    """A search for a page of records that meet conditions."""
    return {"query": {"bool": {"filter": [RECORD, JOB, FINAL, *more]}}, "size": 100, **rest}


def within(first_ms: int, until_ms: int) -> Document:
    """A condition on the time."""
    return {"range": {"timestamp": {"gte": first_ms, "lt": until_ms, "format": "epoch_millis"}}}


def _window(number: int, days: int) -> Document:
    first = START_MS + number * DAY_MS % (MILLION.end_ms - START_MS - days * DAY_MS)
    return within(first, first + days * DAY_MS)


def alert(found: Document) -> Document:
    """What an alert asks for of the records that are found."""
    top = {
        "top_hits": {"sort": [{"record_score": "desc"}], "size": 3, "_source": ["job_id", "record_score", "timestamp"]}
    }
    return found | {
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
    "highest scores": where(sort=[{"record_score": "desc"}]),
    "newest": where(sort=[{"timestamp": "desc"}]),
    "newest of score >= 75": where({"range": {"record_score": {"gte": 75}}}, sort=[{"timestamp": "desc"}]),
    "newest of score >= 10": where({"range": {"record_score": {"gte": 10}}}, sort=[{"timestamp": "desc"}]),
    "highest scores of a week": lambda number: where(_window(number, 7), sort=[{"record_score": "desc"}]),
    "highest scores >= 25 of a month": lambda number: where(
        _window(number, 30),
        {"range": {"record_score": {"gte": 25}}},
        sort=[{"record_score": "desc"}, {"timestamp": "desc"}],
    ),
    "after a place, by time": lambda number: where(
        sort=[{"timestamp": "asc"}], search_after=[START_MS + number * DAY_MS]
    ),
    "no order": where(),
    "alert over a day": lambda number: alert(where(_window(number, 1))),
    "one airline, a week, highest first": lambda number: where(
        _window(number, 7), {"term": {"airline": "airline-3"}}, sort=[{"record_score": "desc"}]
    ),
    "all: alert": alert(where()),
    "all: one airline, highest first": where({"term": {"airline": "airline-3"}}, sort=[{"record_score": "desc"}]),
    "all: terms of airlines by highest score": where()
    | {
        "size": 0,
        "aggs": {
            "a": {
                "terms": {"field": "airline", "order": {"m": "desc"}},
                "aggs": {"m": {"max": {"field": "record_score"}}},
            }
        },
    },
    "all: exact count": where(sort=[{"record_score": "desc"}], track_total_hits=True),
}

if __name__ == "__main__":
    main()
