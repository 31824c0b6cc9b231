"""A thousand jobs at once, each with a post a second: what a client sends, how long answers take, whom it reaches late.

The client writes and reads plain HTTP/1.1 over one kept connection a job: a full client library would take more
processor time than the server that is measured.
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import uvloop
from served import JOBS, Server

COUNT: Final = 1_000
AT_ONCE: Final = 100
SECONDS: Final = 10
WARMING: Final = 3  # seconds that do not count
START_S: Final = 1_600_000_000
CONFIG: Final = {
    "analysis_config": {
        "bucket_span": "10s",
        "detectors": [{"function": "mean", "field_name": "load", "by_field_name": "host"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": "at", "time_format": "epoch"},
}


class Answered(NamedTuple):
    """One post: which job, when it was due and when its answer was there [s]."""

    job: int
    due: float
    done: float


def crowd(server: Server) -> Iterator[tuple[str, str, str]]:
    """Names, values and targets."""
    begun = time.perf_counter()
    for number in range(COUNT):
        server.open(f"job-{number}", CONFIG)
    yield f"make and open {COUNT:,} jobs", f"{time.perf_counter() - begun:.1f} s", ""
    used = [None, *server.workers()]
    before = [server.processor_s(pid) for pid in used]
    answered, probes = uvloop.run(_load(server.url))
    worked = [server.processor_s(pid) - was for pid, was in zip(used, before, strict=True)]
    each = [f"{1000 * one / len(answered):.2f} ms" for one in (worked[0], sum(worked[1:]))]
    late = np.array([one.done - one.due for one in answered if one.due >= WARMING]) * 1000
    rate = len(answered) * AT_ONCE / max(SECONDS, *(one.done for one in answered))
    yield f"posts of {AT_ONCE} documents a second to each", f"{rate:,.0f} docs/s", "100,000 docs/s"
    yield "from when a post is due until its answer", _times(late), "p99 < 100 ms"
    yield "stats of a job meanwhile", _times(np.array(probes) * 1000), "p99 < 100 ms"
    yield "mean wait of the job that waits longest, and of the median job", _fairness(answered), ""
    yield "processor time of a post: server, and workers", ", ".join(each), ""
    yield "memory of their own", ", ".join(f"{server.memory_mib(pid):,.0f} MiB" for pid in used), ""


async def _load(url: str) -> tuple[list[Answered], list[float]]:
    """All posts, and how long other calls took meanwhile [s]."""
    where = urlsplit(url)
    lines = [await asyncio.open_connection(where.hostname, where.port) for _ in range(COUNT + 1)]
    begun = time.perf_counter()
    answered: list[Answered] = []
    probing = asyncio.create_task(_probe(*lines[-1]))
    await asyncio.gather(*(_feed(job, begun, answered, *line) for job, line in enumerate(lines[:-1])))
    probing.cancel()
    probes = await probing
    for _, writer in lines:
        writer.close()
    return answered, probes


async def _feed(
    job: int, begun: float, answered: list[Answered], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """The posts of one job, each due a second after the one before; a late one is sent when the one before is done."""
    loads = np.round(np.random.default_rng(job).normal(50, 5, AT_ONCE), 3).tolist()
    for second in range(SECONDS):
        due = second + job / COUNT
        await asyncio.sleep(max(0.0, begun + due - time.perf_counter()))
        body = b"".join(
            b'{"at":%d,"host":"h%d","load":%s}\n' % (START_S + second, place % 10, str(load).encode())
            for place, load in enumerate(loads)
        )
        head = f"POST {JOBS}/job-{job}/_data HTTP/1.1\r\nHost: it\r\nContent-Type: application/x-ndjson\r\n"
        await _call(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body, reader, writer)
        answered.append(Answered(job, due, time.perf_counter() - begun))


async def _probe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> list[float]:
    """Ask for the stats of some job over and over, until cancelled; how long each took [s]."""
    taken: list[float] = []
    try:
        while True:
            await asyncio.sleep(0.05)
            asked = time.perf_counter()
            path = f"{JOBS}/job-{len(taken) % COUNT}/_stats"
            await _call(f"GET {path} HTTP/1.1\r\nHost: it\r\n\r\n".encode(), reader, writer)
            taken.append(time.perf_counter() - asked)
    except asyncio.CancelledError:
        return taken


async def _call(request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Send a request and read its answer to the end; it must be a good one."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 20"), head  # noqa: S101 - or the figures mean nothing
    size = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return await reader.readexactly(int(size.partition(b":")[2]))


def _fairness(answered: list[Answered]) -> str:
    waits = np.zeros((COUNT, SECONDS))
    for one in answered:
        waits[one.job, int(one.due)] = one.done - one.due
    each = waits[:, WARMING:].mean(axis=1) * 1000
    return f"{each.max():,.0f} ms, {np.median(each):,.0f} ms"


def _times(taken: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    p50, p99 = np.quantile(taken, (0.5, 0.99))
    return f"p50 {p50:7.1f} ms   p99 {p99:7.1f} ms"
