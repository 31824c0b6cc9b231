"""How a server does at work, over HTTP: uploads, flushes, results on time, open and close, restarts, many jobs.

Every case has a server of its own, in a process of its own, with seeded inputs. Times are those of the machine as it
was then; the limit that stands beside uploads is measured in the same run.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import orjson
from cases import CASES as INPUTS
from cases import Case, generate
from crowd import crowd
from measure import run
from served import JOBS, Server, served
from warm import WARMING, job_of, pieces

from unusual.analysis.control import Post, Save
from unusual.analysis.engine import Engine
from unusual.analysis.snapshot import contents
from unusual.schema.jobs import Job

LIMIT: Final = Path(__file__).with_name("limit.py")
DOCS: Final = 2_000_000
ROUNDS: Final = 1_000
SERIES: Final = 10_000
FILLED: Final = 50  # minutes that a job has seen before
START_S: Final = 1_600_000_020  # a whole minute
SPAN_S: Final = 60
USUAL: Final = 50.0
STRANGE: Final = 500.0
CONFIG: Final = {
    "analysis_config": {
        "bucket_span": f"{SPAN_S}s",
        "detectors": [{"function": "mean", "field_name": "load", "partition_field_name": "host"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": "at", "time_format": "epoch"},
}


class Figure(NamedTuple):
    """One line of the table; `target` is what it should be."""

    name: str
    value: str
    target: str = ""


class Asked(NamedTuple):
    """What the command line asks for: documents an input, names of inputs, options of the server."""

    docs: int
    inputs: list[str]
    options: tuple[str, ...]


def start(asked: Asked) -> Iterator[Figure]:
    """A server begins on a folder that was used before."""
    with tempfile.TemporaryDirectory() as folder:
        taken, worked = [], []
        for _ in range(6):
            with served(Path(folder), *asked.options) as server:
                taken.append(server.ready_s)
                worked.append(server.processor_s())
    yield Figure("start until requests are taken", _times(taken[1:]), "< 2 s")
    yield Figure("processor time of that", _times(worked[1:]))


def upload(asked: Asked) -> Iterator[Figure]:
    """An input in one request, beside the least time in which it can be parsed and grouped."""
    for case, source, server in _inputs(asked):
        server.open("one", job_of(case))
        took, count = _uploaded(server, "one", source)
        results = server.http.get(f"{JOBS}/one/results/buckets?size=1").json()["count"]
        columns = [*_option("--entity", case.entity), *_option("--value", case.value)]
        sizes = ["--span", str(case.span), "--rows", str(results)]
        limit = run([sys.executable, str(LIMIT), str(source), *columns, *sizes]).answer
        least = limit["parse_and_group"] + limit["insert"]
        value = f"{count / took:,.0f} docs/s, {least / took:.3f} of the limit"
        yield Figure(f"upload of {case.title}", value, "0.2 of the limit")


def two(asked: Asked) -> Iterator[Figure]:
    """Two jobs get the same input at the same time."""
    for case, source, server in _inputs(asked):
        for job_id in ("alone", "left", "right"):
            server.open(job_id, job_of(case))
        alone, _ = _uploaded(server, "alone", source)
        begun = time.perf_counter()
        both = [threading.Thread(target=_uploaded, args=(server, job_id, source)) for job_id in ("left", "right")]
        for one in both:
            one.start()
        for one in both:
            one.join()
        value = f"{2 * alone / (time.perf_counter() - begun):.2f} times one"
        yield Figure(f"two jobs at once, {case.title}", value, "1.8 times one")


def flush(asked: Asked) -> Iterator[Figure]:
    """A job that has nothing to do is flushed."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), *asked.options) as server:
        _fill(server, "idle", 100)
        calls = {"flush": "", "flush with interim results": "?calc_interim=true"}
        for name, query in calls.items():
            taken = [_timed(server.http.post, f"{JOBS}/idle/_flush{query}") for _ in range(ROUNDS)]
            yield Figure(f"{name}, idle job", _times(taken), "p50 < 5 ms, p99 < 50 ms")
        yield Figure("the least answer there is", _times([_timed(server.http.get, "/") for _ in range(ROUNDS)]))


def latency(asked: Asked, hosts: int = 1_000, rounds: int = 300) -> Iterator[Figure]:
    """From the post that closes a bucket until the record of what was strange in it is read."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), *asked.options) as server:
        _fill(server, "live", hosts)
        posting, whole = [], []
        for number in range(FILLED, FILLED + rounds):
            lines = _minute(number, hosts, strange=number % hosts)
            begun = time.perf_counter()
            server.post("live", lines)
            posting.append(time.perf_counter() - begun)
            if number > FILLED:
                strange = START_S + (number - 1) * SPAN_S
                path = f"{JOBS}/live/results/records?exclude_interim=true&start={strange}000&size=1"
                while not server.http.get(path).json()["count"]:
                    time.sleep(0.001)
                whole.append(time.perf_counter() - begun)
        yield Figure(f"post of a minute of {hosts:,} hosts", _times(posting))
        yield Figure("post that closes a bucket, until its record is read", _times(whole), "p50 < 20 ms, p99 < 100 ms")


def reopen(asked: Asked, rounds: int = 10) -> Iterator[Figure]:
    """A job with many series is closed and opened again, having seen something new in between."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), *asked.options) as server:
        _fill(server, "large", SERIES)
        closing, opening = [], []
        for number in range(FILLED, FILLED + rounds):
            server.post("large", _minute(number, SERIES))
            closing.append(_timed(server.http.post, f"{JOBS}/large/_close"))
            opening.append(_timed(server.http.post, f"{JOBS}/large/_open"))
        yield Figure(f"close of a job with {SERIES:,} series", _times(closing), "< 1 s")
        yield Figure("open it again", _times(opening), "< 1 s")


def state(asked: Asked) -> Iterator[Figure]:  # noqa: ARG001 - as the others
    """The learnt state of many series is made into bytes and back, without a server."""
    job = Job.from_request(CONFIG, job_id="large", now_ms=0, version="1")
    engine = Engine(job)
    for number in range(FILLED):
        engine.handle(Post(_minute(number, SERIES), now_ms=0))
    saving, restoring = [], []
    for _ in range(5):
        begun = time.perf_counter()
        saved = engine.handle(Save()).state or b""
        saving.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        Engine.restore(job, saved)
        restoring.append(time.perf_counter() - begun)
    _, tables = contents(saved)
    size = max(table["offset"] for table in tables) / 1e6
    packed = f"{size:.0f} MB, {len(saved) / 1e6:.0f} packed"
    for name, taken in (("snapshot", saving), ("restore", restoring)):
        yield Figure(f"{name} of {SERIES:,} series, {packed}", f"{size / min(taken):,.0f} MB/s", "200 MB/s")


def restart(asked: Asked) -> Iterator[Figure]:
    """The server is killed with a journal to be told again."""
    for case, source, first in _inputs(asked):
        first.open("one", job_of(case))
        _uploaded(first, "one", source)
        path = f"{JOBS}/one/_stats"
        seen = first.http.get(path).json()["jobs"][0]["data_counts"]
        journal = sum(file.stat().st_size for file in (source.parent / "data" / "journals").rglob("*.journal"))
        first.kill()
        with served(source.parent / "data", *asked.options) as server:
            begun = time.perf_counter()
            while (job := server.http.get(path).json()["jobs"][0])["state"] != "opened":
                time.sleep(0.01)
            whole = server.ready_s + time.perf_counter() - begun
            assert job["data_counts"] == seen  # noqa: S101 - or the figures mean nothing
        allowed = 2 + seen["input_record_count"] / 500_000
        yield Figure(f"start after a kill, {case.title}", f"{server.ready_s:.2f} s", "< 2 s")
        value = f"{whole:.2f} s, {seen['input_record_count']:,} records in {journal / 1e6:.1f} MB"
        yield Figure("start until the job is where it was", value, f"< {allowed:.1f} s, 500,000 docs/s")


def many(asked: Asked) -> Iterator[Figure]:
    """A thousand open jobs get a hundred documents each every second."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), *asked.options) as server:
        for name, value, target in crowd(server):
            yield Figure(name, value, target)


CASES: Final = {one.__name__: one for one in (start, upload, flush, latency, reopen, state, restart, many, two)}


def main() -> None:
    """Measure what is asked for, and print a line for each figure as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    told = ", ".join(f"{name}: {(case.__doc__ or '').rstrip('.')}" for name, case in CASES.items())
    parser.add_argument("case", nargs="*", choices=[*CASES, []], help=f"all unless told. {told}", metavar="case")
    parser.add_argument("--docs", type=int, default=DOCS, help="documents of an input")
    parser.add_argument("--input", nargs="+", default=["b1", "b2", "b3", "b4"], choices=[*INPUTS])
    parser.add_argument("--durability", choices=("fsync", "os"), default="fsync")
    parser.add_argument("--workers", type=int, help="worker processes, one per core unless told")
    given = parser.parse_args()
    workers = ("--workers", str(given.workers)) if given.workers else ()
    asked = Asked(given.docs, given.input, ("--durability", given.durability, *workers))
    print(f"durability: {given.durability}")
    for name in given.case or CASES:
        for figure in CASES[name](asked):
            print(f"{figure.name:58} {figure.value:52} {figure.target}", flush=True)


def _inputs(asked: Asked) -> Iterator[tuple[Case, Path, Server]]:
    """Each input in a file, and beside it in `data` a server that has loaded what a job of that kind needs."""
    for key in asked.inputs:
        case = INPUTS[key]
        with tempfile.TemporaryDirectory() as folder:
            source = generate(case, Path(folder), docs=asked.docs)
            server = Server(source.parent / "data", *asked.options)
            try:
                for worker in server.workers():  # jobs go to the worker that has the fewest
                    server.open(f"warm-{worker}", job_of(case))
                for worker in server.workers():
                    server.post(f"warm-{worker}", b"".join(pieces(source, WARMING)))
                    server.http.post(f"{JOBS}/warm-{worker}/_close")
                yield case, source, server
            finally:
                server.stop()


def _uploaded(server: Server, job_id: str, source: Path) -> tuple[float, int]:
    """How long the upload of a file took [s], and how many documents it has."""
    begun = time.perf_counter()
    counts = server.post(job_id, pieces(source, source.stat().st_size))
    return time.perf_counter() - begun, counts["input_record_count"]


def _fill(server: Server, job_id: str, hosts: int) -> None:
    """A job that has seen its hosts before."""
    server.open(job_id, CONFIG)
    for number in range(FILLED):
        server.post(job_id, _minute(number, hosts))


def _minute(number: int, hosts: int, strange: int = -1) -> bytes:
    """One value of each host, all usual but that of one."""
    loads = np.round(np.random.default_rng(number).normal(USUAL, 5.0, hosts), 3)
    if strange >= 0:
        loads[strange] = STRANGE
    at = START_S + number * SPAN_S
    lines = (orjson.dumps({"at": at, "host": f"host-{host}", "load": load}) for host, load in enumerate(loads.tolist()))
    return b"\n".join(lines) + b"\n"


def _timed(act: Callable[[str], object], path: str) -> float:
    begun = time.perf_counter()
    act(path)
    return time.perf_counter() - begun


def _times(taken: list[float]) -> str:
    p50, p99 = np.quantile(taken, (0.5, 0.99)) * 1000
    return f"p50 {p50:7.1f} ms   p99 {p99:7.1f} ms"


def _option(name: str, value: str | None) -> list[str]:
    return [name, value] if value else []


if __name__ == "__main__":
    main()
