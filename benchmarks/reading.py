"""How long a client waits for a page of results out of a million, and for the list of 5,000 jobs, over HTTP.

Each figure stands beside that of the smallest answer there is, taken between the others: what the machine, the client
and the connection take by themselves.
"""

import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import orjson
from searching import END_MS, RECORDS, SPAN_MS, START_MS, Clock, fill
from served import JOBS as EVERY
from served import served

from unusual.analysis.control import Result
from unusual.analysis.engine import Engine
from unusual.jobs import configure
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Ports, StoredJob
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store
from unusual.workers.inline import Inline

JOBS: Final = 5_000
BUCKETS: Final = RECORDS // 20
ROUNDS: Final = 100
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
    """Fill a store, serve it, read it, print the figures."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(directory)
        with closing(open_store(folder)) as store:
            if not store.jobs.all():
                _fill(store)
        with served(folder, "--workers", "1") as server:
            for name, path in CALLS.items():
                _measure(server.http, name, path)


def _fill(store: Store) -> None:
    kept = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
    ports = Ports(*kept, Inline(Engine), Clock())
    job = configure.create(ports, "big", CONFIG)
    fill(store)
    scores = np.round(np.minimum(np.random.default_rng(3).exponential(8.0, BUCKETS), 100.0), 5)
    store.results.add("big", [bucket(number, float(scores[number])) for number in range(BUCKETS)])
    for number in range(JOBS - 1):
        named = {"job_id": f"many-{number}", "groups": [f"group-{number % 50}"]}
        store.jobs.add(StoredJob(job | named, State.CLOSED))


def bucket(number: int, score: float) -> Result:
    """A bucket of the job `big` around its records."""
    timestamp = START_MS + number * SPAN_MS
    document = {
        "job_id": "big",
        "timestamp": timestamp,
        "bucket_span": SPAN_MS // 1000,
        "is_interim": False,
        "result_type": "bucket",
        "processing_time_ms": 0,
        "anomaly_score": score,
        "initial_anomaly_score": score,
        "event_count": 20,
        "bucket_influencers": [{"influencer_field_name": "bucket_time", "anomaly_score": score}] if score else [],
    }
    return Result("bucket", timestamp, "", score, is_interim=False, body=orjson.dumps(document))


def _measure(http: httpx.Client, name: str, path: str) -> None:
    taken: dict[str, list[float]] = {"/": [], path: []}
    size = 0
    for _ in range(ROUNDS):
        for asked, times in taken.items():
            begun = time.perf_counter()
            answer = http.get(asked).raise_for_status()
            times.append((time.perf_counter() - begun) * 1000)
            size = len(answer.content)
    least, times = (taken[one] for one in ("/", path))
    p50, p99 = np.quantile(times, (0.5, 0.99))
    bare = np.quantile(least, (0.5, 0.99))
    ratios = f"{p50 / bare[0]:6.1f} and {p99 / bare[1]:6.1f} times the least"
    print(f"{name:40} p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   {ratios}   {size:9,} bytes")


if __name__ == "__main__":
    main()
