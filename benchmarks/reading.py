"""How long a client waits over HTTP: for pages of results out of a million, 5,000 jobs, and a million documents.

Each figure stands beside that of the smallest answer there is, taken between the others: what the machine, the client
and the connection take by themselves. The table is printed, and kept in `READING.md`.
"""

import os
import sys
import time
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import orjson
from filling import DOCUMENTS, END_MS, SPAN_MS, fill_buckets, fill_documents, fill_records, filled, ports_of
from served import JOBS as EVERY
from served import served

from unusual.jobs import configure
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.schema.values import Document
from unusual.store.bundle import Store

JOBS: Final = 5_000
ROUNDS: Final = 100
LONGEST_S: Final = 6.0  # for all rounds of one call
PAGE: Final = 10_000
KEPT: Final = Path(__file__).with_name("READING.md")
HEAD: Final = "| call | first | p50 | p99 | p50 of the least | bytes |\n|---|---:|---:|---:|---:|---:|"
CONFIG: Final = {
    "description": "one of many",
    "analysis_config": {
        "bucket_span": "15m",
        "detectors": [{"function": "mean", "field_name": "load", "by_field_name": "host"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": "stamp"},
}
RESULTS: Final = f"{EVERY}/big/results"
WEEK: Final = f"start={END_MS - 700 * SPAN_MS}&end={END_MS}"
CALLS: Final = {
    "records, highest scores": f"{RESULTS}/records",
    "records, highest scores, page 90": f"{RESULTS}/records?from=8900",
    "records, newest": f"{RESULTS}/records?sort=timestamp",
    "records, score >= 75, newest": f"{RESULTS}/records?record_score=75&sort=timestamp",
    "records, highest scores of a while": f"{RESULTS}/records?{WEEK}",
    "buckets, oldest": f"{RESULTS}/buckets",
    "buckets, score >= 50": f"{RESULTS}/buckets?anomaly_score=50",
    "buckets, highest scores, with records": f"{RESULTS}/buckets?sort=anomaly_score&desc=true&expand=true",
    "5,000 jobs": EVERY,
    "5,000 jobs, stats": f"{EVERY}/_stats",
    "5,000 jobs, as a table": "/_cat/ml/anomaly_detectors",
    "one job of 5,000": f"{EVERY}/many-777",
}


def main() -> None:
    """Fill a store, serve it, read it, tell the figures."""
    with filled(_fill) as folder, served(folder, "--workers", "1") as server:
        lines = [_measure(server.http, name, path) for name, path in CALLS.items()]
        documents = _documents(server.http)
    load = (
        f"The load of the machine, all that ran on it together, was {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores."
    )
    head = f"# Reading over HTTP\n\nWritten by `benchmarks/reading.py`; all times in ms. {load}\n"
    told = [head, HEAD, *lines, documents]
    KEPT.write_text("\n".join(told) + "\n", encoding="utf-8")
    sys.stdout.write(KEPT.read_text(encoding="utf-8"))


def _fill(store: Store) -> None:
    job = configure.create(ports_of(store), "big", CONFIG)
    fill_records(store)
    fill_buckets(store)
    fill_documents(store)
    for number in range(JOBS - 1):
        named = {"job_id": f"many-{number}", "groups": [f"group-{number % 50}"]}
        store.jobs.add(StoredJob(job | named, State.CLOSED))


def _measure(http: httpx.Client, name: str, path: str) -> str:
    """One line of the table."""
    taken: dict[str, list[float]] = {"/": [], path: []}
    size = 0
    until = time.perf_counter() + LONGEST_S
    while len(taken[path]) < ROUNDS and (len(taken[path]) < 3 or time.perf_counter() < until):  # noqa: PLR2004
        for asked, times in taken.items():
            begun = time.perf_counter()
            answer = http.get(asked).raise_for_status()
            times.append((time.perf_counter() - begun) * 1000)
            size = len(answer.content)
    first, *times = taken[path]
    p50, p99 = np.quantile(times, (0.5, 0.99))
    least = np.quantile(taken["/"], 0.5)
    return f"| {name} | {first:.1f} | {p50:.1f} | {p99:.1f} | {least:.1f} | {size:,} |"


def _documents(http: httpx.Client) -> str:
    """Every document of an index in the order of time, as a datafeed of another server reads it."""
    body: Document = {
        "size": PAGE,
        "_source": False,
        "fields": ["airline", "responsetime"],
        "track_total_hits": False,
        "sort": [{"at": "asc"}, {"_shard_doc": "asc"}],
        "pit": http.post("/log/_pit?keep_alive=5m").raise_for_status().json(),
    }
    waited, read = 0.0, 0
    after: Document = {}
    while read < DOCUMENTS:
        within = {"range": {"at": {"gte": after["search_after"][0] if after else 0, "format": "epoch_millis"}}}
        begun = time.perf_counter()
        answer = http.post("/_search", json=body | after | {"query": within}).raise_for_status()
        waited += time.perf_counter() - begun
        hits = orjson.loads(answer.content)["hits"]["hits"]
        read += len(hits)
        after = {"search_after": hits[-1]["sort"]}
    return f"\n{read:,} documents of an index by time, pages of {PAGE:,}: {read / waited:,.0f} documents a second."


if __name__ == "__main__":
    main()
