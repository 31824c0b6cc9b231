"""A store with results of the job `big`, as many as are wanted, and with a million documents; all made from seeds."""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import orjson

from unusual.analysis.control import Result
from unusual.analysis.engine import Engine
from unusual.analysis.subjects import subjects_of
from unusual.jobs import configure
from unusual.jobs.indexing import Many, append
from unusual.jobs.indices import create
from unusual.jobs.ports import Ports
from unusual.schema.values import Document
from unusual.store.bundle import Store
from unusual.store.sqlite import FILE, open_store
from unusual.workers.inline import Inline

DOCUMENTS: Final = 1_000_000
SPAN_MS: Final = 300_000
RECORDS_PER_BUCKET: Final = 20
INFLUENCERS_PER_BUCKET: Final = 5
START_MS: Final = 1_600_000_000_000
DAY_MS: Final = 86_400_000
CONFIG: Final = {
    "description": "one of many",
    "analysis_config": {
        "bucket_span": f"{SPAN_MS // 1000}s",
        "detectors": [{"function": "mean", "field_name": "responsetime", "partition_field_name": "airline"}],
        "influencers": ["airline"],
    },
    "data_description": {"time_field": "at"},
}
_AT_ONCE: Final = 20_000


class Amount(NamedTuple):
    """How much a job has found, and until when."""

    records: int

    @property
    def buckets(self) -> int:
        """A whole number of them has all the records."""
        return self.records // RECORDS_PER_BUCKET

    @property
    def end_ms(self) -> int:
        """When the last bucket ends."""
        return START_MS + self.buckets * SPAN_MS


MILLION: Final = Amount(1_000_000)


class Clock:
    """The end of a million records."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return MILLION.end_ms


def ports_of(store: Store) -> Ports:
    """The use cases' doors over a store; no job is ever opened."""
    kept = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
    return Ports(*kept, Inline(Engine), Clock())


@contextmanager
def filled(fill: Callable[[Store], object], folder: Path | None = None) -> Iterator[Path]:
    """The folder of a filled store: one that stays and is filled once, or one that goes away again."""
    with tempfile.TemporaryDirectory() as passing:
        place = folder or Path(passing)
        with closing(open_store(place, durable=False)) as store:
            if not store.jobs.all():
                with _unindexed(place / FILE):
                    fill(store)
        yield place


def fill_job(store: Store, amount: Amount = MILLION) -> Document:
    """Make the job and keep its records, the buckets around them and their influencers; its configuration."""
    job = configure.create(ports_of(store), "big", CONFIG)
    numbers = amount.records, amount.buckets, amount.buckets * INFLUENCERS_PER_BUCKET
    for seed, number, result in zip((7, 3, 5), numbers, (_record, _bucket, _influencer), strict=True):
        scores = np.random.default_rng(seed).exponential(8.0, number)
        rounded = np.round(np.minimum(scores, 100.0), 5).tolist()
        for begin in range(0, number, _AT_ONCE):
            some = enumerate(rounded[begin : begin + _AT_ONCE], begin)
            store.results.add("big", [result(row, score) for row, score in some])
    return job


def fill_documents(store: Store) -> None:
    """Keep a million documents in the index `log`."""
    ports = ports_of(store)
    types = {"at": "date", "airline": "keyword", "responsetime": "double"}
    create(ports, "log", {"mappings": {"properties": {name: {"type": kind} for name, kind in types.items()}}})
    for begin in range(0, DOCUMENTS, _AT_ONCE):
        documents = [
            {
                "at": START_MS + row * 700,
                "airline": f"airline-{row % RECORDS_PER_BUCKET}",
                "responsetime": row % 997 / 7,
            }
            for row in range(begin, begin + _AT_ONCE)
        ]
        append(ports, "log", Many([orjson.dumps(one) for one in documents], documents))


@contextmanager
def _unindexed(file: Path) -> Iterator[None]:
    """A time in which results are written in their order, several times as fast; their indexes are made afterwards."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'results' AND sql IS NOT NULL"
        indexes = database.execute(wanted).fetchall()
        for name, _ in indexes:
            database.execute(f"DROP INDEX {name}")
        yield
        database.execute("PRAGMA cache_size = -2000000")  # KiB
        for _, made in indexes:
            database.execute(made)


def _record(row: int, score: float) -> Result:
    series = f"airline-{row % RECORDS_PER_BUCKET}"
    document = _found("record", row // RECORDS_PER_BUCKET, score) | {
        "probability": 0.001,
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
    return _result(document, f"0:{row % RECORDS_PER_BUCKET}", score)


def _bucket(row: int, score: float) -> Result:
    document = _found("bucket", row, score, "anomaly") | {
        "processing_time_ms": 0,
        "event_count": RECORDS_PER_BUCKET,
        "bucket_influencers": [{"influencer_field_name": "bucket_time", "anomaly_score": score}] if score else [],
    }
    return _result(document, "", score)


def _influencer(row: int, score: float) -> Result:
    series = f"airline-{row % INFLUENCERS_PER_BUCKET}"
    document = _found("influencer", row // INFLUENCERS_PER_BUCKET, score) | {
        "influencer_field_name": "airline",
        "influencer_field_value": series,
        "airline": series,
        "probability": 0.001,
    }
    return _result(document, f"airline:{series}", score)


def _found(kind: str, bucket: int, score: float, word: str = "") -> Document:
    """What every result says."""
    return {
        "job_id": "big",
        "result_type": kind,
        "timestamp": START_MS + bucket * SPAN_MS,
        "bucket_span": SPAN_MS // 1000,
        "is_interim": False,
        f"{word or kind}_score": score,
        f"initial_{word or kind}_score": score,
    }


def _result(document: Document, entity: str, score: float) -> Result:
    kind, timestamp = document["result_type"], document["timestamp"]
    body, subjects = orjson.dumps(document), subjects_of(document)
    return Result(kind, timestamp, entity, score, is_interim=False, body=body, subjects=subjects)
