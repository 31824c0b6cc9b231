"""A store with a million records of the job `big`, their buckets, and a million documents; all made from seeds."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import orjson

from unusual.analysis.control import Result
from unusual.analysis.engine import Engine
from unusual.analysis.subjects import subjects_of
from unusual.jobs.indexing import Many, append
from unusual.jobs.indices import create
from unusual.jobs.ports import Ports
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store
from unusual.workers.inline import Inline

RECORDS: Final = 1_000_000
DOCUMENTS: Final = 1_000_000
SPAN_MS: Final = 300_000
PER_BUCKET: Final = 20
BUCKETS: Final = RECORDS // PER_BUCKET
START_MS: Final = 1_600_000_000_000
END_MS: Final = START_MS + BUCKETS * SPAN_MS
DAY_MS: Final = 86_400_000
_AT_ONCE: Final = 20_000


class Clock:
    """The end of the data."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return END_MS


def ports_of(store: Store) -> Ports:
    """The use cases' doors over a store; no job is ever opened."""
    kept = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
    return Ports(*kept, Inline(Engine), Clock())


@contextmanager
def filled(fill: Callable[[Store], None]) -> Iterator[Path]:
    """The folder of a filled store: the one that was named on the command line, or one that goes away again."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(directory)
        with closing(open_store(folder)) as store:
            if not store.jobs.all():
                fill(store)
        yield folder


def fill_records(store: Store) -> None:
    """Keep a million records."""
    scores = _scores(7, RECORDS)
    for begin in range(0, RECORDS, _AT_ONCE):
        store.results.add("big", [_record(row, scores[row]) for row in range(begin, begin + _AT_ONCE)])


def fill_buckets(store: Store) -> None:
    """Keep the buckets around the records."""
    store.results.add("big", [_bucket(number, score) for number, score in enumerate(_scores(3, BUCKETS))])


def fill_documents(store: Store) -> None:
    """Keep a million documents in the index `log`."""
    ports = ports_of(store)
    types = {"at": "date", "airline": "keyword", "responsetime": "double"}
    create(ports, "log", {"mappings": {"properties": {name: {"type": kind} for name, kind in types.items()}}})
    for begin in range(0, DOCUMENTS, _AT_ONCE):
        documents = [
            {"at": START_MS + row * 700, "airline": f"airline-{row % PER_BUCKET}", "responsetime": row % 997 / 7}
            for row in range(begin, begin + _AT_ONCE)
        ]
        append(ports, "log", Many([orjson.dumps(one) for one in documents], documents))


def _scores(seed: int, number: int) -> list[float]:
    scores: list[float] = np.round(np.minimum(np.random.default_rng(seed).exponential(8.0, number), 100.0), 5).tolist()
    return scores


def _record(row: int, score: float) -> Result:
    timestamp = START_MS + row // PER_BUCKET * SPAN_MS
    series = f"airline-{row % PER_BUCKET}"
    document = {
        "job_id": "big",
        "result_type": "record",
        "timestamp": timestamp,
        "bucket_span": SPAN_MS // 1000,
        "is_interim": False,
        "probability": 0.001,
        "record_score": score,
        "initial_record_score": score,
        "multi_bucket_impact": 0.0,
        "detector_index": 0,
        "function": "mean",
        "function_description": "mean",
        "field_name": "responsetime",
        "partition_field_name": "airline",
        "partition_field_value": series,
        "airline": [series],
        "actual": [float(row)],
        "typical": [100.0],
        "influencers": [{"influencer_field_name": "airline", "influencer_field_values": [series]}],
    }
    body, subjects = orjson.dumps(document), subjects_of(document)
    return Result("record", timestamp, f"0:{row % PER_BUCKET}", score, is_interim=False, body=body, subjects=subjects)


def _bucket(number: int, score: float) -> Result:
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
