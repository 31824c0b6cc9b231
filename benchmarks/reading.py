"""How long a client waits over HTTP: for pages of ten thousand to ten million results, for 5,000 jobs, for documents.

The first call of a page after the start of a server stands by itself: it counts what later ones know. Beside all stands
the smallest answer there is: what the machine, the client and the connection take by themselves. The tables are kept in
`READING.md`.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Final

import httpx
import orjson
from filling import DAY_MS, DOCUMENTS, MILLION, Amount, fill_documents, fill_job, filled
from searching import alert, where, within
from served import JOBS, Server, served
from timing import Taken, often

from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.schema.values import Document
from unusual.store.bundle import Store

KEPT: Final = Path(__file__).with_name("READING.md")
RECORDS: Final = (10_000, 100_000, 1_000_000, 10_000_000)
MANY: Final = 5_000
ROUNDS: Final = 200
LONGEST_S: Final = 6.0  # for all rounds of one call
PAGE: Final = 10_000
LEAST: Final = "the least answer there is"
OF_JOBS: Final = {
    LEAST: "/",
    "5,000 jobs": JOBS,
    "5,000 jobs, stats": f"{JOBS}/_stats",
    "5,000 jobs, as a table": "/_cat/ml/anomaly_detectors",
    "one job of 5,000": f"{JOBS}/many-777",
}


def main() -> None:
    """Fill stores, serve them, read them, tell the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=RECORDS, help="how many, store by store")
    parser.add_argument("--folder", type=Path, help="where the stores stay, to be used again")
    given = parser.parse_args()
    taken = {records: _read(Amount(records), given.folder) for records in given.records}
    with filled(_fill_many, given.folder and given.folder / "many") as folder, served(folder, "--workers", "1") as many:
        jobs = {name: _measure(many, _getting(many.http, path)) for name, path in OF_JOBS.items()}
        documents = _documents(many.http)
    load = f"{os.getloadavg()[1]:.1f} on {os.cpu_count()} cores"
    head = f"The load of the machine, all that ran on it together, was {load}."
    told = [
        f"# Reading over HTTP\n\nWritten by `benchmarks/reading.py`; all times in ms. {head}",
        *_by_size("Processor time of the server for a page, by how many records the job has", taken, "busy"),
        *_by_size("The wait for it, of a hundred the longest but one", taken, "p99"),
        *_by_size("The first wait after the start of the server", taken, "first"),
        *_table("A store with many jobs", jobs),
        f"\n{documents}",
    ]
    KEPT.write_text("\n".join(told) + "\n", encoding="utf-8")
    sys.stdout.write(KEPT.read_text(encoding="utf-8"))


def pages(amount: Amount) -> dict[str, str]:
    """Addresses of pages of results."""
    results = f"{JOBS}/big/results"
    day = f"start={amount.end_ms - DAY_MS}&end={amount.end_ms}"
    return {
        LEAST: "/",
        "records, highest scores": f"{results}/records",
        "records, highest scores, page 90": f"{results}/records?from=8900",
        "records, newest": f"{results}/records?sort=timestamp&desc=true",
        "records, newest, page 90": f"{results}/records?sort=timestamp&desc=true&from=8900",
        "records, score >= 75, newest": f"{results}/records?record_score=75&sort=timestamp&desc=true",
        "records, score >= 10, newest": f"{results}/records?record_score=10&sort=timestamp&desc=true",
        "records, highest scores of a day": f"{results}/records?{day}",
        "records, score >= 25, of a day": f"{results}/records?{day}&record_score=25",
        "records, score >= 25, of all but a day": f"{results}/records?end={amount.end_ms - DAY_MS}&record_score=25",
        "buckets, oldest": f"{results}/buckets",
        "buckets, score >= 50": f"{results}/buckets?anomaly_score=50",
        "buckets, highest scores, with records": f"{results}/buckets?sort=anomaly_score&desc=true&expand=true",
        "influencers, highest scores": f"{results}/influencers?desc=true",
        "influencers, newest of a day": f"{results}/influencers?{day}&sort=timestamp&desc=true",
        "overall buckets of a day": f"{results}/overall_buckets?{day}",
    }


def searches(amount: Amount) -> dict[str, Document]:
    """Searches for the like."""
    day = within(amount.end_ms - DAY_MS, amount.end_ms)
    return {
        "_search, highest scores": where(sort=[{"record_score": "desc"}]),
        "_search, newest": where(sort=[{"timestamp": "desc"}]),
        "_search, score >= 10, newest": where({"range": {"record_score": {"gte": 10}}}, sort=[{"timestamp": "desc"}]),
        "_search, highest scores of a day": where(day, sort=[{"record_score": "desc"}]),
        "_search, one airline, a day, highest scores": where(
            day, {"term": {"airline": "airline-3"}}, sort=[{"record_score": "desc"}]
        ),
        "_search, what an alert asks of a day": alert(where(day)),
    }


def _read(amount: Amount, folder: Path | None) -> dict[str, Taken]:
    """All pages of a job with so many records."""
    place = folder and folder / str(amount.records)
    with filled(lambda store: fill_job(store, amount), place) as full, served(full, "--workers", "1") as server:
        asked = chain(
            ((name, _getting(server.http, path)) for name, path in pages(amount).items()),
            ((name, _searching(server.http, body)) for name, body in searches(amount).items()),
        )
        return {name: _measure(server, act) for name, act in asked}


def _fill_many(store: Store) -> None:
    job = fill_job(store, MILLION)
    fill_documents(store)
    for number in range(MANY - 1):
        named = {"job_id": f"many-{number}", "groups": [f"group-{number % 50}"]}
        store.jobs.add(StoredJob(job | named, State.CLOSED))


def _getting(http: httpx.Client, path: str) -> Callable[[int], object]:
    return lambda _: http.get(path).raise_for_status()


def _searching(http: httpx.Client, body: Document) -> Callable[[int], object]:
    return lambda _: http.post("/.ml-anomalies-*/_search", json=body).raise_for_status()


def _measure(server: Server, act: Callable[[int], object]) -> Taken:
    return often(act, ROUNDS, longest_s=LONGEST_S, worked=server.processor_s)


def _by_size(title: str, taken: dict[int, dict[str, Taken]], what: str) -> list[str]:
    """A table of one figure, with a column for each store."""
    rows = [f"\n## {title}\n", f"| page | {' | '.join(f'{records:,}' for records in taken)} |"]
    rows.append(f"|---|{'---:|' * len(taken)}")
    for name in next(iter(taken.values())):
        figures = (f"{getattr(of[name], what):.1f}" for of in taken.values())
        rows.append(f"| {name} | {' | '.join(figures)} |")
    return rows


def _table(title: str, taken: dict[str, Taken]) -> list[str]:
    """A table of all figures."""
    rows = [f"\n## {title}\n", "| call | first | p50 | p99 | processor |", "|---|---:|---:|---:|---:|"]
    return [*rows, *(f"| {name} | {' | '.join(f'{value:.1f}' for value in of)} |" for name, of in taken.items())]


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
        later = {"range": {"at": {"gte": after["search_after"][0] if after else 0, "format": "epoch_millis"}}}
        begun = time.perf_counter()
        answer = http.post("/_search", json=body | after | {"query": later}).raise_for_status()
        waited += time.perf_counter() - begun
        hits = orjson.loads(answer.content)["hits"]["hits"]
        read += len(hits)
        after = {"search_after": hits[-1]["sort"]}
    return f"{read:,} documents of an index by time, pages of {PAGE:,}: {read / waited:,.0f} documents a second."


if __name__ == "__main__":
    main()
