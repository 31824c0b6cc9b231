"""A guard against growing slow: the engine's processor time, as a share of what parsing and grouping alone take."""

from time import process_time

import numpy as np
import polars as pl

from unusual.analysis.control import Post
from unusual.analysis.engine import Engine
from unusual.schema.jobs import Job

HOSTS, BUCKETS, SPAN = 1_000, 100, 900
LEAST = 0.08  # a quarter of what it is, so that only a grave mistake is noticed and never a busy machine
TRIES = 3


def records() -> bytes:
    """One value of each host in each bucket."""
    draw = np.random.default_rng(7)
    time = np.repeat(np.arange(BUCKETS) * SPAN, HOSTS)
    host = np.tile([f"host{number}" for number in range(HOSTS)], BUCKETS)
    value = draw.normal(100.0, 5.0, time.size).round(3)
    return pl.DataFrame({"time": time, "host": host, "value": value}).write_ndjson().encode()


def grouped(text: bytes) -> None:
    rows = pl.read_ndjson(text, schema={"time": pl.Int64, "host": pl.String, "value": pl.Float64})
    rows.group_by(pl.col("time") // SPAN, "host").agg(pl.len(), pl.col("value").mean())


def analysed(text: bytes) -> None:
    detector = {"function": "mean", "field_name": "value", "partition_field_name": "host"}
    analysis = {"bucket_span": f"{SPAN}s", "detectors": [detector], "influencers": ["host"]}
    body = {"analysis_config": analysis, "data_description": {"time_format": "epoch"}}
    Engine(Job.from_request(body, job_id="fast", now_ms=0, version="1")).handle(Post(text, now_ms=0))


def taken(work, text) -> float:
    """The least processor time of some tries [s]."""
    times = []
    for _ in range(TRIES):
        start = process_time()
        work(text)
        times.append(process_time() - start)
    return min(times)


def test_the_engine_stays_within_reach_of_parsing_alone():
    text = records()
    analysed(text)  # so that everything is loaded and compiled
    assert taken(grouped, text) >= LEAST * taken(analysed, text)
