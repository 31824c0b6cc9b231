"""How fast documents go into an index and out of it into a job, and whether that job is as one that was posted them.

Figures per second of processor time are of the server's main process alone, and mean something on a busy machine too.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import httpx
import numpy as np
import orjson
from serving import served

DOCUMENTS: Final = 1_000_000
AT_ONCE: Final = 10_000
HOSTS: Final = 20
STEP_MS: Final = 250
START_MS: Final = 1_600_000_000_000
JOBS: Final = "/_ml/anomaly_detectors"
JOB: Final = {
    "analysis_config": {
        "bucket_span": "5m",
        "detectors": [{"function": "mean", "field_name": "load", "by_field_name": "host"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": "at", "time_format": "epoch_ms"},
}
MAPPINGS: Final = {"properties": {"at": {"type": "date"}, "host": {"type": "keyword"}, "load": {"type": "double"}}}
PAGE: Final = 10_000


def main() -> None:
    """Fill an index, post the same to a job, let another one read it, and print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    with tempfile.TemporaryDirectory() as directory, served(Path(directory)) as (url, processor_s):
        http = httpx.Client(base_url=url, timeout=600, trust_env=False)
        http.put("/log", json={"mappings": MAPPINGS}).raise_for_status()
        portions = list(_documents(count))
        heads = [b"".join(b'{"index":{}}\n%b\n' % line for line in lines.splitlines()) for lines in portions]
        _timed("into the index", count, processor_s, lambda: _each(http, "/log/_bulk", heads))
        for job_id in ("posted", "fed"):
            http.put(f"{JOBS}/{job_id}", json=JOB).raise_for_status()
            http.post(f"{JOBS}/{job_id}/_open").raise_for_status()
        _timed("posted to a job", count, processor_s, lambda: _each(http, f"{JOBS}/posted/_data", portions))
        http.post(f"{JOBS}/posted/_close").raise_for_status()
        http.put("/_ml/datafeeds/feed", json={"job_id": "fed", "indices": ["log"]}).raise_for_status()
        _timed("fed to a job", count, processor_s, lambda: _feed(http))
        stats = http.get("/_ml/datafeeds/feed/_stats").json()["datafeeds"][0]["timing_stats"]
        print(f"searches: {stats['search_count']}, {stats['total_search_time_ms'] / 1000:.1f} s beside the analysis")
        posted, fed = (_results(http, job_id) for job_id in ("posted", "fed"))
        print(f"{len(posted):,} results: {'the same' if posted == fed else 'NOT the same'}")


def _documents(count: int) -> Iterator[bytes]:
    chance = np.random.default_rng(5)
    for begin in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - begin)
        loads, hosts = np.round(chance.normal(50, 5, size), 3).tolist(), chance.integers(0, HOSTS, size).tolist()
        yield b"".join(
            orjson.dumps({"at": START_MS + (begin + place) * STEP_MS, "host": f"h{host}", "load": load}) + b"\n"
            for place, (load, host) in enumerate(zip(loads, hosts, strict=True))
        )


def _each(http: httpx.Client, path: str, portions: list[bytes]) -> None:
    for portion in portions:
        answer = http.post(path, content=portion, headers={"content-type": "application/x-ndjson"}).raise_for_status()
        assert b'"errors":true' not in answer.content  # noqa: S101 - or the figures mean nothing


def _feed(http: httpx.Client) -> None:
    http.post("/_ml/datafeeds/feed/_start?end=2100-01-01").raise_for_status()
    while http.get(f"{JOBS}/fed/_stats").json()["jobs"][0]["state"] != "closed":
        time.sleep(0.1)


def _results(http: httpx.Client, job_id: str) -> list[object]:
    """Final buckets and records, without what is the job's own."""
    found: list[object] = []
    for kind in ("buckets", "records"):
        page: list[dict[str, object]] = [{}]
        begin = 0
        while page:
            asked = f"{JOBS}/{job_id}/results/{kind}?exclude_interim=true&sort=timestamp&from={begin}&size={PAGE}"
            text = http.get(asked).raise_for_status().text.replace(f'"{job_id}"', '"it"')
            page = orjson.loads(text)[kind]
            found += [{name: value for name, value in one.items() if name != "processing_time_ms"} for one in page]
            begin += PAGE
    return found


def _timed(name: str, count: int, processor_s: Callable[[], float], act: Callable[[], None]) -> None:
    begun, used = time.perf_counter(), processor_s()
    act()
    took, used = time.perf_counter() - begun, processor_s() - used
    print(f"{name:16} {count / took:10,.0f} documents/s   {count / used:10,.0f} per second of processor time")


if __name__ == "__main__":
    main()
