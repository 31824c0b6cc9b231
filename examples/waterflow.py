"""The main job on real data: a server, one job through the REST API, and what it finds beside what is known.

The data is the WaterFlow series that ships with River: hourly flow through a pipe over two months, with three low
moments (water losses or maintenance) and a small peak after the first two (a pumping operation). `make run` runs it.
"""

import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elasticsearch import Elasticsearch, ElasticsearchWarning
from rich.console import Console
from rich.table import Table
from river.datasets import WaterFlow

JOB = "water-flow"
ANALYSIS = {"bucket_span": "1h", "detectors": [{"function": "mean", "field_name": "flow"}]}
# River describes the four segments; when they are was read off the curve (UTC).
KNOWN = (
    ("low moment", "2022-03-24T07:00", "2022-03-25T01:00"),
    ("low moment", "2022-03-29T06:00", "2022-03-29T20:00"),
    ("small peak", "2022-04-03T02:00", "2022-04-03T05:00"),
    ("low moment", "2022-04-27T13:00", "2022-04-28T05:00"),
)
SLOW = 2  # seconds that a post of this size takes only while kernels are compiled
SIDES = ("actual", "typical")
FOUND = 25  # record_score from which on a person would look
console = Console(highlight=False)


def main() -> int:
    """Run the job and tell what it found; 0 when the three low moments were among it."""
    documents = [{"time": int(x["Time"].timestamp() * 1000), "flow": flow} for x, flow in WaterFlow()]
    console.print(
        f"[bold]WaterFlow[/]: {len(documents):,} hourly values, {moment(documents[0]['time'])} to "
        f"{moment(documents[-1]['time'])}"
    )
    warnings.simplefilter("ignore", ElasticsearchWarning)  # the client's advice to use datafeeds
    with server() as address, Elasticsearch(address, request_timeout=120) as client:
        step(f"server ready at {address}, version {client.info()['version']['number']}")
        client.ml.put_job(job_id=JOB, analysis_config=ANALYSIS, data_description={"time_field": "time"})
        step(f"job {JOB} created: mean(flow), bucket span 1h")
        client.ml.open_job(job_id=JOB)
        step("job opened")
        started = time.perf_counter()
        counts = client.ml.post_data(job_id=JOB, data=documents)
        took = time.perf_counter() - started
        step(
            f"{counts['processed_record_count']:,} documents posted and analysed in {took:.1f} s: "
            f"{len(documents) / took:,.0f} documents/s"
        )
        if took > SLOW:
            console.print("    (most of it went into compiling the kernels, once per machine)")
        flushed = client.ml.flush_job(job_id=JOB, calc_interim=True)
        step(f"flushed: buckets are final up to {moment(flushed['last_finalized_bucket_end'])}")
        client.ml.close_job(job_id=JOB)
        step("job closed, its model saved")
        records = client.ml.get_records(job_id=JOB, record_score=FOUND, size=1000)["records"]
        buckets = client.ml.get_buckets(job_id=JOB, size=0)["count"]
    return tell(records, buckets)


@contextmanager
def server() -> Iterator[str]:
    """A server of its own on a free port and an empty store; gives its address."""
    with tempfile.TemporaryDirectory(prefix="unusual-") as folder:
        command = [sys.executable, "-m", "unusual", "serve", "--port", "0", "--data-dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait(timeout=30)


def tell(records: list[dict[str, Any]], buckets: int) -> int:
    """Print the records beside the known segments."""
    rest = sorted(records, key=lambda record: record["timestamp"])
    table = Table("known segment", "from", "to (2022)", "records", "best score", "actual", "typical")
    missed = []
    for name, start, end in KNOWN:
        inside = [record for record in rest if start <= moment(record["timestamp"]) <= end]
        rest = [record for record in rest if record not in inside]
        best = max(inside, key=lambda record: record["record_score"], default=None)
        figures = ["-"] * 3 if best is None else [f"{best['record_score']:.0f}", *(f"{best[k][0]:.1f}" for k in SIDES)]
        table.add_row(name, start[5:], end[5:], str(len(inside)), *figures)
        missed += [name] if best is None else []
    console.print(table)
    console.print(
        f"{len(records)} records of score {FOUND} or more in {buckets:,} buckets, {len(rest)} outside the segments"
    )
    for record in rest:
        console.print(
            f"  {moment(record['timestamp'])}  score {record['record_score']:.0f}  "
            f"actual {record['actual'][0]:.1f}  typical {record['typical'][0]:.1f}"
        )
    return int("low moment" in missed)


def step(text: str) -> None:
    """Print that something is done."""
    console.print(f"  [green]✓[/] {text}")


def moment(milliseconds: int) -> str:
    """A time as people read it, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(milliseconds / 1000))


if __name__ == "__main__":
    sys.exit(main())
