"""The jobs of the server whose pages are looked at: one that has found something, and one nobody has opened."""

import math
import random

import httpx
import orjson

from tests.conformance.speaking import COUNT, T0, closed, create, ok, opened, post

FOUND, IDLE = "web-latency", "never-opened"
INDEX = "web-logs"
HOSTS = ("web-1", "web-2", "web-3")
SPAN_S = 900
BUCKETS = 7 * 96
BAD_HOST, BAD_BUCKET = "web-2", 600
LATENCY = {"function": "mean", "field_name": "latency", "partition_field_name": "host"}


def records() -> list[dict]:
    """A week of daily waves per host, seeded; one host is slow for an hour towards the end."""
    noise = random.Random(7)
    told = []
    for bucket in range(BUCKETS):
        wave = 100 + 30 * math.sin(2 * math.pi * bucket / 96)
        for host in HOSTS:
            bad = host == BAD_HOST and BAD_BUCKET <= bucket < BAD_BUCKET + 4
            told.append(
                {"stamp": T0 + bucket * SPAN_S, "host": host, "latency": wave * (4 if bad else 1) + noise.gauss(0, 5)}
            )
    return told


def load(http: httpx.Client) -> None:
    """Make the jobs."""
    create(http, FOUND, LATENCY, span="15m", influencers=["host"])
    opened(http, FOUND)
    post(http, FOUND, records())
    closed(http, FOUND)
    create(http, IDLE, COUNT)


def load_index(http: httpx.Client) -> None:
    """The records as documents of an index, with a name in an object."""
    types = {"at": {"type": "date"}, "host": {"properties": {"name": {"type": "keyword"}}}, "ms": {"type": "double"}}
    ok(http.put(f"/{INDEX}", json={"mappings": {"properties": types}}))
    documents = [{"at": one["stamp"] * 1000, "host": {"name": one["host"]}, "ms": one["latency"]} for one in records()]
    lines = b"".join(b'{"create":{}}\n' + orjson.dumps(document) + b"\n" for document in documents)
    ok(http.post(f"/{INDEX}/_bulk", content=lines, headers={"content-type": "application/x-ndjson"}))
