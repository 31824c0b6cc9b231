"""Very many hosts with a value a minute each: time and memory of each minute, and of the model snapshot; prints JSON.

From bytes to results that are durable in SQLite, as an open job does it: posts of some megabytes, a bucket a minute.
"""

import argparse
import json
import resource
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import polars as pl

from unusual.analysis.control import Document, Flush, Message, Outputs, Post, Proceed, Save
from unusual.analysis.engine import Engine
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.schema.jobs import Job
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store

MINUTE = 60
BEGIN = 1_700_006_400 // 86_400 * 86_400 + 1800  # half past midnight: an hour takes parts of two hours of the day
PIECE = 16 << 20  # bytes a post
WARMING = 1_000  # hosts of another job that is given some minutes first
SEED = 9
TRIES = 3


def configuration(influencers: list[str]) -> Document:
    """Means of all hosts, with as much memory as they take."""
    detector = {"function": "mean", "field_name": "value", "partition_field_name": "host"}
    return {
        "analysis_config": {"bucket_span": "1m", "detectors": [detector], "influencers": influencers},
        "analysis_limits": {"model_memory_limit": "64gb"},
        "data_description": {"time_format": "epoch"},
    }


def minutes(hosts: int, count: int) -> Iterator[bytes]:
    """What all hosts send in each minute, in any order: a level of their own and noise, and now and then a spike."""
    draw = np.random.default_rng(SEED)
    names = pl.Series([f"host_{number:07}" for number in range(hosts)])
    level, swing = draw.uniform(10.0, 1000.0, hosts), draw.uniform(0.01, 0.3, hosts)
    for minute in range(count):
        who = draw.permutation(hosts)
        value = level[who] * (1.0 + swing[who] * draw.normal(size=hosts))
        value[:: 100 * 1000] *= 5.0
        time = BEGIN + minute * MINUTE + np.sort(draw.integers(0, MINUTE, hosts))
        rows = pl.DataFrame({"time": time, "host": names.gather(who), "value": value.round(3)})
        yield rows.write_ndjson().encode()


class Running:
    """An open job, and what became of the messages to it."""

    def __init__(self, store: Store, job_id: str, influencers: list[str]) -> None:
        """A new job of that name."""
        self.job = Job.from_request(configuration(influencers), job_id=job_id, now_ms=0, version="1")
        self._stored = StoredJob(self.job.document(), State.OPENED)
        self._store = store
        store.jobs.add(self._stored)
        self.engine = Engine(self.job)
        self.results = 0

    def tell(self, message: Message) -> Outputs:
        """Handle one message, and keep what comes of it."""
        outputs = self.engine.handle(message)
        self._store.results.commit([(self._stored, outputs)])
        self.results += len(outputs.results)
        return outputs

    def send(self, text: bytes) -> None:
        """Post records in pieces, to the end of all that comes of them."""
        for start in range(0, len(text), PIECE):
            outputs = self.tell(Post(text[start : start + PIECE], now_ms=0, last=False))
            while outputs.unfinished:
                outputs = self.tell(Proceed())

    def saved(self) -> bytes:
        """The learnt state."""
        return self.tell(Save()).state or b""


def peak() -> int:
    """The most memory that this program had, its inputs included [MB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def timed(minutes_of: Iterator[bytes], running: Running, together: int = 1) -> tuple[list[float], list[float]]:
    """Seconds and processor time of each minute, or of so many that are sent together."""
    seconds, busy = [], []
    while text := b"".join(islice(minutes_of, together)):
        start, used = perf_counter(), process_time()
        running.send(text)
        seconds.append(perf_counter() - start)
        busy.append(process_time() - used)
    return seconds, busy


def snapshot(running: Running, model_bytes: int) -> Document:
    """How fast the learnt state is saved and restored, by the memory that the models take."""
    start = perf_counter()
    state = running.saved()
    saving = perf_counter() - start
    del running.engine
    restoring = []
    for _ in range(TRIES):  # memory that the machine itself first has to find takes ten times as long
        start = perf_counter()
        Engine.restore(running.job, state)
        restoring.append(perf_counter() - start)
    mega = model_bytes / 1e6
    return {"bytes": len(state), "save_mb_s": round(mega / saving), "restore_mb_s": round(mega / min(restoring))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--together", type=int, default=1, help="minutes that are sent at once")
    parser.add_argument("--influencer", action="append", default=[])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        timed(minutes(WARMING, 10), Running(store, "warming", asked.influencer))
        running = Running(store, "measured", asked.influencer)
        seconds, busy = timed(minutes(asked.hosts, asked.minutes), running, asked.together)
        size = running.tell(Flush()).model_size
        each = asked.hosts * asked.together / 1e6
        answer = {
            "seconds": [round(one, 2) for one in seconds],
            "most": round(max(seconds), 2),
            "busy_us_a_document": [round(one / each, 2) for one in busy],
            "busy_us_a_document_median": round(median(busy) / each, 2),
            "peak_mb": peak(),
            "model_bytes_a_series": round(size["model_bytes"] / asked.hosts),
            "memory_status": size["memory_status"],
            "results": running.results,
        }
        answer["snapshot"] = snapshot(running, size["model_bytes"])
        answer["peak_mb_with_snapshot"] = peak()
        store.close()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
